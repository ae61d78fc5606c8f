"""Precedents: de-identified, and kept with each decision on the merits."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decisions.models import Decision, Precedent, PrecedentWord
from klas.errors import Refused
from klas.fields import Icd10Field, holds_personal_number
from klas.formats import fold_words
from medicines.sameness import substances_key
from motivations import reading
from motivations.kinds import kind_of
from motivations.models import MotivationVersion

# Reference numbers of motivations, dnr and licence numbers (`klas.series`), however spaced.
_NUMBERS = re.compile(r"\bKL[\s-]?\d{4}[\s-]?\d{4,}|\b5\.8\.\d-\d{4}-\d+|\bL-?\d{4}-\d{4,}", re.I)
# Shorter parts of a name are words of the language too (“Dag”): they must be written as names.
_LONG_NAME = 6
_SHORTEST_NAME = 3
_WORD = re.compile(r"\w{3,100}")


def demand_deidentified(note: str, version: MotivationVersion) -> None:
    """Refuse a note that says whom a case was about, or who wrote.

    Raises:
        Refused: it holds a personnummer, the number of a case, or the patient's, owner's or
            prescriber's name; says which, and what to do.
    """
    if holds_personal_number(note):
        raise Refused(_("Praxisnoteringen innehåller ett personnummer. Ta bort det."))
    if _NUMBERS.search(note):
        raise Refused(
            _("Praxisnoteringen innehåller ett referensnummer eller diarienummer. Ta bort det.")
        )
    kind = kind_of(version.motivation.kind)
    subject = kind.subject_label(reading.about(version))
    for name in (subject, str(version.prescriber.get("name", ""))):
        if _names(note, name):
            raise Refused(
                _(
                    "Praxisnoteringen nämner patienten, djurägaren, vårdenheten eller förskrivaren "
                    "vid namn. Skriv om den utan namn."
                )
            )


def icd10_codes(text: str) -> list[str]:
    """The codes in a text with commas or spaces between, each once.

    Raises:
        ValidationError: something in it is no code.
    """
    field = Icd10Field(required=False)
    codes = [field.clean(part) for part in re.split(r"[\s,;]+", text) if part]
    return list(dict.fromkeys(codes))


def with_categories(codes: list[str]) -> list[str]:
    """The codes and the three-character categories they belong to."""
    return sorted({key for code in codes for key in (code, code[:3])})


def keep(decision: Decision) -> Precedent | None:
    """Keep what a decision was about, when it is made; None when it was not on the merits."""
    if not decision.is_on_the_merits or decision.decided_at is None:
        return None
    product = decision.product
    codes = icd10_codes(decision.precedent_icd10)
    precedent: Precedent = Precedent.objects.create(
        decision=decision,
        kind=decision.case.kind,
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        product_line=product.product_line,
        product_key=product.product_key,
        substances=product.substances,
        substances_key=substances_key(product.substances)[:500],
        atc=product.atc,
        icd10=codes,
        icd10_keys=with_categories(codes),
        note=decision.precedent_note,
    )
    text = f"{precedent.note} {precedent.product_line} {precedent.substances}".lower()
    # In one order, so that two who decide at once never wait for each other.
    words = [PrecedentWord(word=word) for word in sorted(set(_WORD.findall(text)))]
    PrecedentWord.objects.bulk_create(words, ignore_conflicts=True)
    return precedent


def _names(note: str, name: str) -> bool:
    parts = [part for part in re.findall(r"[^\W\d_]+", name) if len(part) >= _SHORTEST_NAME]
    if len(parts) > 1 and fold_words(name) in fold_words(note):
        return True
    for part in parts:
        flags = re.IGNORECASE if len(part) >= _LONG_NAME else 0
        if re.search(rf"\b{re.escape(part)}s?\b", note, flags):
            return True
    return False


def demand_codes(text: str) -> None:
    """Refuse what is no list of codes. Raises `Refused`."""
    try:
        icd10_codes(text)
    except ValidationError as error:
        raise Refused(error.messages[0]) from error
