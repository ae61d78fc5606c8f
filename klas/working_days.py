"""Working days in Sweden, and the due date of a case.

A working day is Monday to Friday that is neither a public holiday nor midsommarafton, julafton or
nyårsafton (domain §6).
"""

from collections.abc import Iterable
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


def or_next_working_day(day: date) -> date:
    """The day itself, or the next working day: when a time limit ends (lag 1930:173, 2 §)."""
    return day if is_working_day(day) else add_working_days(day, 1)


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


def stopped_working_days(stops: Iterable[tuple[date, date]]) -> int:
    """On how many working days the clock of a case stood still.

    Args:
        stops: the day each question was put and the day it was answered. The day after the
            question is the first that does not count, the day of the answer the last; days that
            two stops share are counted once.
    """
    stood_still = {
        start + timedelta(days=offset)
        for start, end in stops
        for offset in range(1, (end - start).days + 1)
    }
    return sum(is_working_day(day) for day in stood_still)


def due_on(*, complete_at: datetime, urgent: bool, stops: Iterable[tuple[date, date]] = ()) -> date:
    """The day a case is to be decided.

    Normal: the seventh working day after the day it was complete. Urgent: the same working day when
    complete before 13:00, else the next working day. Working days on which the clock stood still
    are added (domain §6).

    Args:
        stops: see `stopped_working_days`.
    """
    local = timezone.localtime(complete_at)
    stopped = stopped_working_days(stops)
    if not urgent:
        return add_working_days(local.date(), policy.handling_working_days + stopped)
    if is_working_day(local.date()) and local.time() < policy.urgent_same_day_before:
        return add_working_days(local.date(), stopped)
    return add_working_days(local.date(), 1 + stopped)


def handling_days(*, complete_on: date, ended_on: date, stops: Iterable[tuple[date, date]]) -> int:
    """How many working days a case took, those left out on which its clock stood still.

    The other side of `due_on`: a case that is not urgent and ends on its due date took
    `policy.handling_working_days`.

    Args:
        stops: see `stopped_working_days`; those within the time the case was handled.
    """
    return max(0, working_days_between(complete_on, ended_on) - stopped_working_days(stops))
