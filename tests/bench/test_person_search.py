"""What an exact search costs the database when there are many more motivations.

`KLAS_BENCH_ROWS` says how many (10 million is the size that the rule is written for).
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from motivations.enums import SearchedBy
from motivations.models import Motivation
from motivations.queries import by_reference, current_version, known_by
from tests import factories
from tests.bench.copies import copies

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW, MANY = 10_000, int(os.environ.get("KLAS_BENCH_ROWS", "1_000_000"))
BASE, LOOK_UPS = 100_000_000, 200
MOST_MS, MOST_TIMES = 10, 5
STATUSES = "(ARRAY['submitted','in_case','closed','withdrawn'])[1 + mod(n, 4)]"


def _fill(sample: Motivation, *, first: int, last: int) -> None:
    """Motivations sent, each with a version and what its patient is found by.

    Every person has three on average, as n / 3 is the person.
    """
    span = {"first": BASE + first, "last": BASE + last}
    copies(
        "motivations_motivation",
        {"reference": "'KL-BENCH-' || n", "status": STATUSES},
        source=sample.pk,
        **span,
    )
    version = current_version(sample)
    changed = {"motivation_id": "n", "answers": "'{}'"}  # to spare the disk: not looked at
    copies("motivations_motivationversion", changed, source=version.pk, **span)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO motivations_searchkey (kind, key, version_id) "
            "SELECT 'personal_number', sha256((n / 3)::text::bytea), n "
            "FROM generate_series(%s, %s) n",
            [span["first"], span["last"]],
        )
        for table in ("motivation", "motivationversion", "searchkey"):
            cursor.execute(f"ANALYZE motivations_{table}")


def _milliseconds(search: Callable[[int], object], rows: int) -> tuple[float, float]:
    """The database's time of one search: p50 and p95 of many, each of another motivation."""
    taken: list[float] = []

    def timed(execute: Any, *arguments: Any) -> Any:
        begun = time.perf_counter()
        answer = execute(*arguments)
        taken.append((time.perf_counter() - begun) * 1000)
        return answer

    for _ in range(20):  # a connection that has searched before
        search(BASE + random.randrange(rows))
    with connection.execute_wrapper(timed):
        for _ in range(LOOK_UPS):
            search(BASE + random.randrange(rows))
    assert len(taken) == LOOK_UPS, "a search is one statement"
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _key(n: int) -> bytes:
    with connection.connection.cursor() as cursor:  # not counted
        cursor.execute("SELECT sha256((%s / 3)::text::bytea)", [n])
        key: bytes = cursor.fetchone()[0]
    return key


def _searches() -> dict[str, Callable[[int], object]]:
    return {
        "reference": lambda n: by_reference(f"KL-BENCH-{n}"),
        "person": lambda n: list(known_by(SearchedBy.PERSONAL_NUMBER, _key(n))),
        "person, unknown": lambda n: list(known_by(SearchedBy.PERSONAL_NUMBER, _key(-n))),
    }


def test_an_exact_search_among_many_more_motivations(capsys: Any) -> None:
    sample = factories.motivation()
    _fill(sample, first=0, last=FEW - 1)
    few = {name: _milliseconds(search, FEW) for name, search in _searches().items()}
    _fill(sample, first=FEW, last=MANY - 1)
    many = {name: _milliseconds(search, MANY) for name, search in _searches().items()}
    with capsys.disabled():
        print()
        for name, (p50, p95) in many.items():
            print(
                f"{name}: p50 {few[name][0]:.2f} ms, p95 {few[name][1]:.2f} ms with {FEW} "
                f"motivations; p50 {p50:.2f} ms, p95 {p95:.2f} ms with {MANY}: "
                f"{p50 / few[name][0]:.1f} times"
            )
    assert max(p50 for p50, _ in many.values()) < MOST_MS
    assert max(many[name][0] / few[name][0] for name in many) < MOST_TIMES
