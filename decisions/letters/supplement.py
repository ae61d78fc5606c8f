"""Questions to the prescriber; the patient is not named: the reference number does."""

from datetime import date
from typing import Any

from django.utils import timezone

from decisions.letters.filling import Words, filled, named
from decisions.models import Letter
from klas import presentation
from motivations.models import AgencyRequest

EXAMPLE = {
    "questions": ["Vilka doser har prövats, och hur länge?"],
    "asked_on": "2026-11-20",
    "due_on": "2026-12-04",
    "asked_by": "Eva Exempel (handläggare)",
}


def facts(supplement: AgencyRequest) -> dict[str, Any]:
    """What is frozen when the letter is ordered."""
    return {
        "questions": supplement.questions,
        "asked_on": timezone.localdate(supplement.asked_at).isoformat(),
        "due_on": supplement.due_on.isoformat(),
        "asked_by": named(supplement.asked_by),
    }


def to_prescriber(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told = letter.facts
    asked_on, due_on = (date.fromisoformat(told[key]) for key in ("asked_on", "due_on"))
    fill = filled(letter, words, due=presentation.swedish_date(due_on))
    product = letter.case.application.product
    return {
        "date": presentation.swedish_date(asked_on),
        "intro": words["prescriber_supplement"].format(**fill),
        "asked": told["questions"],
        "product_line": product.product_line if product else "",
        "answer_how": words["prescriber_supplement_how"].format(**fill),
        "answer_late": words["prescriber_supplement_late"].format(**fill),
        "asked_by": words["asked_by"].format(officer=told["asked_by"]),
        "questions": words["case_questions"].format(**fill),
    }
