"""The queue's counts are those of its lists, whatever happens and whoever does it at once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Assignment
from applications.services import withdrawing
from decisions.models import Case, QueueCount
from decisions.queue import QueueCounts, queue_counts, tab_filter
from decisions.services import absence, assigning, cases, deciding, delays, supplements
from decisions.services.counting import fold
from klas import clock
from klas.errors import NotAllowed, Refused
from motivations.enums import Outcome
from tests import factories


def counted_one_by_one(acting: Assignment, *, today: date) -> QueueCounts:
    """What the lists hold: the oracle."""
    return QueueCounts(
        **{
            tab: Case.objects.filter(tab_filter(tab, acting=acting, today=today)).count()
            for tab in QueueCounts.__annotations__
        }
    )


def demand_right(*officers: Assignment) -> None:
    for officer in officers:
        # Long before, now, and when everything is late.
        for days in (-400, 1, 400):
            day = clock.today() + timedelta(days=days)
            assert queue_counts(officer, today=day) == counted_one_by_one(officer, today=day)


ACTS: dict[str, Callable[[Case, Assignment, Assignment], object]] = {
    "take": lambda case, one, _two: cases.take(case, by=one),
    "release": lambda case, one, _two: cases.release(case, by=one),
    "assign": lambda case, one, two: assigning.assign(case, to=two, by=one, reason="Semester"),
    "away": lambda _case, one, _two: absence.begin(one, until=clock.today(), by=one),
    "ask": lambda case, one, _two: factories.asked(case, by=one),
    "answer": lambda case, _one, _two: factories.answered(case),
    "close": lambda case, one, _two: supplements.close(case, by=one),
    "tell": lambda case, one, _two: delays.tell(
        case, reason="Sjukdom", expected_on=clock.today() + timedelta(days=20), by=one
    ),
    "decide": lambda case, one, _two: deciding.decide(
        case, factories.facts(Outcome.GRANTED), by=one
    ),
    "propose": lambda case, one, _two: deciding.decide(
        case, factories.facts(Outcome.REJECTED), by=one
    ),
    "return": lambda case, _one, two: deciding.send_back(case, reason="Ändra", by=two),
    "countersign": lambda case, _one, two: deciding.countersign(case, by=two),
    "withdraw": lambda case, _one, _two: withdrawing.withdraw(
        case.application, by=case.application.sent_by, reason="Behövs inte"
    ),
    "fold": lambda _case, _one, _two: fold(),
}


class TestWhateverHappens(TestCase):
    """Random acts on a few cases, lawful or refused: the counts follow."""

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 2), st.booleans()),
            min_size=5,
            max_size=15,
        )
    )
    def test_the_counts_are_the_lists(self, acts: list[tuple[str, int, bool]]) -> None:
        one, two = factories.AssignmentFactory(), factories.AssignmentFactory(decision_maker=True)
        made = [factories.case(taken_by=one if n else None) for n in range(3)]
        for name, place, turned in acts:
            case = Case.objects.get(pk=made[place].pk)
            pair = (two, one) if turned else (one, two)
            try:
                with transaction.atomic():
                    ACTS[name](case, *pair)
            except (Refused, NotAllowed, LookupError):
                continue
            finally:
                demand_right(one, two)


@pytest.mark.django_db
def test_folding_leaves_one_row_for_each_tab_officer_and_day() -> None:
    officer = factories.AssignmentFactory()
    for _ in range(3):
        cases.release(factories.case(taken_by=officer), by=officer)
    before = QueueCount.objects.count()
    fold()
    rows = list(QueueCount.objects.order_by("tab").values_list("tab", "officer", "n"))
    assert rows == [("open", None, 3), ("overdue", None, 3), ("unassigned", None, 3),
                    ("untold", None, 3)]  # fmt: skip
    assert len(rows) < before
    demand_right(officer)


@pytest.mark.django_db
def test_what_is_rolled_back_is_not_counted() -> None:
    officer, case = factories.AssignmentFactory(), factories.case()
    with transaction.atomic():
        cases.take(case, by=officer)
        transaction.set_rollback(True)
    assert queue_counts(officer, today=clock.today()).unassigned == 1


@pytest.mark.django_db(transaction=True)
def test_officers_and_workers_at_once() -> None:
    """Cases are taken and released by four while two fold all the time: nothing is lost."""
    officers = [factories.AssignmentFactory() for _ in range(4)]
    made = [factories.case() for _ in officers]
    stop, failures = threading.Event(), []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        return run

    def handle(officer: Assignment, case: Case) -> Callable[[], None]:
        def work() -> None:
            for _ in range(6):
                cases.take(case, by=officer)
                cases.release(case, by=officer)
            cases.take(case, by=officer)

        return work

    def folding() -> None:
        while not stop.is_set():
            fold()

    def looking() -> None:
        while not stop.is_set():
            assert queue_counts(officers[0], today=clock.today()).open == len(made)

    workers = [threading.Thread(target=guarded(work)) for work in (folding, folding, looking)]
    people = [
        threading.Thread(target=guarded(handle(*pair))) for pair in zip(officers, made, strict=True)
    ]
    for thread in workers + people:
        thread.start()
    for thread in people:
        thread.join(timeout=60)
    stop.set()
    for thread in workers:
        thread.join(timeout=20)
    assert not failures
    fold()
    demand_right(*officers)
    assert queue_counts(officers[0], today=clock.today()) == QueueCounts(mine=1, open=4)
