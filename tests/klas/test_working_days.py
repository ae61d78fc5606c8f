"""Working days and due dates, against a plain oracle and against days everybody knows."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klas.working_days import (
    add_working_days,
    due_on,
    is_working_day,
    working_days_ago,
    working_days_between,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAYS = st.dates(date(2018, 1, 1), date(2035, 12, 31))


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def oracle(day: date) -> bool:
    """Working day by the rules as written down by hand (lag 1989:253 and the three eves)."""
    if day.weekday() >= 5:
        return False
    fixed = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
    if (day.month, day.day) in fixed:
        return False
    sunday = easter(day.year)
    if day in {sunday + timedelta(days=offset) for offset in (-2, 1, 39)}:
        return False
    # Midsommarafton: the Friday between 19 and 25 June.
    return not (day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4)


@given(DAYS)
def test_a_working_day_is_what_the_law_says(day: date) -> None:
    assert is_working_day(day) == oracle(day)


@given(DAYS, st.integers(0, 40))
def test_adding_working_days_lands_on_the_count(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert sum(oracle(day + timedelta(days=n)) for n in range(1, (end - day).days + 1)) == count
    assert count == 0 or oracle(end)
    assert working_days_between(day, end) == count
    assert working_days_between(end, day) == -count


@given(DAYS, st.integers(1, 40))
def test_so_many_working_days_ago_is_the_latest_day_that_long_ago(day: date, count: int) -> None:
    start = working_days_ago(day, count)
    assert working_days_between(start, day) == count
    assert working_days_between(start + timedelta(days=1), day) == count - 1
    assert working_days_ago(day, 0) == day


@pytest.mark.parametrize(
    ("complete", "due"),
    [
        # Seven working days: a plain week.
        (datetime(2026, 11, 2, 9), date(2026, 11, 11)),
        # Over Christmas and New Year 2026: 24, 25 and 31 December and 1 and 6 January are off.
        (datetime(2026, 12, 21, 9), date(2027, 1, 5)),
        # Saturday counts like the Friday before.
        (datetime(2026, 11, 7, 9), date(2026, 11, 17)),
    ],
)
def test_a_normal_case_is_due_on_the_seventh_working_day(complete: datetime, due: date) -> None:
    assert due_on(complete_at=complete.replace(tzinfo=STOCKHOLM), urgent=False) == due


@given(DAYS, st.times())
def test_an_urgent_case_is_due_the_same_day_before_one_o_clock_else_the_next(
    day: date, at: time
) -> None:
    due = due_on(complete_at=datetime.combine(day, at, tzinfo=STOCKHOLM), urgent=True)
    if oracle(day) and at < time(13):
        assert due == day
    else:
        assert due > day
        assert not any(oracle(day + timedelta(days=n)) for n in range(1, (due - day).days)), (
            "a working day was skipped"
        )
        assert oracle(due)
