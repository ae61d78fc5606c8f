"""Letters are ordered here, in the transaction of what they tell about."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from decisions.enums import LetterReason, Recipient
from decisions.letters.texts import TEXT_VERSION
from decisions.models import Case, Decision, Letter
from decisions.rules import CHANNELS
from decisions.tasks import issue_letters
from klas import clock


def matter(about: Model) -> str:
    """How a letter names the row that it tells of."""
    return f"{about._meta.model_name}:{about.pk}"


def order(
    case: Case,
    *,
    to: Recipient,
    reason: LetterReason,
    about: Model,
    facts: Mapping[str, Any] | None = None,
) -> Letter:
    """Order a letter; the worker makes it a PDF (`decisions.letters` says what stands in it).

    Args:
        case: whose pharmacy or prescriber gets it; the transaction's own.
        about: the row that it tells of; a decision is read, for anything else `facts` says all.

    Raises:
        IntegrityError: the recipient has a letter for that reason about that row.
    """
    version = case.application.version
    assert version is not None  # noqa: S101 - a case is opened on a version that was sent
    addresses = {
        Recipient.PHARMACY: case.application.pharmacy.address_lines,
        Recipient.PRESCRIBER: version.prescriber["address"],
    }
    letter: Letter = Letter.objects.create(
        case=case,
        decision=about if isinstance(about, Decision) else None,
        about=matter(about),
        facts=facts or {},
        recipient=to,
        reason=reason,
        channel=CHANNELS[to],
        address=addresses[to],
        text_version=TEXT_VERSION,
        ordered_at=clock.now(),
    )
    issue_letters.defer()
    return letter
