"""Sample checks of the access log: accesses of a period drawn at random, each judged once."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction, AccessLogEntry, LogSample, SampledEntry, Verdict

if TYPE_CHECKING:
    from accounts.models import Assignment

# What anybody does all day; a sample is of what was read of somebody's data.
_NOT_SAMPLED = (AccessAction.SIGN_IN, AccessAction.SIGN_OUT)


@transaction.atomic
def draw(*, first_day: date, last_day: date, most: int, by: "Assignment") -> LogSample:
    """Draw accesses of a period at random, at most so many.

    Raises:
        NotAllowed: the role may not see the log.
        Refused: nothing happened in the period.
    """
    if not by.has(Permission.VIEW_ACCESS_LOG):
        raise NotAllowed
    accesses = AccessLogEntry.objects.filter(
        at__gte=_midnight(first_day), at__lt=_midnight(last_day + timedelta(days=1))
    ).exclude(action__in=_NOT_SAMPLED)
    # The database's dice: nobody at a desk can choose what is drawn.
    drawn = list(accesses.order_by("?").values_list("pk", "at")[:most])
    if not drawn:
        raise Refused(_("Ingenting finns i loggen för perioden. Välj andra dagar."))
    sample: LogSample = LogSample.objects.create(
        drawn_at=clock.now(),
        drawn_by=by,
        first_day=first_day,
        last_day=last_day,
        among=accesses.count(),
    )
    SampledEntry.objects.bulk_create(
        [
            SampledEntry(sample=sample, place=place, entry_id=pk, entry_at=at)
            for place, (pk, at) in enumerate(drawn, start=1)
        ]
    )
    audit.record(AccessAction.WRITE, by=by, what="log_sample", obj=sample)
    return sample


@transaction.atomic
def check(entry: SampledEntry, *, verdict: Verdict, note: str, by: "Assignment") -> SampledEntry:
    """Judge one access of a sample.

    Raises:
        NotAllowed: the role may not see the log.
        WrongState: it has been judged.
        Refused: an access is questioned without a word on why.
    """
    if not by.has(Permission.VIEW_ACCESS_LOG):
        raise NotAllowed
    locked: SampledEntry = SampledEntry.objects.select_for_update().get(pk=entry.pk)
    if locked.checked_at is not None:
        raise WrongState(_("Den här åtkomsten är redan granskad."))
    if verdict == Verdict.QUESTIONED and not note.strip():
        raise Refused(_("Skriv varför åtkomsten ifrågasätts."))
    locked.verdict, locked.note = verdict, note.strip()
    locked.checked_by, locked.checked_at = by, clock.now()
    locked.save(update_fields=["verdict", "note", "checked_by", "checked_at"])
    audit.record(AccessAction.WRITE, by=by, what="log_sample", obj=locked)
    return locked


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
