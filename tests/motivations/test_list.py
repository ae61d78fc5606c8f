"""“Mina ärenden”: what the author finds there."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from klas import clock
from klas.access import SYSTEM
from motivations.enums import LicenceKind, Outcome
from motivations.flow import MOTIVATION
from motivations.kinds import KINDS
from motivations.models import Motivation
from motivations.queries import waits_for_pharmacy_long, waits_long
from motivations.services import drafts, sharing
from tests import factories
from tests.conftest import ActingClient
from tests.kinds import general_answers
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
LIST = reverse("motivations:list")


def test_without_motivations_the_page_says_what_will_be_here(browser: ActingClient) -> None:
    page = Page(browser.get(LIST))
    assert "Du har inga licensmotiveringar" in page
    assert reverse("motivations:new") in page.html


def test_a_draft_stands_on_top_and_the_rest_newest_first(
    doctor: Assignment, browser: ActingClient
) -> None:
    begun = factories.draft(by=doctor)
    first, second = (factories.motivation(by=doctor) for _ in range(2))
    html = Page(browser.get(LIST)).html
    places = [
        html.index(motivation.get_absolute_url() + '"') for motivation in (begun, second, first)
    ]
    assert places == sorted(places)


def test_a_line_tells_product_patient_status_and_day(
    doctor: Assignment, browser: ActingClient
) -> None:
    application = factories.application(on=factories.motivation(by=doctor))
    motivation = application.motivation
    page = Page(browser.get(LIST))
    for words in (
        motivation.reference,
        "Ospolot, filmdragerad tablett, 50 mg (Desitin Arzneimittel)",
        "Vera Provpatient",
        "Ansökan skickad",
        "Väntas ",
    ):
        assert words in page
    assert "Vera" not in page.title


def test_a_decided_one_shows_the_outcome(doctor: Assignment, browser: ActingClient) -> None:
    factories.decided(
        Outcome.REJECTED, of=factories.application(on=factories.motivation(by=doctor))
    )
    page = Page(browser.get(LIST))
    assert "Avslag" in page
    assert "Väntas " not in page


def test_one_that_no_pharmacy_has_picked_up_says_what_to_do(
    doctor: Assignment, browser: ActingClient
) -> None:
    with clock.at(clock.now() - timedelta(days=14)):
        motivation = factories.motivation(by=doctor)
    factories.motivation(by=doctor)
    words = "Inget apotek har ansökt. Kontakta ett apotek."
    assert Page(browser.get(LIST)).text.count(words) == 1
    assert "arbetsdagar" in Page(browser.get(motivation.get_absolute_url()))


def test_others_motivations_are_not_there(browser: ActingClient) -> None:
    others = factories.motivation()
    page = Page(browser.get(LIST))
    assert others.reference not in page.html
    assert "0 licensmotiveringar" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "spolot 200"}, ["strong"]),
        ({"q": "MELATONÍN"}, ["other"]),
        ({"status": "draft"}, ["begun"]),
        ({"q": "ospolot", "status": "submitted"}, ["strong", "weak"]),
        ({"q": "Provpatient"}, []),
    ],
)
def test_search_and_filter(
    doctor: Assignment, browser: ActingClient, query: dict[str, str], found: list[str]
) -> None:
    made = {
        "weak": factories.motivation(by=doctor),
        "strong": factories.motivation(
            by=doctor, product=factories.ProductFactory(strength="200 mg")
        ),
        "other": factories.motivation(
            by=doctor, product=factories.ProductFactory(name="Melatonin Prov")
        ),
        "begun": factories.draft(by=doctor),
    }
    page = Page(browser.get(LIST, query))
    shown = {name for name, item in made.items() if f'{item.get_absolute_url()}"' in page.html}
    assert shown == set(found)
    if not found:
        assert "Inga licensmotiveringar passar" in page


def test_a_reference_number_is_found_however_it_is_typed(
    doctor: Assignment, browser: ActingClient
) -> None:
    wanted, other = (factories.motivation(by=doctor) for _ in range(2))
    typed = wanted.reference.lower().replace("-", " ")
    html = Page(browser.get(LIST, {"q": typed})).html
    assert wanted.get_absolute_url() in html
    assert other.get_absolute_url() not in html


def test_a_personal_number_in_the_search_is_pointed_out(browser: ActingClient) -> None:
    page = Page(browser.get(LIST, {"q": factories.PERSONAL_NUMBER}))
    assert "Texten innehåller ett personnummer" in page
    assert page.title.startswith("Fel: ")


@pytest.mark.parametrize("sort", ["reference", "product", "status", "date", "expected", "bogus"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_order_shows_everything_once(
    doctor: Assignment, browser: ActingClient, sort: str, sign: str
) -> None:
    made = [factories.draft(by=doctor), *(factories.motivation(by=doctor) for _ in range(2))]
    html = Page(browser.get(LIST, {"sort": f"{sign}{sort}"})).html
    assert all(html.count(f'href="{item.get_absolute_url()}"') == 1 for item in made)


def test_sorting_by_product_both_ways(doctor: Assignment, browser: ActingClient) -> None:
    first, last = (
        factories.motivation(by=doctor, product=factories.ProductFactory(name=name))
        for name in ("Aaprov", "Zetprov")
    )
    for sort, order in (("product", (first, last)), ("-product", (last, first))):
        html = Page(browser.get(LIST, {"sort": sort})).html
        places = [html.index(item.get_absolute_url()) for item in order]
        assert places == sorted(places)


def test_pages_and_the_same_number_of_queries(doctor: Assignment, browser: ActingClient) -> None:
    factories.motivation(by=doctor)
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(LIST)
    for _number in range(26):
        factories.draft(by=doctor)
    with CaptureQueriesContext(connection) as many:
        page = Page(browser.get(LIST))
    assert len(many) == len(one)
    assert "Mina ärenden: 27 licensmotiveringar" in page
    assert "(sida 1 av 2)" in page.title
    assert "(sida 2 av 2)" in Page(browser.get(LIST, {"page": 2})).title


def test_without_licence_to_practise_nothing_can_be_begun(acting: Any, key: Any) -> None:
    without = factories.AssignmentFactory(prescriber=True, user__licensed_to_practise=False)
    browser = acting(without)
    new = reverse("motivations:new")
    page = Page(browser.get(LIST))
    assert str(drafts.NO_LICENCE) in page
    assert new not in page.html
    assert "<button" not in Page(browser.get(new)).html.split("<main")[1].split("</main>")[0]
    answer = browser.post(new, {"kind": "individual", "_key": key()})
    assert answer.status_code == 409
    assert str(drafts.NO_LICENCE) in Page(answer)


def test_a_pharmacist_has_no_such_page(acting: Any) -> None:
    assert acting(factories.AssignmentFactory(pharmacist=True)).get(LIST).status_code == 403


@pytest.fixture
def various(doctor: Assignment) -> dict[str, Motivation]:
    """One of each that the filters tell apart."""
    with clock.at(clock.now() - timedelta(days=40)):
        old = factories.motivation(by=doctor)
    urgent = {"urgency": "urgent", "urgent_reason": "x", "urgent_phone": "018-11 11 11"}
    colleague = factories.AssignmentFactory(role="care_colleague", care_unit=doctor.care_unit)
    handed_over = drafts.start(kind=KINDS[LicenceKind.INDIVIDUAL], by=colleague, author=doctor)
    sharing.hand_over(handed_over, by=colleague, message="")
    asked = factories.application(on=factories.motivation(by=doctor)).motivation
    asked = MOTIVATION.perform(asked, "supplement_requested", by=SYSTEM)
    return {
        "old": old,
        "urgent": factories.motivation(by=doctor, hantering=urgent),
        "general": factories.submission.submit(
            factories.draft(
                by=doctor,
                kind=KINDS[LicenceKind.GENERAL],
                answers=general_answers(factories.ProductFactory()),
            ),
            by=doctor,
        ),
        "rejected": factories.decided(
            Outcome.REJECTED, of=factories.application(on=factories.motivation(by=doctor))
        ).application.motivation,
        "asked": asked,
        "handed over": handed_over,
        "draft": factories.draft(by=doctor),
    }


def shown(page: Page, made: dict[str, Motivation]) -> set[str]:
    return {name for name, item in made.items() if f'href="{item.get_absolute_url()}"' in page.html}


def test_every_filter(
    doctor: Assignment, browser: ActingClient, various: dict[str, Motivation]
) -> None:
    today = clock.today()
    month_ago = (today - timedelta(days=30)).isoformat()
    for query, found in (
        ({"kind": "general"}, {"general"}),
        ({"urgent": "on"}, {"urgent"}),
        ({"outcome": "rejected"}, {"rejected"}),
        ({"waits_for": "you"}, {"asked", "handed over"}),
        ({"waits_for": "pharmacy"}, {"old"}),
        ({"sent_to": month_ago}, {"old"}),
        ({"sent_from": month_ago}, {"urgent", "general", "rejected", "asked"}),
        (
            {"sent_from": today.isoformat(), "sent_to": today.isoformat(), "urgent": "on"},
            {"urgent"},
        ),
        ({"status": "draft", "waits_for": "you"}, {"handed over"}),
    ):
        page = Page(browser.get(LIST, query))
        assert shown(page, various) == found, query
        assert page.text.count("Ta bort filtret") == len(query)


def test_what_waits_for_the_author_comes_first_with_its_number(
    doctor: Assignment, browser: ActingClient, various: dict[str, Motivation]
) -> None:
    factories.licensed(by=doctor)
    page = Page(browser.get(LIST))
    summary = page.text.split("Väntar på dig")[1].split("Läkemedel eller referensnummer")[0]
    for words in (
        "1 komplettering att svara på",
        "1 utkast från en kollega att läsa igenom",
        "1 eget utkast att skriva klart",
        "1 motivering som inget apotek har hämtat",
        "1 licens som snart går ut",
    ):
        assert words in summary
    for words, found in (("komplettering att", {"asked"}), ("inget apotek", {"old"})):
        address = re.search(rf'href="([^"]*)"><b>1</b> [^<]*{words}', page.html)
        assert address
        assert shown(Page(browser.get(unescape(address[1]))), various) == found


def test_nothing_waits(doctor: Assignment, browser: ActingClient) -> None:
    factories.motivation(by=doctor)
    assert "Väntar på dig" not in Page(browser.get(LIST))


def test_a_filter_that_is_wrong_says_so_and_the_others_hold(
    browser: ActingClient, various: dict[str, Motivation]
) -> None:
    page = Page(browser.get(LIST, {"sent_from": "i går", "urgent": "on"}))
    assert "Skriv datumet som ÅÅÅÅ-MM-DD" in page
    assert shown(page, various) == {"urgent"}
    page = Page(browser.get(LIST, {"sent_from": "2026-05-02", "sent_to": "2026-05-01"}))
    assert "Perioden slutar innan den börjar." in page


def test_the_database_agrees_on_who_has_waited_long(doctor: Assignment) -> None:
    now = clock.now()
    for days in range(12):
        with clock.at(now - timedelta(days=days)):
            factories.motivation(by=doctor)
    for ahead in range(7):
        today = clock.today() + timedelta(days=ahead)
        long = set(Motivation.objects.filter(waits_for_pharmacy_long(today)))
        assert long == {item for item in Motivation.objects.all() if waits_long(item, today=today)}


def test_a_row_can_be_copied_where_it_stands(
    doctor: Assignment, browser: ActingClient, key: Any
) -> None:
    sent = factories.motivation(by=doctor)
    page = Page(browser.get(LIST))
    address = reverse("motivations:copy", args=[sent.pk])
    assert f'action="{address}"' in page.html
    draft = browser.post(address, {"_key": page.hidden("_key")})["Location"]
    assert "Utkastet är en kopia." in Page(browser.get(draft))


def test_the_order_stands_in_the_header_of_its_column(
    doctor: Assignment, browser: ActingClient
) -> None:
    factories.draft(by=doctor)
    page = Page(browser.get(LIST, {"sort": "-product", "status": "draft"}))
    assert page.html.count('aria-sort="descending"') == 1
    assert "?sort=product&amp;status=draft" in page.html
    assert '<input type="hidden" name="sort" value="-product">' in page.html
