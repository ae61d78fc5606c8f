"""To the pharmacy: its appeal has come in, in time or not, and what happens next."""

from datetime import date
from typing import Any

from django.utils import timezone

from decisions.letters.filling import Words, about_application, filled
from decisions.models import Letter
from klas.presentation import swedish_date
from klas.summary import Row

EXAMPLE = {"received_on": "2026-11-20", "in_time": True, "decision_dnr": "5.8.1-2026-000000"}


def facts(
    *, received_on: date, in_time: bool, decision_dnr: str, appealed: str = ""
) -> dict[str, Any]:
    """What is frozen when the letter is ordered.

    Args:
        received_on: the day the appeal came in to the agency.
        in_time: whether that was in time (FL 44 §).
        decision_dnr: the case whose decision is appealed.
        appealed: which decision, in a line.
    """
    return {
        "received_on": received_on.isoformat(),
        "in_time": in_time,
        "decision_dnr": decision_dnr,
        "appealed": appealed,
    }


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told = letter.facts
    received = swedish_date(date.fromisoformat(told["received_on"]))
    fill = filled(letter, words, received=received, decision=told["decision_dnr"])
    timely = "in_time" if told["in_time"] else "too_late"
    return {
        "date": swedish_date(timezone.localdate(letter.ordered_at)),
        "intro": words["appeal_received"].format(**fill),
        "rows": [
            # Letters from before other decisions than the case's could be appealed do not say.
            *([Row("Överklagat beslut", told["appealed"])] if told.get("appealed") else []),
            *about_application(letter),
        ],
        "timely": words[f"appeal_{timely}"].format(**fill),
        "next": words[f"appeal_{timely}_next"].format(**fill),
        "applies": words["appeal_decision_applies"].format(**fill),
        "questions": words["questions"].format(**fill),
    }
