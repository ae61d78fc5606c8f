"""Working days in Sweden, and the due date of a case.

A working day is Monday to Friday that is neither a public holiday nor midsommarafton, julafton or
nyårsafton (domain §6).
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from klas.policy import policy


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    calendar = holidays.country_holidays(
        "SE", years=year, include_sundays=False, categories=("public", "de_facto")
    )
    return frozenset(calendar)


def is_working_day(day: date) -> bool:
    """Whether offices are open on this day."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (count ≥ 0; 0 gives `day` itself)."""
    if count < 0:
        raise ValueError("count must not be negative")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_ago(day: date, count: int) -> date:
    """The latest day after which `count` (≥ 0) working days lie, up to and including `day`."""
    if count < 0:
        raise ValueError("count must not be negative")
    while count:
        count -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end` (negative if before)."""
    if end < start:
        return -working_days_between(end, start)
    return sum(
        is_working_day(start + timedelta(days=offset))
        for offset in range(1, (end - start).days + 1)
    )


def due_on(*, complete_at: datetime, urgent: bool) -> date:
    """The day a case is to be decided.

    Normal: the seventh working day after the day it was complete. Urgent: the same working day when
    complete before 13:00, else the next working day (domain §6).
    """
    local = timezone.localtime(complete_at)
    if not urgent:
        return add_working_days(local.date(), policy.handling_working_days)
    if is_working_day(local.date()) and local.time() < policy.urgent_same_day_before:
        return local.date()
    return add_working_days(local.date(), 1)
