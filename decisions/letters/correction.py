"""To the pharmacy: an obvious error has been put right; the letter replaces the one before it."""

from typing import Any

from django.utils import timezone, translation

from decisions.corrections import as_corrected, in_words
from decisions.enums import CorrectedPart, CorrectionHearing
from decisions.letters.decision import decision_fragment
from decisions.letters.filling import Words, filled, named
from decisions.models import Correction, Decision, Letter
from klas import presentation
from klas.summary import Row


def facts(correction: Correction, decision: Decision) -> dict[str, Any]:
    """What is frozen when the letter is ordered; the decision is read as corrected this far.

    Args:
        decision: as it is with the correction.
    """
    part = CorrectedPart(correction.part)
    with translation.override("sv"):
        wrong, right = (
            in_words(part, text, unit=decision.unit)
            for text in (correction.wrong, correction.right)
        )
        return {
            "correction": correction.pk,
            "part": str(part.label),
            "wrong": wrong,
            "right": right,
            "reason": correction.reason,
            "hearing": correction.hearing,
            "hearing_text": correction.hearing_text,
            "corrected_by": named(correction.corrected_by),
        }


def corrected_decision(letter: Letter) -> Decision:
    """The decision that a correction's letter gives, corrected as far as that correction."""
    correction = Correction.objects.select_related(
        "decision__product", "decision__case", "decision__proposed_by__user"
    ).get(pk=letter.facts["correction"])
    return as_corrected(correction.decision, until=correction)


def to_pharmacy(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter is drawn with."""
    told, decision = letter.facts, corrected_decision(letter)
    fill = filled(letter, words, decided=presentation.swedish_date(decision.decided_at))
    heard = {
        CorrectionHearing.HEARD.value: words["correction_heard"],
        CorrectionHearing.NEEDLESS.value: words["correction_not_heard"],
    }[told["hearing"]]
    return {
        "date": presentation.swedish_date(timezone.localdate(letter.ordered_at)),
        "intro": words["correction"].format(**fill),
        "replaces": words["correction_replaces"].format(**fill),
        "correction_rows": [
            Row("Det som rättas", told["part"]),
            Row("Det stod", told["wrong"]),
            Row("Det ska stå", told["right"]),
            Row("Varför", told["reason"]),
        ],
        "hearing": heard.format(why=told["hearing_text"]),
        "corrected_by": words["corrected_by"].format(corrector=told["corrected_by"]),
        "fragment": decision_fragment(decision, text_version=letter.text_version),
        "questions": words["questions"].format(**fill),
    }
