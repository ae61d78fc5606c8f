"""An officer chooses and takes figures along; anybody reads what is public."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from decisions.examples import past
from decisions.statistics.publishing import publish_due
from decisions.statistics.refresh import refresh
from klas import clock
from tests.browser.conftest import Visitor

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def counted(people: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "YEARS", 1)
    past.load()
    refresh(anew=True)
    with clock.at(clock.now() + timedelta(days=60)):
        publish_due()


def test_an_officer_chooses_reads_and_takes_the_figures_along(
    visitor: NewVisitor, counted: None
) -> None:
    officer = visitor().sign_in("handlaggare").open("/arenden/statistik/")
    assert "ärenden kom in" in officer.text
    officer.page.get_by_role("navigation", name="Mått").get_by_role(
        "link", name="Handläggningstid"
    ).click()
    officer.look().select("Dela upp på", "region").press("Visa", exact=True)
    assert "Hälften av ärendena" in officer.text
    officer.page.get_by_text("Visa som tabell").click()
    officer.look().follow("Region Exempelvik")
    assert "Region Exempelvik" in officer.page.get_by_role("list", name="Valda filter").inner_text()
    link = officer.page.get_by_role("link", name="CSV", exact=True)
    answer = officer.page.request.get(officer.base + str(link.get_attribute("href")))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text().splitlines()[0].endswith("Beslutade ärenden")


def test_anybody_reads_what_is_public(visitor: NewVisitor, counted: None) -> None:
    reader = visitor().open("/")
    reader.page.get_by_role("link", name="Statistik och öppna data").click()
    reader.look()
    assert "Statistik om licenser" in reader.text
    reader.page.get_by_text("Visa som tabell").first.click()
    reader.look()
    assert reader.page.request.get(f"{reader.base}/statistik/licenser.json").json()["records"]
    reader.follow("In English")
