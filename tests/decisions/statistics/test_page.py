"""The officers' page: choose, see, take the figures along."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.statistics.questions import Group, Measure
from decisions.statistics.refresh import refresh
from klas import clock
from tests import factories
from tests.decisions.statistics.facts import lay_out
from tests.decisions.statistics.test_publishing import invented_year

pytestmark = pytest.mark.django_db
PAGE, FILE = reverse("decisions:statistics"), reverse("decisions:statistics_file")


@pytest.fixture
def officer(acting: Any) -> Any:
    lay_out(invented_year(5, 600))
    refresh(anew=True)
    with clock.at(datetime(2026, 1, 15, 12, tzinfo=UTC)):
        yield acting(factories.AssignmentFactory())


def test_before_anything_is_counted_it_says_so(acting: Any) -> None:
    page = acting(factories.AssignmentFactory()).get(PAGE).content.decode()
    assert "Inget är räknat än" in page


def test_shows_a_year_of_whole_months_by_month(officer: Any) -> None:
    page = officer.get(PAGE)
    html = page.content.decode()
    assert "600 ärenden kom in 2025." in html
    assert len(page.context["lines"]) == 12
    assert "Uppdaterad" in html
    assert "Exempeldata" in html


@pytest.mark.parametrize("measure", Measure.values)
@pytest.mark.parametrize("group", [Group.MONTH, Group.KIND, Group.ATC2, Group.PRODUCT])
def test_every_measure_is_drawn_and_stands_in_a_table(
    officer: Any, measure: str, group: str
) -> None:
    page = officer.get(PAGE, {"matt": measure, "dela": group})
    html = page.content.decode()
    if measure == Measure.OPEN:
        assert "Inga ärenden att räkna" in html
        return
    chart = page.context["chart"]
    assert chart.marks
    assert '<svg class="klas-chart__picture"' in html
    assert f'<title id="chart-name">{page.context["table"].headline}</title>' in html
    assert page.context["table"].lines[0].name in chart.description


def test_the_file_is_exactly_what_is_shown(officer: Any) -> None:
    query = {"matt": "utfall", "dela": "region", "kind": "individual"}
    page = officer.get(PAGE, query)
    answer = officer.get(page.context["file_url"], query)
    assert answer["Content-Disposition"] == (
        'attachment; filename="klas-utfall-2025-01--2025-12.csv"'
    )
    rows = b"".join(answer).decode("utf-8-sig").splitlines()
    assert rows[0] == (
        "Region;Bifall;Bifall med förbehåll;Avslag;Avvisning;Avskrivning;Avslutade ärenden"
    )
    assert len(rows) == len(page.context["lines"]) + 2
    for row, line in zip(rows[1:], page.context["lines"], strict=False):
        shown = [value.replace("\u00a0", "").removesuffix("%") for value in line.values]
        assert row.split(";") == [line.name, *shown]


def test_a_group_leads_closer_and_a_chip_leads_back(officer: Any) -> None:
    page = officer.get(PAGE, {"dela": "atc1"})
    line = next(line for line in page.context["lines"] if line.name.startswith("N "))
    closer = officer.get(f"{PAGE}?{line.query}")
    selection = closer.context["form"].selection
    assert (selection.atc, selection.group) == ("N", Group.ATC2)
    ((label, value, without),) = closer.context["chips"]
    assert (label, value) == ("ATC-kod", "N")
    assert officer.get(f"{PAGE}{without}").context["chips"] == []


def test_a_product_is_looked_at_by_itself(officer: Any) -> None:
    page = officer.get(PAGE, {"dela": "lakemedel"})
    line = page.context["lines"][0]
    one = officer.get(f"{PAGE}?{line.query}")
    assert f"{line.values[0]} ärenden kom in 2025." in one.content.decode()
    assert one.context["chips"][0][1] == line.name


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"first": "2025-06", "last": "2025-02"}, "Slutmånaden ligger före startmånaden"),
        ({"dela": "lakemedel", "kind": "general", "region": "Region Ett"}, "Så fint går det inte"),
        ({"atc": "XYZ"}, "Kontrollera koden"),
        ({"region": "Ingenstans"}, "Välj ett av alternativen"),
    ],
)
def test_what_cannot_be_asked_says_why_and_gives_no_file(
    officer: Any, query: dict[str, str], words: str
) -> None:
    page = officer.get(PAGE, query).content.decode()
    assert words in page
    assert "Det finns ett problem" in page
    assert officer.get(FILE, query).status_code == 302


def test_queries_are_as_many_however_much_there_is(officer: Any) -> None:
    for query in ({"dela": "lakemedel"}, {"matt": "tid", "dela": "region"}, {}):
        with CaptureQueriesContext(connection) as month:
            officer.get(PAGE, {**query, "first": "2025-12", "last": "2025-12"})
        with CaptureQueriesContext(connection) as year:
            officer.get(PAGE, query)
        assert len(month) == len(year) <= 9, [q["sql"] for q in year]
