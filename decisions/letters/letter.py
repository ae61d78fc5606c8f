"""Every kind of letter, and a letter as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
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

# What fits in the window of the envelope in the usual size: 27 × 63 mm.
_MOST_LINES, _LONGEST_LINE = 5, 34

# Stands in a preview: no letter has it, since codes hold no O.
NO_CODE = "OOOOOOOOOOOO"


@dataclass(frozen=True)
class LetterKind:
    """How letters of one reason are drawn.

    `context` makes what the template shows of a letter's frozen rows, its `facts` and the words of
    its text version; among it `date`, the letter's date in words. `example` holds made-up facts,
    for a letter that is made of nothing but its facts and its case: for previews of the texts.
    """

    template: str
    context: Callable[[Letter, Words], dict[str, Any]]
    example: Mapping[str, Any] | None = None


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
        "letters/prescriber_supplement.html", supplement.to_prescriber, supplement.EXAMPLE
    ),
    LetterReason.INJUNCTION: LetterKind(
        "letters/pharmacy_injunction.html", injunction.to_pharmacy, injunction.EXAMPLE
    ),
    LetterReason.DELAY: LetterKind("letters/pharmacy_delay.html", delay.to_pharmacy, delay.EXAMPLE),
    LetterReason.APPEAL_RECEIVED: LetterKind(
        "letters/pharmacy_appeal_received.html",
        appeal_received.to_pharmacy,
        appeal_received.EXAMPLE,
    ),
    LetterReason.APPEAL_REJECTED: LetterKind(
        "letters/pharmacy_appeal_rejected.html",
        appeal_rejected.to_pharmacy,
        appeal_rejected.EXAMPLE,
    ),
    LetterReason.SUSPENSION: LetterKind("letters/pharmacy_licence_act.html", licence_acts.of_stop),
    LetterReason.LIFTED: LetterKind("letters/pharmacy_licence_act.html", licence_acts.of_stop),
    LetterReason.REVOCATION: LetterKind(
        "letters/pharmacy_revocation.html", licence_acts.of_revocation
    ),
    LetterReason.CORRECTION: LetterKind("letters/pharmacy_correction.html", correction.to_pharmacy),
}


def letter_html(letter: Letter, *, trial: Mapping[str, str] | None = None) -> str:
    """A letter as HTML for `klas.pdf.render`; Swedish whatever language the reader works in.

    It is made of frozen rows, so that it reads the same whenever it is rendered.

    Args:
        trial: texts to try instead of the letter's own. It then says on each page that it is a
            preview, and its code is nobody's.

    Raises:
        LookupError: the letter's text version or reason has no words here.
    """
    words: Words = texts(letter.text_version) | dict(trial or {})
    kind = KINDS[LetterReason(letter.reason)]
    code = letter.code if trial is None else NO_CODE
    address = verification_address(letter.case.dnr, code)
    with translation.override("sv"):
        return render_to_string(
            kind.template,
            {
                "letter": letter,
                "case": letter.case,
                "created": document_time(letter.ordered_at),
                "texts": words,
                "code": grouped_code(code),
                "address_is_long": _is_long(letter.address),
                "is_preview": trial is not None,
                "verify_page": verification_page(),
                "qr": segno.make(address, error="m", micro=False).svg_data_uri(
                    border=0, omitsize=True
                ),
                **kind.context(letter, words),
            },
        )


def letter_data(letter: Letter) -> EmbeddedFile | None:
    """The file of data that travels inside a letter's PDF, if it has one."""
    if letter.reason == LetterReason.CORRECTION:
        return decision.decision_json(letter, correction.corrected_decision(letter))
    return decision.decision_json(letter)


def _is_long(address: list[str]) -> bool:
    """Whether an address would not fit its window in the usual size."""
    return len(address) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in address)


def verification_page() -> str:
    """The public page where letters are verified, as it is typed: ``klas.example/kontrollera``."""
    shown = settings.BASE_URL + reverse("verification:check")
    return shown.removeprefix("https://").removeprefix("http://").rstrip("/")


def verification_address(dnr: str, code: str) -> str:
    """What a letter's QR code leads to: the page where it is verified, filled in."""
    return f"{settings.BASE_URL}{reverse('verification:check')}?{urlencode({'n': dnr, 'k': code})}"


def grouped_code(code: str) -> str:
    """A verification code as it is printed and read aloud: ``ABCD EFGH JKLM``."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
