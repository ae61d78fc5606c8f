"""Lists as files: what a spreadsheet finds in them, and that no cell of theirs is a formula."""

import csv
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.http import Http404
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from klas import export
from klas.export import Column, Format, Value, asked_format, stream

pytestmark = pytest.mark.django_db  # an answer that is closed tidies its connections

COLUMNS = [
    Column(_("Läkemedel"), 60),
    Column("Dag"),
    Column("Tid"),
    Column("Mängd"),
    Column("Rättat"),
]
ROW: list[Value] = [
    "Ospolot; 50 mg",
    date(2026, 11, 20),
    datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
    Decimal("20.500"),
    True,
]


def content_of(response: Any) -> bytes:
    content: bytes = response.getvalue()
    response.close()
    return content


def csv_of(rows: Any, columns: Any = COLUMNS) -> list[list[str]]:
    text = content_of(stream("lista", columns, rows, Format.CSV)).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))


def book_of(rows: Any, columns: Any = COLUMNS) -> Any:
    return load_workbook(BytesIO(content_of(stream("lista", columns, rows, Format.XLSX))))


def test_the_same_list_in_both() -> None:
    heading = ["Läkemedel", "Dag", "Tid", "Mängd", "Rättat"]
    assert csv_of([ROW]) == [
        heading,
        ["Ospolot; 50 mg", "2026-11-20", "2026-07-02 00:30", "20,5", "Ja"],
    ]
    sheet = book_of([ROW]).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        heading,
        ["Ospolot; 50 mg", datetime(2026, 11, 20), datetime(2026, 7, 2, 0, 30), 20.5, "Ja"],
    ]


def test_a_sheet_is_ready_to_read() -> None:
    sheet = book_of([ROW]).active
    assert sheet.title == "lista"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert 59 < sheet.column_dimensions["A"].width < 62
    assert (sheet["B2"].is_date, sheet["B2"].number_format) == (True, "yyyy-mm-dd")
    assert sheet["C2"].number_format == "yyyy-mm-dd hh:mm"
    assert not sheet.protection.sheet


def test_sent_as_a_file_that_nobody_keeps() -> None:
    for format, kind in {Format.CSV: "text/csv", Format.XLSX: "application/vnd.openxml"}.items():
        response = stream("detta-apotek", COLUMNS, [ROW], format)
        assert response.streaming
        assert response["Content-Type"].startswith(kind)
        assert response["Content-Disposition"] == f'attachment; filename="detta-apotek.{format}"'
        assert response["Cache-Control"] == "private, no-store"
        response.close()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\uff1d1+1"])
def test_no_text_is_a_formula(text: str) -> None:
    column = [Column("Namn")]
    written = content_of(stream("lista", column, [[text]], Format.CSV)).decode()
    assert f"'{text}" in written
    cell = book_of([[text]], column).active["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert cell.value.endswith(text.strip())


def test_numbers_and_plain_text_are_as_they_are() -> None:
    rows = [["1-1", Decimal("-5"), Decimal("1E+2"), 0, None]]
    assert csv_of(rows)[1] == ["1-1", "-5", "100", "0", ""]
    assert [cell.value for cell in book_of(rows).active[2]] == ["1-1", -5, 100, 0, None]


def test_the_language_of_the_page_also_when_the_rows_are_made_later() -> None:
    def rows() -> Iterator[list[Value]]:
        yield [gettext("Ja"), *ROW[1:]]

    for format in Format:
        with override("en"):
            response = stream("lista", COLUMNS, rows(), format)
        content = content_of(response)
        if format is Format.CSV:
            row = content.decode().splitlines()[1].split(";")
        else:
            row = [cell.value for cell in load_workbook(BytesIO(content)).active[2]]
        assert (row[0], row[-1]) == ("Yes", "Yes")


def test_an_empty_list_has_its_heading() -> None:
    assert len(csv_of([])) == 1
    assert book_of([]).active.max_row == 1


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_SHEET_ROWS", 3)
    book = book_of([[str(n)] for n in range(5)], [Column("Namn")])
    sheets = [[row[0].value for row in sheet.rows] for sheet in book.worksheets]
    assert sheets == [["Namn", "0", "1"], ["Namn", "2", "3"], ["Namn", "4"]]


def test_a_row_that_cannot_be_made_gives_no_half_file() -> None:
    def rows() -> Iterator[list[Value]]:
        yield ROW
        raise LookupError

    with pytest.raises(LookupError):
        stream("lista", COLUMNS, rows(), Format.XLSX)


def test_a_long_list_is_never_whole_in_memory() -> None:
    tracemalloc.start()
    try:
        response = stream("lista", COLUMNS, (ROW for _n in range(5_000)), Format.XLSX)
        most = tracemalloc.get_traced_memory()[1]
        response.close()
    finally:
        tracemalloc.stop()
    assert most < 2_000_000


def test_what_kind_of_file() -> None:
    assert asked_format({}) is Format.CSV
    assert asked_format({"format": "xlsx"}) is Format.XLSX
    with pytest.raises(Http404):
        asked_format({"format": "pdf"})
