"""Pages of files as pictures: bounded in size, in time and in number at once."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from klas import page_pictures
from klas.page_pictures import HEIGHT, PDF, WIDTH, Busy, Failed, count_pages, draw, page_picture
from tests.klas.test_uploads import pdf_with, picture, saved


def drawn(content: bytes, content_type: str = PDF, number: int = 1) -> Image.Image:
    image = Image.open(BytesIO(draw(content, content_type, str(number))))
    image.load()
    assert image.format == "PNG"
    assert image.width <= WIDTH + 2
    assert image.height <= HEIGHT + 2
    return image


def sheet(width: float, height: float) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(width, height))
        return saved(pdf)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((595, 842), (1200, 1698)),
        ((842, 595), (1200, 848)),
        ((200, 100), (600, 300)),
        ((14_400, 14_400), (1200, 1200)),
        ((3, 14_400), (1, 1700)),
    ],
)
def test_a_page_is_as_large_as_can_be_read_and_never_larger(
    size: tuple[float, float], expected: tuple[int, int]
) -> None:
    image = drawn(sheet(*size))
    assert abs(image.width - 2 - expected[0]) <= 1
    assert abs(image.height - 2 - expected[1]) <= 1


def test_each_page_shows_what_is_on_it() -> None:
    with pikepdf.open(BytesIO(pdf_with(pages=2))) as pdf:
        pdf.pages[1].obj.Contents = pdf.make_stream(b"")
        content = saved(pdf)
    assert count_pages(content, PDF) == 2
    written, empty = (drawn(content, number=number).convert("L") for number in (1, 2))
    inside = (1, 1, empty.width - 1, empty.height - 1)  # of the frame
    darkest = [page.crop(inside).getextrema()[0] for page in (written, empty)]
    assert darkest[0] < 50
    assert darkest[1] == 255


@pytest.mark.parametrize(
    ("format_", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")]
)
def test_pictures_are_one_page_and_made_smaller(format_: str, content_type: str) -> None:
    content = picture(format_, size=(4_000, 1_000))
    assert count_pages(content, content_type) == 1
    assert drawn(content, content_type).size == (1202, 302)
    small = picture(format_, size=(40, 30))
    assert drawn(small, content_type).size == (42, 32)


def test_what_is_transparent_is_white() -> None:
    content = BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(content, "PNG")
    assert drawn(content.getvalue(), "image/png").getpixel((20, 15)) == (255, 255, 255)


def test_it_is_drawn_in_a_process_of_its_own() -> None:
    with Image.open(BytesIO(page_picture(pdf_with(), PDF, 1))) as image:
        assert image.format == "PNG"
    with pytest.raises(Failed):
        page_picture(b"%PDF-1.7 nej", PDF, 1)


def test_only_a_few_are_drawn_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pictures, "_PATIENCE", 0.01)
    content = pdf_with()
    slots = page_pictures._AT_ONCE
    assert slots.acquire(blocking=False)
    try:
        assert page_picture(content, PDF, 1)
        assert slots.acquire(blocking=False)
        try:
            with pytest.raises(Busy):
                page_picture(content, PDF, 1)
        finally:
            slots.release()
    finally:
        slots.release()
    with pytest.raises(Failed):
        page_picture(b"nej", PDF, 1)
    assert page_picture(content, PDF, 1), "a failure frees its place"
