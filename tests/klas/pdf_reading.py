"""What a reader, a screen reader and an archive find in a PDF."""

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

import pikepdf
import pypdfium2

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"


def pages_of(content: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    document = pypdfium2.PdfDocument(content)
    try:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(re.sub(r"\s+", " ", text_page.get_text_range()))
            text_page.close()
            page.close()
        return texts
    finally:
        document.close()


def text_of(content: bytes) -> str:
    return " ".join(pages_of(content))


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def xmp(pdf: pikepdf.Pdf) -> dict[str, str]:
    """Every simple property of the metadata, by qualified name."""
    root = ET.fromstring(pdf.Root.Metadata.read_bytes())
    found = {}
    for description in root.iter(f"{RDF}Description"):
        found |= description.attrib
        found |= {child.tag: child.text or "" for child in description}
    return found


def tags_of(pdf: pikepdf.Pdf) -> list[str]:
    """The structure elements in reading order."""
    return list(_tags(pdf.Root.StructTreeRoot))


def _tags(node: pikepdf.Object) -> Iterator[str]:
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield str(node.S)[1:]
    kids = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield from _tags(kid)


def fonts_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The descriptors of all fonts of all pages."""
    return [
        descendant.FontDescriptor
        for page in pdf.pages
        for font in page.resources.Font.values()
        for descendant in font.get("/DescendantFonts", [font])
    ]


def embedded_of(pdf: pikepdf.Pdf) -> dict[str, bytes]:
    return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
