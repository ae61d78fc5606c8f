"""An answer as a table with a headline: what the page, its chart and its file are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions.models import CountedProduct
from decisions.models.statistics import UNKNOWN
from decisions.statistics import words
from decisions.statistics.cells import OUTCOMES
from decisions.statistics.questions import (
    Counted,
    Group,
    Measure,
    Selection,
    answer,
    months,
    totalled,
)
from klas.policy import policy
from klas.presentation import number

Value = int | float | None


class Unit(StrEnum):
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True)
class Column:
    """One thing counted; `charted` columns are drawn, the others stand in the table only."""

    name: str
    unit: Unit
    charted: bool = False

    def shown(self, value: Value) -> str:
        """A value of it, in words."""
        if value is None:
            return "–"
        return words.percent_text(value) if self.unit == Unit.SHARE else number(value)


@dataclass(frozen=True)
class Line:
    """One group: its key ("" for all together), name and values, one per column."""

    key: str
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """What was asked, answered.

    Attributes:
        headline: what is seen, in a sentence or two.
        group_name: what the lines are.
        lines: in time's order or the largest first.
        total: all of them together.
    """

    headline: str
    group_name: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line

    @property
    def is_empty(self) -> bool:
        return not any(any(line.values) for line in (self.total, *self.lines))

    def shown(self, line: Line) -> list[str]:
        """The values of a line in words."""
        return [
            column.shown(value) for column, value in zip(self.columns, line.values, strict=True)
        ]


def table(selection: Selection) -> Table:
    """Answer a question.

    Raises:
        ValueError: so fine a division is not counted (`Selection.can_be_answered`).
    """
    groups = answer(selection)
    total = totalled(groups.values())
    if selection.measure == Measure.OPEN and selection.group == Group.MONTH:
        return _by_age(total)
    if selection.group == Group.MONTH:
        wanted = [str(month) for month in months(selection.first, selection.last)]
        groups = {month: groups.get(month, Counted()) for month in wanted}
    names = _names(selection.group, groups)
    columns, values = _COLUMNS[selection.measure]()
    lines = [Line(key, names[key], values(found, total)) for key, found in groups.items()]
    if selection.group != Group.MONTH:
        lead = 0 if selection.measure != Measure.OUTCOMES else len(OUTCOMES)
        # The first value leads (of outcomes the number of cases), the others part the equal.
        lines.sort(key=lambda line: line.name)
        lines.sort(
            key=lambda line: [v or 0 for v in (line.values[lead], *line.values)], reverse=True
        )
    return Table(
        headline=_headline(selection, lines, total),
        group_name=str(selection.group.label),
        columns=columns,
        lines=tuple(lines),
        total=Line("", _("Alla"), values(total, total)),
    )


# The measures: columns, and the values of a group beside those of all.

_Values = Callable[[Counted, Counted], tuple[Value, ...]]
_Columns = Callable[[], tuple[tuple[Column, ...], _Values]]


def _arrived() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        Column(_("Inkomna ärenden"), Unit.COUNT, charted=True),
        Column(_("Andel"), Unit.SHARE),
    )
    return columns, lambda group, all_: (
        group.registered,
        words.percent(group.registered, all_.registered),
    )


def _decided() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        Column(_("Beslutade ärenden"), Unit.COUNT, charted=True),
        Column(_("Andel"), Unit.SHARE),
    )
    return columns, lambda group, all_: (group.decided, words.percent(group.decided, all_.decided))


def _time() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        Column(_("Median, arbetsdagar"), Unit.DAYS, charted=True),
        Column(_("90:e percentilen, arbetsdagar"), Unit.DAYS, charted=True),
        Column(_("Beslutade ärenden"), Unit.COUNT),
    )
    return columns, lambda group, all_: (group.within(50), group.within(90), group.timed)


def _supplements() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        Column(_("Andel kompletterade"), Unit.SHARE, charted=True),
        Column(_("Kompletterade ärenden"), Unit.COUNT),
        Column(_("Avslutade ärenden"), Unit.COUNT),
    )
    return columns, lambda group, all_: (
        words.percent(group.counts["supplemented"], group.ended),
        group.counts["supplemented"],
        group.ended,
    )


def _outcomes() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        *(Column(words.outcome_name(name), Unit.SHARE, charted=True) for name in OUTCOMES),
        Column(_("Avslutade ärenden"), Unit.COUNT),
    )
    return columns, lambda group, all_: (
        *(words.percent(group.counts[name], group.ended) for name in OUTCOMES),
        group.ended,
    )


def _open() -> tuple[tuple[Column, ...], _Values]:
    columns = (
        Column(_("Öppna ärenden"), Unit.COUNT),
        *(Column(name, Unit.COUNT, charted=True) for name in words.age_names()),
    )
    return columns, lambda group, all_: (group.timed, *_ages(group))


_COLUMNS: dict[Measure, _Columns] = {
    Measure.ARRIVED: _arrived,
    Measure.DECIDED: _decided,
    Measure.OPEN: _open,
    Measure.TIME: _time,
    Measure.SUPPLEMENTS: _supplements,
    Measure.OUTCOMES: _outcomes,
}


def _ages(group: Counted) -> list[int]:
    steps = policy.statistics_age_steps
    ages = [0] * (len(steps) + 1)
    for days, count in group.days.items():
        ages[sum(days > step for step in steps)] += count
    return ages


def _by_age(total: Counted) -> Table:
    """What is open has no month: its ages are the lines."""
    columns = (Column(_("Öppna ärenden"), Unit.COUNT, charted=True), Column(_("Andel"), Unit.SHARE))
    lines = tuple(
        Line(str(place), name, (count, words.percent(count, total.timed)))
        for place, (name, count) in enumerate(zip(words.age_names(), _ages(total), strict=True))
    )
    everything = Line("", _("Alla"), (total.timed, words.percent(total.timed, total.timed)))
    return Table(_open_headline(total), _("Ålder"), columns, lines, everything)


# The headline: what is seen.


def _headline(selection: Selection, lines: list[Line], total: Counted) -> str:
    period = words.period_name(selection.first, selection.last)
    if selection.measure == Measure.OPEN:
        return _open_headline(total)
    if selection.measure == Measure.TIME:
        return _time_headline(period, total)
    if selection.measure == Measure.SUPPLEMENTS:
        share = words.percent(total.counts["supplemented"], total.ended)
        if share is None:
            return _("Inga ärenden avslutades %(period)s.") % {"period": period}
        return _("%(share)s av de ärenden som avslutades %(period)s kompletterades.") % {
            "share": words.percent_text(share),
            "period": period,
        }
    if selection.measure == Measure.OUTCOMES:
        return _outcome_headline(period, total)
    return _volume_headline(selection, lines, total, period)


def _volume_headline(selection: Selection, lines: list[Line], total: Counted, period: str) -> str:
    has_arrived = selection.measure == Measure.ARRIVED
    count = total.registered if has_arrived else total.decided
    facts = {"n": number(count), "period": period}
    if not count:
        none = (
            _("Inga ärenden kom in %(period)s.")
            if has_arrived
            else _("Inga ärenden beslutades %(period)s.")
        )
        return none % facts
    text = (
        ngettext("%(n)s ärende kom in %(period)s.", "%(n)s ärenden kom in %(period)s.", count)
        if has_arrived
        else ngettext(
            "%(n)s ärende beslutades %(period)s.", "%(n)s ärenden beslutades %(period)s.", count
        )
    ) % facts
    if len(lines) < 2:
        return text
    top = max(lines, key=lambda line: line.values[0] or 0)
    more = {"name": top.name, "n": number(top.values[0]), "share": ""}
    if selection.group == Group.MONTH:
        return f"{text} " + _("Flest var de i %(name)s: %(n)s.") % more
    more["share"] = words.percent_text(top.values[1])
    return f"{text} " + _("Störst är %(name)s med %(share)s.") % more


def _time_headline(period: str, total: Counted) -> str:
    half, most = total.within(50), total.within(90)
    if half is None or most is None:
        return _("Inga ärenden beslutades %(period)s.") % {"period": period}
    return _(
        "Hälften av ärendena %(period)s beslutades inom %(half)s arbetsdagar, nio av tio inom "
        "%(most)s."
    ) % {"period": period, "half": number(half), "most": number(most)}


def _outcome_headline(period: str, total: Counted) -> str:
    if not total.ended:
        return _("Inga ärenden avslutades %(period)s.") % {"period": period}
    granted = total.counts["granted"] + total.counts["granted_with_reservation"]
    return _("%(granted)s av ärendena %(period)s fick bifall, %(rejected)s avslag.") % {
        "period": period,
        "granted": words.percent_text(words.percent(granted, total.ended)),
        "rejected": words.percent_text(words.percent(total.counts["rejected"], total.ended)),
    }


def _open_headline(total: Counted) -> str:
    if not total.timed:
        return _("Inga ärenden är öppna.")
    limit = policy.handling_working_days
    older = sum(count for days, count in total.days.items() if days > limit)
    text = ngettext("%(n)s ärende är öppet.", "%(n)s ärenden är öppna.", total.timed) % {
        "n": number(total.timed)
    }
    if not older:
        return f"{text} " + _("Inget är äldre än %(days)s arbetsdagar.") % {"days": limit}
    return f"{text} " + _("%(older)s är äldre än %(days)s arbetsdagar.") % {
        "older": number(older),
        "days": limit,
    }


def _names(group: Group, groups: Mapping[str, Counted]) -> dict[str, str]:
    """What the groups are called; one query for products, none for others."""
    if group == Group.PRODUCT:
        known = CountedProduct.objects.in_bulk([int(key) for key in groups if key != UNKNOWN])
        return {
            key: _("Okänt läkemedel") if key == UNKNOWN else known[int(key)].line for key in groups
        }
    naming: Callable[[str], str] = {
        Group.MONTH: lambda key: words.month_name(date.fromisoformat(key)),
        Group.KIND: words.kind_name,
        Group.REGION: words.region_name,
    }.get(group, words.atc_name)
    return {key: naming(key) for key in groups}
