"""An officer is away: their cases go back to the queue in one act, and they are given no new."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.enums import BulkAction, CaseStatus
from decisions.flow import CASE
from decisions.models import Absence, BulkAct, Case
from decisions.services import bulk
from klas import clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.presentation import swedish_date


def may_say(by: Assignment, officer: Assignment) -> bool:
    """Whether `by` may say that an officer is away: they themselves, or who coordinates."""
    return by.has(Permission.HANDLE_CASES) and (
        officer.pk == by.pk or by.has(Permission.COORDINATE_CASES)
    )


def cases_to_release(officer: Assignment) -> list[Case]:
    """The cases that an officer works on: taken, waiting for nobody else."""
    return list(
        Case.objects.filter(assignee=officer, status=CaseStatus.IN_REVIEW)
        .select_related("application__product")
        .order_by("due_on", "pk")
    )


@transaction.atomic
def begin(officer: Assignment, *, until: date, by: Assignment) -> BulkAct:
    """Say that an officer is away up to and including a day, and release what they work on.

    Raises:
        NotAllowed: somebody else's absence, and `by` does not coordinate.
        Refused: the day has passed.
    """
    if not may_say(by, officer):
        raise NotAllowed
    if until < clock.today():
        raise Refused(_("Sista dagen borta har redan varit."))
    Absence.objects.update_or_create(
        officer=officer, defaults={"until": until, "said_by": by, "said_at": clock.now()}
    )
    reason = _("%(name)s är borta till och med %(day)s.") % {
        "name": officer.user.name,
        "day": swedish_date(until),
    }

    def release(case: Case) -> None:
        CASE.perform(case, "release_absent", by=by, reason=reason, assignee=None)

    return bulk.each(
        BulkAction.RELEASE,
        [case.pk for case in cases_to_release(officer)],
        release,
        by=by,
        to=officer,
    )


@transaction.atomic
def end(officer: Assignment, *, by: Assignment) -> None:
    """Say that an officer is back.

    Raises:
        NotAllowed: as `begin`.
    """
    if not may_say(by, officer):
        raise NotAllowed
    Absence.objects.filter(officer=officer).delete()
