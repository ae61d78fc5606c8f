"""The public year: small cells are out, nobody finds them, and what is published stays."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from decisions.models import CaseFact, PublishedYear, StatisticsCell
from decisions.statistics.open_data import COLUMNS
from decisions.statistics.publishing import Document, document, publish_due
from decisions.statistics.refresh import refresh
from klas import clock
from klas.policy import policy
from motivations.enums import LicenceKind, Outcome
from tests.conftest import ActingClient
from tests.decisions.statistics.facts import ATC_CODES, REGIONS, Invented, lay_out

YEAR = 2025


def _date(month: int) -> Any:
    return datetime(YEAR, month, 1).date()


def invented_year(seed: int, cases: int) -> list[Invented]:
    """A year of cases with common and rare kinds, regions, codes and outcomes."""
    random = Random(seed)

    def one(values: list[str], tilt: float) -> str:
        return values[int(len(values) * random.random() ** tilt)]

    return [
        Invented(
            kind=one(LicenceKind.values, 3),
            region=one(list(REGIONS), 2),
            product=int(len(ATC_CODES) * random.random() ** 2),
            registered=_date(1 + place % 12),
            ended=_date(1 + place % 12),
            outcome=one(Outcome.values, 4),
            days=random.randint(1, 12),
            supplemented=random.random() < 0.1,
        )
        for place in range(cases)
    ]


def _publish(cases: list[Invented]) -> Document:
    CaseFact.objects.all().delete()
    StatisticsCell.objects.all().delete()
    lay_out(cases)
    refresh(anew=True)
    return document(YEAR)


def _grid(table: Document, cases: list[Invented]) -> list[list[int]]:
    """The true table behind a published one, counted by hand."""
    rows, columns = table["id"].split("_")
    value: dict[str, Callable[[Invented], str]] = {
        "kind": lambda case: case.kind,
        "region": lambda case: case.region,
        "outcome": lambda case: case.outcome,
        "supplement": lambda case: "yes" if case.supplemented else "no",
        "month": lambda case: f"{case.ended.month:02d}" if case.ended else "",
        "atc1": lambda case: (case.atc[: 1 + case.atc.startswith("Q")]) or "?",
    }
    counted = Counter((value[rows](case), value[columns](case)) for case in cases)
    return [
        [
            sum(counted[r, c] for r in row["members"] for c in column["members"])
            for column in table["columns"]
        ]
        for row in table["rows"]
    ]


def _numbers(told: Any) -> Iterator[tuple[str, int]]:
    """Every count in a document, however deep, with its name."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key in ("ended", "registered") and value is not None:
                yield key, value
            elif key == "cells":
                yield from (("cell", n) for n in chain(*value) if n is not None)
            else:
                yield from _numbers(value)
    elif isinstance(told, list):
        for value in told:
            yield from _numbers(value)


class TestNobodyIsFound(TestCase):
    @given(seed=st.integers(0, 10**6), cases=st.integers(150, 700))
    @settings(max_examples=8, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    def test_no_small_number_is_published(self, seed: int, cases: int) -> None:
        told = _publish(invented_year(seed, cases))
        least = policy.statistics_least_published
        assert all(count == 0 or count >= least for _name, count in _numbers(told)), told

    @given(seed=st.integers(0, 10**6), cases=st.integers(150, 700))
    @settings(max_examples=8, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    def test_what_is_published_is_true_and_what_is_not_has_other_values_too(
        self, seed: int, cases: int
    ) -> None:
        """For each small cell another table, with the same totals and the same published cells."""
        made = invented_year(seed, cases)
        told = _publish(made)
        for table in told.get("tables", []):
            grid = _grid(table, made)
            assert [sum(row) for row in grid] == [row["ended"] for row in table["rows"]]
            withheld = set()
            for row, values in enumerate(table["cells"]):
                for column, value in enumerate(values):
                    if value is None:
                        withheld.add((row, column))
                    else:
                        assert value == grid[row][column]
            if any(grid[row][column] == 0 for row, column in withheld):
                # Nothing inside is told: what the totals alone leave open is enough.
                assert all(value is None for value in chain(*table["cells"]))
                continue
            for cell in withheld:
                if grid[cell[0]][cell[1]] < policy.statistics_least_published:
                    assert other_world(grid, withheld, cell), (table, cell)

    def test_a_withheld_value_fits_in_a_whole_other_set_of_cases(self) -> None:
        """The tables together say no more than each alone: another value has a world too.

        Cases are dealt anew, so that one table holds the attacker's other values; all that is
        published of all tables stays as it was.
        """
        made = invented_year(7, 400)
        told = _publish(made)
        table = next(t for t in told["tables"] if t["id"] == "region_month")
        grid = _grid(table, made)
        withheld = {
            (r, c)
            for r, row in enumerate(table["cells"])
            for c, value in enumerate(row)
            if value is None
        }
        small = next((r, c) for r, c in sorted(withheld) if grid[r][c] < 10)
        other = other_world(grid, withheld, small)
        assert other is not None
        regions: dict[int, list[str]] = {}
        for row, part in enumerate(table["rows"]):
            for column in range(12):
                regions.setdefault(column + 1, []).extend([part["members"][0]] * other[row][column])
        dealt = []
        for case in made:
            assert case.ended is not None
            region = regions[case.ended.month].pop()
            dealt.append(Invented(**{**vars(case), "region": region}))
        assert not any(regions.values())
        for published in told["tables"]:
            if published["id"] == "region_month" and any(
                len(part["members"]) > 1 for part in published["rows"]
            ):
                continue
            again = _grid(published, dealt)
            for values, counts in zip(published["cells"], again, strict=True):
                assert all(
                    value in (None, count) for value, count in zip(values, counts, strict=True)
                )

    def test_a_year_with_too_small_a_month_is_not_told_at_all(self) -> None:
        cases = [case for case in invented_year(1, 400) if case.ended and case.ended.month != 2]
        assert _publish(cases + invented_year(2, 24)[1:2]) == {"year": YEAR, "withheld": True}

    def test_few_decisions_give_no_median(self) -> None:
        made = invented_year(3, 700)
        told = _publish(made)
        for place in told["handling"]:
            if place["by"] == "region":
                decided = [case for case in made if case.region == place["id"]]
                decided = [case for case in decided if case.outcome != "closed"]
                assert (place["median"] is None) == (len(decided) < 10)


def other_world(
    grid: list[list[int]], withheld: set[tuple[int, int]], cell: tuple[int, int]
) -> list[list[int]] | None:
    """The table with another value in `cell` and the same totals: one more, one less, round a walk.

    That one exists if any other table does is what `test_suppression` tries out on small tables.
    """
    for change in (1, -1):
        # Places to go on from: the walk so far, whether the next step is along a column.
        ways: list[tuple[list[tuple[int, int]], bool]] = [([cell], True)]
        seen: set[tuple[bool, int]] = set()
        while ways:
            walk, along_column = ways.pop(0)
            line = walk[-1][1 if along_column else 0]
            sign = change if len(walk) % 2 == 0 else -change
            for place in sorted(withheld - set(walk)):
                value = grid[place[0]][place[1]] + sign
                is_small = grid[place[0]][place[1]] < 10
                if place[1 if along_column else 0] != line:
                    continue
                if not (1 <= value <= 9 if is_small else value >= 10):
                    continue
                if along_column and place[0] == cell[0]:
                    made = [list(row) for row in grid]
                    for step, (row, column) in enumerate([*walk, place]):
                        made[row][column] += change if step % 2 == 0 else -change
                    if 1 <= made[cell[0]][cell[1]] <= 9:
                        return made
                following = (not along_column, place[0 if along_column else 1])
                if following not in seen:
                    seen.add(following)
                    ways.append(([*walk, place], not along_column))
    return None


@pytest.mark.django_db
class TestPublishing:
    def _lay_out(self) -> None:
        lay_out(invented_year(5, 600))
        refresh(anew=True)

    def _at(self, year: int, month: int, day: int) -> Any:
        return clock.at(datetime(year, month, day, 12, tzinfo=UTC))

    def test_a_year_is_published_a_month_after_its_end_and_once(self) -> None:
        self._lay_out()
        with self._at(2026, 1, 30):
            assert publish_due() == []
        with self._at(2026, 2, 2):
            assert publish_due() == [YEAR]
            assert publish_due() == []

    def test_what_is_published_does_not_change_when_the_cases_do(self) -> None:
        self._lay_out()
        with self._at(2026, 2, 2):
            publish_due()
            before = PublishedYear.objects.get().document
            lay_out(invented_year(6, 30))
            refresh(anew=True)
            publish_due()
        assert PublishedYear.objects.get().document == before
        with pytest.raises(ProgrammingError), transaction.atomic():
            PublishedYear.objects.update(document={})

    def test_the_page_is_for_everybody_and_for_any_cache(self, client: ActingClient) -> None:
        self._lay_out()
        with self._at(2026, 2, 2):
            publish_due()
        answer = client.get(reverse("statistics:public"))
        page = answer.content.decode()
        assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=3600"}
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.get("Vary", "")
        assert "600 ärenden avslutades 2025." in page
        assert "lämnas inte ut" in page
        assert "<svg" in page
        assert "Exempeldata" in page

    def test_english_is_another_address(self, client: ActingClient) -> None:
        answer = client.get(reverse("statistics:public_in_english"))
        assert answer["Content-Language"] == "en"
        assert answer.status_code == 200

    def test_nothing_published_says_when(self, client: ActingClient) -> None:
        page = client.get(reverse("statistics:public")).content.decode()
        assert "Ingen statistik är publicerad än" in page

    def test_the_running_year_is_told_by_month_only(self, client: ActingClient) -> None:
        self._lay_out()
        with self._at(2025, 6, 15):
            page = client.get(reverse("statistics:public")).content.decode()
            data = client.get(reverse("statistics:json")).json()
        assert "Året som pågår" in page
        assert {record["table"] for record in data["records"]} == {"month"}
        assert max(record["month"] for record in data["records"]) == 5

    def test_csv_and_json_hold_the_same_in_a_form_that_is_told(self, client: ActingClient) -> None:
        self._lay_out()
        with self._at(2026, 2, 2):
            publish_due()
        data = json.loads(client.get(reverse("statistics:json")).content)
        answer = client.get(reverse("statistics:csv"))
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Access-Control-Allow-Origin"] == "*"
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert len(rows) == len(data["records"]) > 100
        assert tuple(rows[0]) == COLUMNS == tuple(data["columns"])
        assert (data["version"], data["period"]) == ("1.0", {"first_year": 2025, "last_year": 2025})
        assert "zero/1.0" in data["licence"]
        for record, row in zip(data["records"], rows, strict=True):
            assert (record["value"] is None) == (record["status"] == "suppressed")
            assert row["value"] == ("" if record["value"] is None else str(record["value"]))
        assert "suppressed" in {record["status"] for record in data["records"]}
        keys = [
            tuple(record[name] for name in ("year", "month", "table", "row", "column", "measure"))
            for record in data["records"]
        ]
        assert len(keys) == len(set(keys))

    def test_queries_do_not_grow_with_the_years(self, client: ActingClient) -> None:
        self._lay_out()
        with self._at(2026, 2, 2):
            publish_due()
            with CaptureQueriesContext(connection) as one:
                client.get(reverse("statistics:public"))
            for year in (2022, 2023, 2024):
                PublishedYear.objects.create(
                    year=year,
                    published_at=clock.now(),
                    document={**PublishedYear.objects.get(year=YEAR).document, "year": year},
                )
            with CaptureQueriesContext(connection) as four:
                client.get(reverse("statistics:public"))
        assert len(four) == len(one) <= 5
