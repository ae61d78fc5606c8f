"""PDF pages as pictures, compared with those that were looked at and kept."""

import os
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

DOTS_PER_INCH = 60
# A pixel differs when its grey does by more than this; and so large a part of them may.
_GREY, _MAY_DIFFER = 48, 0.0005


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Each page in grey, small."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        pages.append(page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil().convert("L"))
        page.close()
    document.close()
    return pages


def demand_same_picture(page: Image.Image, golden: Path) -> None:
    """Compare a page with the picture that was kept; keep it anew when KLAS_GOLDEN=1.

    Raises:
        AssertionError: they differ, and where the two and their difference can be looked at.
    """
    if os.environ.get("KLAS_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        rounded(page).quantize(16).save(golden, "PNG", optimize=True)
        return
    assert golden.exists(), f"no picture {golden.name}: make golden, look at it, commit it"
    with Image.open(golden) as kept:
        expected = kept.convert("L")
    difference = differing(page, expected)
    if difference <= _MAY_DIFFER:
        return
    folder = Path(tempfile.mkdtemp(prefix="klas-golden-"))
    wide = Image.new("L", (expected.width + page.width, max(expected.height, page.height)), 128)
    wide.paste(expected, (0, 0))
    wide.paste(page, (expected.width, 0))
    wide.save(folder / golden.name)
    raise AssertionError(
        f"{golden.name}: {difference:.2%} of the pixels differ; kept and new side by side in "
        f"{folder}. Right all the same? make golden"
    )


def differing(one: Image.Image, other: Image.Image) -> float:
    """The part of the pixels that differ; pictures of different sizes differ in all."""
    if one.size != other.size:
        return 1.0
    histogram = ImageChops.difference(rounded(one), rounded(other)).histogram()
    return sum(histogram[_GREY:]) / (one.width * one.height)


def rounded(page: Image.Image) -> Image.Image:
    """A picture in the sixteen greys that are kept."""
    return page.point([grey // 16 * 17 for grey in range(256)])
