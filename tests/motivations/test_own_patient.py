"""A prescriber finds their own motivations about a patient."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from klas.models import AccessLogEntry
from motivations.enums import LicenceKind
from tests import factories, kinds
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
ADDRESS = reverse("motivations:own_patient")


def search(browser: ActingClient, text: str) -> Page:
    return Page(browser.post(ADDRESS, {"text": text}))


@pytest.mark.parametrize("written", ["19570428-9999", "570428 9999", "195704289999"])
def test_own_motivations_about_a_patient_however_the_number_is_written(
    doctor: Assignment, browser: ActingClient, written: str
) -> None:
    mine, others = factories.motivation(by=doctor), factories.motivation()
    page = search(browser, written)
    assert mine.reference in page
    assert others.reference not in page
    assert "1 licensmotivering" in page
    entry = AccessLogEntry.objects.get(what="own_motivations_about")
    assert (entry.hit, entry.whose) == (True, "")


def test_an_owner_is_found_by_name(browser: ActingClient, doctor: Assignment) -> None:
    sent = kinds.sent(LicenceKind.VETERINARY)
    browser.act_as(sent.author)
    name = "Olle Provägare"
    assert sent.reference in search(browser, f" {name.upper()} ")


def test_a_miss_says_what_to_do_and_nothing_typed_is_lost(browser: ActingClient) -> None:
    page = search(browser, "Ingen Alls")
    assert "Kontrollera numret eller namnet" in page
    assert 'value="Ingen Alls"' in page.html
    assert not AccessLogEntry.objects.get(what="own_motivations_about").hit
    assert browser.post(ADDRESS, {"text": " "}).status_code == 422


def test_as_many_queries_for_one_as_for_many(doctor: Assignment, browser: ActingClient) -> None:
    counted = []
    for more in (1, 9):
        for _ in range(more):
            factories.motivation(by=doctor)
        with CaptureQueriesContext(connection) as queries:
            search(browser, "19570428-9999")
        counted.append(len(queries))
    assert counted[0] == counted[1]
