"""A table drawn: bars for groups, columns and lines for months.

Across everything is in percent of the width and downwards in pixels, so that a chart fills whatever
width there is and its words keep their size, at 320 px as on paper. The template
(`components/chart.html`) knows nothing but marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from decisions.statistics import words
from decisions.statistics.tables import Column, Line, Table, Unit, Value
from klas.policy import policy
from klas.presentation import number

DARK, LIGHT = "#14201f", "#ffffff"


@dataclass(frozen=True)
class Paint:
    """A colour of the house, and what is written on it."""

    fill: str
    ink: str = LIGHT


BRAND = Paint("#005a5a")
# One after the other; of two series the second is the paler.
SERIES = (BRAND, Paint("#66a5a1", DARK))
# Outcomes: with the applicant green, against red, over grey (klas/tags.py).
OUTCOME_PAINTS = (
    BRAND, Paint("#66a5a1", DARK), Paint("#b3121d"), Paint("#d98236", DARK), Paint("#8b9695", DARK),
)  # fmt: skip
# Ages: from light to dark, what is very late in red.
AGE_PAINTS = (
    Paint("#9cc7c3", DARK), Paint("#5c9f9b", DARK), Paint("#2b7f7b"), BRAND, Paint("#b3121d"),
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One thing drawn. `shape` is rect, line, dot or text; places are ready for their attribute."""

    shape: str
    x: str
    y: float
    width: str = ""
    height: float = 0
    x2: str = ""
    y2: float = 0
    paint: str = DARK
    text: str = ""
    anchor: str = "start"
    look: str = ""
    dx: int = 0

    @property
    def looks(self) -> list[str]:
        return self.look.split()


@dataclass(frozen=True)
class Chart:
    """A picture of a table, for `components/chart.html`.

    Attributes:
        name, description: what a screen reader says in its place.
        key: names of the series and their colours, when there are several.
    """

    name: str
    description: str
    height: int
    marks: tuple[Mark, ...]
    key: tuple[tuple[str, str], ...] = ()
    more: str = ""


def bars(table: Table, *, paints: Sequence[Paint] = SERIES, stacked: bool = False) -> Chart:
    """A bar per group, the first ones of the table only.

    Args:
        stacked: the charted columns are parts of a whole and stand after each other.
    """
    charted = _charted(table)
    lines = table.lines[: policy.statistics_chart_rows]
    is_range = len(charted) == 2 and not stacked
    parts = [_parts(line, charted, is_range=is_range) for line in lines]
    is_whole = stacked and charted[0][1].unit == Unit.SHARE
    room = 100 if is_whole else 80
    longest = 100 if is_whole else max((sum(p or 0 for p in part) for part in parts), default=0)
    marks: list[Mark] = []
    for place, (line, widths) in enumerate(zip(lines, parts, strict=True)):
        top = place * _ROW
        marks.append(Mark("text", "0", top + 15, text=_short(line.name)))
        x = 0.0
        for paint, share, (index, column) in zip(paints, widths, charted, strict=False):
            width = room * (share or 0) / longest if longest else 0
            said = f"{line.name}: {column.name} {column.shown(line.values[index])}"
            if width:
                marks.append(
                    Mark(
                        "rect", _percent(x), top + 22, width=_percent(width), height=_BAR,
                        paint=paint.fill, text=said,
                    )
                )  # fmt: skip
            if is_whole and width >= _ROOM_FOR_TEXT:
                marks.append(
                    Mark(
                        "text", _percent(x + width / 2), top + 22 + _BAR - 4,
                        text=column.shown(line.values[index]), paint=paint.ink, anchor="middle",
                        look="inside",
                    )
                )  # fmt: skip
            x += width
        if not is_whole:
            said = _end_text(line, charted, stacked=stacked)
            marks.append(
                Mark("text", _percent(x), top + 22 + _BAR - 3, text=said, dx=6, look="value")
            )
    hidden = len(table.lines) - len(lines)
    return Chart(
        name=table.headline,
        description=_description(table, lines),
        height=len(lines) * _ROW,
        marks=tuple(marks),
        key=_key(charted, paints),
        more=_("Diagrammet visar de %(n)s största.") % {"n": len(lines)} if hidden else "",
    )


def columns(
    table: Table, *, paints: Sequence[Paint] = SERIES, stacked: bool = False, as_lines: bool = False
) -> Chart:
    """Months from left to right: columns, parts of a whole, or a line per column of the table."""
    charted = _charted(table)
    values = [[line.values[index] for index, _column in charted] for line in table.lines]
    unit = charted[0][1].unit
    if stacked:
        top, step = 100.0, 50.0
    else:
        top, step = _scale(max((v for row in values for v in row if v), default=0))
    marks = list(_grid(top, step, unit))
    slot = _PLOT / max(1, len(values))
    for place, (line, row) in enumerate(zip(table.lines, values, strict=True)):
        left = place * slot
        marks += _month_label(date.fromisoformat(line.key), place, left + slot / 2, len(values))
        if as_lines:
            continue
        y = float(_BOTTOM)
        for paint, value, (_index, column) in zip(paints, row, charted, strict=False):
            height = _HEIGHT * (value or 0) / top if top else 0
            if height:
                said = f"{line.name}: {column.name} {column.shown(value)}"
                marks.append(
                    Mark(
                        "rect", _percent(left + slot * 0.12), round(y - height, 1),
                        width=_percent(slot * 0.76), height=round(height, 1), paint=paint.fill,
                        text=said,
                    )
                )  # fmt: skip
            y -= height
    if as_lines:
        marks += _lines(table, charted, paints, top, slot)
    elif not stacked:
        marks += _told_columns(table, charted[0][1], values, top, slot)
    return Chart(
        name=table.headline,
        description=_description(table, table.lines),
        height=_BOTTOM + 34,
        marks=tuple(marks),
        key=_key(charted, paints),
    )


# Bars: words above, the bar below.
_ROW, _BAR = 48, 16
# A part of a bar that is wide enough for its number, percent of the width at 320 px.
_ROOM_FOR_TEXT = 15
_LONGEST_NAME = 36
# Months: the plot's part of the width (the rest is for the scale), its top, bottom and height.
_PLOT, _TOP, _BOTTOM = 88.0, 30, 240
_HEIGHT = _BOTTOM - _TOP


def _charted(table: Table) -> list[tuple[int, Column]]:
    return [(place, column) for place, column in enumerate(table.columns) if column.charted]


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip(' ,(')}…"


def _parts(line: Line, charted: Sequence[tuple[int, Column]], *, is_range: bool) -> list[Value]:
    """The lengths of a bar's parts; of a range, what the second is more than the first."""
    values = [line.values[index] for index, _column in charted]
    if is_range and values[0] is not None and values[1] is not None:
        return [values[0], values[1] - values[0]]
    return values


def _end_text(line: Line, charted: Sequence[tuple[int, Column]], *, stacked: bool) -> str:
    if stacked:
        return number(sum(line.values[index] or 0 for index, _column in charted))
    texts = [column.shown(line.values[index]) for index, column in charted]
    return (
        _("%(first)s och %(second)s") % {"first": texts[0], "second": texts[1]}
        if texts[1:]
        else texts[0]
    )


def _key(
    charted: Sequence[tuple[int, Column]], paints: Sequence[Paint]
) -> tuple[tuple[str, str], ...]:
    if len(charted) < 2:
        return ()
    return tuple(
        (column.name, paint.fill) for (_index, column), paint in zip(charted, paints, strict=False)
    )


def _description(table: Table, lines: Sequence[Line]) -> str:
    """The first values in words; the table beside the chart has them all."""
    told = "; ".join(
        f"{line.name} {column.shown(line.values[index])}"
        for line in lines[:24]
        for index, column in _charted(table)[:1]
    )
    names = ", ".join(column.name for _index, column in _charted(table))
    return f"{names}. {table.group_name}: {told}."


def _scale(highest: float) -> tuple[float, float]:
    """A round top and step for an axis of whole numbers: five steps at most."""
    if highest <= 0:
        return 1.0, 1.0
    size = 1.0
    while size * 10 < highest:
        size *= 10
    for step in (size * 0.5, size, size * 2, size * 5):
        steps = -(-highest // step)
        if steps <= 5 and step >= 1:
            return steps * step, step
    return size * 10, size * 5


def _grid(top: float, step: float, unit: Unit) -> Iterator[Mark]:
    value = 0.0
    while value <= top:
        y = _BOTTOM - _HEIGHT * value / top
        yield Mark("line", "0%", y, x2="100%", y2=y, look="axis" if value == 0 else "grid")
        if value:
            text = words.percent_text(value) if unit == Unit.SHARE else number(value)
            yield Mark("text", "100%", y - 5, text=text, anchor="end", look="scale")
        value += step


def _month_label(month: date, place: int, middle: float, count: int) -> Iterator[Mark]:
    """Every month's name when there is room; on a narrow screen every third, of years January."""
    x = _percent(middle)
    if count > 24:
        if month.month == 1 or place == 0:
            text = str(month.year) if month.month == 1 or count < 36 else ""
            yield Mark("text", x, _BOTTOM + 18, text=text, anchor="middle", look="scale")
        return
    every = 1 if count <= 6 else 3
    is_major = place % every == 0
    if is_major or count <= 12:
        text = words.short_month(month.month)
        look = "scale" if is_major else "scale minor"
        yield Mark("text", x, _BOTTOM + 18, text=text, anchor="middle", look=look)
    if month.month == 1 or place == 0:
        yield Mark("text", x, _BOTTOM + 34, text=str(month.year), anchor="middle", look="scale")


def _told_columns(
    table: Table, column: Column, values: Sequence[Sequence[Value]], top: float, slot: float
) -> Iterator[Mark]:
    """The number of the highest month, and of the last when there is room for both."""
    first = [row[0] or 0 for row in values]
    if not any(first):
        return
    highest = first.index(max(first))
    told = {highest}
    if (len(first) - 1 - highest) * slot >= _ROOM_FOR_TEXT:
        told.add(len(first) - 1)
    for place in sorted(told):
        middle = (place + 0.5) * slot
        y = _BOTTOM - _HEIGHT * first[place] / top - 6
        anchor = "start" if middle < 6 else "middle"
        yield Mark(
            "text",
            _percent(middle),
            y,
            text=column.shown(first[place]),
            anchor=anchor,
            look="value",
        )


def _lines(
    table: Table,
    charted: Sequence[tuple[int, Column]],
    paints: Sequence[Paint],
    top: float,
    slot: float,
) -> Iterator[Mark]:
    for paint, (index, column) in zip(paints, charted, strict=False):
        points = [
            (_percent((place + 0.5) * slot), _BOTTOM - _HEIGHT * value / top, line)
            for place, line in enumerate(table.lines)
            if (value := line.values[index]) is not None
        ]
        for (x, y, _line), (x2, y2, _next) in pairwise(points):
            yield Mark("line", x, y, x2=x2, y2=y2, paint=paint.fill, look="series")
        for x, y, line in points:
            said = f"{line.name}: {column.name} {column.shown(line.values[index])}"
            yield Mark("dot", x, y, paint=paint.fill, text=said)
        if points:
            x, y, line = points[-1]
            text = column.shown(line.values[index])
            yield Mark("text", x, y - 10, text=text, anchor="middle", look="value")
