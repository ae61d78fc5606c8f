"""What a page of the queue costs when there are a hundred times as many open cases.

For each tab, filter and order, the first page and a deep one: the whole page, and the database's
part of it. The promise is about the page; the database's part shows what stands behind it.
"""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.models import Case
from decisions.services.counting import fold
from klas.policy import policy
from tests import factories
from tests.bench.copies import copies

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW, MANY = 1_000, 100_000
PRODUCTS, OFFICERS = 25, 20
# Flat: what differs is noise, and pages that are fuller.
MOST = 2.0
MOST_QUERIES = 8
TABS = (
    "unassigned", "mine", "waiting", "arrived", "to_countersign", "overdue", "untold", "open",
)  # fmt: skip
VIEWS: dict[str, dict[str, str]] = {
    **{f"tab {tab}": {"flik": tab} for tab in TABS},
    **{f"tab {tab}, newest": {"flik": tab, "sort": "-registered"} for tab in TABS},
    "latest due first": {"flik": "open", "sort": "-due"},
    "a product": {"flik": "open", "q": "produkt7x"},
    "a product, newest": {"flik": "open", "q": "produkt7x", "sort": "-registered"},
    "a product, overdue": {"flik": "overdue", "q": "produkt7x"},
    "all products": {"flik": "open", "q": "ospolot"},
    "no such product": {"flik": "open", "q": "finnsinte"},
    "two words": {"flik": "open", "q": "ospolot produkt7x"},
    "a part of a number": {"flik": "open", "q": "5.8.1-2026-500"},
    "a whole number": {"flik": "open", "q": "5.8.1-2026-000001"},
    "kind, common": {"flik": "open", "kind": "individual"},
    "kind, rare": {"flik": "open", "kind": "veterinary"},
    "urgent": {"flik": "open", "urgency": "urgent"},
    "not urgent": {"flik": "open", "urgency": "normal"},
    "a status": {"flik": "open", "status": "proposed"},
    "an officer": {"flik": "open", "assignee": "OFFICER"},
    "no officer": {"flik": "open", "assignee": "none"},
    "first time": {"flik": "open", "first_time": "on"},
    "duplicates": {"flik": "open", "duplicate": "on"},
    "requests": {"flik": "open", "requested": "on"},
    "several": {"flik": "open", "urgency": "urgent", "first_time": "on", "kind": "individual"},
    "deep": {"flik": "open", "page": "DEEP"},
    "deep, newest": {"flik": "open", "page": "DEEP", "sort": "-registered"},
    "deep, filtered": {"flik": "open", "urgency": "normal", "page": "DEEP"},
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Milliseconds: of the whole page, and of its queries; the least of several."""

    page: float
    database: float


def _open_cases(sample: Case, officers: list[int], *, first: int, last: int) -> None:
    application = sample.application
    span = {"first": first, "last": last}
    copies(
        "motivations_motivation",
        {"reference": "'KL-BENCH-' || n"},
        source=application.motivation_id,
        **span,
    )
    copies("applications_application", {"motivation_id": "n"}, source=application.pk, **span)
    theirs = f"(ARRAY{officers})[1 + mod(n / 7, {len(officers)})]"
    # Of ten cases five are untaken, three reviewed, one waits and one is proposed; they are spread
    # over half a year round today, and over products and officers.
    copies(
        "decisions_case",
        {
            "application_id": "n",
            "dnr": "'5.8.1-2026-' || n",
            "search_text": f"'5.8.1-2026-' || n || ' ospolot produkt' || mod(n, {PRODUCTS}) || 'x'",
            "kind": "CASE WHEN mod(n, 50) = 0 THEN 'veterinary' ELSE 'individual' END",
            "is_urgent": "mod(n / 3, 20) = 0",
            "is_first_time": "mod(n / 5, 12) = 0",
            "is_duplicate": "mod(n / 11, 25) = 0",
            "request_due_on": "CASE WHEN mod(n, 40) = 3 THEN source.due_on END",
            "registered_at": "source.registered_at - mod(n, 180) * interval '1 day'",
            "due_on": "source.due_on - 90 + mod(n, 180)",
            "told_until": "CASE WHEN mod(n, 4) = 0 THEN source.due_on END",
            "status": "CASE WHEN mod(n, 10) < 5 THEN 'registered' WHEN mod(n, 10) < 8 "
            "THEN 'in_review' WHEN mod(n, 10) = 8 THEN 'waiting' ELSE 'proposed' END",
            "assignee_id": f"CASE WHEN mod(n, 10) >= 5 THEN {theirs} END",
            "supplement_arrived_at": "CASE WHEN mod(n, 20) = 7 THEN source.registered_at END",
        },
        source=sample.pk,
        **span,
    )
    fold()  # as the worker does each minute
    with connection.cursor() as cursor:
        for table in ("motivations_motivation", "applications_application", "decisions_case",
                      "decisions_queuecount"):  # fmt: skip
            cursor.execute(f"ANALYZE {table}")


def _cost(client: Any, query: dict[str, str]) -> Cost:
    address, pages, queries, asked = reverse("decisions:queue"), [], [], []
    for _ in range(5):
        start = time.perf_counter()
        answer = client.get(address, query)
        pages.append(time.perf_counter() - start)
        assert answer.status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(address, query)
        asked.append(len(captured))
        queries.append(sum(float(query["time"]) for query in captured.captured_queries))
    # Once a minute a page also writes down that its session is used.
    assert min(asked) <= MOST_QUERIES, query
    return Cost(min(pages) * 1000, min(queries) * 1000)


def _costs(client: Any, officer: int, cases: int) -> dict[str, Cost]:
    # Not the very last: a filter leaves some out.
    deep = min(cases, policy.queue_most_rows) * 9 // 10 // policy.page_size
    places = {"OFFICER": str(officer), "DEEP": str(deep)}
    return {
        name: _cost(client, {key: places.get(value, value) for key, value in query.items()})
        for name, query in VIEWS.items()
    }


def test_the_queue_with_a_hundred_times_the_cases(acting: Any, capsys: Any) -> None:
    officers = [factories.AssignmentFactory() for _ in range(OFFICERS)]
    sample, client, me = factories.case(), acting(officers[0]), officers[0].pk
    keys, base = [officer.pk for officer in officers], 50_000_000
    _open_cases(sample, keys, first=base, last=base + FEW - 1)
    few = _costs(client, me, FEW)
    _open_cases(sample, keys, first=base + FEW, last=base + MANY - 1)
    many = _costs(client, me, MANY)
    with capsys.disabled():
        print()
        for name in VIEWS:
            print(
                f"queue, {name}: page {few[name].page:.0f} ms with {FEW} open cases, "
                f"{many[name].page:.0f} ms with {MANY}: {many[name].page / few[name].page:.2f} "
                f"times; in the database {few[name].database:.0f} and "
                f"{many[name].database:.0f} ms"
            )
    worst = {name: many[name].page / few[name].page for name in VIEWS}
    assert max(worst.values()) < MOST, {n: r for n, r in worst.items() if r >= MOST}
