"""“Detta apotek”: the tabs, the search, and pages that cost the same however long the list."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.services import told
from klas.policy import policy
from tests import factories
from tests.applications.conftest import text_of, url

pytestmark = pytest.mark.django_db


def _inbox(client: Any, **query: str) -> Any:
    return client.get(url("inbox"), query)


def _addressed(pharmacist: Any, **sections: Any) -> Any:
    return factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln}, **sections)


def test_an_empty_inbox_leads_to_the_search(acting: Any, pharmacist: Any) -> None:
    response = _inbox(acting(pharmacist))
    assert "Inga motiveringar väntar" in text_of(response)
    assert url("search") in response.content.decode()


def test_the_tabs_count_what_is_ours(acting: Any, pharmacist: Any, stranger: Any) -> None:
    _addressed(pharmacist)
    factories.application_draft(by=pharmacist)
    factories.application(by=pharmacist)
    application = factories.application(by=pharmacist)
    told.review_started(application)
    factories.application(by=stranger)
    factories.application_draft(by=stranger)
    _addressed(stranger)
    page = text_of(_inbox(acting(pharmacist)))
    assert "Till oss 1 Utkast 1 Skickade 2 Avslutade 0" in page
    assert "Detta apotek: 1 motivering till oss" in page


def test_addressed_motivations_show_product_and_prescriber_and_no_patient(
    acting: Any, pharmacist: Any
) -> None:
    motivation = _addressed(pharmacist)
    page = text_of(_inbox(acting(pharmacist), tab="till-oss"))
    assert motivation.reference in page
    assert "Ospolot" in page
    assert motivation.author.user.name in page
    assert "Provpatient" not in page
    assert "19570428" not in page


def test_a_motivation_begun_on_moves_to_the_drafts(acting: Any, pharmacist: Any) -> None:
    factories.application_draft(on=_addressed(pharmacist), by=pharmacist)
    assert "Till oss 0 Utkast 1" in text_of(_inbox(acting(pharmacist)))


def test_sent_and_decided_show_number_day_and_outcome(acting: Any, pharmacist: Any) -> None:
    sent = factories.application(by=pharmacist)
    decided = factories.application(by=pharmacist)
    factories.decided(of=decided)
    for application in (sent, decided):
        application.refresh_from_db()
    client = acting(pharmacist)
    page = text_of(_inbox(client, tab="skickade"))
    assert sent.dnr in page
    assert decided.dnr not in page
    assert "Registrerad" in page
    page = text_of(_inbox(client, tab="beslutade"))
    assert decided.dnr in page
    assert "Bifall" in page


@pytest.mark.parametrize("write", ["ospolot", "desitin ospolot", "REF", "ref", "DNR"])
def test_the_list_is_searched_by_product_and_numbers(
    acting: Any, pharmacist: Any, write: str
) -> None:
    application = factories.application(by=pharmacist)
    other = factories.application(
        by=pharmacist, on=factories.motivation(product=factories.ProductFactory(name="Annat"))
    )
    application.refresh_from_db()
    reference = application.motivation.reference
    text = {"REF": reference, "ref": reference.lower().replace("-", " "), "DNR": application.dnr}
    page = text_of(_inbox(acting(pharmacist), tab="skickade", q=text.get(write, write)))
    assert "1 skickad ansökan" in page
    assert application.dnr in page
    other.refresh_from_db()
    assert other.dnr not in page


def test_a_search_without_hits_says_so(acting: Any, pharmacist: Any) -> None:
    factories.application(by=pharmacist)
    page = text_of(_inbox(acting(pharmacist), tab="skickade", q="finnsinte"))
    assert "Inget i listan stämmer med sökningen" in page


def test_a_personal_number_is_no_search_word(acting: Any, pharmacist: Any) -> None:
    page = text_of(_inbox(acting(pharmacist), q=factories.PERSONAL_NUMBER))
    assert "Här går det inte att söka på personnummer." in page


def test_sorting_turns_round(acting: Any, pharmacist: Any) -> None:
    for name in ("Alfa", "Beta"):
        product = factories.ProductFactory(name=name)
        factories.application(by=pharmacist, on=factories.motivation(product=product))
    client = acting(pharmacist)
    up = text_of(_inbox(client, tab="skickade", sort="product"))
    down = text_of(_inbox(client, tab="skickade", sort="-product"))
    assert up.index("Alfa") < up.index("Beta")
    assert down.index("Beta") < down.index("Alfa")
    assert _inbox(client, tab="skickade", sort="pharmacy__gln").status_code == 200


def test_a_full_page_costs_what_one_row_costs(
    acting: Any, pharmacist: Any, monkeypatch: Any
) -> None:
    client = acting(pharmacist)

    def queries(tab: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert _inbox(client, tab=tab).status_code == 200
        return len(captured)

    def one_of_each() -> None:
        _addressed(pharmacist)
        factories.application_draft(by=pharmacist)
        factories.decided(of=factories.application(by=pharmacist))
        factories.application(by=pharmacist)

    tabs = ("till-oss", "utkast", "skickade", "beslutade")
    one_of_each()
    few = {tab: queries(tab) for tab in tabs}
    for _ in range(5):
        one_of_each()
    assert {tab: queries(tab) for tab in tabs} == few


def test_long_lists_have_pages(acting: Any, pharmacist: Any, settings: Any) -> None:
    for _ in range(policy.page_size + 1):
        _addressed(pharmacist)
    client = acting(pharmacist)
    response = _inbox(client, page="2")
    html = response.content.decode()
    assert "(sida 2 av 2)" in html.split("</title>")[0]
    assert html.count('<th scope="row"') == 1
    assert "26 motiveringar till oss" in text_of(response)
