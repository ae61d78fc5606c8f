"""Stopping a licence on a safety signal, and letting it be used again (domain §6)."""

from django.db import transaction

from accounts.models import Assignment
from applications.services import told_after
from decisions.enums import LetterReason, Recipient
from decisions.flow import LICENCE
from decisions.letters import licence_acts as letters
from decisions.models import Licence
from decisions.services.ordering import order
from klas import audit
from klas.models import AccessAction
from licences.services.telling import tell_pharmacies_of
from notifications.enums import NoticeKind


@transaction.atomic
def suspend(
    licence: Licence,
    *,
    reason: str,
    instruction: str = "",
    by: Assignment,
    opened_revision: int | None = None,
    telling: bool = True,
) -> Licence:
    """Stop a licence from now on: from the moment this commits nobody dispenses on it.

    Who is dispensing at this moment is waited for (both lock the licence).

    Args:
        reason: why; pharmacies and prescriber read it.
        instruction: what the pharmacies are to do.
        telling: whether the pharmacies get a notice of this licence alone.

    Raises:
        Refused: no reason is given, or the licence has ended already.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    moved = _move(licence, "suspend", reason, instruction, by=by, opened_revision=opened_revision)
    told_after.licence_suspended(moved.decision.case.application, reason=reason)
    _order_letter(moved, LetterReason.SUSPENSION)
    if telling:
        _tell(moved, NoticeKind.LICENCE_SUSPENDED)
    return moved


@transaction.atomic
def lift(
    licence: Licence,
    *,
    reason: str,
    instruction: str = "",
    by: Assignment,
    opened_revision: int | None = None,
    telling: bool = True,
) -> Licence:
    """Let a stopped licence be used again. In and raises: see `suspend`."""
    moved = _move(licence, "lift", reason, instruction, by=by, opened_revision=opened_revision)
    told_after.licence_lifted(moved.decision.case.application, reason=reason)
    _order_letter(moved, LetterReason.LIFTED)
    if telling:
        _tell(moved, NoticeKind.LICENCE_LIFTED)
    return moved


def _move(
    licence: Licence,
    action: str,
    reason: str,
    instruction: str,
    *,
    by: Assignment,
    opened_revision: int | None,
) -> Licence:
    LICENCE.perform(
        licence,
        action,
        by=by,
        opened_revision=opened_revision,
        reason=reason.strip(),
        data={"instruction": instruction.strip()},
    )
    moved = Licence.objects.select_related(
        "product",
        "decision__case__application__motivation",
        "decision__case__application__version",
        "decision__case__application__pharmacy",
    ).get(pk=licence.pk)
    dnr = moved.decision.case.dnr
    audit.record(AccessAction.WRITE, by=by, what="licence_act", obj=moved, whose=dnr)
    return moved


def _order_letter(licence: Licence, reason: LetterReason) -> None:
    event = licence.events.select_related("actor__user").latest("pk")
    order(
        licence.decision.case,
        to=Recipient.PHARMACY,
        reason=reason,
        about=event,
        facts=letters.stop_facts(licence, event),
    )


def _tell(licence: Licence, kind: NoticeKind) -> None:
    tell_pharmacies_of(licence, kind, key=f"{kind}-{licence.pk}-{licence.revision}")
