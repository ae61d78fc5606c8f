"""What is asked of the cells: a measure, a period, a division, filters. One query an answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from decisions.models import CountedProduct, StatisticsCell
from decisions.models.statistics import Level, Span
from decisions.statistics.cells import ATC_LENGTHS, COUNTS, OUTCOMES, is_counted


class Measure(models.TextChoices):
    ARRIVED = "inkomna", _("Inkomna")
    DECIDED = "beslutade", _("Beslutade")
    OPEN = "oppna", _("Öppna nu")
    TIME = "tid", _("Handläggningstid")
    SUPPLEMENTS = "kompletteringar", _("Kompletteringar")
    OUTCOMES = "utfall", _("Utfall")


class Group(models.TextChoices):
    """What the cases are divided by."""

    MONTH = "manad", _("Månad")
    KIND = "slag", _("Slag")
    REGION = "region", _("Region")
    ATC1 = "atc1", _("ATC nivå 1")
    ATC2 = "atc2", _("ATC nivå 2")
    ATC3 = "atc3", _("ATC nivå 3")
    ATC4 = "atc4", _("ATC nivå 4")
    ATC5 = "atc5", _("ATC nivå 5")
    PRODUCT = "lakemedel", _("Läkemedel")


_LEVELS = {
    Group.ATC1: Level.ATC1,
    Group.ATC2: Level.ATC2,
    Group.ATC3: Level.ATC3,
    Group.ATC4: Level.ATC4,
    Group.ATC5: Level.ATC5,
    Group.PRODUCT: Level.PRODUCT,
}
ATC_GROUPS: dict[Level, Group] = {
    level: group for group, level in _LEVELS.items() if level != Level.PRODUCT
}


@dataclass(frozen=True)
class Selection:
    """What is asked. `first` and `last` are first days of months; "" and None: all of them."""

    measure: Measure
    group: Group
    first: date
    last: date
    kind: str = ""
    region: str = ""
    atc: str = ""
    product: CountedProduct | None = None

    @property
    def level(self) -> Level:
        """How closely the medicine is told: by the division or, if closer, by the filter."""
        asked = Level.PRODUCT if self.product else atc_level(self.atc)
        return max(asked, _LEVELS.get(self.group, Level.ALL))

    @property
    def can_be_answered(self) -> bool:
        """Whether so fine a division is counted (`cells.is_counted`)."""
        return is_counted(
            self.level,
            by_kind=bool(self.kind) or self.group == Group.KIND,
            by_region=bool(self.region) or self.group == Group.REGION,
        )

    def year_before(self) -> "Selection":
        """The same question about the same months a year before."""
        return replace(self, first=_year_back(self.first), last=_year_back(self.last))


@dataclass
class Counted:
    """The cases of one group: what happened to them, and how many took how many working days."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    days: dict[int, int] = field(default_factory=dict)

    @property
    def registered(self) -> int:
        return self.counts["registered"]

    @property
    def ended(self) -> int:
        """Decided or withdrawn."""
        return sum(self.counts[name] for name in OUTCOMES)

    @property
    def decided(self) -> int:
        """Ended with a decision: a withdrawn case is none."""
        return self.ended - self.counts["closed"]

    @property
    def timed(self) -> int:
        """How many cases the histogram holds."""
        return sum(self.days.values())

    def within(self, percent: int) -> int | None:
        """Within how many working days so many percent of the cases were decided; None: no cases.

        The least number of days that holds for at least `percent` of them, so a number that some
        case really took.
        """
        total, seen = self.timed, 0
        for days in sorted(self.days):
            seen += self.days[days]
            if seen * 100 >= total * percent:
                return days
        return None

    def add(self, other: "Counted") -> None:
        for name, count in other.counts.items():
            self.counts[name] += count
        for days, count in other.days.items():
            self.days[days] = self.days.get(days, 0) + count


def answer(selection: Selection) -> dict[str, Counted]:
    """The groups that have any cases, by their key; a month's key is its first day, ISO.

    Raises:
        ValueError: so fine a division is not counted (`Selection.can_be_answered`).
    """
    if not selection.can_be_answered:
        raise ValueError("so fine a division is not counted")
    cells = _cells(selection)
    if selection.measure in (Measure.TIME, Measure.OPEN):
        return _histograms(cells)
    sums = (Sum(name) for name in COUNTS)
    rows: Iterable[tuple[Any, ...]] = cells.order_by("key").values_list("key", *sums)
    return {
        str(key): Counted(counts=dict(zip(COUNTS, counts, strict=True))) for key, *counts in rows
    }


def totalled(groups: Iterable[Counted]) -> Counted:
    """All groups together."""
    total = Counted()
    for group in groups:
        total.add(group)
    return total


def atc_level(code: str) -> Level:
    """Which level an ATC code is of; "" is all medicines."""
    bare = code.removeprefix("Q") or code
    return Level(ATC_LENGTHS.index(len(bare)) + 1) if code else Level.ALL


def months(first: date, last: date) -> list[date]:
    """The first days of the months from one to another."""
    places = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(place // 12, place % 12 + 1, 1) for place in places]


def regions() -> list[str]:
    """The regions that there are cases from."""
    cells = StatisticsCell.objects.filter(level=Level.ALL, kind="", node="").exclude(region="")
    return list(cells.order_by("region").values_list("region", flat=True).distinct())


def _cells(selection: Selection) -> QuerySet[Any, Any]:
    """The cells whose sum per `key` answers the question."""
    column = {Group.MONTH: "starts", Group.KIND: "kind", Group.REGION: "region"}.get(
        selection.group, "node"
    )
    asked = StatisticsCell.objects.filter(_period(selection), _medicine(selection))
    for name, value in (("kind", selection.kind), ("region", selection.region)):
        if value or column != name:
            asked = asked.filter(**{name: value})
        else:
            asked = asked.exclude(**{name: ""})
    return asked.annotate(key=F(column)).values("key")


def _period(selection: Selection) -> Q:
    """Whole years by their own cells, the rest by its months."""
    if selection.measure == Measure.OPEN:
        return Q(span=Span.OPEN)
    wanted = months(selection.first, selection.last)
    if selection.group == Group.MONTH:
        return Q(span=Span.MONTH, starts__in=wanted)
    starts = [month for month in wanted if month.month == 1]
    years = [start for start in starts if start.replace(month=12) <= selection.last]
    whole = {year.year for year in years}
    rest = [month for month in wanted if month.year not in whole]
    return Q(span=Span.YEAR, starts__in=years) | Q(span=Span.MONTH, starts__in=rest)


def _medicine(selection: Selection) -> Q:
    level, atc, product = selection.level, selection.atc, selection.product
    at_level = Q(level=level)
    if product:
        return at_level & Q(node=str(product.pk))
    if not atc:
        return at_level
    if level == atc_level(atc):
        return at_level & Q(node=atc)
    if level < Level.PRODUCT:
        return at_level & Q(node__startswith=atc)
    products = CountedProduct.objects.filter(atc__startswith=atc).order_by("pk")
    return at_level & Q(node__in=[str(key) for key in products.values_list("pk", flat=True)])


def _histograms(cells: QuerySet[Any, Any]) -> dict[str, Counted]:
    unnested = cells.annotate(
        day=Func(F("days"), function="unnest", output_field=models.IntegerField()),
        cases=Func(F("counts"), function="unnest", output_field=models.IntegerField()),
    ).values_list("key", "day", "cases")
    sql, params = unnested.order_by().query.sql_with_params()
    found: dict[str, Counted] = {}
    with connection.cursor() as cursor:
        # The inner query is Django's own, and its values stay parameters.
        cursor.execute(
            f"SELECT key, day, sum(cases) FROM ({sql}) cell (key, day, cases) "  # nosec B608  # noqa: S608
            "GROUP BY key, day",
            params,
        )
        for key, day, cases in cursor.fetchall():
            found.setdefault(str(key), Counted()).days[day] = int(cases)
    return found


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1)
