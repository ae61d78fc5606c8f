"""The slip to take home: large type, what to do next, and nothing about anybody."""

from typing import Any

import pypdfium2
import pytest
import segno
from django.conf import settings
from django.urls import resolve, reverse
from django.utils import translation

from accounts.models import Assignment
from klas.pdf import render
from klas.what_now import READERS
from motivations.enums import Audience, LicenceKind
from motivations.kinds import KINDS
from motivations.letters import document_html, what_now_address
from motivations.models import Motivation, MotivationDocument
from motivations.queries import current_version
from motivations.reading import for_document
from motivations.services.issuing import issue_documents
from tests import factories, kinds
from tests.applications.test_secrecy import PLANTED
from tests.conftest import ActingClient
from tests.klas.pdf_reading import opened, pages_of, tags_of
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db


def slip_of(motivation: Motivation) -> MotivationDocument:
    issue_documents()
    return MotivationDocument.objects.get(version__motivation=motivation, audience=Audience.PATIENT)


def leaves(answers: Any) -> list[str]:
    """Every text of some answers."""
    if isinstance(answers, dict):
        return [text for value in answers.values() for text in leaves(value)]
    if isinstance(answers, list):
        return [text for value in answers for text in leaves(value)]
    return [str(answers)]


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_holds_nothing_that_was_answered_but_the_name_of_the_medicine(kind: LicenceKind) -> None:
    planted = {**PLANTED, "hantering": {**PLANTED["hantering"], "message": "Zyxmeddelande"}}
    sent = kinds.sent(kind, **planted)
    (page,) = pages_of(bytes(slip_of(sent).pdf))
    said = for_document(current_version(sent), clinical=True)
    medicine = said.pop("lakemedel")
    assert medicine["name"] in page
    for text in [*leaves(said), medicine["strength"], medicine["mah"], medicine["form"]]:
        if len(text) > 3:
            assert text not in page, text
    assert "zyx" not in page.lower()
    for value in (sent.subject_label, sent.author.user.name, sent.author.unit_name):
        assert value not in page


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_says_what_to_do_next_on_one_page(kind: LicenceKind) -> None:
    sent = kinds.sent(kind)
    (page,) = pages_of(bytes(slip_of(sent).pdf))
    words = KINDS[kind].words.take_home
    for said in (
        sent.reference,
        str(words.title),
        str(words.fetch),
        "Kontakta ett apotek. Det går bra med vilket apotek som helst.",
        "Om ärendet och leveransen: apoteket.",
        f"Om behandlingen: {words.treatment}",
    ):
        assert said in page


def test_names_the_pharmacy_that_was_chosen() -> None:
    pharmacy = factories.PharmacyFactory(name="Apoteket Svanen", city="Provsund")
    (page,) = pages_of(
        bytes(slip_of(factories.motivation(hantering={"pharmacy": pharmacy.gln})).pdf)
    )
    assert "Kontakta Apoteket Svanen, Provsund. Det går också bra med ett annat apotek." in page


def test_is_tagged_swedish_and_the_same_each_time() -> None:
    slip = slip_of(factories.motivation())
    with translation.override("en"):
        assert render(document_html(slip)).sha256 == slip.sha256
    with opened(bytes(slip.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert "Lapp till apoteket" in str(pdf.docinfo["/Title"])
        tags = tags_of(pdf)
    assert tags.count("H1") == 1
    assert tags.count("H2") == 2
    assert tags.count("LI") == 4
    assert "Figure" in tags


def test_is_in_large_type() -> None:
    """At least 14 points, but for the line at the foot of the page."""
    document = pypdfium2.PdfDocument(bytes(slip_of(factories.motivation()).pdf))
    text = document[0].get_textpage()
    low = 20 / 25.4 * 72
    sizes = [
        pypdfium2.raw.FPDFText_GetFontSize(text.raw, index) * text_scale(text, index)
        for index in range(text.count_chars())
        if text.get_charbox(index)[1] > low and text.get_text_range(index, 1).strip()
    ]
    text.close()
    document.close()
    assert len(sizes) > 300
    assert min(sizes) >= 14
    assert max(sizes) >= 36


def text_scale(text: Any, index: int) -> float:
    """How much a character's own matrix enlarges its font size."""
    matrix = pypdfium2.raw.FS_MATRIX()
    assert pypdfium2.raw.FPDFText_GetMatrix(text.raw, index, matrix)
    return abs(float(matrix.d))


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_the_code_leads_to_the_public_page_and_carries_no_data(kind: LicenceKind) -> None:
    sent = kinds.sent(kind)
    reader = KINDS[kind].words.take_home.reader
    address = what_now_address(reader)
    assert reader in READERS
    assert address == f"{settings.BASE_URL}/vad-hander-nu/{reader}/"
    assert resolve(address.removeprefix(settings.BASE_URL)).view_name == "what_now_for"
    slip = slip_of(sent)
    assert modules_of(bytes(slip.pdf)) == [
        [bool(module) for module in row] for row in segno.make(address, error="m").matrix
    ]
    assert address in pages_of(bytes(slip.pdf))[0].replace(" ", "")


def modules_of(content: bytes) -> list[list[bool]]:
    """The code on the page as it is seen: its dark and light modules, row by row."""
    document = pypdfium2.PdfDocument(content)
    scale = 8
    page = document[0].render(scale=scale).to_pil().convert("L")
    document.close()
    width, height = page.size
    # The code stands at the left margin below the fold: the tallest run of lines with ink there.
    left = page.crop((0, 0, int(width * 0.27), height)).point(lambda value: 255 * (value < 128))
    runs: list[list[int]] = [[]]
    for y in range(height // 2, height):
        if left.crop((0, y, left.size[0], y + 1)).getbbox():
            runs[-1].append(y)
        elif runs[-1]:
            runs.append([])
    tallest = max(runs, key=len)
    top, bottom = tallest[0], tallest[-1] + 1
    box = left.crop((0, top, left.size[0], bottom)).getbbox()
    assert box is not None
    code = page.crop((box[0], top, box[2], bottom))
    assert abs(code.size[0] - code.size[1]) <= 2, f"no square: {code.size}"
    # Seven modules make the side of a finder pattern; its first dark run ends there.
    row = [code.getpixel((x, 2)) < 128 for x in range(code.size[0])]
    module = row.index(False) / 7
    count = round(code.size[0] / module)
    step = code.size[0] / count
    return [
        [code.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128 for x in range(count)]
        for y in range(count)
    ]


class TestOpening:
    def test_receipt_and_status_page_link_to_it_in_the_words_of_the_kind(self, acting: Any) -> None:
        for kind, words in (
            (LicenceKind.INDIVIDUAL, "Lapp till patienten (PDF)"),
            (LicenceKind.GENERAL, "Lapp till vårdenheterna (PDF)"),
            (LicenceKind.VETERINARY, "Lapp till djurägaren (PDF)"),
            (LicenceKind.PREPAREDNESS, "Lapp till organisationen (PDF)"),
        ):
            sent = kinds.sent(kind)
            slip = reverse("motivations:slip", args=[sent.pk])
            for name in ("detail", "receipt"):
                page = Page(acting(sent.author).get(reverse(f"motivations:{name}", args=[sent.pk])))
                assert words in page
                assert slip in page.html

    def test_gives_the_pdf(self, doctor: Assignment, browser: ActingClient) -> None:
        sent = factories.motivation(by=doctor)
        address = reverse("motivations:slip", args=[sent.pk])
        assert browser.get(address).status_code == 202
        slip = slip_of(sent)
        response = browser.get(address)
        assert response.content == bytes(slip.pdf)
        assert response["Content-Disposition"] == f'inline; filename="{sent.reference}-lapp.pdf"'

    def test_a_draft_has_none(self, doctor: Assignment, browser: ActingClient) -> None:
        draft = factories.draft(by=doctor)
        assert browser.get(reverse("motivations:slip", args=[draft.pk])).status_code == 404
