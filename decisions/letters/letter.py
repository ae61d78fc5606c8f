"""Every kind of letter, and a letter as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from decisions.enums import LetterReason
from decisions.letters import (
    appeal_received,
    appeal_rejected,
    correction,
    decision,
    delay,
    injunction,
    licence_acts,
    supplement,
)
from decisions.letters.filling import Words
from decisions.letters.texts import texts
from decisions.models import Letter
from klas.pdf import EmbeddedFile, document_time


@dataclass(frozen=True)
class LetterKind:
    """How letters of one reason are drawn.

    `context` makes what the template shows of a letter's frozen rows, its `facts` and the words of
    its text version; among it `date`, the letter's date in words.
    """

    template: str
    context: Callable[[Letter, Words], dict[str, Any]]


KINDS: Mapping[LetterReason, LetterKind] = {
    LetterReason.DECISION: LetterKind("letters/pharmacy_decision.html", decision.to_pharmacy),
    LetterReason.REJECTED: LetterKind("letters/prescriber_rejected.html", decision.to_prescriber),
    LetterReason.RESERVATION: LetterKind(
        "letters/prescriber_reservation.html", decision.to_prescriber
    ),
    LetterReason.SPECIAL_INFORMATION: LetterKind(
        "letters/prescriber_special_information.html", decision.to_prescriber
    ),
    LetterReason.SUPPLEMENT: LetterKind(
        "letters/prescriber_supplement.html", supplement.to_prescriber
    ),
    LetterReason.INJUNCTION: LetterKind("letters/pharmacy_injunction.html", injunction.to_pharmacy),
    LetterReason.DELAY: LetterKind("letters/pharmacy_delay.html", delay.to_pharmacy),
    LetterReason.APPEAL_RECEIVED: LetterKind(
        "letters/pharmacy_appeal_received.html", appeal_received.to_pharmacy
    ),
    LetterReason.APPEAL_REJECTED: LetterKind(
        "letters/pharmacy_appeal_rejected.html", appeal_rejected.to_pharmacy
    ),
    LetterReason.SUSPENSION: LetterKind("letters/pharmacy_licence_act.html", licence_acts.of_stop),
    LetterReason.LIFTED: LetterKind("letters/pharmacy_licence_act.html", licence_acts.of_stop),
    LetterReason.REVOCATION: LetterKind(
        "letters/pharmacy_revocation.html", licence_acts.of_revocation
    ),
    LetterReason.CORRECTION: LetterKind("letters/pharmacy_correction.html", correction.to_pharmacy),
}


def letter_html(letter: Letter) -> str:
    """A letter as HTML for `klas.pdf.render`; Swedish whatever language the reader works in.

    It is made of frozen rows, so that it reads the same whenever it is rendered.

    Raises:
        LookupError: the letter's text version or reason has no words here.
    """
    words = texts(letter.text_version)
    kind = KINDS[LetterReason(letter.reason)]
    with translation.override("sv"):
        return render_to_string(
            kind.template,
            {
                "letter": letter,
                "case": letter.case,
                "created": document_time(letter.ordered_at),
                "texts": words,
                "code": grouped_code(letter.code),
                **kind.context(letter, words),
            },
        )


def letter_data(letter: Letter) -> EmbeddedFile | None:
    """The file of data that travels inside a letter's PDF, if it has one."""
    if letter.reason == LetterReason.CORRECTION:
        return decision.decision_json(letter, correction.corrected_decision(letter))
    return decision.decision_json(letter)


def grouped_code(code: str) -> str:
    """A verification code as it is printed and read aloud: ``ABCD EFGH JKLM``."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
