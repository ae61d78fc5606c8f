"""The officers' page: how each answer is drawn, and where its lines lead."""

from dataclasses import dataclass, replace

from django.http import QueryDict

from decisions.models.statistics import UNKNOWN, Level
from decisions.statistics import charts
from decisions.statistics.charts import Chart
from decisions.statistics.questions import (
    ATC_GROUPS,
    Group,
    Measure,
    Selection,
    atc_level,
)
from decisions.statistics.tables import Line, Table


def draw(selection: Selection, table: Table) -> Chart:
    """The chart of an answer."""
    has_months = selection.group == Group.MONTH and selection.measure != Measure.OPEN
    if selection.measure == Measure.OUTCOMES:
        form = charts.columns if has_months else charts.bars
        return form(table, paints=charts.OUTCOME_PAINTS, stacked=True)
    if has_months:
        as_lines = selection.measure in (Measure.TIME, Measure.SUPPLEMENTS)
        return charts.columns(table, as_lines=as_lines)
    if selection.measure == Measure.OPEN and selection.group != Group.MONTH:
        return charts.bars(table, paints=charts.AGE_PAINTS, stacked=True)
    return charts.bars(table)


@dataclass(frozen=True)
class ShownLine:
    """A line of the table as it stands on the page; `query` leads closer, "" nowhere."""

    name: str
    values: list[str]
    query: str


def shown_lines(
    table: Table, selection: Selection, asked: QueryDict, *, most: int
) -> list[ShownLine]:
    """The first lines of a table, each with the way to a closer look."""
    return [
        ShownLine(line.name, table.shown(line), _closer(line, selection, asked))
        for line in table.lines[:most]
    ]


def _closer(line: Line, selection: Selection, asked: QueryDict) -> str:
    """The query that shows a group by itself: a region by month, ATC by the next level."""
    group, key = selection.group, line.key
    query = asked.copy()
    if group == Group.KIND:
        closer, name = replace(selection, kind=key, group=Group.MONTH), "kind"
    elif group == Group.REGION:
        closer, name = replace(selection, region=key, group=Group.MONTH), "region"
    elif group == Group.PRODUCT and key != UNKNOWN:
        closer, name = replace(selection, group=Group.PRODUCT), "product"
    elif group in ATC_GROUPS.values() and not key.endswith(UNKNOWN):
        level = atc_level(key)
        following = Group.PRODUCT if level == Level.ATC5 else ATC_GROUPS[Level(level + 1)]
        closer, name = replace(selection, atc=key, group=following), "atc"
    else:
        return ""
    if not closer.can_be_answered:
        return ""
    query[name] = key
    query["dela"] = Group.MONTH if name == "product" else closer.group
    return query.urlencode()
