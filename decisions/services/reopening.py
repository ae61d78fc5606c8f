"""A decided case is opened again: after an appeal, when a new decision is to be made."""

from django.db import transaction

from applications.services import told_after
from decisions.flow import CASE
from decisions.models import Case
from decisions.services.registration import due_date
from klas import clock
from klas.access import Actor


@transaction.atomic
def reopen(case: Case, *, by: Actor, by_court: bool, reason: str = "") -> Case:
    """Open a decided case for a new decision, with whoever had it last.

    The former decision stays as it was, and so does a licence that it gave: until the new decision
    is made (`deciding.decide`). The case is complete from now, and due as a new one is.

    Args:
        by_court: the court demands it; else the agency has reconsidered (FL 38, 39 §§).

    Raises:
        WrongState: the case is not decided, or its motivation is in another case now.
    """
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    now = clock.now()
    moved = CASE.perform(
        locked,
        "reopen",
        by=by,
        reason=reason,
        decided_at=None,
        complete_at=now,
        due_on=due_date(complete_at=now, is_urgent=locked.is_urgent),
        told_until=None,
        round=locked.round + 1,
    )
    told_after.reopened(moved.application, expected_on=moved.due_on, by_court=by_court)
    return moved
