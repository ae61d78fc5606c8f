"""Many documents in one PDF: each page says where in the file it is, each part is bookmarked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from itertools import accumulate

import pikepdf
from PIL import Image

from klas.pdf import RenderedPdf

# Points: A4, and the margin that a picture leaves.
_A4 = (595.28, 841.89)
_MARGIN = 36
_BESIDE = ("/Metadata", "/PieceInfo", "/AF", "/AA", "/StructParents")


@dataclass(frozen=True)
class Part:
    """One document of a file, as PDF, with its day and what is to be known of it in a line."""

    title: str
    on: date
    pdf: bytes
    details: str = ""

    @cached_property
    def pages(self) -> int:
        return count_pages(self.pdf)


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def text_of(pdf: bytes) -> str:
    """All text on the pages of a PDF that we have made or rebuilt."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        text_page = page.get_textpage()
        found.append(text_page.get_text_bounded())
        text_page.close()
        page.close()
    document.close()
    return "\n".join(found)


def first_pages(parts: Sequence[Part], *, after: int) -> list[int]:
    """The page of a file on which each part begins, when `after` pages come before them."""
    return list(accumulate((part.pages for part in parts), initial=after + 1))[: len(parts)]


def as_pdf(content: bytes, content_type: str) -> bytes:
    """An uploaded file as PDF: a picture becomes a page of A4, a PDF stays as it is."""
    if content_type == "application/pdf":
        return content
    drawn = BytesIO()
    with Image.open(BytesIO(content)) as picture:
        # Transparent becomes white.
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture.convert("RGBA"), mask=picture.convert("RGBA").getchannel("A"))
        flat.save(drawn, "PDF")
    width, height = _A4
    with pikepdf.open(drawn) as source, pikepdf.new() as made:
        page = made.add_blank_page(page_size=_A4)
        room = pikepdf.Rectangle(_MARGIN, _MARGIN, width - _MARGIN, height - _MARGIN)
        page.add_overlay(source.pages[0], room)
        return _saved(made)


def bound(parts: Sequence[Part], *, name: str) -> RenderedPdf:
    """Documents put together in order. The same documents give the same bytes.

    Args:
        name: what stands on each page before its number: a dnr. Latin letters only.
    """
    total = sum(part.pages for part in parts)
    number = 0
    with pikepdf.new() as made:
        bookmarks = []
        for place, part in enumerate(parts):
            bookmarks.append(pikepdf.OutlineItem(part.title, number))
            with pikepdf.open(BytesIO(part.pdf)) as source:
                made.pages.extend(source.pages)
            for page in made.pages[number:]:
                number += 1
                for key in _BESIDE:
                    # What a page carries beside what it shows: nobody has read that.
                    if key in page.obj:
                        del page.obj[key]
                part_words = f", handling {place}" if place else ""
                _stamp(page, f"{name}{part_words}, sida {number} av {total}")
        with made.open_outline() as outline:
            outline.root.extend(bookmarks)
        content = _saved(made)
    return RenderedPdf(content, hashlib.sha256(content).hexdigest())


def _stamp(page: pikepdf.Page, text: str) -> None:
    """Write a line at the top right of a page, on white."""
    wide, high = 4.6 * len(text) + 8, 14
    with pikepdf.new() as scratch:
        stamp = scratch.add_blank_page(page_size=(wide, high))
        stamp.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
            )
        )
        words = text.encode("cp1252", "replace").replace(b"(", b"\\(").replace(b")", b"\\)")
        stamp.Contents = scratch.make_stream(
            b"1 g 0 0 %d %d re f 0 g BT /F1 9 Tf 4 4 Td (%s) Tj ET" % (wide, high, words)
        )
        right, top = (float(side) for side in list(page.trimbox)[2:])
        room = pikepdf.Rectangle(right - wide - 20, top - high - 12, right - 20, top - 12)
        page.add_overlay(stamp, room)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    written = BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()
