"""The letters of a decision: who is told what, in which words, and as which PDF."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from decisions.enums import Hearing, LetterStatus, Recipient
from decisions.letters import decision_fragment, decision_json, grouped_code, letter_html
from decisions.letters.texts import TEXT_VERSION, TEXTS, texts
from decisions.models import Decision, Letter, LetterEvent
from decisions.services import deciding
from decisions.services.issuing import issue_letters
from klas.pdf import render
from motivations.enums import Outcome
from tests import factories
from tests.klas.pdf_reading import embedded_of, opened, pages_of, tags_of, text_of

pytestmark = pytest.mark.django_db

YEAR = {"valid_from": date(2026, 11, 20), "valid_to": date(2027, 11, 19)}
LONG = "Effekten är inte visad i tillräcklig omfattning vid den sökta indikationen. " * 12


def letters_of(outcome: Outcome, **facts: Any) -> dict[str, Letter]:
    """The issued letters of a decided case, by recipient."""
    case = factories.decided(outcome, **facts)
    issue_letters()
    return {letter.recipient: letter for letter in Letter.objects.filter(case=case)}


def texts_of(outcome: Outcome, **facts: Any) -> dict[str, str]:
    letters = letters_of(outcome, **facts)
    return {recipient: text_of(bytes(letter.pdf)) for recipient, letter in letters.items()}


def test_the_pharmacy_reads_what_it_may_sell_to_whom_how_much_and_how_long() -> None:
    letter = letters_of(Outcome.GRANTED, **YEAR)[Recipient.PHARMACY]
    text = text_of(bytes(letter.pdf))
    for said in (
        "Beslut om licens",
        "Läkemedelsverket beviljar licens.",
        letter.case.dnr,
        "Ospolot",
        "sultiam",
        "filmdragerad tablett",
        "50 mg",
        "Desitin Arzneimittel",
        "Tyskland",
        "6005.00.00",
        "Vera Provpatient, 19570428-9999",
        letter.decision.licence.number,
        "730 tabletter",
        "20 november 2026 till och med 19 november 2027",
        "Mot recept, på valfritt öppenvårdsapotek",
        grouped_code(letter.code),
    ):
        assert said in text
    for line in letter.address:
        assert line in text
    assert "överklaga" not in text.lower()
    assert len(pages_of(bytes(letter.pdf))) == 1


def test_the_letter_is_electronic_for_the_pharmacy_and_posted_to_the_prescriber() -> None:
    letters = letters_of(Outcome.REJECTED)
    assert letters[Recipient.PHARMACY].status == LetterStatus.DELIVERED
    assert letters[Recipient.PRESCRIBER].status == LetterStatus.ISSUED
    actions = LetterEvent.objects.filter(subject=letters[Recipient.PHARMACY])
    assert [event.action for event in actions] == ["issue", "deliver"]


def test_a_rejection_tells_why_who_decided_and_how_to_appeal() -> None:
    letter = letters_of(Outcome.REJECTED, hearing=Hearing.HEARD)[Recipient.PHARMACY]
    text = text_of(bytes(letter.pdf))
    decision = letter.decision
    for said in (
        "Läkemedelsverket avslår ansökan om licens.",
        "Behovet är inte visat.",
        "HSLF-FS 2018:25 5 §",
        "Apoteket har fått del av det som talar emot",
        f"Beslutet har fattats av {decision.decided_by.user.name} (beslutsfattare)",
        f"{decision.proposed_by.user.name} (handläggare) har varit föredragande",
        "Så överklagar apoteket",
        "förvaltningsrätten",
        "inom tre veckor från den dag då apoteket fick del av beslutet",
        f"diarienummer {letter.case.dnr}",
        "medicinskt underlag",
    ):
        assert said in text
    assert "Licensnummer" not in text


def test_an_exception_from_hearing_is_told_with_its_reason() -> None:
    text = texts_of(
        Outcome.REJECTED, hearing=Hearing.EXCEPTION, hearing_text="Beslutet kan inte vänta."
    )[Recipient.PHARMACY]
    assert "Skälet är: Beslutet kan inte vänta." in text


def test_a_reservation_is_written_out_to_both_and_can_be_appealed() -> None:
    both = texts_of(Outcome.GRANTED_WITH_RESERVATION, conditions="EKG före start.")
    for text in both.values():
        assert "Gäller under uppföljning var tredje månad." in text
        assert "EKG före start." in text
    assert "Så överklagar apoteket" in both[Recipient.PHARMACY]
    assert "beviljats med förbehåll" in both[Recipient.PRESCRIBER]


def test_the_prescriber_is_told_of_a_rejection_and_what_can_be_done() -> None:
    letter = letters_of(Outcome.REJECTED)[Recipient.PRESCRIBER]
    text = text_of(bytes(letter.pdf))
    motivation = letter.case.application.motivation
    for said in (
        "Ansökan om licens har avslagits",
        motivation.reference,
        motivation.author.user.name,
        "Sjukhusvägen 1",
        "751 85 Uppsala",
        "Behovet är inte visat.",
        "Det är apoteket som kan överklaga. Hur det går till står i apotekets beslut.",
        "medicinskt underlag från dig",
        "ny licensmotivering",
        "018-17 46 60",
    ):
        assert said in text
    assert "inom tre veckor" not in text


def test_special_information_reaches_the_prescriber_of_a_granted_licence() -> None:
    both = texts_of(Outcome.GRANTED, special_information="Följ leverfunktionen.")
    assert "Följ leverfunktionen." in both[Recipient.PRESCRIBER]
    assert "Information om en beviljad licens" in both[Recipient.PRESCRIBER]
    assert "Följ leverfunktionen." in both[Recipient.PHARMACY]


def test_a_plain_grant_writes_to_nobody_but_the_pharmacy() -> None:
    assert list(letters_of(Outcome.GRANTED)) == [Recipient.PHARMACY]


def test_special_information_rides_along_in_a_rejection() -> None:
    both = texts_of(Outcome.REJECTED, special_information="Se behandlingsrekommendationen.")
    assert "Se behandlingsrekommendationen." in both[Recipient.PRESCRIBER]


def test_the_decision_travels_as_data_in_the_pharmacys_letter_only() -> None:
    letters = letters_of(Outcome.GRANTED_WITH_RESERVATION, **YEAR)
    letter = letters[Recipient.PHARMACY]
    with opened(bytes(letter.pdf)) as pdf:
        content = embedded_of(pdf)["beslut.json"].decode()
    data = json.loads(content)
    assert list(data) == sorted(data)
    assert data["dnr"] == letter.case.dnr
    assert data["outcome"] == "granted_with_reservation"
    assert data["subject"] == "Vera Provpatient, 19570428-9999"
    assert (data["quantity"], data["unit"]) == ("730", "tablet")
    assert (data["valid_from"], data["valid_to"]) == ("2026-11-20", "2027-11-19")
    assert data["licence"] == letter.decision.licence.number
    assert data["product"]["mah"] == "Desitin Arzneimittel"
    assert data["decided_by"] == letter.decision.decided_by.user.name
    assert data["code"] == letter.code
    with opened(bytes(letters[Recipient.PRESCRIBER].pdf)) as pdf:
        assert embedded_of(pdf) == {}


def test_a_rejection_as_data_has_no_licence() -> None:
    letter = letters_of(Outcome.REJECTED)[Recipient.PHARMACY]
    file = decision_json(letter)
    assert file is not None
    data = json.loads(file.content)
    assert (data["licence"], data["quantity"], data["valid_from"]) == (None, None, None)


def test_headings_come_in_order_and_tables_have_captions() -> None:
    for letter in letters_of(Outcome.REJECTED).values():
        with opened(bytes(letter.pdf)) as pdf:
            tags = tags_of(pdf)
        headings = [tag for tag in tags if re.fullmatch(r"H\d", tag)]
        assert headings[0] == "H1"
        assert set(headings[1:]) == {"H2"}
        assert tags.count("Caption") == tags.count("Table") > 0
        assert tags.count("TH") == tags.count("TR") == tags.count("TD")


def test_titles_name_the_case_and_nobody() -> None:
    for letter in letters_of(Outcome.REJECTED).values():
        with opened(bytes(letter.pdf)) as pdf:
            title = str(pdf.docinfo["/Title"])
        assert letter.case.dnr in title
        assert "Vera" not in title


def test_long_reasons_run_over_pages_that_all_say_what_they_belong_to() -> None:
    letter = letters_of(Outcome.REJECTED, reasons="\n\n".join([LONG] * 8))[Recipient.PHARMACY]
    pages = pages_of(bytes(letter.pdf))
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"Sida {number} av {len(pages)}" in page
        assert letter.case.dnr in page
    assert "".join(pages).count("omfattning") == 8 * 12


def test_what_officers_write_is_text_and_never_markup() -> None:
    text = texts_of(Outcome.REJECTED, reasons="<b>x</b> & <script>y</script>")
    assert "<b>x</b> & <script>y</script>" in text[Recipient.PHARMACY]


def test_a_letter_is_swedish_and_the_same_whoever_asks_and_whenever() -> None:
    letter = letters_of(Outcome.GRANTED)[Recipient.PHARMACY]
    with translation.override("en"):
        again = render(letter_html(letter), embedded=decision_json(letter))
    assert again.sha256 == letter.sha256


def test_an_issued_letter_is_never_rendered_again() -> None:
    letters_of(Outcome.GRANTED)
    assert issue_letters() == 0


def test_one_letter_that_fails_does_not_stop_the_others() -> None:
    bad = factories.decided(Outcome.GRANTED)
    good = factories.decided(Outcome.GRANTED)
    Letter.objects.filter(case=bad).update(text_version="1900-01")
    assert issue_letters() == 1
    failed = Letter.objects.get(case=bad)
    assert (failed.status, failed.attempts, failed.last_error) == ("pending", 1, "LookupError")
    assert Letter.objects.get(case=good).status == LetterStatus.DELIVERED


def unsaved(outcome: Outcome = Outcome.GRANTED) -> Decision:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    return Decision(
        case=case,
        product=case.application.product,
        subject_line="Vera Provpatient, 19570428-9999",
        proposed_by=officer,
        **vars(factories.facts(outcome, **(YEAR if outcome == Outcome.GRANTED else {}))),
    )


def test_the_preview_of_a_decision_not_made_says_what_the_letter_will_say() -> None:
    decision = unsaved()
    fragment = decision_fragment(decision)
    assert "Läkemedelsverket beviljar licens." in fragment
    assert "20 november 2026 till och med 19 november 2027" in fragment
    assert "Sätts när beslutet är fattat" in fragment
    assert f"Beslutet föreslås av {decision.proposed_by.user.name}" in fragment
    assert "<h1" not in fragment


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(outcome: Outcome) -> None:
    decision = unsaved(Outcome.REJECTED)
    decision.outcome = outcome
    decision.reservation = "Förbehåll."
    decision.quantity, decision.unit = Decimal(1), "tablet"
    assert TEXTS[outcome.value][TEXT_VERSION] in decision_fragment(decision)


def test_preview_and_letter_are_the_same_text() -> None:
    letter = letters_of(Outcome.REJECTED)[Recipient.PHARMACY]
    decision = deciding.proposal(letter.case)
    assert decision_fragment(decision) in letter_html(letter)


def test_an_old_letter_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {**TEXTS, "granted": {**TEXTS["granted"], "2027-03": "Nya ord."}}
    monkeypatch.setattr("decisions.letters.texts.TEXTS", newer)
    assert texts("2026-11")["granted"] == TEXTS["granted"]["2026-11"]
    assert texts("2027-01")["granted"] == TEXTS["granted"]["2026-11"]
    assert texts("2027-03")["granted"] == "Nya ord."
    with pytest.raises(LookupError, match="2020-01"):
        texts("2020-01")


def test_every_text_has_a_wording_in_the_version_in_use() -> None:
    assert set(texts(TEXT_VERSION)) == set(TEXTS)
    for wording in texts(TEXT_VERSION).values():
        assert "vänligen" not in wording.lower()
        assert "ogiltig" not in wording.lower()
