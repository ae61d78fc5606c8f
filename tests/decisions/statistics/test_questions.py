"""Every measure against a plain count over the same cases."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from decisions.models import CaseFact, StatisticsCell
from decisions.statistics.cells import OUTCOMES
from decisions.statistics.questions import (
    Group,
    Measure,
    Selection,
    answer,
    atc_level,
    months,
)
from decisions.statistics.refresh import refresh
from decisions.statistics.tables import table
from tests.decisions.statistics.facts import ATC_CODES, REGIONS, Invented, invented_case, lay_out

_ATC_LENGTH = {Group.ATC1: 1, Group.ATC2: 3, Group.ATC3: 4, Group.ATC4: 5, Group.ATC5: 7}


def _key(case: Invented, group: Group, month: date | None, products: list[int]) -> str:
    if group == Group.MONTH:
        return str(month)
    if group in (Group.KIND, Group.REGION):
        return case.kind if group == Group.KIND else case.region
    if group == Group.PRODUCT:
        return str(products[case.product])
    length = _ATC_LENGTH[group] + case.atc.startswith("Q")
    return case.atc[:length] if len(case.atc) >= length else f"{case.atc}?"


def _nearest_rank(days: list[int], percent: int) -> int:
    """The textbook's: the value whose rank is percent × n, rounded up."""
    rank = max(1, -(-len(days) * percent // 100))
    return sorted(days)[rank - 1]


@st.composite
def asked(draw: st.DrawFn) -> dict[str, object]:
    first = draw(st.dates(date(2023, 1, 1), date(2025, 12, 1))).replace(day=1)
    last = draw(st.dates(first, date(2025, 12, 31))).replace(day=1)
    return {
        "group": draw(st.sampled_from(list(Group))),
        "first": first,
        "last": last,
        "kind": draw(st.sampled_from(["", "individual", "general"])),
        "region": draw(st.sampled_from(["", *REGIONS])),
        "atc": draw(st.sampled_from(["", "N", "N03", "N03AX03", "QP"])),
    }


class TestAnswers(TestCase):
    @given(cases=st.lists(invented_case(), max_size=25), asked=asked())
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    def test_equal_a_plain_count(self, cases: list[Invented], asked: dict[str, object]) -> None:
        CaseFact.objects.all().delete()
        StatisticsCell.objects.all().delete()
        products = [product.pk for product in lay_out(cases)]
        refresh(anew=True)
        for measure in (Measure.ARRIVED, Measure.TIME, Measure.OPEN):
            selection = Selection(measure=measure, **asked)  # type: ignore[arg-type]
            if selection.can_be_answered and not (
                measure == Measure.OPEN and selection.group == Group.MONTH
            ):
                self._compare(selection, cases, products)

    def _compare(self, selection: Selection, cases: list[Invented], products: list[int]) -> None:
        wanted = [
            case
            for case in cases
            if selection.kind in ("", case.kind)
            and selection.region in ("", case.region)
            and case.atc.startswith(selection.atc)
            and (not selection.atc or len(case.atc) >= len(selection.atc))
        ]
        period = (selection.first, selection.last)
        found = answer(selection)
        # A filter on a finer ATC code than the division asks for divides by the filter's level.
        group = selection.group
        if group in _ATC_LENGTH and selection.level > _level_of(group):
            group = next(g for g in _ATC_LENGTH if _level_of(g) == selection.level)

        def key(case: Invented, month: date | None) -> str:
            return _key(case, group, month, products)

        def happened(month: date | None) -> bool:
            return month is not None and period[0] <= month <= period[1]

        if selection.measure == Measure.OPEN:
            ages = Counter((key(case, None), case.days) for case in wanted if not case.ended)
            assert _histogram(found) == ages
        elif selection.measure == Measure.TIME:
            took: dict[str, list[int]] = {}
            for case in wanted:
                if happened(case.ended) and case.outcome != "closed":
                    took.setdefault(key(case, case.ended), []).append(case.days)
            assert set(took) == set(found)
            for name, days in took.items():
                assert found[name].within(50) == _nearest_rank(days, 50)
                assert found[name].within(90) == _nearest_rank(days, 90)
                assert found[name].timed == len(days)
        else:
            arrived = Counter(
                key(case, case.registered) for case in wanted if happened(case.registered)
            )
            ended = Counter(
                (key(case, case.ended), case.outcome) for case in wanted if happened(case.ended)
            )
            supplemented = Counter(
                key(case, case.ended)
                for case in wanted
                if happened(case.ended) and case.supplemented
            )
            for name in {*arrived, *(name for name, _ in ended), *found}:
                counted = found[name]
                assert counted.registered == arrived[name]
                assert counted.counts["supplemented"] == supplemented[name]
                assert [counted.counts[o] for o in OUTCOMES] == [ended[name, o] for o in OUTCOMES]


def _histogram(found: dict[str, object]) -> Counter[tuple[str, int]]:
    return Counter(
        {(name, day): n for name, counted in found.items() for day, n in counted.days.items()}  # type: ignore[attr-defined]
    )


def _level_of(group: Group) -> int:
    return list(_ATC_LENGTH).index(group) + 1


def _ask(measure: Measure, group: Group, **more: object) -> Selection:
    span = {"first": date(2024, 1, 1), "last": date(2025, 12, 1)}
    return Selection(measure=measure, group=group, **(span | more))  # type: ignore[arg-type]


def _case(**more: object) -> Invented:
    values: dict[str, object] = {
        "kind": "individual", "region": "Region Ett", "product": 0,
        "registered": date(2025, 1, 1), "ended": date(2025, 2, 1), "outcome": "granted",
        "days": 5, "supplemented": False,
    }  # fmt: skip
    return Invented(**(values | more))  # type: ignore[arg-type]


@pytest.mark.django_db
class TestTables:
    def test_months_without_cases_are_there_as_zero(self) -> None:
        lay_out([_case()])
        refresh(anew=True)
        made = table(_ask(Measure.ARRIVED, Group.MONTH))
        assert len(made.lines) == 24
        assert sum(line.values[0] or 0 for line in made.lines) == 1
        assert made.headline == "1 ärende kom in 2024–2025. Flest var de i januari 2025: 1."

    def test_the_largest_comes_first_and_shares_are_of_all(self) -> None:
        lay_out([_case(), _case(), _case(), _case(region="Region Två")])
        refresh(anew=True)
        made = table(_ask(Measure.DECIDED, Group.REGION))
        assert [(line.name, line.values) for line in made.lines] == [
            ("Region Ett", (3, 75.0)),
            ("Region Två", (1, 25.0)),
        ]
        assert "Störst är Region Ett med 75\u00a0%." in made.headline

    def test_handling_time_says_half_and_nine_of_ten(self) -> None:
        lay_out([_case(days=day) for day in range(1, 11)])
        refresh(anew=True)
        made = table(_ask(Measure.TIME, Group.KIND))
        assert made.lines[0].values == (5, 9, 10)
        assert "inom 5 arbetsdagar, nio av tio inom 9." in made.headline

    def test_withdrawn_cases_are_outcomes_but_take_no_time(self) -> None:
        lay_out([_case(), _case(outcome="closed", days=40)])
        refresh(anew=True)
        assert table(_ask(Measure.TIME, Group.KIND)).lines[0].values == (5, 5, 1)
        assert table(_ask(Measure.DECIDED, Group.KIND)).lines[0].values[0] == 1
        shares = dict(
            zip(OUTCOMES, table(_ask(Measure.OUTCOMES, Group.KIND)).lines[0].values, strict=False)
        )
        assert (shares["granted"], shares["closed"]) == (50.0, 50.0)

    def test_what_is_open_is_told_by_its_age(self) -> None:
        lay_out([_case(ended=None, outcome="", days=days) for days in (0, 7, 8, 61)])
        refresh(anew=True)
        made = table(_ask(Measure.OPEN, Group.MONTH))
        assert [line.values[0] for line in made.lines] == [2, 1, 0, 0, 1]
        assert made.headline == "4 ärenden är öppna. 2 är äldre än 7 arbetsdagar."

    def test_an_atc_group_divides_into_the_next_and_into_its_products(self) -> None:
        lay_out([_case(product=place) for place in range(len(ATC_CODES))])
        refresh(anew=True)
        next_level = table(_ask(Measure.DECIDED, Group.ATC3, atc="N03"))
        assert {line.key for line in next_level.lines} == {"N03A", "N03?"}
        products = table(_ask(Measure.DECIDED, Group.PRODUCT, atc="N03A"))
        assert {line.name for line in products.lines} == {"Läkemedel 0", "Läkemedel 1"}

    def test_an_answer_is_one_query_however_long_the_period(self) -> None:
        lay_out([_case(product=place % 6) for place in range(60)])
        refresh(anew=True)
        for measure in (Measure.ARRIVED, Measure.TIME):
            with CaptureQueriesContext(connection) as asked_of_two_years:
                answer(_ask(measure, Group.REGION))
            assert len(asked_of_two_years) == 1


def test_so_fine_a_division_is_refused() -> None:
    assert not _ask(Measure.ARRIVED, Group.PRODUCT, kind="general", region="X").can_be_answered
    assert _ask(Measure.ARRIVED, Group.PRODUCT, region="X").can_be_answered
    with pytest.raises(ValueError, match="so fine"):
        answer(_ask(Measure.ARRIVED, Group.ATC5, region="X"))


@pytest.mark.parametrize(
    ("code", "level"),
    [("", 0), ("N", 1), ("N03", 2), ("N03AX03", 5), ("QN03", 2), ("QP52AA01", 5)],
)
def test_the_level_of_a_code(code: str, level: int) -> None:
    assert atc_level(code) == level


def test_months_run_over_the_year() -> None:
    assert months(date(2025, 11, 1), date(2026, 2, 1)) == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)
    ]  # fmt: skip
