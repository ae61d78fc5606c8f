"""A Word document becomes a PDF of our own: its text, headings, lists, tables and pictures.

Runs apart (`klas.apart`), started by the worker. Nothing is fetched: links lose their addresses,
pictures that are not in the document itself are left out, with a note in their place.
"""

import base64
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from klas.apart import apart
from klas.policy import policy

_MEMORY = 2_000_000_000
_TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "strong", "em", "u", "s", "sup", "sub",
    "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "hr", "img",
}  # fmt: skip
_ATTRIBUTES = {
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Word itself stops at 63 columns.
_MOST_SPANNED = {"colspan": 63, "rowspan": 1_000}
_PICTURE_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP")
_PICTURE_SIDE = 1_600


def word_to_pdf(content: bytes, *, created: datetime) -> bytes:
    """Make the PDF, in a process of its own.

    Args:
        content: a DOCX that `klas.word.check` has let through.
        created: when it was uploaded; the same document then gives the same bytes.

    Raises:
        apart.Failed: it cannot be made.
        apart.Interrupted: it was not made this time.
    """
    return apart(
        f"{__name__}:convert",
        content,
        created.isoformat(),
        seconds=policy.word_seconds,
        memory=_MEMORY,
    )


def convert(content: bytes, created: str) -> bytes:
    """The work itself; called in the process of its own."""
    if not settings.configured:
        settings.configure(BASE_DIR=Path(__file__).resolve().parent.parent, USE_I18N=False)
    import pikepdf

    from klas.pdf import document_time, render

    body = mark_safe(html_of(content))  # nosec B308 B703  # noqa: S308 - cleaned against our list
    page = format_html(
        '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Bilaga</title>'
        '<meta name="generator" content="KLAS">'
        '<meta name="dcterms.created" content="{0}"><meta name="dcterms.modified" content="{0}">'
        '</head><body class="word">{1}</body></html>',
        document_time(datetime.fromisoformat(created)),
        body,
    )
    made = render(page).content
    with pikepdf.open(BytesIO(made)) as pdf:
        if len(pdf.pages) > policy.attachment_max_pages:
            raise ValueError("too many pages")
    return made


def html_of(content: bytes) -> str:
    """The document's text, headings, lists, tables and pictures as HTML without anything else."""
    import mammoth
    import nh3

    found = mammoth.convert_to_html(
        BytesIO(content),
        convert_image=mammoth.images.img_element(_picture),
        style_map="br[type='page'] => hr",
        include_embedded_style_map=False,
        external_file_access=False,
    )
    return nh3.clean(
        found.value,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"data"},
        link_rel=None,
    )


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute in _MOST_SPANNED:
        return value if value.isdigit() and int(value) <= _MOST_SPANNED[attribute] else None
    if attribute == "src":
        return value if value.startswith(("data:image/png;base64,", "data:image/jpeg;")) else None
    return value


def _picture(image: Any) -> dict[str, str]:
    """A picture written anew, or words where it cannot be."""
    from PIL import Image, ImageOps

    from klas.uploads import MAX_PIXELS

    try:
        with image.open() as stored:
            content = stored.read()
        with Image.open(BytesIO(content), formats=_PICTURE_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            picture.verify()
        with Image.open(BytesIO(content), formats=_PICTURE_FORMATS) as picture:
            is_photograph = picture.format == "JPEG"
            fresh = ImageOps.exif_transpose(picture).convert("RGB" if is_photograph else "RGBA")
        fresh.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
        out = BytesIO()
        fresh.save(out, "JPEG" if is_photograph else "PNG")
    except (
        OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError,
        Image.DecompressionBombError, Image.DecompressionBombWarning,
    ):  # fmt: skip
        return {"alt": "[En bild i Word-dokumentet kunde inte tas med.]"}
    kind = "jpeg" if is_photograph else "png"
    return {
        "src": f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}",
        "alt": image.alt_text or "Bild utan beskrivning",
    }
