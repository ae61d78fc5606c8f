"""An answer has come in: it stands out in the queue until the officer has done something."""

from django.db import transaction

from accounts.models import Assignment
from decisions.models import Case
from klas.access import Permission
from klas.errors import NotAllowed


@transaction.atomic
def seen(case: Case, *, by: Assignment) -> Case:
    """Say that the answer is read. Every step of `decisions.flow.CASE` says so too.

    Raises:
        NotAllowed: it is not `by`'s case.
    """
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not by.has(Permission.HANDLE_CASES) or locked.assignee_id != by.pk:
        raise NotAllowed
    locked.supplement_arrived_at = None
    locked.save(update_fields=["supplement_arrived_at"])
    return locked
