"""Open data: the published years as JSON and CSV, in a form that stays the same.

`VERSION` counts up when a field changes its meaning or goes; new fields may come at any time.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation

from decisions.statistics import words
from decisions.statistics.publishing import REST, Document
from klas.policy import policy

VERSION = "1.0"
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
COLUMNS = (
    "year", "month", "table", "row", "row_label", "column", "column_label", "measure", "value",
    "status",
)  # fmt: skip
PUBLISHED, SUPPRESSED = "published", "suppressed"

Record = dict[str, Any]


def dataset(years: Iterable[Document], running: Iterable[Document], *, example: bool) -> Record:
    """Everything published, as one JSON object. Labels are Swedish, whoever asks."""
    with translation.override("sv"):
        records = list(_records(years, running))
    periods = sorted({(record["year"], record["month"] or 0) for record in records})
    return {
        "version": VERSION,
        "title": "Statistik om licenser för läkemedel",
        "publisher": "Läkemedelsverket",
        "licence": LICENCE,
        "example_data": example,
        "period": {"first_year": periods[0][0], "last_year": periods[-1][0]} if periods else None,
        "note": (
            f"Antal från 1 till {policy.statistics_least_published - 1} lämnas inte ut (status "
            f"{SUPPRESSED}), och inte heller de antal som de annars hade kunnat räknas ut med. "
            "Noll lämnas ut. Ett år publiceras en gång och ändras inte."
        ),
        "columns": list(COLUMNS),
        "records": records,
    }


def as_csv(data: Record) -> str:
    """The records as CSV (RFC 4180): commas, UTF-8, a heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(data["records"])
    return text.getvalue()


def label(table: str, part: Document) -> str:
    """What a row or column of a published table is called, in the language of the page."""
    if part["id"] == REST:
        names = [label(table, {"id": member}) for member in part["members"]]
        return f"{translation.gettext('Övriga')} ({', '.join(names)})"
    naming = {
        "kind": words.kind_name,
        "outcome": words.outcome_name,
        "supplement": _supplement_name,
        "region": words.region_name,
        "atc": words.atc_name,
    }
    key: str = part["id"]
    return naming[table](key) if table in naming else key


def _supplement_name(key: str) -> str:
    return (
        translation.gettext("Med komplettering")
        if key == "yes"
        else translation.gettext("Utan komplettering")
    )


def _records(years: Iterable[Document], running: Iterable[Document]) -> Iterator[Record]:
    for year in years:
        if not year["withheld"]:
            yield from _year_records(year)
    for month in running:
        yield from _month_records(month["year"], month)


def _record(year: int, table: str, measure: str, value: int | None, **more: Any) -> Record:
    return {
        **dict.fromkeys(COLUMNS, ""),
        "year": year,
        "month": None,
        "table": table,
        **more,
        "measure": measure,
        "value": value,
        "status": SUPPRESSED if value is None else PUBLISHED,
    }


def _year_records(year: Document) -> Iterator[Record]:
    number = year["year"]
    yield _record(number, "total", "registered", year["registered"])
    yield _record(number, "total", "ended", year["ended"])
    for month in year["months"]:
        yield from _month_records(number, month)
    for table in year["tables"]:
        yield from _table_records(number, table)
    for group in year["atc"]:
        for part in group["parts"]:
            yield _record(
                number,
                "atc",
                "ended",
                part["ended"],
                row=part["id"],
                row_label=words.atc_name(part["id"]),
            )
    for place in year["handling"]:
        named = {"row": place["id"], "row_label": _handling_label(place)}
        for measure in ("median", "p90"):
            yield _record(
                number,
                f"handling_{place['by']}",
                f"{measure}_working_days",
                place[measure],
                **named,
            )


def _month_records(year: int, month: Document) -> Iterator[Record]:
    for measure in ("registered", "ended"):
        yield _record(year, "month", measure, month[measure], month=month["month"])
    for measure in ("median", "p90"):
        yield _record(
            year, "month", f"{measure}_working_days", month[measure], month=month["month"]
        )


def _table_records(year: int, table: Document) -> Iterator[Record]:
    of_rows, of_columns = _kinds_of_parts(table)
    for row, values in zip(table["rows"], table["cells"], strict=True):
        named = {"row": row["id"], "row_label": label(of_rows, row)}
        if table["id"] != "kind_supplement" and table["id"] != "kind_month":
            yield _record(year, of_rows, "ended", row["ended"], **named)
        for column, value in zip(table["columns"], values, strict=True):
            if of_columns == "month":
                where: Record = {"month": int(column["id"])}
            else:
                where = {"column": column["id"], "column_label": label(of_columns, column)}
            yield _record(year, table["id"], "ended", value, **named, **where)
    if of_columns != "month":
        for column in table["columns"]:
            yield _record(
                year,
                of_columns,
                "ended",
                column["ended"],
                row=column["id"],
                row_label=label(of_columns, column),
            )


def _kinds_of_parts(table: Document) -> tuple[str, str]:
    rows, columns = table["id"].split("_")
    return rows.removesuffix("1"), columns


def _handling_label(place: Document) -> str:
    by = "atc" if place["by"] == "atc1" else place["by"]
    return label(by, place) if place["id"] else ""
