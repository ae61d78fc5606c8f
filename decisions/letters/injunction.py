"""To the pharmacy or the prescriber: what must come in, and what happens otherwise (FL 20 §)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from decisions.letters.filling import Words, about_application, filled
from decisions.models import Letter
from klas.presentation import swedish_date

EXAMPLE = {
    "questions": ["Vilken tillverkare har satsen?", "Bifoga GMP-certifikatet."],
    "due_on": "2026-12-04",
    "asked_on": "2026-11-20",
    "otherwise": "Läkemedelsverket kan då avvisa ansökan.",
    "asked_by": "Eva Exempel (handläggare)",
}


def facts(
    *, questions: Sequence[str], due_on: date, asked_on: date, otherwise: str, asked_by: str = ""
) -> dict[str, Any]:
    """What is frozen when the letter is ordered.

    Args:
        questions: what is to be answered or sent in.
        due_on: the last day.
        asked_on: the letter's date.
        otherwise: what happens when nothing has come in by then; whole sentences.
        asked_by: who enjoins, as `filling.named` writes them.
    """
    return {
        "questions": list(questions),
        "due_on": due_on.isoformat(),
        "asked_on": asked_on.isoformat(),
        "otherwise": otherwise,
        "asked_by": asked_by,
    }


def to_either(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with, to whichever of the two."""
    told, to = letter.facts, letter.recipient
    asked_on, due_on = (date.fromisoformat(told[key]) for key in ("asked_on", "due_on"))
    fill = filled(letter, words, due=swedish_date(due_on))
    asked_by = told.get("asked_by", "")
    return {
        "date": swedish_date(asked_on),
        "intro": words[f"{to}_injunction"].format(**fill),
        "rows": about_application(letter),
        "asked": told["questions"],
        "answer_how": words[f"{to}_injunction_how"].format(**fill),
        "otherwise": told["otherwise"],
        "asked_by": words["injunction_by"].format(officer=asked_by) if asked_by else "",
        "questions": words["case_questions"].format(**fill),
    }
