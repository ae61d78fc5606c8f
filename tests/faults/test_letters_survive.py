"""Workers are killed while they render: every letter is issued all the same, and only once."""

from collections import Counter

import pytest

from decisions.models import Letter, LetterEvent
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
