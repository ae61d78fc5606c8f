"""An injunction to the pharmacy. What the prescriber was asked is not told: only that it was."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from applications.enums import WaitingFor
from decisions.letters.filling import Words, filled, named
from decisions.models import Injunction, Letter
from klas import presentation
from motivations.models import AgencyRequest

EXAMPLE = {
    "text": "Skicka intyget om tillverkningen för den sats som ska levereras.",
    "questions": ["Vilken tillverkare har satsen?", "Bifoga GMP-certifikatet."],
    "prescriber": True,
    "sent_on": "2026-11-20",
    "due_on": "2026-12-04",
    "sent_by": "Eva Exempel (handläggare)",
}


def facts(injunction: Injunction, overdue: Mapping[WaitingFor, AgencyRequest]) -> dict[str, Any]:
    """What is frozen when the letter is ordered."""
    asked = overdue.get(WaitingFor.PHARMACY)
    return {
        "text": injunction.text,
        "questions": asked.questions if asked else [],
        "prescriber": WaitingFor.PRESCRIBER in overdue,
        "sent_on": timezone.localdate(injunction.sent_at).isoformat(),
        "due_on": injunction.due_on.isoformat(),
        "sent_by": named(injunction.sent_by),
    }


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told = letter.facts
    sent_on, due_on = (date.fromisoformat(told[key]) for key in ("sent_on", "due_on"))
    fill = filled(letter, words, due=presentation.swedish_date(due_on))
    product = letter.case.application.product
    return {
        "date": presentation.swedish_date(sent_on),
        "intro": words["injunction"].format(**fill),
        "text": told["text"],
        "asked": told["questions"],
        "prescriber": words["injunction_prescriber"].format(**fill) if told["prescriber"] else "",
        "product_line": product.product_line if product else "",
        "how": words["injunction_how"].format(**fill),
        "otherwise": words["injunction_otherwise"].format(**fill),
        "provisions": words["injunction_provisions"],
        "sent_by": words["injunction_by"].format(officer=told["sent_by"]),
        "questions": words["case_questions"].format(**fill),
    }
