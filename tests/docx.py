"""Word documents, put together by hand: what is in them is what the test says."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DOCUMENT = f"{WORD}.document.main+xml"
MACRO_DOCUMENT = "application/vnd.ms-word.document.macroEnabled.main+xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def paragraph(text: str, style: str = "") -> str:
    """A paragraph; `style` is a style's id such as “Heading1”."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of plain cells."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def picture(relationship: str, how: str = "embed", alt: str = "") -> str:
    """A picture by its relationship; `how` is “embed” or “link”."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="b" descr="{alt}"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:{how}="{relationship}"/></pic:blipFill>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def link(relationship: str, text: str) -> str:
    """A paragraph that is a link to a relationship's target."""
    run = f"<w:r><w:t>{escape(text)}</w:t></w:r>"
    return f'<w:p><w:hyperlink r:id="{relationship}">{run}</w:hyperlink></w:p>'


def relationship(key: str, kind: str, target: str, *, external: bool = False) -> str:
    """One relationship of the document, e.g. `relationship("r1", "image", "media/1.png")`."""
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{escape(target)}"{mode}/>'


def docx(
    body: str = paragraph("Hej"),
    *,
    relationships: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    main_type: str = DOCUMENT,
    more_types: str = "",
    before_root: str = "",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A DOCX.

    Args:
        body: paragraphs and tables.
        relationships: of the document, from `relationship`.
        parts: more parts by name, or other content for those that are always there.
        before_root: stands between the XML declaration and the document.
    """
    contents: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{RELATIONSHIPS}+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="jpeg" ContentType="image/jpeg"/>'
            '<Default Extension="emf" ContentType="image/x-emf"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{more_types}'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONSHIPS}">'
            f"{relationship('d', 'officeDocument', 'word/document.xml')}</Relationships>"
        ),
        "word/document.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?>{before_root}'
            f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{RELATIONSHIPS}">{relationships}</Relationships>'
        ),
        **(parts or {}),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()
