"""One act on many cases: each through its own service, and what could not be done is told."""

from collections.abc import Callable, Sequence

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.enums import BulkAction
from decisions.models import BulkAct, Case
from decisions.services import assigning, reminders
from klas import clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.policy import policy


@transaction.atomic
def assign(keys: Sequence[int], *, to: Assignment, by: Assignment, reason: str = "") -> BulkAct:
    """Give cases to an officer; see `assigning.assign`.

    Raises:
        NotAllowed: the role handles no cases.
        Refused: they are none, or too many at once.
    """
    return each(
        BulkAction.ASSIGN,
        keys,
        lambda case: assigning.assign(case, to=to, by=by, reason=reason),
        by=by,
        to=to,
    )


@transaction.atomic
def remind(keys: Sequence[int], *, by: Assignment) -> BulkAct:
    """Remind those whom cases wait for; see `reminders.remind`. Raises as `assign`."""
    if not keys:
        raise Refused(_("Välj minst ett ärende."))
    return each(BulkAction.REMIND, keys, lambda case: reminders.remind(case, by=by), by=by)


@transaction.atomic
def each(
    action: BulkAction,
    keys: Sequence[int],
    act: Callable[[Case], object],
    *,
    by: Assignment,
    to: Assignment | None = None,
) -> BulkAct:
    """Do `act` to each case, all in one transaction; keep which it could not be done to, and why.

    What `act` refuses for one case leaves that case as it was. Cases are locked in the order of
    their keys, so that two such acts at once wait for each other and never for ever.

    Args:
        act: takes one case; locks it itself.
        to: the officer who gets, or leaves, the cases.

    Raises:
        NotAllowed: the role handles no cases.
        Refused: they are too many at once.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    if len(keys) > policy.queue_most_at_once:
        raise Refused(
            _("Välj högst %(most)s ärenden åt gången.") % {"most": policy.queue_most_at_once}
        )
    done: list[int] = []
    refused: list[tuple[int, str]] = []
    for case in Case.objects.filter(pk__in=keys).order_by("pk"):
        try:
            with transaction.atomic():
                act(case)
        except Refused as error:
            refused.append((case.pk, str(error)))
        except NotAllowed:
            refused.append((case.pk, _("Du har inte rätt att göra det i ärendet.")))
        except OperationalError:
            # Somebody held its lock for longer than we may wait.
            refused.append((case.pk, _("Någon annan sparade i ärendet just då. Försök igen.")))
        else:
            done.append(case.pk)
    return BulkAct.objects.create(
        action=action, by=by, at=clock.now(), to=to, done=done, refused=refused
    )
