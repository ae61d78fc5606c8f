"""Keeping statistics up to date: the cases that changed, the months they touch, and no more."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from decisions.models import Case, CaseFact, StatisticsCell, StatisticsState
from decisions.models.statistics import Span
from decisions.statistics.cells import count_span
from decisions.statistics.facts import write_facts
from klas import clock

_AT_ONCE = 2_000


@transaction.atomic
def refresh(*, anew: bool = False) -> int:
    """Bring facts and cells up to date; readers see the old ones until all is done.

    Cases whose revision changed since they were counted are counted again, and on a new day the
    open ones too, since they have grown older. One run at a time; a run that is killed leaves
    nothing behind.

    Args:
        anew: count every case and every month again (registers may have been corrected).

    Returns:
        How many cases were counted.
    """
    StatisticsState.objects.get_or_create(pk=1)
    state = StatisticsState.objects.select_for_update().get(pk=1)
    now = clock.now()
    today = timezone.localdate(now)
    is_new_day = state.refreshed_at is None or timezone.localdate(state.refreshed_at) != today
    touched: set[date] = set()
    counted = 0
    for keys in _chunks(_to_count(anew=anew, is_new_day=is_new_day)):
        touched |= write_facts(keys, today=today)
        counted += len(keys)
    if anew:
        StatisticsCell.objects.all().delete()
        touched = _all_months()
    for month in sorted(touched):
        count_span(Span.MONTH, month)
    for year in sorted({month.year for month in touched}):
        count_span(Span.YEAR, date(year, 1, 1))
    if counted or anew:
        count_span(Span.OPEN, today)
    state.refreshed_at = now
    state.first_month = CaseFact.objects.aggregate(first=Min("registered_month"))["first"]
    # A fact outlives its case, which is erased after some years; examples never had one.
    examples = CaseFact.objects.filter(case__isnull=True, case_revision=0)
    state.has_examples = examples.exists()
    state.save()
    return counted


def _to_count(*, anew: bool, is_new_day: bool) -> Iterator[int]:
    """The keys of the cases that are to be counted."""
    cases = Case.objects.order_by("pk")
    if not anew:
        changed = ~Q(fact__case_revision=F("revision"))
        is_open = Q(fact__ended_month__isnull=True)
        cases = cases.filter(changed | is_open if is_new_day else changed)
    return cases.values_list("pk", flat=True).iterator()


def _chunks(keys: Iterator[int]) -> Iterator[list[int]]:
    while chunk := list(islice(keys, _AT_ONCE)):
        yield chunk


def _all_months() -> set[date]:
    return {
        month
        for name in ("registered_month", "ended_month")
        for month in CaseFact.objects.filter(~Q(**{name: None}))
        .order_by(name)
        .values_list(name, flat=True)
        .distinct()
    }
