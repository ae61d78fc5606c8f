"""Giving a case to an officer: from the queue, or from one officer to another."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Case
from klas.access import Permission
from klas.errors import Refused

_ACTIONS = {
    CaseStatus.REGISTERED: "assign",
    CaseStatus.IN_REVIEW: "reassign",
    CaseStatus.WAITING: "reassign_waiting",
}


@transaction.atomic
def assign(
    case: Case,
    *,
    to: Assignment,
    by: Assignment,
    reason: str = "",
    opened_revision: int | None = None,
) -> Case:
    """Give a case to an officer.

    Args:
        to: one of `decisions.queries.officers`; who is away can be given cases for later.
        reason: why; must be said when somebody has the case.

    Raises:
        Refused: `to` handles no cases, or has it already; no reason is given; or it is another
            officer's case and `by` does not coordinate.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not to.has(Permission.HANDLE_CASES):
        raise Refused(_("%(name)s handlägger inte ärenden.") % {"name": to.user.name})
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    # What can be given to nobody is refused by the flow, in its words.
    action = _ACTIONS.get(CaseStatus(locked.status), "assign")
    moved = CASE.perform(
        locked,
        action,
        by=by,
        opened_revision=opened_revision,
        reason=reason,
        data={"to": to.user.name},
        assignee=to,
    )
    if action == "assign":
        told.review_started(moved.application)
    return moved
