"""Checking, sending, and what the pharmacy sees afterwards."""

from typing import Any

import pytest
from django.urls import reverse

from applications.enums import ApplicationStatus
from applications.models import Application
from applications.services import applying, told
from motivations.enums import Outcome
from motivations.queries import current_version
from motivations.services import submission
from tests import factories
from tests.applications.conftest import hidden, press, status_of, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(pharmacist: Any) -> Any:
    return factories.application_draft(by=pharmacist)


def _save(draft: Any, slug: str, by: Any, **answers: Any) -> None:
    saved = applying.read_section(draft, slug)
    applying.save_section(
        draft, slug, answers={**saved.answers, **answers}, opened_revision=saved.revision, by=by
    )


def test_the_check_page_shows_everything_before_anything_is_sent(
    acting: Any, pharmacist: Any, draft: Any
) -> None:
    response = acting(pharmacist).get(url("check", draft.pk))
    page = text_of(response)
    for words in (
        "Inget är skickat än.",
        "Provgrossisten AB",
        "730 tabletter",
        "12 månader",
        "10 dagar",
        "400 kr",
        "Ändra leverantör",
        "Skicka ansökan",
    ):
        assert words in page
    assert "skiljer sig från motiveringen" not in page
    assert f"{url('section', draft.pk, 'lakemedel')}?granska=1#id_supplier" in (
        response.content.decode()
    )


def test_sending_gives_a_receipt_with_number_and_day(
    acting: Any, pharmacist: Any, draft: Any
) -> None:
    client = acting(pharmacist)
    response = press(client, url("check", draft.pk))
    assert response.url == url("receipt", draft.pk)
    draft.refresh_from_db()
    page = text_of(client.get(response.url))
    assert f"Diarienummer {draft.dnr}" in page
    assert "Ansökan är skickad" in page
    assert "Beslut väntas" in page
    assert "licensgruppen@lakemedelsverket.se" in page


def test_pressing_twice_or_going_back_leads_to_the_receipt(
    acting: Any, pharmacist: Any, draft: Any
) -> None:
    client = acting(pharmacist)
    fields = hidden(client.get(url("check", draft.pk)))
    first = client.post(url("check", draft.pk), fields)
    again = client.post(url("check", draft.pk), fields)
    other_tab = client.post(url("check", draft.pk), {**fields, "_key": "0" * 32})
    assert first.url == again.url == other_tab.url == url("receipt", draft.pk)
    assert draft.events.filter(action="send").count() == 1
    assert client.get(url("check", draft.pk)).url == url("detail", draft.pk)


def test_staff_prepare_and_a_pharmacist_sends(acting: Any, colleague: Any, draft: Any) -> None:
    client = acting(colleague)
    response = client.get(url("check", draft.pk))
    assert "En farmaceut behöver skicka ansökan" in text_of(response)
    assert ">Skicka ansökan</button>" not in response.content.decode()
    sent = client.post(url("check", draft.pk), {"_key": "0" * 32, "_version": str(draft.revision)})
    assert sent.status_code == 403
    assert status_of(draft) == ApplicationStatus.DRAFT


def test_an_unfinished_application_says_where(acting: Any, pharmacist: Any) -> None:
    begun = factories.application_draft(by=pharmacist, filled=False)
    client = acting(pharmacist)
    response = client.get(url("check", begun.pk))
    page = text_of(response)
    assert "Avsnittet ”Läkemedlet som kan beställas” är inte klart" in page
    assert "Avsnittet ”Kontroll och avgift” är inte klart" in page
    assert "Inte angivet" in page
    assert f"{url('section', begun.pk, 'kontroll')}?fel=1&amp;granska=1" in (
        response.content.decode()
    )
    assert 'name="_version"' not in response.content.decode()
    forced = client.post(
        url("check", begun.pk), {"_key": "0" * 32, "_version": str(begun.revision)}
    )
    begun.refresh_from_db()
    assert forced.status_code == 422
    assert begun.is_draft


def test_answers_that_differ_from_the_motivation_are_named(
    acting: Any, pharmacist: Any, draft: Any
) -> None:
    _save(draft, "licens", pharmacist, quantity="365,0", months="6")
    page = text_of(acting(pharmacist).get(url("check", draft.pk)))
    assert "Ni ansöker om 365 tabletter. Motiveringen gäller 730 tabletter." in page
    assert "Ni ansöker för 6 månader. Motiveringen gäller 12 månader." in page


def test_the_motivation_s_own_product_keeps_its_place_in_the_register(
    pharmacist: Any, draft: Any
) -> None:
    asked_for = current_version(draft.motivation).product
    sent = applying.send(draft, by=pharmacist)
    assert asked_for.register is not None
    assert sent.product.register == asked_for.register


def test_another_product_has_no_place_in_the_register(pharmacist: Any, draft: Any) -> None:
    other = {
        "same_product": "no",
        "name": "Ospolot",
        "substances": "sultiam",
        "form": "filmdragerad tablett",
        "strength": "200 mg",
        "mah": "Desitin",
        "country": "DE",
        "approval_number": "1",
        "difference_reason": "Den andra styrkan är slut.",
        "contacted_on": "2026-01-02",
        "contacted_how": "phone",
    }
    _save(draft, "lakemedel", pharmacist, **other)
    sent = applying.send(draft, by=pharmacist)
    assert (sent.product.strength, sent.product.register) == ("200 mg", None)


def test_what_a_colleague_saved_meanwhile_is_read_before_it_is_sent(
    acting: Any, pharmacist: Any, colleague: Any, draft: Any
) -> None:
    client = acting(pharmacist)
    fields = hidden(client.get(url("check", draft.pk)))
    _save(draft, "lakemedel", colleague, packs="40")
    response = client.post(url("check", draft.pk), fields)
    assert response.status_code == 409
    assert "Någon annan har ändrat här sedan du öppnade sidan." in text_of(response)
    assert status_of(draft) == ApplicationStatus.DRAFT
    assert client.post(url("check", draft.pk), hidden(response)).url == url("receipt", draft.pk)


def test_the_second_pharmacy_is_told_that_one_has_applied(
    acting: Any, pharmacist: Any, stranger: Any
) -> None:
    motivation = factories.motivation()
    ours = factories.application_draft(on=motivation, by=pharmacist)
    client = acting(pharmacist)
    fields = hidden(client.get(url("check", ours.pk)))
    factories.application(on=motivation, by=stranger)
    response = client.post(url("check", ours.pk), fields)
    assert response.status_code == 409
    page = text_of(response)
    assert page.count("Två apotek kan inte ansöka om samma licens") == 1
    assert "Det finns redan en ansökan" in text_of(client.get(url("detail", ours.pk)))
    assert 'name="_version"' not in client.get(url("check", ours.pk)).content.decode()


def test_a_motivation_taken_back_cannot_be_applied_for(acting: Any, pharmacist: Any) -> None:
    motivation = factories.motivation()
    ours = factories.application_draft(on=motivation, by=pharmacist)
    client = acting(pharmacist)
    fields = hidden(client.get(url("check", ours.pk)))
    submission.withdraw(motivation, by=motivation.author, reason="Fel läkemedel")
    response = client.post(url("check", ours.pk), fields)
    assert response.status_code == 409
    assert "förskrivaren har tagit tillbaka licensmotiveringen" in text_of(response)


def test_the_status_page_tells_the_story(acting: Any, pharmacist: Any) -> None:
    application = factories.application(by=pharmacist)
    told.review_started(application)
    page = text_of(acting(pharmacist).get(url("detail", application.pk)))
    application.refresh_from_db()
    for words in (
        application.dnr,
        "Handläggs",
        "Beslut väntas senast",
        "Handläggningen har börjat",
        "Ansökan skickad till Läkemedelsverket",
        pharmacist.user.name,
        f"Diarienummer {application.dnr}",
        "Provgrossisten AB",
    ):
        assert words in page
    assert page.index("Handläggningen har börjat") < page.index("Ansökan skickad till")


def test_the_officer_is_not_named(acting: Any, pharmacist: Any) -> None:
    application = factories.application(by=pharmacist)
    case = factories.decided(Outcome.GRANTED, of=application)
    page = text_of(acting(pharmacist).get(url("detail", application.pk)))
    assert "Beslut fattat" in page
    assert case.assignee.user.name not in page


@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.REJECTED])
def test_a_decision_is_shown_with_its_letter(
    acting: Any, pharmacist: Any, outcome: Outcome
) -> None:
    application = factories.application(by=pharmacist)
    factories.decided(outcome, of=application)
    response = acting(pharmacist).get(url("detail", application.pk))
    assert f"beslutade om {str(outcome.label).lower()} den" in text_of(response)
    html = response.content.decode()
    assert reverse("decisions:pharmacy_decision", args=[application.pk]) in html
    assert reverse("decisions:pharmacy_letter", args=[application.pk]) in html


def test_a_draft_has_no_receipt(acting: Any, pharmacist: Any, draft: Any) -> None:
    assert acting(pharmacist).get(url("receipt", draft.pk)).url == url("detail", draft.pk)


@pytest.mark.parametrize("sent", [False, True])
def test_another_pharmacy_finds_nothing(
    acting: Any, pharmacist: Any, stranger: Any, sent: bool
) -> None:
    application = factories.application_draft(by=pharmacist)
    if sent:
        applying.send(application, by=pharmacist)
    client = acting(stranger)
    pages = [
        url("motivation", application.motivation_id),
        url("motivation_document", application.motivation_id),
        *(url(name, application.pk) for name in ("detail", "check", "receipt", "discard")),
        url("section", application.pk, "licens"),
    ]
    for address in pages:
        assert client.get(address).status_code == 404, address
    posts = [
        url("start", application.motivation_id),
        *(url(name, application.pk) for name in ("check", "discard")),
        url("section", application.pk, "licens"),
    ]
    for address in posts:
        assert client.post(address, {"_key": "0" * 32}).status_code == 404, address
    assert Application.objects.filter(pk=application.pk).exists()
