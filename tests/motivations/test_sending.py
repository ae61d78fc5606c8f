"""From draft to receipt: task list, check page, sending once, receipt and PDF."""

from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts.models import Assignment
from klas.models import KeptForm
from motivations.enums import Audience, MotivationStatus
from motivations.models import Motivation, MotivationDocument, MotivationVersion
from motivations.services import drafts
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db


def page_of(name: str, motivation: Motivation) -> str:
    return reverse(f"motivations:{name}", args=[motivation.pk])


@pytest.fixture
def ready(doctor: Assignment) -> Motivation:
    """A draft with everything filled in."""
    answers = factories.individual_answers(factories.ProductFactory())
    return factories.draft(by=doctor, answers=answers)


def send_form(page: Page) -> dict[str, str]:
    return {name: page.hidden(name) for name in ("_key", "_version", "_checked")}


def test_beginning_says_what_it_is_for_and_leads_to_the_task_list(
    browser: ActingClient, doctor: Assignment
) -> None:
    new = reverse("motivations:new")
    page = Page(browser.get(new))
    assert "För en namngiven patient och ett läkemedel." in page
    form = {"kind": "individual", "_key": page.hidden("_key")}
    answers = [browser.post(new, form) for _ in range(2)]
    begun = Motivation.objects.get(author=doctor)
    assert [answer["Location"] for answer in answers] == [begun.get_absolute_url()] * 2
    assert "Du är klar med 2 av 7 delar." in Page(browser.get(begun.get_absolute_url()))


def test_a_kind_that_the_profession_may_not_write_is_refused(acting: Any, key: Any) -> None:
    vet = factories.AssignmentFactory(
        prescriber=True, user__profession="veterinarian", user__prescriber_code=""
    )
    browser = acting(vet)
    new = reverse("motivations:new")
    page = Page(browser.get(new))
    assert "Veterinär licens" in page
    assert "Enskild licens" not in page
    answer = browser.post(new, {"kind": "individual", "_key": key()})
    assert answer.status_code == 422
    assert not Motivation.objects.exists()


def test_the_task_list_shows_how_far_each_section_has_come(
    browser: ActingClient, doctor: Assignment
) -> None:
    draft = factories.draft(
        by=doctor,
        answers={
            "patient": {"name": "Vera Provpatient"},
            "behandling": {"dosage": "1", "months": "13"},
        },
    )
    page = Page(browser.get(draft.get_absolute_url()))
    assert "Patient Påbörjad" in page
    assert "Läkemedel Inte påbörjad" in page
    assert "Behandling Problem" in page
    assert "Dina uppgifter" in page
    assert "Granska och skicka Kan inte påbörjas än" in page
    assert page_of("check", draft) not in page.html
    behandling = reverse("motivations:section", args=[draft.pk, "behandling"])
    assert f'href="{behandling}?fel=1"' in page.html


def test_a_full_draft_can_be_sent(browser: ActingClient, ready: Motivation) -> None:
    page = Page(browser.get(ready.get_absolute_url()))
    assert "Du är klar med 7 av 7 delar." in page
    assert page_of("check", ready) in page.html


def test_what_the_prescriber_lacks_is_said(acting: Any) -> None:
    without = factories.AssignmentFactory(
        prescriber=True, user__prescriber_code="", care_unit__street=""
    )
    answers = factories.individual_answers(factories.ProductFactory())
    draft = factories.draft(by=without, answers=answers)
    browser = acting(without)
    words = "Det saknas uppgifter om dig: förskrivarkod, vårdenhetens postadress."
    tasks = Page(browser.get(draft.get_absolute_url()))
    assert words in tasks
    assert "Problem" in tasks
    check = Page(browser.get(page_of("check", draft)))
    assert words in check
    assert "Skicka licensmotivering" not in check
    assert reverse("accounts:profile") in check.html


def test_the_check_page_shows_every_answer_with_a_way_to_change_it(
    browser: ActingClient, ready: Motivation
) -> None:
    page = Page(browser.get(page_of("check", ready)))
    assert "Inget är skickat än." in page
    for words in (
        "19570428-9999",
        "Svårbehandlad epilepsi",
        "12 månader",
        "Inte angivet",
        "Ändra dosering",
        "1234567",
        "Skicka licensmotivering",
    ):
        assert words in page
    change = reverse("motivations:section", args=[ready.pk, "behandling"])
    assert f'href="{change}?granska=1#id_dosage"' in page.html
    assert "Födelsedatum" not in page, "not asked of a patient with a personnummer"


def test_an_unfinished_one_cannot_be_sent_and_says_why(
    browser: ActingClient, doctor: Assignment, key: Any
) -> None:
    answers = factories.individual_answers(factories.ProductFactory(), behandling={"months": "13"})
    del answers["hantering"]
    draft = factories.draft(by=doctor, answers=answers)
    page = Page(browser.get(page_of("check", draft)))
    assert "Behandlingstiden kan vara 1–12 månader. Du har skrivit 13." in page
    assert "Fyll i avsnittet Apotek och hantering" in page
    behandling = reverse("motivations:section", args=[draft.pk, "behandling"])
    assert f'href="{behandling}?granska=1&amp;fel=1#id_months"' in page.html
    assert page.title.startswith("Fel: ")
    assert 'name="_checked"' not in page.html
    forced = browser.post(
        page_of("check", draft),
        {"_key": key(), "_version": draft.revision, "_checked": drafts.state_of(draft)},
    )
    assert forced.status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_sending_gives_a_receipt_and_a_double_click_the_same(
    browser: ActingClient, ready: Motivation
) -> None:
    form = send_form(Page(browser.get(page_of("check", ready))))
    answers = [browser.post(page_of("check", ready), form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [page_of("receipt", ready)] * 2
    ready.refresh_from_db()
    assert ready.status == MotivationStatus.SUBMITTED
    assert MotivationVersion.objects.filter(motivation=ready).count() == 1
    page = Page(browser.get(page_of("receipt", ready)))
    for words in (
        ready.reference,
        "Ospolot",
        "Kontakta ett apotek.",
        "7 arbetsdagar",
        "bara i fyra fall",
    ):
        assert words in page
    assert "Vera" not in page.html, "the patient's slip names no patient"


def test_going_back_after_sending_leads_to_the_receipt(
    browser: ActingClient, ready: Motivation, key: Any
) -> None:
    form = send_form(Page(browser.get(page_of("check", ready))))
    browser.post(page_of("check", ready), form)
    again = browser.post(page_of("check", ready), {**form, "_key": key()})
    assert again["Location"] == page_of("receipt", ready)
    assert browser.get(page_of("check", ready))["Location"] == ready.get_absolute_url()


def test_what_was_checked_is_what_is_sent(
    browser: ActingClient, doctor: Assignment, ready: Motivation
) -> None:
    form = send_form(Page(browser.get(page_of("check", ready))))
    treatment = drafts.read_section(ready, "behandling")
    drafts.save_section(
        ready,
        "behandling",
        answers={**treatment.answers, "dosage": "3 tabletter"},
        opened_revision=treatment.revision,
        by=doctor,
    )
    answer = browser.post(page_of("check", ready), form)
    page = Page(answer)
    assert answer.status_code == 409
    assert "Svaren har ändrats på ett annat ställe" in page
    assert "3 tabletter" in page
    assert browser.post(page_of("check", ready), send_form(page)).status_code == 302


def test_a_form_without_key_or_fingerprint_sends_nothing(
    browser: ActingClient, ready: Motivation, key: Any
) -> None:
    assert browser.post(page_of("check", ready), {}).status_code == 400
    assert browser.post(page_of("check", ready), {"_key": key()}).status_code == 409
    ready.refresh_from_db()
    assert ready.is_draft


def test_a_licence_lost_meanwhile_stops_the_sending(
    browser: ActingClient, doctor: Assignment, ready: Motivation
) -> None:
    form = send_form(Page(browser.get(page_of("check", ready))))
    doctor.user.licensed_to_practise = False
    doctor.user.save()
    answer = browser.post(page_of("check", ready), form)
    assert answer.status_code == 409
    assert str(drafts.NO_LICENCE) in Page(answer)


def test_a_first_time_product_demands_documentation(
    browser: ActingClient, doctor: Assignment
) -> None:
    new = factories.ProductFactory(on_licence_before=False)
    draft = factories.draft(by=doctor, answers=factories.individual_answers(new))
    tasks = Page(browser.get(draft.get_absolute_url()))
    assert "Bilagor" in tasks
    assert "Du är klar med 6 av 7 delar." in tasks
    check = Page(browser.get(page_of("check", draft)))
    assert "Bifoga produktdokumentation" in check
    assert "Skicka licensmotivering" not in check


def test_the_receipt_names_the_chosen_pharmacy(doctor: Assignment, browser: ActingClient) -> None:
    pharmacy = factories.PharmacyFactory(name="Apoteket Valda")
    sent = factories.motivation(by=doctor, hantering={"pharmacy": pharmacy.gln})
    assert "Apoteket Valda" in Page(browser.get(page_of("receipt", sent)))


def test_a_draft_has_neither_receipt_nor_pdf(browser: ActingClient, ready: Motivation) -> None:
    assert browser.get(page_of("receipt", ready))["Location"] == ready.get_absolute_url()
    assert browser.get(page_of("document", ready)).status_code == 404


def test_the_pdf_is_waited_for_and_then_the_whole_one(
    doctor: Assignment, browser: ActingClient
) -> None:
    from motivations.services.issuing import issue_documents

    sent = factories.motivation(by=doctor)
    waiting = browser.get(page_of("document", sent))
    assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    issue_documents()
    answer = browser.get(page_of("document", sent))
    whole = MotivationDocument.objects.get(version__motivation=sent, audience=Audience.FULL)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == bytes(whole.pdf)
    assert sent.reference in answer["Content-Disposition"]


def test_it_is_sent_after_proving_who_one_is(browser: ActingClient, ready: Motivation) -> None:
    check = page_of("check", ready)
    browser.prove_long_ago()
    form = send_form(Page(browser.get(check)))
    away = browser.post(check, form)["Location"]
    assert away == f"{reverse('accounts:reauthenticate')}?next={quote(check, safe='')}"
    ready.refresh_from_db()
    assert ready.is_draft
    assert not KeptForm.objects.exists(), "nothing is typed on that page"
    browser.act_as(ready.author)
    assert browser.post(check, form)["Location"] == page_of("receipt", ready)
