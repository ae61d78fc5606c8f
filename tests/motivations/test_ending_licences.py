"""“Licenser som går ut”: soonest first, how long is left, and whether it is being renewed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from motivations.services import again
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
ENDING, LIST = reverse("motivations:ending_licences"), reverse("motivations:list")


def test_none(browser: ActingClient) -> None:
    assert "Inga licenser går ut snart" in Page(browser.get(ENDING))
    assert ENDING not in Page(browser.get(LIST)).html


def test_soonest_first_with_the_days_left_in_words(
    doctor: Assignment, browser: ActingClient
) -> None:
    days = {40: "40 dagar kvar", 1: "1 dag kvar", 0: "Sista dagen i dag"}
    licensed = {left: factories.licensed(by=doctor, days_left=left) for left in (40, 0, 1)}
    for left in (61, -1):
        factories.licensed(by=doctor, days_left=left)
    page = Page(browser.get(ENDING))
    assert "3 licenser går snart ut" in page
    places = [page.text.index(licensed[left].licence_number) for left in (0, 1, 40)]
    assert places == sorted(places)
    assert all(words in page for words in days.values())
    assert page.html.count("/fornya/") == 3
    own = Page(browser.get(LIST))
    assert "3 licenser som snart går ut" in own
    assert f'href="{ENDING}"' in own.html


def test_a_renewal_that_is_begun_is_shown_instead_of_the_button(
    doctor: Assignment, browser: ActingClient
) -> None:
    draft = again.renew(factories.licensed(by=doctor), by=doctor).draft
    page = Page(browser.get(ENDING))
    assert "Utkast Öppna förnyelsen" in page
    assert f'href="{draft.get_absolute_url()}"' in page.html
    assert "/fornya/" not in page.html


def test_one_that_came_to_nothing_leaves_the_button(
    doctor: Assignment, browser: ActingClient
) -> None:
    from tests.motivations.test_again import renewal_sent

    licensed = factories.licensed(by=doctor)
    sent = renewal_sent(licensed)
    factories.submission.withdraw(sent, by=doctor, reason="Fel")
    assert "/fornya/" in Page(browser.get(ENDING)).html


def test_others_licences_are_not_there(acting: Any) -> None:
    licensed = factories.licensed()
    other = factories.AssignmentFactory(prescriber=True)
    assert licensed.licence_number not in Page(acting(other).get(ENDING))


def test_the_same_number_of_queries(doctor: Assignment, browser: ActingClient) -> None:
    again.renew(factories.licensed(by=doctor), by=doctor)
    with CaptureQueriesContext(connection) as one:
        browser.get(ENDING)
    for _number in range(4):
        again.renew(factories.licensed(by=doctor), by=doctor)
    with CaptureQueriesContext(connection) as many:
        page = Page(browser.get(ENDING))
    assert len(many) == len(one)
    assert page.text.count("Öppna förnyelsen") == 5
