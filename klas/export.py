"""Lists as files: CSV or XLSX, row by row, so that no list is ever whole in memory.

The CSV is one that a Swedish spreadsheet opens right: semicolons, decimal comma, a mark that says
UTF-8. In the XLSX days are days and numbers are numbers, and the heading stays in sight.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from tempfile import TemporaryFile
from typing import BinaryIO

from django.db.models import TextChoices
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from klas import limits
from klas.download import kept_private

Value = str | Promise | bool | int | float | Decimal | date | datetime | None

# What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What one sheet and one cell hold; the next rows go to another sheet.
_SHEET_ROWS, _CELL_LENGTH, _SHEET_NAME_LENGTH = 1_048_576, 32_767, 31


class Format(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Column:
    """One column: its heading, and how many characters wide it is in a spreadsheet."""

    title: str | Promise
    width: int = 20


def asked_format(query: Mapping[str, str]) -> Format:
    """The kind of file that an address asks for (`?format=xlsx`); CSV when it says nothing.

    Raises:
        Http404: there is no such kind.
    """
    try:
        return Format(query.get("format", Format.CSV))
    except ValueError as error:
        raise Http404 from error


def stream(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], format: Format
) -> StreamingHttpResponse:
    """A list as a file to save.

    Args:
        name: of the file, without its ending; nothing personal.
        rows: as many values each as there are columns; asked for one by one. Moments are written
            in Swedish time, statuses in words.

    Raises:
        TooMany: so much has been downloaded lately.
    """
    limits.take(limits.DOWNLOADS)
    make = {Format.CSV: _csv, Format.XLSX: _xlsx}[format]
    return kept_private(make(name, columns, rows))


def _csv(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> StreamingHttpResponse:
    lines = _lines(columns, rows, get_language() or "sv")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], language: str
) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    # The page's language is put away before its answer is sent.
    with override(language):
        yield writer.writerow([_text(column.title) for column in columns])
        for row in rows:
            yield writer.writerow([_text(value) for value in row])


def _text(value: Value) -> str:
    """A value as a cell of a CSV file, which no spreadsheet takes for a formula."""
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _xlsx(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> FileResponse:
    # The file is whole before its first byte is sent, on disk: it ends with its table of contents.
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        _write_workbook(file, name, columns, rows)
        file.seek(0)
        stack.pop_all()  # from here on the answer closes it
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _write_workbook(
    file: BinaryIO, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> None:
    with Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        # Typed into again, the cell stays a text.
        quoted = book.add_format()
        quoted.set_quote_prefix()

        def sheet_named(title: str) -> Worksheet:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, column.width)
                sheet.write_string(0, place, str(column.title), bold)
            return sheet

        def write(sheet: Worksheet, line: int, place: int, value: Value) -> None:
            value = _plain(value)
            if isinstance(value, datetime):
                sheet.write_datetime(line, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, str):
                style = quoted if value.startswith(_FORMULA) else None
                sheet.write_string(line, place, value[:_CELL_LENGTH], style)
            elif value is not None:
                sheet.write_number(line, place, value)

        sheet, line, sheets = sheet_named(name[:_SHEET_NAME_LENGTH]), 0, 1
        for row in rows:
            line += 1
            if line == _SHEET_ROWS:
                sheets, line = sheets + 1, 1
                sheet = sheet_named(str(sheets))
            for place, value in enumerate(row):
                write(sheet, line, place, value)


def _plain(value: Value) -> str | int | float | Decimal | date | datetime | None:
    """Words for what is no text, number or day; moments in Swedish time without their zone."""
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, TextChoices):
        return str(value.label)
    if isinstance(value, str | Promise):
        return str(value)
    return value
