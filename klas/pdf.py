"""HTML to archivable, accessible PDF: PDF/A-3a that also names itself PDF/UA-1.

Rendering happens in the worker only. Fonts and the style sheet are read once per process; the
renderer fetches files of our own and nothing else. The same HTML gives the same bytes.
"""

import atexit
import hashlib
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from xml.etree import ElementTree as ET

from django.conf import settings

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"
PDFA = {
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
# PDF/A wants every schema outside its own list declared (ISO 19005-3, 6.6.2.3).
_PDFUA_SCHEMA = f"""<rdf:Description xmlns:rdf="{RDF}" rdf:about=""
  xmlns:pdfaExtension="{PDFA["pdfaExtension"]}" xmlns:pdfaSchema="{PDFA["pdfaSchema"]}"
  xmlns:pdfaProperty="{PDFA["pdfaProperty"]}">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:namespaceURI>{PDFUA}</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


@dataclass(frozen=True)
class RenderedPdf:
    """A finished PDF and the SHA-256 of its bytes (hex)."""

    content: bytes
    sha256: str


@dataclass(frozen=True)
class EmbeddedFile:
    """A file carried inside the PDF, e.g. the decision as JSON.

    `created` (aware) comes from the frozen rows: the clock would make each rendering different.
    """

    name: str
    content: str
    created: datetime
    description: str = ""
    relationship: str = "Data"


def render(html: str, *, embedded: EmbeddedFile | None = None) -> RenderedPdf:
    """Render a document's HTML to PDF.

    Args:
        html: with `lang`, `<title>` and the meta elements ``dcterms.created`` and
            ``dcterms.modified`` (see `document_time`).

    Raises:
        ValueError: the HTML asks for a file that is not one of our own.
    """
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    tools = _tools()
    try:
        document = HTML(
            string=html, base_url=_LETTERS.as_uri() + "/", url_fetcher=tools.fetcher
        ).render(stylesheets=[tools.style_sheet], font_config=tools.fonts)
    except FatalURLFetchingError as error:  # no subclass of Exception: nothing else stops it
        raise ValueError(str(error)) from error
    _name_pdfua(document.metadata)
    if embedded is not None:
        created = embedded.created.astimezone(UTC)
        document.metadata.attachments = [
            Attachment(
                string=embedded.content,
                name=embedded.name,
                description=embedded.description or embedded.name,
                relationship=embedded.relationship,
                created=created,
                modified=created,
            )
        ]
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", r"unclosed file.*\.icc", ResourceWarning)
        content: bytes = document.write_pdf(pdf_variant="pdf/a-3a")
    return RenderedPdf(content, hashlib.sha256(content).hexdigest())


def document_time(moment: datetime) -> str:
    """An aware moment as the document's meta elements write it: ``2026-11-20T08:41:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_LETTERS = Path(settings.BASE_DIR) / "templates" / "letters"


@dataclass(frozen=True)
class _Tools:
    fetcher: Any
    fonts: Any
    style_sheet: Any


@lru_cache(maxsize=1)
def _tools() -> _Tools:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Serves data: addresses and what lies beside the letter templates."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and not _is_own_file(url):
                raise FatalURLFetchingError("a document may use our own files only")
            return super().fetch(url, headers)

    fetcher = OwnFiles(allowed_protocols={"file", "data"}, allow_redirects=False)
    fonts = FontConfiguration()
    style_sheet = CSS(filename=str(_LETTERS / "letter.css"), font_config=fonts, url_fetcher=fetcher)
    # Left to the very end, the fonts' own clean-up finds its libraries gone and complains.
    atexit.register(_tools.cache_clear)
    return _Tools(fetcher, fonts, style_sheet)


def _is_own_file(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        return False
    return Path(url2pathname(parts.path)).resolve().is_relative_to(_LETTERS.resolve())


def _name_pdfua(metadata: Any) -> None:
    for prefix, uri in PDFA.items():
        ET.register_namespace(prefix, uri)
    original = metadata.generate_rdf_metadata

    def generate(variant: str, version: str, conformance: str) -> bytes:
        root = ET.fromstring(original(variant, version, conformance))  # nosec B314  # noqa: S314 (our own XML)
        description = ET.SubElement(root, f"{{{RDF}}}Description")
        description.set(f"{{{RDF}}}about", "")
        ET.SubElement(description, f"{{{PDFUA}}}part").text = "1"
        root.append(ET.fromstring(_PDFUA_SCHEMA))  # nosec B314  # noqa: S314 (our own XML)
        xml: bytes = ET.tostring(root, encoding="utf-8")
        return xml

    metadata.generate_rdf_metadata = generate
