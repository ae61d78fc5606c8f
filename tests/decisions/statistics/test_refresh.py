"""Facts follow the cases, cells follow the facts: only what changed is counted, and once."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from decisions.models import CaseFact, StatisticsCell, StatisticsState
from decisions.models.statistics import UNKNOWN, Level, Span
from decisions.queries import stops_of
from decisions.statistics.refresh import refresh
from klas import clock
from klas.working_days import due_on, handling_days, is_working_day
from motivations.enums import Outcome
from tests import factories

SWEDEN = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=SWEDEN)


@pytest.mark.django_db
class TestFacts:
    def test_tell_kind_product_region_months_outcome_and_days(self) -> None:
        with clock.at(MONDAY):
            case = factories.case()
        with clock.at(MONDAY + timedelta(days=35)):
            factories.decided(of=case.application)
            assert refresh() == 1
        fact = CaseFact.objects.get()
        assert (fact.kind, fact.region, fact.outcome) == ("individual", "Region Prov", "granted")
        assert fact.product is not None
        assert fact.product.line == "Ospolot, filmdragerad tablett, 50 mg (Desitin Arzneimittel)"
        assert fact.product.atc == "N03AX03"
        assert (fact.registered_month, fact.ended_month) == (date(2026, 3, 1), date(2026, 4, 1))
        # 6 April 2026 is annandag påsk, 3 April långfredag.
        assert fact.working_days == 23
        assert not fact.had_supplement

    def test_leave_out_the_days_the_clock_stood_still(self) -> None:
        officer = factories.AssignmentFactory()
        with clock.at(MONDAY):
            case = factories.case(taken_by=officer)
        with clock.at(MONDAY + timedelta(days=2)):
            case = factories.asked(case)
        with clock.at(MONDAY + timedelta(days=9)):
            factories.answered(case)
        with clock.at(MONDAY + timedelta(days=10)):
            case = factories.reassessed(case)
            factories.deciding.decide(case, factories.facts(), by=officer)
            refresh()
        fact = CaseFact.objects.get()
        assert fact.had_supplement
        assert fact.working_days == 3  # two before the question, one after the answer
        assert len(stops_of(case, until=date(2026, 4, 1))) == 1

    def test_an_open_case_grows_older_each_day(self) -> None:
        with clock.at(MONDAY):
            factories.case()
            assert refresh() == 1
            assert refresh() == 0
        with clock.at(MONDAY + timedelta(days=3)):
            assert refresh() == 1
        assert CaseFact.objects.get().working_days == 3
        cell = StatisticsCell.objects.get(span=Span.OPEN, kind="", region="", level=Level.ALL)
        assert (cell.days, cell.counts) == ([3], [1])

    def test_what_nobody_knows_is_counted_as_unknown(self) -> None:
        unit = factories.CareUnitFactory(region="")
        doctor = factories.AssignmentFactory(prescriber=True, care_unit=unit)
        product = factories.ProductFactory(atc="")
        about = factories.motivation(by=doctor, product=product)
        factories.case(of=factories.application(on=about))
        refresh()
        fact = CaseFact.objects.get()
        assert fact.region == UNKNOWN
        assert StatisticsCell.objects.filter(level=Level.ATC1, node=UNKNOWN).exists()


@pytest.mark.django_db
class TestRefresh:
    def test_counts_only_what_changed(self) -> None:
        officer = factories.AssignmentFactory()
        factories.case()
        second = factories.case()
        assert refresh() == 2
        assert refresh() == 0
        factories.cases.take(second, by=officer)
        assert refresh() == 1
        assert CaseFact.objects.count() == 2

    def test_twice_is_as_once_and_anew_gives_the_same(self) -> None:
        factories.decided()
        factories.decided(Outcome.REJECTED)
        factories.case()
        refresh()
        once = _cells()
        refresh()
        assert _cells() == once
        refresh(anew=True)
        assert _cells() == once

    def test_a_case_that_ends_moves_from_the_open_ones(self) -> None:
        officer = factories.AssignmentFactory()
        case = factories.case(taken_by=officer)
        refresh()
        assert StatisticsCell.objects.filter(span=Span.OPEN).exists()
        factories.deciding.decide(case, factories.facts(), by=officer)
        refresh()
        assert not StatisticsCell.objects.filter(span=Span.OPEN).exists()
        month = StatisticsCell.objects.get(span=Span.MONTH, kind="", region="", level=0)
        assert (month.registered, month.granted, month.counts) == (1, 1, [1])

    def test_a_corrected_region_is_seen_when_all_is_counted_anew(self) -> None:
        case = factories.case()
        refresh()
        unit = case.application.motivation.author.care_unit
        unit.region = "Region Ny"
        unit.save()
        assert refresh() == 0
        assert refresh(anew=True) == 1
        regions = StatisticsCell.objects.exclude(region="").values_list("region", flat=True)
        assert set(regions.order_by("region")) == {"Region Ny"}

    def test_says_when_it_was_done(self) -> None:
        with clock.at(MONDAY):
            refresh()
        assert StatisticsState.objects.get().refreshed_at == MONDAY

    def test_the_number_of_queries_does_not_grow_with_the_cases(self) -> None:
        factories.case()
        with CaptureQueriesContext(connection) as one:
            refresh()
        for _ in range(5):
            factories.case()
        with CaptureQueriesContext(connection) as five:
            refresh()
        assert len(five) <= len(one)


def _cells() -> list[dict[str, Any]]:
    rows = StatisticsCell.objects.order_by("level", "kind", "region", "span", "starts", "node")
    return [{**row, "id": 0} for row in rows.values()]


@given(
    start=st.dates(date(2018, 1, 1), date(2035, 6, 1)),
    gaps=st.lists(st.integers(0, 40), max_size=8),
)
def test_a_case_that_ends_on_its_due_date_took_the_time_that_is_given(
    start: date, gaps: list[int]
) -> None:
    """The same computation as the due date, seen from the other end."""
    edges = [start]
    for gap in gaps:
        edges.append(edges[-1] + timedelta(days=gap))
    complete = datetime(start.year, start.month, start.day, 9, tzinfo=SWEDEN)
    # A stop that begins after the case is due does not move the day it ended.
    stops: list[tuple[date, date]] = []
    for stop in zip(edges[1::2], edges[2::2], strict=False):
        if stop[0] <= due_on(complete_at=complete, urgent=False, stops=stops):
            stops.append(stop)
    due = due_on(complete_at=complete, urgent=False, stops=stops)
    assert handling_days(complete_on=start, ended_on=due, stops=stops) == 7


@given(start=st.dates(date(2018, 1, 1), date(2034, 1, 1)), length=st.integers(0, 200))
def test_handling_days_count_as_a_plain_walk_over_the_days(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    stops = [(start + timedelta(days=length // 4), start + timedelta(days=length // 2))]
    walked = sum(
        is_working_day(day) and not stops[0][0] < day <= stops[0][1]
        for day in (start + timedelta(days=n) for n in range(1, length + 1))
    )
    assert handling_days(complete_on=start, ended_on=end, stops=stops) == walked
