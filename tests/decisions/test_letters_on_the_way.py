"""The letters about how a matter goes: delay, injunction, appeal received."""

from datetime import date
from typing import Any

import pytest

from decisions.enums import LetterReason, LetterStatus, Recipient
from decisions.letters import appeal_received, delay, injunction
from decisions.models import Letter
from decisions.services.issuing import issue_letters
from decisions.services.ordering import order
from tests import factories
from tests.klas.pdf_reading import text_of

pytestmark = pytest.mark.django_db

DAY, LATER = date(2026, 11, 20), date(2026, 12, 4)


def issued(to: Recipient, reason: LetterReason, facts: dict[str, Any]) -> Letter:
    case = factories.case(taken_by=factories.AssignmentFactory())
    letter = order(case, to=to, reason=reason, about=case, facts=facts)
    assert issue_letters() == 1
    letter.refresh_from_db()
    return letter


def text(letter: Letter) -> str:
    return text_of(bytes(letter.pdf or b""))


def test_a_delay_tells_the_pharmacy_why_and_until_when() -> None:
    facts = delay.facts(reason="Vi väntar på tillverkaren.", expected_on=LATER, told_on=DAY)
    letter = issued(Recipient.PHARMACY, LetterReason.DELAY, facts)
    said = text(letter)
    for words in (
        "Beslutet dröjer",
        "20 november 2026",
        "besluta senast den 4 december 2026",
        "Vi väntar på tillverkaren.",
        "Ospolot",
        letter.case.application.motivation.reference or "",
        letter.case.dnr,
    ):
        assert words in said
    assert "Vera" not in said
    assert letter.status == LetterStatus.DELIVERED


def test_an_injunction_says_what_to_send_until_when_and_what_happens_otherwise() -> None:
    letter = issued(Recipient.PHARMACY, LetterReason.INJUNCTION, injunction.EXAMPLE)
    said = text(letter)
    for words in (
        "Vilken tillverkare har satsen?",
        "Bifoga GMP-certifikatet.",
        "senast den 4 december 2026",
        "kan Läkemedelsverket avvisa ansökan",
        "Föreläggandet har beslutats av Eva Exempel (handläggare).",
        "förelägger er",
    ):
        assert words in said
    assert letter.address[0] in said
    assert letter.status == LetterStatus.DELIVERED


@pytest.mark.parametrize(
    ("in_time", "says", "says_not"),
    [
        (True, "prövar nu om beslutet ska ändras", "avvisas"),
        (False, "kommer in för sent avvisas", "prövar nu"),
    ],
)
def test_the_pharmacy_is_told_that_its_appeal_came_in(
    in_time: bool, says: str, says_not: str
) -> None:
    facts = appeal_received.facts(received_on=DAY, in_time=in_time, decision_dnr="5.8.1-2026-17")
    said = text(issued(Recipient.PHARMACY, LetterReason.APPEAL_RECEIVED, facts))
    assert "beslutet i ärende 5.8.1-2026-17 kom in till Läkemedelsverket den 20 november" in said
    assert says in said
    assert says_not not in said
