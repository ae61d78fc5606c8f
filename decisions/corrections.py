"""A decision as it reads with its corrections (FL 36 §)."""

from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from decisions.enums import CorrectedPart as Part
from decisions.models import Correction, Decision
from klas.presentation import quantity, swedish_date
from motivations.enums import QuantityUnit

PRODUCT_PARTS = (
    Part.PRODUCT_NAME,
    Part.PRODUCT_SUBSTANCES,
    Part.PRODUCT_FORM,
    Part.PRODUCT_STRENGTH,
    Part.PRODUCT_MAH,
)
DAYS = (Part.VALID_FROM, Part.VALID_TO)
# Parts that only a granted licence has.
OF_A_LICENCE = (Part.QUANTITY, Part.UNIT, *DAYS)


def corrections_of(decision: Decision) -> list[Correction]:
    """The corrections of a decision, in the order they were made; none of one not saved."""
    if decision.pk is None:
        return []
    return list(
        Correction.objects.filter(decision=decision)
        .select_related("product", "corrected_by__user")
        .order_by("pk")
    )


def as_corrected(decision: Decision, *, until: Correction | None = None) -> Decision:
    """The decision with its corrections applied: a copy, never to be saved.

    Args:
        until: the last correction to apply; all of them when None.
    """
    corrected = copy(decision)
    for correction in corrections_of(decision):
        if until is not None and correction.pk > until.pk:
            break
        _apply(corrected, correction)
    return corrected


def value_of(decision: Decision, part: Part) -> str:
    """What a decision says in one part, as a correction stores it; "" when it says nothing."""
    if part in PRODUCT_PARTS:
        return str(getattr(decision.product, part.value))
    value = getattr(decision, part.value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "")


def read(part: Part, text: str) -> Any:
    """The value of a decision's field that a stored text means."""
    if part == Part.QUANTITY:
        return Decimal(text)
    if part in DAYS:
        return date.fromisoformat(text)
    return text


def in_words(part: Part, text: str, *, unit: str = "") -> str:
    """A stored text as people read it.

    Args:
        unit: what a quantity is counted in, a `QuantityUnit` value.
    """
    if not text:
        return ""
    if part == Part.QUANTITY:
        return quantity(Decimal(text), QuantityUnit(unit).label if unit else "")
    if part == Part.UNIT:
        return str(QuantityUnit(text).label)
    if part in DAYS:
        return swedish_date(date.fromisoformat(text))
    return text


def _apply(decision: Decision, correction: Correction) -> None:
    part = Part(correction.part)
    if part in PRODUCT_PARTS:
        assert correction.product is not None  # noqa: S101 - these parts carry the whole product
        decision.product = correction.product
    else:
        setattr(decision, part.value, read(part, correction.right))
