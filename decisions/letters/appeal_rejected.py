"""To the pharmacy: its appeal came too late and is rejected; that too can be appealed (FL 45 §)."""

from datetime import date
from typing import Any

from django.utils import timezone

from decisions.letters.decision import appeal as how_to_appeal
from decisions.letters.filling import Words, about_application, filled, named
from decisions.models import Appeal, Letter
from klas.presentation import swedish_date

EXAMPLE = {
    "number": "5.8.1-2026-000000-Ö1",
    "received_on": "2026-12-18",
    "last_on": "2026-12-11",
    "decided_on": "2026-12-21",
    "decided_by": "Karin Exempel (beslutsfattare)",
    "reasons": "Det har inte kommit fram något som gör att överklagandet ändå ska prövas.",
}


def facts(appeal: Appeal) -> dict[str, Any]:
    """What is frozen when the letter is ordered.

    Args:
        appeal: rejected; so it has all its days and a decider.
    """
    assert appeal.received_on and appeal.last_on and appeal.settled_at  # noqa: S101, PT018
    assert appeal.settled_by is not None  # noqa: S101
    return {
        "number": appeal.number,
        "received_on": appeal.received_on.isoformat(),
        "last_on": appeal.last_on.isoformat(),
        "decided_on": timezone.localdate(appeal.settled_at).isoformat(),
        "decided_by": named(appeal.settled_by),
        "reasons": appeal.reasons,
    }


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told = letter.facts
    days = {
        key: swedish_date(date.fromisoformat(told[f"{key}_on"]))
        for key in ("received", "last", "decided")
    }
    fill = filled(letter, words, number=told["number"], **days)
    return {
        **how_to_appeal(words, dnr=letter.case.dnr),
        "date": days["decided"],
        "verdict": words["appeal_rejected"].format(**fill),
        "when": words["appeal_rejected_when"].format(**fill),
        "rows": about_application(letter),
        "reasons": told["reasons"],
        "provisions": words["appeal_rejected_provisions"],
        "signed": words["decided_alone"].format(decider=told["decided_by"]),
        "questions": words["questions"].format(**fill),
    }
