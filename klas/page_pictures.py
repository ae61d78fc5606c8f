"""Pages of a stored file as pictures, to look at without opening the file itself.

Drawn apart (`klas.apart`), a few at a time: PDFium runs on one thread only, and a page can hold
more than anybody should wait for. Imports no Django where the drawing is done: it starts quickly.
"""

import threading
from io import BytesIO
from typing import TYPE_CHECKING

from klas.apart import Failed, Interrupted, apart

if TYPE_CHECKING:
    from PIL.Image import Image

PDF = "application/pdf"
# Pixels; A4 at 140 dots per inch.
WIDTH, HEIGHT = 1_200, 1_700
_LARGEST_SCALE = 3.0
_SECONDS, _MEMORY = 10, 1_500_000_000
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE = 5
_FRAME = (177, 180, 182)


class Busy(RuntimeError):
    """Too many pages are being drawn just now."""


def count_pages(content: bytes, content_type: str) -> int:
    """How many pages a stored file has; a picture is one."""
    import pikepdf

    if content_type != PDF:
        return 1
    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def page_picture(content: bytes, content_type: str, number: int) -> bytes:
    """One page as PNG, at most `WIDTH` × `HEIGHT` pixels and its frame.

    Args:
        number: from 1.

    Raises:
        Busy: too many are being drawn.
        Failed, Interrupted: the page cannot be drawn within the limits, or not just now.
    """
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        return apart(
            f"{__name__}:draw",
            content,
            content_type,
            str(number),
            seconds=_SECONDS,
            memory=_MEMORY,
        )
    finally:
        _AT_ONCE.release()


def draw(content: bytes, content_type: str, number: str) -> bytes:
    """The work itself; called in the process of its own."""
    from PIL import Image, ImageOps

    if content_type == PDF:
        picture = _drawn_page(content, int(number) - 1)
    else:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as stored:
            stored.draft("RGB", (WIDTH * 2, HEIGHT * 2))
            ground = Image.new("RGBA", stored.size, "white")
            ground.alpha_composite(stored.convert("RGBA"))
            picture = ground.convert("RGB")
    picture.thumbnail((WIDTH, HEIGHT))
    out = BytesIO()
    # A page is as white as what lies around it.
    ImageOps.expand(picture, border=1, fill=_FRAME).save(out, "PNG")
    return out.getvalue()


def _drawn_page(content: bytes, index: int) -> "Image":
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    page = document[index]
    width, height = page.get_size()
    scale = min(_LARGEST_SCALE, WIDTH / max(width, 1), HEIGHT / max(height, 1))
    drawn: Image = page.render(scale=scale).to_pil().convert("RGB")
    return drawn


__all__ = ["Busy", "Failed", "Interrupted", "count_pages", "page_picture"]
