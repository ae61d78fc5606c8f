"""A case is registered: its number, its flags, the day it is due."""

import threading
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from decisions.models import Case
from decisions.services import registration
from decisions.services.registration import due_date
from tests import factories
from tests.klas.test_working_days import oracle

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HANDLING_DAYS, LAST_HOUR = 7, time(13)
DAYS = st.dates(date(2018, 1, 1), date(2035, 6, 1))


def walked(complete: datetime, *, urgent: bool, stops: Iterable[tuple[date, date]]) -> date:
    """The oracle: goes day by day and counts, with holidays of its own (`oracle`)."""
    local = complete.astimezone(STOCKHOLM)
    day, left = local.date(), 1 if urgent else HANDLING_DAYS
    if urgent and oracle(day) and local.time() < LAST_HOUR:
        left = 0
    asked = list(stops)
    last = max((end for _start, end in asked), default=day)
    # Days that stand still are passed over wherever they lie.
    left += sum(
        oracle(date.fromordinal(n)) and any(start.toordinal() < n <= end.toordinal()
                                            for start, end in asked)
        for n in range(day.toordinal(), last.toordinal() + 1)
    )  # fmt: skip
    while left:
        day += timedelta(days=1)
        if oracle(day):
            left -= 1
    return day


@given(
    day=DAYS,
    at=st.times(),
    urgent=st.booleans(),
    gaps=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 40)), max_size=4),
)
@example(day=date(2026, 12, 18), at=time(12, 59), urgent=True, gaps=[(0, 20)])
@example(day=date(2030, 6, 20), at=time(13), urgent=True, gaps=[])
@example(day=date(2025, 12, 23), at=time(9), urgent=False, gaps=[(1, 14), (0, 3)])
def test_the_due_day_is_what_one_gets_by_walking(
    day: date, at: time, urgent: bool, gaps: list[tuple[int, int]]
) -> None:
    complete = datetime.combine(day, at, tzinfo=STOCKHOLM)
    stops, since = [], day
    for before, lasting in gaps:
        start = since + timedelta(days=before)
        since = start + timedelta(days=lasting)
        stops.append((start, since))
    assert due_date(complete_at=complete, is_urgent=urgent, stops=stops) == walked(
        complete, urgent=urgent, stops=stops
    )


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_though_some_are_rolled_back() -> None:
    """Real applications over six connections; every third transaction fails after its number."""
    drafts = [factories.application_draft() for _ in range(9)]
    failures: list[Exception] = []

    def send(draft: object, place: int) -> None:
        try:
            with transaction.atomic():
                sent = factories.applying.send(
                    draft,
                    by=draft.created_by,
                    duplicate_reason="Prov",  # type: ignore[attr-defined]
                )
                assert sent.dnr
                if place % 3 == 2:
                    transaction.set_rollback(True)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(d, n)) for n, d in enumerate(drafts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures
    numbers = sorted(int(case.dnr[-6:]) for case in Case.objects.order_by("pk"))
    assert numbers == list(range(1, 7))


@pytest.mark.django_db
class TestDuplicates:
    def test_the_new_case_and_the_one_that_was_there_both_say_so(self) -> None:
        first = factories.case()
        assert not first.is_duplicate
        second = factories.case()  # the same patient and product
        first.refresh_from_db()
        assert (first.is_duplicate, second.is_duplicate) == (True, True)

    def test_another_patient_or_product_is_none(self) -> None:
        first = factories.case()
        child = {"patient": {"personal_number": factories.CHILD_NUMBER, "weight": "12"}}
        other = factories.case(of=factories.application(on=factories.motivation(**child)))
        drug = factories.ProductFactory(name="Diacomit", substances_text="stiripentol")
        third = factories.case(of=factories.application(on=factories.motivation(product=drug)))
        first.refresh_from_db()
        assert not any(case.is_duplicate for case in (first, other, third))


@pytest.mark.django_db
def test_a_case_is_found_by_what_it_is_and_never_by_whom_it_is_for() -> None:
    case = factories.case()
    text = registration.search_text(case.application, dnr=case.dnr)
    assert case.search_text == text
    assert case.dnr in text
    assert "ospolot" in text
    assert "sultiam" in text
    assert "provpatient" not in text
    assert factories.PERSONAL_NUMBER not in text
