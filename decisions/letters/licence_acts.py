"""To the pharmacy with a licence: it is stopped, holds again, or is revoked."""

from datetime import date
from typing import Any

from django.utils import timezone, translation

from decisions.enums import Hearing
from decisions.letters.decision import appeal
from decisions.letters.filling import Words, filled, named
from decisions.models import Letter, Licence, LicenceEvent, Revocation
from klas import presentation
from klas.summary import Row


def stop_facts(licence: Licence, event: LicenceEvent) -> dict[str, Any]:
    """What is frozen of a suspension, or of its end."""
    assert event.actor is not None  # noqa: S101 - somebody with the right to decide
    return {
        **_licence_facts(licence),
        "on": timezone.localdate(event.at).isoformat(),
        "reason": event.reason,
        "instruction": event.data.get("instruction", ""),
        "decided_by": named(event.actor),
    }


def revocation_facts(revocation: Revocation) -> dict[str, Any]:
    """What is frozen of a revocation that has been signed."""
    assert revocation.decided_by is not None  # noqa: S101
    assert revocation.decided_at is not None  # noqa: S101
    return {
        **_licence_facts(revocation.licence),
        "on": timezone.localdate(revocation.decided_at).isoformat(),
        "ground": revocation.ground,
        "reasons": revocation.reasons,
        "instruction": revocation.instruction,
        "hearing": revocation.hearing,
        "hearing_text": revocation.hearing_text,
        "decided_by": named(revocation.decided_by),
        "proposed_by": named(revocation.proposed_by),
    }


def of_stop(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter about a suspension, or about its end, is drawn with."""
    told = letter.facts
    return {
        **_about(letter, words),
        "title": words[f"{letter.reason}_title"],
        "verdict": words[told.get("text") or str(letter.reason)].format(**told),
        "reason": told["reason"],
        "signed": words["decided_alone"].format(decider=told["decided_by"]),
    }


def of_revocation(letter: Letter, words: Words) -> dict[str, Any]:
    """What the letter about a revocation is drawn with."""
    told = letter.facts
    heard = words["revocation_heard" if told["hearing"] == Hearing.HEARD else "not_heard"]
    signed = words["decided_by_two"]
    return {
        **_about(letter, words),
        **appeal(words, dnr=letter.case.dnr),
        "texts": words,
        "verdict": words["revocation"].format(**told),
        "reasons": told["reasons"],
        "ground": words[f"revocation_{told['ground']}"],
        "hearing": heard.format(why=told["hearing_text"]),
        "signed": signed.format(decider=told["decided_by"], proposer=told["proposed_by"]),
    }


def _licence_facts(licence: Licence) -> dict[str, Any]:
    with translation.override("sv"):
        return {
            "number": licence.number,
            "product": licence.product.product_line,
            "subject": licence.subject_line,
            "quantity": presentation.quantity(licence.quantity, licence.get_unit_display()),
            "valid_to": presentation.swedish_date(licence.valid_to),
        }


def _about(letter: Letter, words: Words) -> dict[str, Any]:
    told = letter.facts
    return {
        "date": presentation.swedish_date(date.fromisoformat(told["on"])),
        "licence_rows": [
            Row("Licensnummer", told["number"]),
            Row("Läkemedel", told["product"]),
            Row("Licensen gäller", told["subject"]),
            Row("Mängd", told["quantity"]),
            Row("Beviljad till och med", told["valid_to"]),
        ],
        "instruction": told["instruction"],
        "questions": words["questions"].format(**filled(letter, words)),
    }
