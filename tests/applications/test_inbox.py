"""“Detta apotek”: the tabs, the search, and pages that cost the same however long the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.desk_lists import LISTS
from applications.services import told, told_after
from klas import clock
from klas.policy import policy
from klas.presentation import swedish_date
from motivations.models import Motivation
from motivations.services import again
from tests import factories
from tests.applications.conftest import text_of, url
from tests.bench.copies import copies

pytestmark = pytest.mark.django_db


def _inbox(client: Any, **query: str) -> Any:
    return client.get(url("inbox"), query)


def _addressed(pharmacist: Any, **sections: Any) -> Any:
    return factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln}, **sections)


def _one_of_each(pharmacist: Any) -> None:
    _addressed(pharmacist)
    factories.application_draft(by=pharmacist)
    waiting = factories.application(by=pharmacist)
    factories.asked(factories.case(of=waiting, taken_by=factories.AssignmentFactory()))
    factories.licensed(pharmacist=pharmacist)


def _many_more(rows: int) -> None:
    """So many more of every motivation and application there is, as the bench makes them."""
    base = 10_000_000
    for place, motivation in enumerate(Motivation.objects.order_by("pk")):
        span = {"first": base * (place + 1), "last": base * (place + 1) + rows}
        reference = "CASE WHEN source.reference IS NOT NULL THEN 'KL-' || n END"
        copies("motivations_motivation", {"reference": reference}, source=motivation.pk, **span)
        for application in motivation.applications.order_by("pk"):
            copies(
                "applications_application", {"motivation_id": "n"}, source=application.pk, **span
            )


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
    assert (
        "Till oss 1 Utkast 1 Skickade 2 Väntar på komplettering 0 Avslutade 0 "
        "Licenser som slutar snart 0"
    ) in page
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


def test_a_row_says_whom_it_waits_for(acting: Any, pharmacist: Any) -> None:
    application = factories.application(by=pharmacist)
    case = factories.case(of=application, taken_by=factories.AssignmentFactory())
    factories.asked(case)
    client = acting(pharmacist)
    page = text_of(_inbox(client, tab="vantar"))
    assert "1 ansökan väntar på komplettering" in page
    assert "Skickade 1 Väntar på komplettering 1" in page
    due_on = swedish_date(clock.today() + timedelta(days=14)).replace("\u00a0", " ")
    assert f"Väntar på förskrivaren {due_on}" in page
    assert "Väntar på förskrivaren" in text_of(_inbox(client, tab="skickade"))
    factories.answered(case)
    page = text_of(_inbox(client, tab="vantar"))
    assert "Inget väntar på komplettering" in page
    assert "Väntar på förskrivaren" not in text_of(_inbox(client, tab="skickade"))


def test_licences_that_end_soon_and_whether_they_are_renewed(
    acting: Any, pharmacist: Any, stranger: Any
) -> None:
    soon, renewed = (
        factories.licensed(pharmacist=pharmacist, days_left=days)
        for days in (policy.licence_ends_soon_days, 0)
    )
    late, over = (
        factories.licensed(pharmacist=pharmacist, days_left=days)
        for days in (policy.licence_ends_soon_days + 1, -1)
    )
    theirs = factories.licensed(pharmacist=stranger)
    renewal = again.renew(renewed, by=renewed.author).draft
    client = acting(pharmacist)
    page = text_of(_inbox(client, tab="slutar-snart"))
    assert "2 licenser slutar snart" in page
    assert page.index(renewed.licence_number) < page.index(soon.licence_number)
    for other in (late, over, theirs):
        assert other.licence_number not in page
    assert "Ja" not in page, "what a prescriber is writing is nobody else's business"
    Motivation.objects.filter(pk=renewal.pk).update(
        status="submitted", reference="KL-X", submitted_at=clock.now()
    )
    page = text_of(_inbox(client, tab="slutar-snart"))
    assert f"{swedish_date(clock.today())} Ja".replace("\u00a0", " ") in page
    told_after.licence_revoked(soon.applications.get(), reason="Föreskrifterna har ändrats.")
    assert "1 licens slutar snart" in text_of(_inbox(client, tab="slutar-snart"))


@pytest.mark.parametrize("tab", list(LISTS))
def test_an_empty_tab_says_what_to_do(acting: Any, pharmacist: Any, tab: str) -> None:
    page = _inbox(acting(pharmacist), tab=tab).content.decode()
    assert str(LISTS[tab].empty) in page
    assert str(LISTS[tab].action[2]) in page


@pytest.mark.parametrize("tab", list(LISTS))
def test_every_column_sorts_both_ways(acting: Any, pharmacist: Any, tab: str) -> None:
    _one_of_each(pharmacist)
    client = acting(pharmacist)
    for column in LISTS[tab].columns:
        for sort in (column.sort, f"-{column.sort}"):
            assert _inbox(client, tab=tab, sort=sort).status_code == 200


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

    _one_of_each(pharmacist)
    few = {tab: queries(tab) for tab in LISTS}
    _many_more(50)
    assert {tab: queries(tab) for tab in LISTS} == few
    assert "52 utkast" in text_of(_inbox(client, tab="utkast"))


def test_long_lists_have_pages(acting: Any, pharmacist: Any, settings: Any) -> None:
    for _ in range(policy.page_size + 1):
        _addressed(pharmacist)
    client = acting(pharmacist)
    response = _inbox(client, page="2")
    html = response.content.decode()
    assert "(sida 2 av 2)" in html.split("</title>")[0]
    assert html.count('<th scope="row"') == 1
    assert "26 motiveringar till oss" in text_of(response)
