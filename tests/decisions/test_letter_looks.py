"""How every letter looks and is built: golden pictures, the envelope's window, PDF structure."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from decisions.enums import LetterReason
from decisions.letters import letter_html
from decisions.models import Letter
from decisions.services.issuing import draw
from klas import clock
from klas.pdf import RenderedPdf, render
from tests.decisions.letter_samples import MOMENT, SAMPLES, sample
from tests.klas.pdf_reading import PDFA, PDFUA, fonts_of, opened, tags_of, text_of, xmp
from tests.klas.pictures import demand_same_picture, differing, pictures_of

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden" / "letters"
POINTS = 72 / 25.4
# Millimetres from the sheet's upper left corner: left, top, right, bottom.
ADDRESS = (124.5, 44.5, 193.5, 72.5)
# What a window can show of the sheet, however it slides.
CLEAR = (105.0, 25.0, 210.0, 79.0)


@pytest.fixture(autouse=True)
def _address_of_the_service(settings: Any) -> None:
    settings.BASE_URL = "https://klas.example"


def rendered(letter: Letter) -> RenderedPdf:
    drawn = draw(letter)
    return render(drawn.html, embedded=drawn.embedded)


def boxes_of(pdf: bytes, page_number: int = 0) -> list[tuple[str, tuple[float, ...]]]:
    """The lines of text on a page, with where they stand in millimetres from above."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_number]
    height, text_page, found = page.get_height(), page.get_textpage(), []
    for index in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(index)
        box = (left, height - top, right, height - bottom)
        text = text_page.get_text_bounded(left, bottom, right, top).strip()
        found.append((text, tuple(side / POINTS for side in box)))
    text_page.close()
    page.close()
    document.close()
    return [one for one in found if one[0]]


def inside(box: tuple[float, ...], zone: tuple[float, ...]) -> bool:
    return box[0] >= zone[0] and box[1] >= zone[1] and box[2] <= zone[2] and box[3] <= zone[3]


def touches(box: tuple[float, ...], zone: tuple[float, ...]) -> bool:
    return box[0] < zone[2] and box[2] > zone[0] and box[1] < zone[3] and box[3] > zone[1]


def test_every_reason_for_a_letter_has_a_picture() -> None:
    with clock.at(MOMENT):
        assert {make().reason for make in SAMPLES.values()} == set(LetterReason)


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_letter_looks_as_it_did_and_is_built_right(name: str) -> None:
    letter = sample(name)
    content = rendered(letter).content
    for number, page in enumerate(pictures_of(content)[:2], start=1):
        demand_same_picture(page, GOLDEN / f"{name}-{number}.png")
    demand_address_in_window(letter, content)
    demand_structure(content)


def demand_address_in_window(letter: Letter, content: bytes) -> None:
    """The whole address shows in the envelope's window, and nothing else can come there."""
    there = [(text, box) for text, box in boxes_of(content) if touches(box, CLEAR)]
    shown = " ".join(" ".join(text.split()) for text, _box in there)
    assert shown == " ".join(" ".join(letter.address).split())
    for text, box in there:
        assert inside(box, ADDRESS), (text, box)


def demand_structure(content: bytes) -> None:
    """What an archive and a screen reader ask for, of every letter."""
    with opened(content) as pdf:
        properties, tags = xmp(pdf), tags_of(pdf)
        assert (properties[f"{PDFA}part"], properties[f"{PDFA}conformance"]) == ("3", "A")
        assert properties[f"{PDFUA}part"] == "1"
        assert str(pdf.Root.Lang) == "sv"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"])
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts_of(pdf))
        headings = [tag for tag in tags if tag in {"H1", "H2", "H3"}]
        assert headings.count("H1") == 1
        assert headings[0] == "H1"
        assert tags.count("Caption") == tags.count("Table")
        assert tags.count("TR") == tags.count("TH")  # each row has its header
        assert tags.count("Figure") == 1  # the QR code
    text = text_of(content)
    order = ["Läkemedelsverket", "Diarienummer", "Är brevet äkta?", "kontrollkod"]
    assert [text.find(words) for words in order] == sorted(text.find(words) for words in order)


LONG_ADDRESSES = [
    [
        "Anna-Karin von Andersson Långstrumpsdotter",
        "Kliniken för barn- och ungdomsneurologi",
        "Region Jönköpings län, Höglandssjukhuset",
        "Storgatan 1 B, uppgång 14, plan 3",
        "575 81 Eksjö",
    ],
    ["Person Provsson", "Mottagningen", "Sjukhuset", "Regionen", "Box 1", "Gatan 1", "123 45 X"],
    ["P", "752 20 Uppsala"],
]  # fmt: skip


@pytest.mark.parametrize("address", LONG_ADDRESSES)
def test_the_longest_address_shows_in_the_window(address: list[str]) -> None:
    letter = sample("prescriber_supplement")
    letter.address = address
    demand_address_in_window(letter, rendered(letter).content)


def test_a_line_more_or_a_word_moved_is_seen_in_the_pictures() -> None:
    letter = sample("pharmacy_delay")
    before = pictures_of(render(letter_html(letter)).content)[0]
    letter.facts = {**letter.facts, "reason": "Vi väntar på ett annat intyg."}
    after = pictures_of(render(letter_html(letter)).content)[0]
    assert differing(before, before) == 0
    assert differing(after, before) > 0.0005
