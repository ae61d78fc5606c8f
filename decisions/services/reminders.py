"""Reminding those whom a case waits for."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Case, CaseEvent
from klas import clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState


@transaction.atomic
def remind(case: Case, *, by: Assignment) -> Case:
    """Remind all who have been asked for a supplement; at most once a day.

    Raises:
        NotAllowed: the role handles no cases.
        WrongState: nothing is asked.
        Refused: they have been reminded today.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.status != CaseStatus.WAITING:
        raise WrongState(_("Ärendet väntar inte på någon komplettering."))
    last = (
        CaseEvent.objects.filter(subject=locked, action="supplement_reminded")
        .order_by("-at", "-pk")
        .first()
    )
    if last is not None and timezone.localdate(last.at) >= clock.today():
        raise Refused(_("En påminnelse har redan skickats i dag."))
    told.supplement_reminded(locked.application, on=clock.today())
    CASE.perform(locked, "supplement_reminded", by=by)
    return locked
