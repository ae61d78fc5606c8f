"""A published year as a page shows it: headline, charts, tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions.statistics import charts, words
from decisions.statistics.charts import Chart
from decisions.statistics.open_data import label
from decisions.statistics.publishing import Document
from decisions.statistics.tables import Column, Line, Table, Unit
from klas.presentation import number


@dataclass(frozen=True)
class Figures:
    """One table of the page; a cell that is withheld is None."""

    title: str
    heads: list[str]
    rows: list[tuple[str, list[str | None]]]


@dataclass(frozen=True)
class Section:
    """A headline that says what is seen, its chart if there is one, and the figures behind it."""

    key: str
    title: str
    headline: str
    chart: Chart | None
    figures: list[Figures]


def sections(year: Document) -> list[Section]:
    """What is told of a published year."""
    tables = {table["id"]: table for table in year["tables"]}
    return [
        months_section(year["months"], year["year"]),
        _outcomes(tables["kind_outcome"], tables["kind_supplement"], tables["kind_month"]),
        _time(year),
        _largest(tables["region_month"], "region", _("Region"), year),
        _medicines(tables["atc1_month"], year),
    ]


def months_section(told: Sequence[Document], year: int) -> Section:
    """The months of a year, or those of the running year that are over."""
    lines = tuple(
        Line(str(date(year, month["month"], 1)), _month(year, month), (month["ended"],))
        for month in told
    )
    ended = [month["ended"] for month in told]
    total = None if None in ended else sum(ended)
    table = Table(
        headline=_("Avslutade ärenden, månad för månad"),
        group_name=_("Månad"),
        columns=(Column(_("Avslutade ärenden"), Unit.COUNT, charted=True),),
        lines=lines,
        total=Line("", "", (total,)),
    )
    heads = [
        _("Månad"),
        _("Inkomna"),
        _("Avslutade"),
        _("Median, arbetsdagar"),
        _("90:e percentilen, arbetsdagar"),
    ]
    rows = [
        (
            _month(year, month),
            [_shown(month[name]) for name in ("registered", "ended", "median", "p90")],
        )
        for month in told
    ]
    return Section(
        "months",
        _("Månad för månad"),
        "",
        None if table.is_empty else charts.columns(table),
        [
            Figures(
                _("Inkomna och avslutade ärenden och handläggningstid per månad %(year)s")
                % {"year": year},
                heads,
                rows,
            )
        ],
    )


def headline(year: Document) -> str:
    """The year in a sentence or two."""
    text = ngettext(
        "%(n)s ärende avslutades %(year)s.", "%(n)s ärenden avslutades %(year)s.", year["ended"]
    ) % {"n": number(year["ended"]), "year": year["year"]}
    whole = next(place for place in year["handling"] if place["by"] == "all")
    if whole["median"] is None:
        return text
    time = _("Hälften av besluten kom inom %(half)s arbetsdagar, nio av tio inom %(most)s.") % {
        "half": number(whole["median"]),
        "most": number(whole["p90"]),
    }
    return f"{text} {time}"


def _outcomes(by_outcome: Document, by_supplement: Document, by_month: Document) -> Section:
    table = _bars_of(by_outcome["columns"], "outcome", _("Utfall"))
    top = table.lines[0]
    return Section(
        "outcomes",
        _("Slag och utfall"),
        _("%(share)s av ärendena fick %(name)s.")
        % {"share": words.percent_text(top.values[1]), "name": top.name.lower()},
        charts.bars(table),
        [
            _figures(by_outcome, _("Avslutade ärenden efter slag och utfall")),
            _figures(by_supplement, _("Avslutade ärenden efter slag, med och utan komplettering")),
            _figures(by_month, _("Avslutade ärenden efter slag och månad")),
        ],
    )


def _time(year: Document) -> Section:
    heads = [_("Grupp"), _("Median, arbetsdagar"), _("90:e percentilen, arbetsdagar")]
    groups = {"kind": _("Slag"), "region": _("Region"), "atc1": _("ATC-grupp")}
    figures = [
        Figures(
            _("Handläggningstid efter %(group)s") % {"group": name.lower()}
            if by != "atc1"
            else _("Handläggningstid efter ATC-grupp"),
            [name, *heads[1:]],
            [
                (
                    label(by.removesuffix("1"), place),
                    [_shown(place["median"]), _shown(place["p90"])],
                )
                for place in year["handling"]
                if place["by"] == by
            ],
        )
        for by, name in groups.items()
    ]
    by_kind = Table(
        headline=_("Handläggningstid efter slag"),
        group_name=_("Slag"),
        columns=tuple(Column(head, Unit.DAYS, charted=True) for head in heads[1:]),
        lines=tuple(
            Line(place["id"], label("kind", place), (place["median"], place["p90"]))
            for place in year["handling"]
            if place["by"] == "kind" and place["median"] is not None
        ),
        total=Line("", "", (None, None)),
    )
    chart = charts.bars(by_kind) if by_kind.lines else None
    return Section("time", _("Handläggningstid"), "", chart, figures)


def _largest(by_month: Document, what: str, title: str, year: Document) -> Section:
    table = _bars_of(by_month["rows"], what, title)
    top = table.lines[0]
    return Section(
        what,
        title,
        _("Flest ärenden kom från %(name)s: %(share)s.")
        % {"name": top.name, "share": words.percent_text(top.values[1])},
        charts.bars(table),
        [_figures(by_month, _("Avslutade ärenden efter region och månad"))],
    )


def _medicines(by_month: Document, year: Document) -> Section:
    table = _bars_of(by_month["rows"], "atc", _("ATC-grupp"))
    top = table.lines[0]
    finer = [
        (words.atc_name(part["id"]), [_shown(part["ended"])])
        for part in sorted(
            (part for group in year["atc"] for part in group["parts"]), key=lambda part: part["id"]
        )
    ]
    return Section(
        "medicines",
        _("Läkemedel efter ATC-grupp"),
        _("Störst är %(name)s med %(share)s av ärendena.")
        % {"name": top.name, "share": words.percent_text(top.values[1])},
        charts.bars(table),
        [
            _figures(by_month, _("Avslutade ärenden efter ATC-grupp och månad")),
            Figures(
                _("Avslutade ärenden efter ATC nivå 2 och 3"),
                [_("ATC-kod"), _("Avslutade ärenden")],
                finer,
            ),
        ],
    )


def _bars_of(parts: Iterable[Document], what: str, title: str) -> Table:
    parts = list(parts)
    total = sum(part["ended"] for part in parts)
    columns = (
        Column(_("Avslutade ärenden"), Unit.COUNT, charted=True),
        Column(_("Andel"), Unit.SHARE),
    )
    lines = [
        Line(part["id"], label(what, part), (part["ended"], words.percent(part["ended"], total)))
        for part in parts
    ]
    lines.sort(key=lambda line: (-(line.values[0] or 0), line.name))
    return Table(title, title, columns, tuple(lines), Line("", "", (total, 100.0)))


def _figures(table: Document, title: str) -> Figures:
    """A published table with its totals."""
    rows_are, columns_are = table["id"].split("_")
    rows_are = rows_are.removesuffix("1")
    first = {"kind": _("Slag"), "region": _("Region"), "atc": _("ATC-grupp")}[rows_are]
    heads = [
        words.short_month(int(column["id"]))
        if columns_are == "month"
        else label(columns_are, column)
        for column in table["columns"]
    ]
    rows = [
        (label(rows_are, row), [*map(_shown, values), _shown(row["ended"])])
        for row, values in zip(table["rows"], table["cells"], strict=True)
    ]
    totals = [column["ended"] for column in table["columns"]]
    rows.append((_("Alla"), [*map(_shown, totals), _shown(sum(totals))]))
    return Figures(title, [first, *heads, _("Alla")], rows)


def _shown(value: int | None) -> str | None:
    return None if value is None else number(value)


def _month(year: int, month: Document) -> str:
    return words.month_name(date(year, month["month"], 1))
