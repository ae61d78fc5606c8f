"""Workers are killed at each step: every letter is issued and printed all the same, and only once.

A step is a state of the database that another can see: the job waits, the job is begun and the row
is locked, the rendered letter is not yet committed, it is committed and the job not yet ended. A
lock held by the test keeps the worker at a step until it is killed there.
"""

from collections import Counter
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from decisions.models import Letter, LetterEvent, PrintBatch, PrintedLetter
from decisions.services import printing
from decisions.services.issuing import issue_letters
from decisions.services.merging import merge
from motivations.enums import Outcome
from tests import factories
from tests.faults.installation import wait_for, worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults"),
]

LETTERS, KILLED_AFTER = 12, (2, 5)


def issued() -> int:
    return Letter.objects.filter(issued_at__isnull=False).count()


def test_letters_survive_workers_that_are_killed() -> None:
    # Each decision enqueues its own job; a killed worker leaves its job behind as "doing".
    for _number in range(LETTERS):
        factories.decided()
    assert issued() == 0

    for enough in KILLED_AFTER:
        with worker() as killed:
            wait_for(lambda enough=enough: issued() >= enough, f"{enough} letters")
            killed.kill()  # in the middle of the next letter
            killed.wait()
        assert issued() < LETTERS, "the worker was too quick to be killed"

    with worker("--one-shot") as last:
        assert last.wait(60) == 0, last.communicate()[1].decode()[-2000:]

    assert issued() == LETTERS
    issues = Counter(LetterEvent.objects.filter(action="issue").values_list("subject", flat=True))
    assert set(issues) == set(Letter.objects.values_list("pk", flat=True))
    assert set(issues.values()) == {1}
    deliveries = LetterEvent.objects.filter(action="deliver").values_list("subject", flat=True)
    assert sorted(deliveries) == sorted(issues)
    assert Letter.objects.values("sha256").distinct().count() == LETTERS
    assert not Letter.objects.exclude(last_error="").exists()


def finish() -> None:
    """A worker that nobody hurts does what is left."""
    with worker("--one-shot") as last:
        assert last.wait(120) == 0, last.communicate()[1].decode()[-2000:]


def begun() -> bool:
    return ProcrastinateJob.objects.filter(status="doing").exists()


def waits_for_a_lock() -> bool:
    """Whether a worker stands still at the table or row that this test holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def killed_at(step: Callable[[], bool], *, holding: str = "") -> None:
    """Kill a worker when the database shows that it has come to a step.

    Args:
        holding: a lock that keeps it there, as SQL.
    """
    with transaction.atomic():
        if holding:
            with connection.cursor() as cursor:
                cursor.execute(holding)
        with worker() as hurt:
            wait_for(step, "the step")
            hurt.kill()
            hurt.wait()


# Before the row is taken, and after it is rendered and before it is committed.
STEPS = {
    "job begun": (begun, "LOCK TABLE decisions_{table} IN ACCESS EXCLUSIVE MODE"),
    "stored, not committed": (waits_for_a_lock, "LOCK TABLE decisions_{last} IN EXCLUSIVE MODE"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_survives_a_worker_that_is_killed_at_a_step(step: str) -> None:
    factories.decided(Outcome.REJECTED)
    seen, holding = STEPS[step]
    killed_at(seen, holding=holding.format(table="letter", last="letterevent"))
    assert issued() == 0
    finish()
    assert issued() == Letter.objects.count() == 2
    counted = Counter(LetterEvent.objects.filter(action="issue").values_list("subject", flat=True))
    assert set(counted.values()) == {1}


def test_a_letter_survives_a_worker_that_is_killed_when_it_is_committed() -> None:
    factories.decided()
    killed_at(lambda: issued() == 1)
    before = Letter.objects.get().sha256
    finish()
    assert Letter.objects.get().sha256 == before
    assert LetterEvent.objects.filter(action="issue").count() == 1


@pytest.mark.parametrize("step", ["job begun", "stored, not committed"])
def test_a_batch_survives_a_worker_that_is_killed_at_a_step(step: str) -> None:
    for _number in range(3):
        factories.decided(Outcome.REJECTED)
    issue_letters()
    ProcrastinateJob.objects.all().delete()
    batch = printing.print_waiting(by=factories.AssignmentFactory())
    if step == "job begun":
        killed_at(begun, holding="LOCK TABLE decisions_printbatch IN ACCESS EXCLUSIVE MODE")
    else:
        # It may read and lock the row's table, and not write to it.
        killed_at(waits_for_a_lock, holding="LOCK TABLE decisions_printbatch IN SHARE MODE")
    assert PrintBatch.objects.filter(issued_at__isnull=False).count() == 0
    finish()
    batch.refresh_from_db()
    assert batch.sha256 == merge(batch).sha256
    assert PrintedLetter.objects.count() == batch.count == 3
    assert PrintBatch.objects.count() == 1


def test_an_officer_whose_web_dies_in_the_act_has_printed_nothing() -> None:
    factories.decided(Outcome.REJECTED)
    issue_letters()

    def cut_off() -> None:
        with transaction.atomic():
            printing.print_waiting(by=factories.AssignmentFactory())
            raise psycopg.OperationalError("the connection is gone")

    with pytest.raises(psycopg.OperationalError):
        cut_off()
    assert PrintBatch.objects.count() == PrintedLetter.objects.count() == 0
    assert Letter.objects.filter(status="printed").count() == 0
