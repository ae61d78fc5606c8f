"""A section saved elsewhere meanwhile: both answers side by side, and a choice."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from klas.access import Role
from motivations.models import Motivation
from motivations.services import drafts, sharing
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
MINE = {
    "dosage": "Min dosering",
    "regularity": "varying",
    "months": "2",
    "amount": "180",
    "unit": "tablet",
}


@pytest.fixture
def draft(doctor: Assignment) -> Motivation:
    return factories.draft(by=doctor)


@pytest.fixture
def colleague(doctor: Assignment, draft: Motivation) -> Assignment:
    found = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit)
    sharing.share(draft, colleague=found, by=doctor)
    return found


@pytest.fixture
def address(draft: Motivation) -> str:
    return reverse("motivations:section", args=[draft.pk, "behandling"])


@pytest.fixture
def conflict(browser: ActingClient, draft: Motivation, colleague: Assignment, address: str) -> Page:
    """The doctor's page when the colleague has saved another dosage since it was opened."""
    theirs = {**MINE, "dosage": "Kollegans dosering", "amount": ""}
    drafts.save_section(draft, "behandling", answers=theirs, opened_revision=0, by=colleague)
    return Page(browser.post(address, {**MINE, "_revision": "0"}))


def stored(draft: Motivation) -> Any:
    return drafts.answers_of(draft)["behandling"]


def test_each_question_that_differs_shows_both_answers_and_whose_they_are(
    conflict: Page, colleague: Assignment, draft: Motivation
) -> None:
    assert conflict.status == 409
    assert conflict.title.startswith("Fel: ")
    compared = conflict.html.split('<section aria-labelledby="conflict"')[1].split("</section>")[0]
    assert compared.count(f'data-label="Sparat av {colleague.user.name}') == 2
    assert compared.count('data-label="Det du skrev"') == 2
    for words in ("Kollegans dosering", "Min dosering", "180", "Inte angivet"):
        assert words in compared
    assert "Hur tas läkemedlet?" not in compared, "it is the same"
    assert stored(draft)["dosage"] == "Kollegans dosering"


def test_save_what_i_wrote(
    conflict: Page, browser: ActingClient, draft: Motivation, address: str
) -> None:
    assert 'form="section"' in conflict.html
    answer = browser.post(address, {**MINE, "_revision": conflict.hidden("_revision")})
    assert answer.status_code == 302
    assert stored(draft)["dosage"] == "Min dosering"


def test_keep_what_is_saved(
    conflict: Page, browser: ActingClient, draft: Motivation, address: str
) -> None:
    form = {**MINE, "_revision": conflict.hidden("_revision"), "_keep_saved": "1"}
    page = Page(browser.post(address, form, follow=True))
    assert "Kollegans dosering" in page.html
    assert stored(draft)["dosage"] == "Kollegans dosering"


def test_the_page_of_a_conflict_does_not_save_by_itself(conflict: Page) -> None:
    """It carries the fresh revision: saving must be a choice."""
    assert "data-autosave-url" not in conflict.html


def test_a_third_save_meanwhile_is_a_conflict_again(
    conflict: Page, browser: ActingClient, draft: Motivation, colleague: Assignment, address: str
) -> None:
    drafts.save_section(
        draft, "behandling", answers={"dosage": "Igen"}, opened_revision=1, by=colleague
    )
    answer = browser.post(address, {**MINE, "_revision": conflict.hidden("_revision")})
    assert answer.status_code == 409
    assert stored(draft)["dosage"] == "Igen"


def test_one_s_own_other_tab_is_called_one_s_own(
    browser: ActingClient, draft: Motivation, doctor: Assignment, address: str
) -> None:
    browser.post(address, {**MINE, "dosage": "Den andra fliken", "_revision": "0"})
    page = Page(browser.post(address, {**MINE, "_revision": "0"}))
    assert page.status == 409
    assert "Sparat av dig " in page


def test_nobody_else_can_ask_for_what_is_saved(acting: Any, address: str) -> None:
    stranger = acting(factories.AssignmentFactory(prescriber=True))
    assert stranger.post(address, {"_keep_saved": "1"}).status_code == 404


def test_the_task_list_says_who_saved_last_on_whichever_machine(
    browser: ActingClient, draft: Motivation, colleague: Assignment, acting: Any, address: str
) -> None:
    """The same draft on another machine: the latest, and whose it is."""
    acting(colleague).post(address, {**MINE, "_revision": "0"})
    page = Page(browser.get(draft.get_absolute_url()))
    assert "Senast sparat " in page
    assert f"av {colleague.user.name}." in page
    assert "Min dosering" in Page(browser.get(address)).html


class TestApplications:
    """The same page serves the pharmacies' applications."""

    def test_a_colleague_at_the_pharmacy_is_named(self, acting: Any) -> None:
        application = factories.application_draft(filled=False)
        pharmacist = application.created_by
        staff = factories.AssignmentFactory(staff=True, pharmacy=pharmacist.pharmacy)
        address = reverse("applications:section", args=[application.pk, "lakemedel"])
        acting(staff).post(address, {"supplier": "Grossist A", "_revision": "0"})
        page = Page(acting(pharmacist).post(address, {"supplier": "Grossist B", "_revision": "0"}))
        assert page.status == 409
        assert f"Sparat av {staff.user.name}" in page
        for words in ("Grossist A", "Grossist B"):
            assert words in page
