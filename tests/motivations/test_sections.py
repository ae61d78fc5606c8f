"""The pages of a draft: saved right or wrong, by hand or by themselves, in one tab or two."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from motivations.models import Motivation
from motivations.services import drafts
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-KLAS-Autosave": "1"}


@pytest.fixture
def draft(doctor: Assignment) -> Motivation:
    return factories.draft(by=doctor)


def address(draft: Motivation, slug: str) -> str:
    return reverse("motivations:section", args=[draft.pk, slug])


PATIENT = {
    "identified_by": "personal_number",
    "personal_number": "19570428-9999",
    "name": "Vera Provpatient",
    "_revision": "0",
}
TREATMENT = {
    "dosage": "1 tablett",
    "regularity": "regular",
    "daily_amount": "2",
    "months": "12",
    "amount": "730",
    "unit": "tablet",
    "_revision": "0",
}


def test_a_right_section_is_saved_and_leads_to_the_next(
    browser: ActingClient, draft: Motivation
) -> None:
    answer = browser.post(address(draft, "patient"), PATIENT)
    assert answer["Location"] == reverse("motivations:product", args=[draft.pk])
    assert drafts.answers_of(draft)["patient"]["name"] == "Vera Provpatient"
    assert "Vera Provpatient" in Page(browser.get(reverse("motivations:list")))


@pytest.mark.parametrize(
    ("slug", "typed", "words"),
    [
        (
            "patient",
            {**PATIENT, "personal_number": "19570428-9998"},
            "Kontrollsiffran stämmer inte. Jämför med legitimationen.",
        ),
        (
            "patient",
            {**PATIENT, "identified_by": "birth_date", "birth_date": "2099-01-01"},
            "Födelsedatumet ligger i framtiden. Kontrollera årtalet.",
        ),
        ("patient", {**PATIENT, "name": ""}, "Fyll i patientens namn"),
        (
            "behandling",
            {**TREATMENT, "months": "13"},
            "Behandlingstiden kan vara 1–12 månader. Du har skrivit 13.",
        ),
        (
            "behandling",
            {**TREATMENT, "amount": "5000"},
            "2 per dygn i 12 månader blir ungefär 730, men du har skrivit 5000.",
        ),
        (
            "hantering",
            {"urgency": "normal", "pharmacy": "Apoteket Ingenstans", "_revision": "0"},
            "Inget apotek heter så.",
        ),
        (
            "hantering",
            {"urgency": "normal", "message": "Om 19570428-9999", "_revision": "0"},
            "Texten innehåller ett personnummer.",
        ),
    ],
)
def test_a_wrong_section_is_saved_all_the_same_and_says_what_is_wrong(
    browser: ActingClient, draft: Motivation, slug: str, typed: dict[str, str], words: str
) -> None:
    answer = browser.post(address(draft, slug), typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert "Det finns ett problem" in page
    assert page.text.count(words) == 2, "said in the summary and at the field"
    assert page.title.startswith("Fel: ")
    kept = drafts.answers_of(draft)[slug]
    assert all(kept[name] == value for name, value in typed.items() if not name.startswith("_"))
    assert page.hidden("_revision") == "1"


def test_later_saves_without_judging(browser: ActingClient, draft: Motivation) -> None:
    typed = {**PATIENT, "personal_number": "19571399-0000", "_later": "1"}
    answer = browser.post(address(draft, "patient"), typed)
    assert answer["Location"] == draft.get_absolute_url()
    assert drafts.answers_of(draft)["patient"]["personal_number"] == "19571399-0000"


def test_what_is_saved_is_shown_without_errors_until_they_are_asked_for(
    browser: ActingClient, draft: Motivation
) -> None:
    wrong = {**PATIENT, "personal_number": "19570428-9998", "_later": "1"}
    browser.post(address(draft, "patient"), wrong)
    page = Page(browser.get(address(draft, "patient")))
    assert 'value="19570428-9998"' in page.html
    assert "Det finns ett problem" not in page
    assert "Kontrollsiffran" in Page(browser.get(address(draft, "patient"), {"fel": "1"}))


def test_it_saves_by_itself(browser: ActingClient, draft: Motivation) -> None:
    answer = browser.post(address(draft, "patient"), PATIENT, headers=AUTOSAVE)
    assert answer.json()["revision"] == 1
    assert len(answer.json()["saved_at"]) == 5
    again = browser.post(
        address(draft, "patient"), {**PATIENT, "name": "V", "_revision": "1"}, headers=AUTOSAVE
    )
    assert again.json()["revision"] == 2
    old = browser.post(
        address(draft, "patient"), {**PATIENT, "name": "W", "_revision": "1"}, headers=AUTOSAVE
    )
    assert (old.status_code, "message" in old.json()) == (409, True)


def test_two_tabs_the_second_is_told_and_may_win_knowingly(
    browser: ActingClient, draft: Motivation
) -> None:
    browser.post(address(draft, "patient"), {**PATIENT, "name": "Första Fliken"})
    mine = {**PATIENT, "name": "Andra Fliken"}
    answer = browser.post(address(draft, "patient"), mine)
    page = Page(answer)
    assert answer.status_code == 409
    assert "Svaren har sparats på ett annat ställe" in page
    assert "Första Fliken" in page
    assert 'value="Andra Fliken"' in page.html
    assert drafts.answers_of(draft)["patient"]["name"] == "Första Fliken"
    won = browser.post(address(draft, "patient"), {**mine, "_revision": page.hidden("_revision")})
    assert won.status_code == 302
    assert drafts.answers_of(draft)["patient"]["name"] == "Andra Fliken"


def test_a_double_click_on_save_is_no_conflict(browser: ActingClient, draft: Motivation) -> None:
    answers = [browser.post(address(draft, "patient"), PATIENT) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]


def test_rows_are_added_and_removed_and_nothing_typed_is_lost(
    browser: ActingClient, draft: Motivation
) -> None:
    page_address = address(draft, "motivering")
    typed = {
        "indication": "Svår epilepsi",
        "earlier_therapy-0-product": "Valproat",
        "earlier_therapy-0-period": "2022",
        "earlier_therapy-0-result": "Ingen",
        "_revision": "0",
    }
    answer = browser.post(page_address, {**typed, "_add": "earlier_therapy"}, follow=True)
    page = Page(answer)
    assert "Svår epilepsi" in page
    assert 'value="Valproat"' in page.html
    assert 'name="earlier_therapy-1-product"' in page.html
    answer = browser.post(
        page_address,
        {**typed, "_revision": page.hidden("_revision"), "_remove": "earlier_therapy-0"},
        follow=True,
    )
    assert "Valproat" not in Page(answer).html
    assert "Svår epilepsi" in Page(answer)


def test_a_row_half_filled_in_is_pointed_out(browser: ActingClient, draft: Motivation) -> None:
    typed = {"earlier_therapy-0-product": "Valproat", "_revision": "0"}
    page = Page(browser.post(address(draft, "motivering"), typed))
    assert "Behandling 1: Fyll i period" in page


def test_somebody_elses_draft_is_not_there(browser: ActingClient) -> None:
    others = factories.draft(answers=factories.individual_answers())
    for name in ("detail", "check", "discard", "withdraw", "receipt", "document", "product"):
        assert browser.get(reverse(f"motivations:{name}", args=[others.pk])).status_code == 404
    assert browser.get(address(others, "patient")).status_code == 404
    assert browser.post(address(others, "patient"), PATIENT).status_code == 404
    assert drafts.answers_of(others)["patient"]["personal_number"] == "19570428-9999"


def test_an_unknown_section_is_not_there(browser: ActingClient, draft: Motivation) -> None:
    assert browser.get(address(draft, "okand")).status_code == 404
    product = browser.get(address(draft, "lakemedel"))
    assert product["Location"] == reverse("motivations:product", args=[draft.pk])


def test_a_sent_motivation_can_no_longer_be_changed(
    doctor: Assignment, browser: ActingClient
) -> None:
    sent = factories.motivation(by=doctor)
    assert browser.get(address(sent, "patient"))["Location"] == sent.get_absolute_url()
    answer = browser.post(address(sent, "patient"), {**PATIENT, "name": "Någon Annan"})
    assert answer.status_code == 409
    assert "redan skickad" in Page(answer)
    saved = browser.post(address(sent, "patient"), PATIENT, headers=AUTOSAVE)
    assert saved.status_code == 409


def test_a_page_opened_from_the_check_page_leads_back_there(
    browser: ActingClient, draft: Motivation
) -> None:
    answer = browser.post(address(draft, "patient") + "?granska=1", PATIENT)
    assert answer["Location"] == reverse("motivations:check", args=[draft.pk])


def test_the_last_section_leads_to_the_attachments(
    browser: ActingClient, draft: Motivation
) -> None:
    typed = {"urgency": "normal", "informed": "on", "not_research": "on", "_revision": "0"}
    answer = browser.post(address(draft, "hantering"), typed)
    assert answer["Location"] == reverse("motivations:attachments", args=[draft.pk])


def test_no_address_or_title_holds_the_patient(doctor: Assignment, browser: ActingClient) -> None:
    draft = factories.draft(by=doctor, answers=factories.individual_answers())
    for where in (
        draft.get_absolute_url(),
        address(draft, "patient"),
        reverse("motivations:check", args=[draft.pk]),
    ):
        page: Any = Page(browser.get(where))
        assert "Vera" not in page.title
        assert "Vera" not in where
