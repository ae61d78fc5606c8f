"""The public statistics of a year: made once, small cells taken out, and never changed.

The tables are chosen so that they have only published totals in common (kinds, months, main ATC
groups of the year): what is withheld in one cannot be found with the help of another, and each is
protected by itself (docs/decisions/008-statistics.md).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from decisions.models import PublishedYear, StatisticsCell, StatisticsState
from decisions.models.statistics import UNKNOWN, Level, Span
from decisions.statistics.cells import ATC_LENGTHS, OUTCOMES
from decisions.statistics.questions import Counted
from decisions.statistics.suppression import suppress, suppress_line
from klas import clock
from klas.policy import policy

# The row or column that what is too small to stand alone is put together in.
REST = "rest"

Document = dict[str, Any]


@transaction.atomic
def publish_due() -> list[int]:
    """Publish the years that ended long enough ago and have not been published.

    Returns:
        The years.
    """
    state = StatisticsState.objects.select_for_update().filter(pk=1).first()
    if state is None or state.first_month is None:
        return []
    last_day = clock.today() - timedelta(days=policy.statistics_published_after_days)
    published = set(PublishedYear.objects.order_by("year").values_list("year", flat=True))
    due = [y for y in range(state.first_month.year, last_day.year) if y not in published]
    for year in due:
        PublishedYear.objects.create(
            year=year,
            published_at=clock.now(),
            document=document(year),
            is_example=state.has_examples,
        )
    return due


def document(year: int) -> Document:
    """What is published of a year, from its cells.

    A year with so few cases in some month that the month's total cannot be told is not told at all:
    the totals of months and year are what the tables have in common.
    """
    least = policy.statistics_least_published
    whole = _Cells(Span.YEAR, year)
    by_month = _Cells(Span.MONTH, year)
    total = whole.one()
    months = [by_month.one(month=month) for month in range(1, 13)]
    told = [count for month in (total, *months) for count in (month.registered, month.ended)]
    if total.ended < least or any(0 < count < least for count in told):
        return {"year": year, "withheld": True}

    kinds = _groups(whole.ended(Level.ALL, "kind"))
    outcomes = _groups({name: total.counts[name] for name in OUTCOMES})
    supplements = _groups(
        {
            "yes": total.counts["supplemented"],
            "no": total.ended - total.counts["supplemented"],
        }
    )
    regions = _groups(whole.ended(Level.ALL, "region"))
    mains = _groups(whole.ended(Level.ATC1, "node"))
    year_months = [Part(f"{month:02d}", (f"{month:02d}",)) for month in range(1, 13)]

    def outcome_of(kind: str, outcome: str) -> int:
        return whole.one(kind=kind).counts[outcome]

    def supplement_of(kind: str, answer: str) -> int:
        found = whole.one(kind=kind)
        with_one = found.counts["supplemented"]
        return with_one if answer == "yes" else found.ended - with_one

    tables = [
        _table("kind_outcome", kinds, outcomes, outcome_of),
        _table("kind_supplement", kinds, supplements, supplement_of),
        _table(
            "kind_month", kinds, year_months, lambda k, m: by_month.one(kind=k, month=int(m)).ended
        ),
        _table(
            "region_month",
            regions,
            year_months,
            lambda r, m: by_month.one(region=r, month=int(m)).ended,
        ),
        _table(
            "atc1_month",
            mains,
            year_months,
            lambda a, m: by_month.one(level=Level.ATC1, node=a, month=int(m)).ended,
        ),
    ]
    return {
        "year": year,
        "withheld": False,
        "registered": total.registered,
        "ended": total.ended,
        "months": [
            {
                "month": place,
                "registered": month.registered,
                "ended": month.ended,
                **_days(month),
            }
            for place, month in enumerate(months, start=1)
        ],
        "tables": tables,
        "atc": _finer_groups(whole, mains),
        "handling": [
            {"by": "all", "id": "", **_days(total)},
            *_kinds_handling(whole, tables[0]),
            *(
                {"by": "region", "id": p.key, **_days(whole.one(region=p.key))}
                for p in _alone(regions)
            ),
            *(
                {"by": "atc1", "id": p.key, **_days(whole.one(level=Level.ATC1, node=p.key))}
                for p in _alone(mains)
            ),
        ],
    }


@dataclass(frozen=True)
class Part:
    """A row or column: one key, or several that are too small to stand alone."""

    key: str
    members: tuple[str, ...]


class _Cells:
    """The cells of a year (or of its months) that the tables are made of; one query."""

    def __init__(self, span: Span, year: int) -> None:
        rows = StatisticsCell.objects.filter(
            Q(level=Level.ALL, kind="") | Q(level=Level.ALL, region="") | Q(kind="", region=""),
            span=span,
            starts__year=year,
            level__lte=Level.ATC3,
        )
        if span == Span.MONTH:
            rows = rows.filter(level__lte=Level.ATC1)
        self._found: dict[tuple[int, str, str, int, str], Counted] = {}
        for cell in rows.order_by("pk"):
            counted = Counted(days=dict(zip(cell.days, cell.counts, strict=True)))
            for name in counted.counts:
                counted.counts[name] = getattr(cell, name)
            month = cell.starts.month if span == Span.MONTH else 0
            self._found[month, cell.kind, cell.region, cell.level, cell.node] = counted

    def one(
        self, *, month: int = 0, kind: str = "", region: str = "", level: int = 0, node: str = ""
    ) -> Counted:
        return self._found.get((month, kind, region, level, node)) or Counted()

    def ended(self, level: Level, by: str, *, begins: str = "") -> dict[str, int]:
        """The ended cases by kind, region or node, those that there are any of."""
        found = {}
        for (_month, kind, region, at_level, node), counted in sorted(self._found.items()):
            names = {"kind": kind, "region": region, "node": node}
            name = names.pop(by)
            is_asked = at_level == level and name.startswith(begins) and not any(names.values())
            if is_asked and name and counted.ended:
                found[name] = counted.ended
        return found


def _groups(totals: Mapping[str, int]) -> list[Part]:
    """Rows or columns whose totals can all be published: the small ones are put together."""
    keys = [key for key, count in totals.items() if count]
    withheld = suppress_line([totals[key] for key in keys], least=policy.statistics_least_published)
    together = set(range(len(keys))) if withheld is None else withheld
    parts = [Part(key, (key,)) for place, key in enumerate(keys) if place not in together]
    rest = tuple(key for place, key in enumerate(keys) if place in together)
    return [*parts, Part(REST, rest)] if rest else parts


def _alone(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if part.key != REST]


def _table(
    name: str, rows: Sequence[Part], columns: Sequence[Part], count: Callable[[str, str], int]
) -> Document:
    """A table with its totals; a withheld cell is None."""
    grid = [
        [sum(count(r, c) for r in row.members for c in column.members) for column in columns]
        for row in rows
    ]
    withheld = suppress(grid, least=policy.statistics_least_published)
    return {
        "id": name,
        "rows": [
            {"id": row.key, "members": list(row.members), "ended": sum(values)}
            for row, values in zip(rows, grid, strict=True)
        ],
        "columns": [
            {"id": column.key, "members": list(column.members), "ended": sum(values)}
            for column, values in zip(columns, zip(*grid, strict=True), strict=True)
        ],
        "cells": [
            [
                None if withheld is None or (row, column) in withheld else value
                for column, value in enumerate(values)
            ]
            for row, values in enumerate(grid)
        ],
    }


def _finer_groups(whole: _Cells, mains: Sequence[Part]) -> list[Document]:
    """ATC level 2 within each main group that is told, and level 3 within each told of level 2."""
    least = policy.statistics_least_published
    found: list[Document] = []
    parents = [part.key for part in _alone(mains) if not part.key.endswith(UNKNOWN)]
    for level in (Level.ATC2, Level.ATC3):
        told: list[str] = []
        for parent in parents:
            counts = whole.ended(level, "node", begins=parent)
            counts = {code: n for code, n in counts.items() if _parent(code, level) == parent}
            total = whole.one(level=level - 1, node=parent).ended
            withheld = suppress_line(list(counts.values()), least=least)
            parts = [
                {
                    "id": code,
                    "ended": None if withheld is None or place in withheld else count,
                }
                for place, (code, count) in enumerate(counts.items())
            ]
            # All of them withheld: not even which ones there are is told.
            found.append(
                {"parent": parent, "ended": total, "parts": [] if withheld is None else parts}
            )
            told += [
                part["id"]
                for part in found[-1]["parts"]
                if part["ended"] and not part["id"].endswith(UNKNOWN)
            ]
        parents = told
    return found


def _parent(code: str, level: Level) -> str:
    return code[: ATC_LENGTHS[level - 2] + code.startswith("Q")]


def _days(counted: Counted) -> dict[str, int | None]:
    """Median and 90th percentile of the working days of so many cases that they may be told."""
    if counted.timed < policy.statistics_least_published:
        return {"median": None, "p90": None}
    return {"median": counted.within(50), "p90": counted.within(90)}


def _kinds_handling(whole: _Cells, by_outcome: Document) -> list[Document]:
    """Handling time by kind. That it is told says how many were withdrawn at most, so it is told
    only where that is told already."""
    columns = [column["members"] for column in by_outcome["columns"]]
    closed = next((place for place, keys in enumerate(columns) if keys == ["closed"]), None)
    told = []
    for row, values in zip(by_outcome["rows"], by_outcome["cells"], strict=True):
        if row["id"] != REST and (
            not any("closed" in keys for keys in columns)
            or (closed is not None and values[closed] is not None)
        ):
            told.append({"by": "kind", "id": row["id"], **_days(whole.one(kind=row["id"]))})
    return told


def running_months(*, today: date) -> list[Document]:
    """The totals of the months that are over in years not published; small ones withheld.

    No total of their year is told until it is published, so a withheld month cannot be found.
    """
    least = policy.statistics_least_published
    published = set(
        PublishedYear.objects.filter(document__withheld=False)
        .order_by("year")
        .values_list("year", flat=True)
    )
    cells = (
        StatisticsCell.objects.filter(
            span=Span.MONTH,
            level=Level.ALL,
            kind="",
            region="",
            starts__lt=today.replace(day=1),
        )
        .exclude(starts__year__in=published)
        .order_by("starts")
    )
    found = []
    for cell in cells:
        ended = sum(getattr(cell, name) for name in OUTCOMES)
        counted = Counted(days=dict(zip(cell.days, cell.counts, strict=True)))
        found.append(
            {
                "year": cell.starts.year,
                "month": cell.starts.month,
                "registered": None if 0 < cell.registered < least else cell.registered,
                "ended": None if 0 < ended < least else ended,
                **_days(counted),
            }
        )
    return found
