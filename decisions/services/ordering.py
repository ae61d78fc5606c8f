"""Letters are ordered here, in the transaction of what they tell about."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from decisions.enums import LetterReason, Recipient
from decisions.letters.texts import version_in_force
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
    replaces: Letter | None = None,
) -> Letter:
    """Order a letter; the worker makes it a PDF (`decisions.letters` says what stands in it).

    Args:
        case: whose pharmacy or prescriber gets it; the transaction's own.
        about: the row that it tells of; a decision is read, for anything else `facts` says all.
        replaces: the letter that this one stands instead of, e.g. with an error in it.

    Raises:
        IntegrityError: the recipient has a letter for that reason about that row.
    """
    decision = about if isinstance(about, Decision) else replaces and replaces.decision
    letter: Letter = Letter.objects.create(
        case=case,
        decision=decision,
        about=matter(about),
        facts=facts or {},
        recipient=to,
        reason=reason,
        channel=CHANNELS[to],
        address=address_of(case, to),
        text_version=version_in_force(clock.today()),
        replaces=replaces,
        ordered_at=clock.now(),
    )
    issue_letters.defer()
    return letter


def address_of(case: Case, to: Recipient) -> list[str]:
    """Where a recipient of a case has its letters, as lines."""
    application = case.application
    if to == Recipient.PHARMACY:
        return application.pharmacy.address_lines
    assert application.version is not None  # noqa: S101 - a case is opened on a sent version
    lines: list[str] = application.version.prescriber["address"]
    return lines
