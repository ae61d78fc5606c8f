"""What “Mina ärenden” costs a doctor who has written a hundred times as many motivations."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klas import clock
from motivations.queries import ending_licences
from tests import factories
from tests.bench.copies import copies

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW, MANY = 100, 10_000
# The total and what waits are counted over all of them; the page itself shows 25 as ever.
MOST = 4
PAGES: dict[str, dict[str, str]] = {
    "first page": {},
    "waiting for you": {"waits_for": "you"},
    "closed": {"status": "closed"},
    "by product": {"sort": "product"},
    "sought": {"q": "ospolot"},
}


def _more(sample: int, *, first: int, last: int, author: str = "source.author_id") -> None:
    """Motivations of the sample's author over five years: of a hundred, one draft and one waits."""
    copies(
        "motivations_motivation",
        {
            "author_id": author,
            "status": "CASE mod(n, 100) WHEN 0 THEN 'draft' WHEN 1 THEN 'submitted' "
            "WHEN 2 THEN 'supplement' ELSE 'closed' END",
            "reference": "CASE WHEN mod(n, 100) <> 0 THEN 'KL-BENCH-' || n END",
            "submitted_at": "CASE WHEN mod(n, 100) <> 0 "
            "THEN source.submitted_at - mod(n, 1800) * interval '1 day' END",
            "created_at": "source.created_at - mod(n, 1800) * interval '1 day'",
            "licence_number": "CASE WHEN mod(n, 100) > 50 THEN 'L-BENCH-' || n ELSE '' END",
            "licence_valid_to": "CASE WHEN mod(n, 100) > 50 THEN "
            "source.submitted_at::date + 365 - mod(n, 1800) END",
        },
        source=sample,
        first=first,
        last=last,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE motivations_motivation")


def _milliseconds(client: Any, query: dict[str, str]) -> tuple[float, float]:
    """Page time and time in the database, each the least of seven."""
    address = reverse("motivations:list")
    pages, queries = [], []
    for _ in range(7):
        start = time.perf_counter()
        answer = client.get(address, query)
        pages.append(time.perf_counter() - start)
        assert answer.context["lines"]
        with CaptureQueriesContext(connection) as captured:
            client.get(address, query)
        queries.append(sum(float(query["time"]) for query in captured.captured_queries))
    return min(pages) * 1000, min(queries) * 1000


def test_the_list_with_a_hundred_times_the_motivations(acting: Any, capsys: Any) -> None:
    sample = factories.motivation()
    others = [factories.AssignmentFactory(prescriber=True).pk for _ in range(40)]
    client = acting(sample.author)
    base = 10_000_000
    theirs = f"(ARRAY{others})[1 + mod(n, {len(others)})]"
    _more(sample.pk, first=base, last=base + 4 * MANY, author=theirs)
    base *= 2
    _more(sample.pk, first=base, last=base + FEW - 1)
    few = {name: _milliseconds(client, query) for name, query in PAGES.items()}
    _more(sample.pk, first=base + FEW, last=base + MANY - 1)
    many = {name: _milliseconds(client, query) for name, query in PAGES.items()}
    with capsys.disabled():
        print()
        for name in PAGES:
            page = many[name][0] / few[name][0]
            database = many[name][1] / few[name][1]
            print(
                f"own list, {name}: page {few[name][0]:.0f} ms with {FEW}, {many[name][0]:.0f} ms "
                f"with {MANY}: {page:.1f} times; in the database {few[name][1]:.0f} and "
                f"{many[name][1]:.0f} ms: {database:.1f} times"
            )
    licences = ending_licences(sample.author, today=clock.today())
    assert "motivation_licence_ends" in licences.explain()
    assert max(many[name][0] / few[name][0] for name in PAGES) < MOST
