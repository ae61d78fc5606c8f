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
BASE, TURNS, LOOK_UPS = 100_000_000, 20, 50
MOST_MS, MOST_TIMES = 10, 1.5
TABLES = ("motivations_motivation", "motivations_motivationversion", "motivations_searchkey")
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


def _set_aside() -> None:
    """Keep what is there in a schema of its own, with the same indexes: the few to compare with."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA few")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE few.{table} (LIKE public.{table} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO few.{table} SELECT * FROM public.{table}")
            cursor.execute(f"ANALYZE few.{table}")


def _among(rows: int) -> None:
    """Look among the few, or among all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {'few, public' if rows == FEW else 'public'}")


def _milliseconds(search: Callable[[int], object]) -> dict[int, tuple[float, float]]:
    """The database's time of one search among few and among many: p50 and p95.

    Turn by turn, so that whatever else the machine does falls on both alike.
    """
    taken: dict[int, list[float]] = {FEW: [], MANY: []}

    def timed(execute: Any, *arguments: Any) -> Any:
        begun = time.perf_counter()
        answer = execute(*arguments)
        taken[rows].append((time.perf_counter() - begun) * 1000)
        return answer

    for turn in range(TURNS + 1):
        for rows in (FEW, MANY):
            _among(rows)
            for _ in range(20):  # a connection that has searched before
                search(BASE + random.randrange(rows))
            if turn == 0:
                continue
            with connection.execute_wrapper(timed):
                for _ in range(LOOK_UPS):
                    search(BASE + random.randrange(rows))
    assert {len(times) for times in taken.values()} == {TURNS * LOOK_UPS}, "one statement a search"
    return {
        rows: (statistics.median(times), statistics.quantiles(times, n=20)[-1])
        for rows, times in taken.items()
    }


def _key(n: int) -> bytes:
    with connection.connection.cursor() as cursor:  # not counted
        cursor.execute("SELECT sha256((%s / 3)::text::bytea)", [n])
        key: bytes = cursor.fetchone()[0]
    return key


def _searches() -> dict[str, Callable[[int], object]]:
    return {
        "reference": lambda n: by_reference(f"KL-BENCH-{n}"),
        "person": lambda n: list(known_by(SearchedBy.PERSONAL_NUMBER, [_key(n)])),
        "person, unknown": lambda n: list(known_by(SearchedBy.PERSONAL_NUMBER, [_key(-n)])),
    }


def test_an_exact_search_among_many_more_motivations(capsys: Any) -> None:
    sample = factories.motivation()
    _fill(sample, first=0, last=FEW - 1)
    _set_aside()
    _fill(sample, first=FEW, last=MANY - 1)
    found = {name: _milliseconds(search) for name, search in _searches().items()}
    _among(MANY)
    with capsys.disabled():
        print()
        for name, times in found.items():
            (few, few95), (many, many95) = times[FEW], times[MANY]
            print(
                f"{name}: p50 {few:.2f} ms, p95 {few95:.2f} ms with {FEW} motivations; "
                f"p50 {many:.2f} ms, p95 {many95:.2f} ms with {MANY}: {many / few:.2f} times"
            )
    assert max(times[MANY][0] for times in found.values()) < MOST_MS
    assert max(times[MANY][0] / times[FEW][0] for times in found.values()) < MOST_TIMES
