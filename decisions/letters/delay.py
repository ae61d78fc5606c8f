"""To the pharmacy: the decision is late, why, and when it is expected (FL 11 §)."""

from datetime import date
from typing import Any

from decisions.letters.filling import Words, about_application, filled
from decisions.models import Letter
from klas.presentation import swedish_date

EXAMPLE = {
    "reason": "Vi väntar på ett intyg om tillverkningen från myndigheten i Tyskland.",
    "expected_on": "2026-12-04",
    "told_on": "2026-11-20",
}


def facts(*, reason: str, expected_on: date, told_on: date) -> dict[str, Any]:
    """What is frozen when the letter is ordered.

    Args:
        reason: why it takes longer; whole sentences.
        expected_on: when a decision is expected.
        told_on: the letter's date.
    """
    return {
        "reason": reason,
        "expected_on": expected_on.isoformat(),
        "told_on": told_on.isoformat(),
    }


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told = letter.facts
    told_on, expected_on = (date.fromisoformat(told[key]) for key in ("told_on", "expected_on"))
    fill = filled(letter, words, expected=swedish_date(expected_on))
    return {
        "date": swedish_date(told_on),
        "intro": words["delay"].format(**fill),
        "rows": about_application(letter),
        "why": told["reason"],
        "expected": words["delay_expected"].format(**fill),
        "act": words["delay_act"].format(**fill),
        "questions": words["case_questions"].format(**fill),
    }
