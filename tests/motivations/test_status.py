"""After sending: the status page, taking back, throwing a draft away."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from klas.access import SYSTEM
from klas.models import AccessLogEntry
from motivations.enums import MotivationStatus, Outcome
from motivations.flow import MOTIVATION
from motivations.kinds import KINDS
from motivations.kinds.individual import INDIVIDUAL
from motivations.models import Motivation
from motivations.words import TITLES, outcome_meaning
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db


def page_of(name: str, motivation: Motivation) -> str:
    return reverse(f"motivations:{name}", args=[motivation.pk])


@pytest.fixture
def sent(doctor: Assignment) -> Motivation:
    return factories.motivation(by=doctor)


def test_the_author_sees_what_was_sent_and_what_to_do(
    browser: ActingClient, sent: Motivation
) -> None:
    page = Page(browser.get(sent.get_absolute_url()))
    for words in (
        sent.reference,
        "Väntar på apotek",
        "Du eller patienten hör av er till vilket apotek som helst",
        "Licensmotiveringen skickades",
        "Svårbehandlad epilepsi",
        "Vera Provpatient",
        "Ta tillbaka licensmotiveringen",
    ):
        assert words in page
    assert page_of("document", sent) in page.html
    assert AccessLogEntry.objects.filter(
        what="motivation_with_clinical_text", whose=sent.reference
    ).exists()


def test_when_a_pharmacy_has_applied(browser: ActingClient, sent: Motivation) -> None:
    application = factories.application(on=sent)
    page = Page(browser.get(sent.get_absolute_url()))
    assert f"{application.pharmacy.name} har ansökt om licens" in page
    assert application.dnr in page
    assert "Beslut väntas" in page
    assert page_of("withdraw", sent) not in page.html


@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.REJECTED])
def test_when_it_is_decided(browser: ActingClient, sent: Motivation, outcome: Outcome) -> None:
    factories.decided(outcome, of=factories.application(on=sent))
    page = Page(browser.get(sent.get_absolute_url()))
    assert f"Läkemedelsverket har beslutat: {outcome.label}" in page
    assert outcome_meaning(outcome, INDIVIDUAL) in page
    assert "Beslut väntas" not in page


def test_when_it_has_lapsed(browser: ActingClient, sent: Motivation) -> None:
    MOTIVATION.perform(sent, "lapse", by=SYSTEM)
    page = Page(browser.get(sent.get_absolute_url()))
    assert "har förfallit" in page
    assert "Inget apotek ansökte i tid." in page


def test_every_step_and_every_outcome_has_words() -> None:
    assert set(TITLES) == set(MOTIVATION.table)
    assert all(outcome_meaning(outcome, kind) for outcome in Outcome for kind in KINDS.values())


def test_taking_back_asks_why_and_happens_once(browser: ActingClient, sent: Motivation) -> None:
    withdraw = page_of("withdraw", sent)
    page = Page(browser.get(withdraw))
    form = {"_key": page.hidden("_key"), "_version": page.hidden("_version")}
    empty = Page(browser.post(withdraw, {**form, "reason": " "}))
    assert (empty.status, "Skriv varför du tar tillbaka" in empty) == (422, True)
    form["reason"] = "Patienten har fått annan behandling."
    answers = [browser.post(withdraw, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [sent.get_absolute_url()] * 2
    after = Page(browser.get(sent.get_absolute_url()))
    assert "Licensmotiveringen är återtagen." in after
    assert "Patienten har fått annan behandling." in after
    assert browser.get(withdraw)["Location"] == sent.get_absolute_url()


def test_taking_back_too_late_is_told(browser: ActingClient, sent: Motivation, key: Any) -> None:
    factories.application(on=sent)
    answer = browser.post(page_of("withdraw", sent), {"reason": "Fel", "_key": key()})
    assert answer.status_code == 409
    assert "Det går inte längre: status är nu ”Ansökan skickad”." in Page(answer)
    sent.refresh_from_db()
    assert sent.status == MotivationStatus.IN_CASE


def test_taking_back_from_an_old_page_is_told(
    browser: ActingClient, sent: Motivation, key: Any
) -> None:
    form = {"reason": "Min text", "_key": key(), "_version": sent.revision - 1}
    page = Page(browser.post(page_of("withdraw", sent), form))
    assert page.status == 409
    assert "Någon annan har ändrat här" in page
    assert "Min text" in page.html


def test_a_personal_number_as_reason_is_refused(
    browser: ActingClient, sent: Motivation, key: Any
) -> None:
    form = {"reason": "Gäller 19570428-9999", "_key": key()}
    assert "Texten innehåller ett personnummer" in Page(
        browser.post(page_of("withdraw", sent), form)
    )


def test_throwing_away_asks_first_and_happens_once(
    browser: ActingClient, doctor: Assignment
) -> None:
    draft = factories.draft(by=doctor, answers=factories.individual_answers())
    discard = page_of("discard", draft)
    page = Page(browser.get(discard))
    assert "Det går inte att få tillbaka." in page
    assert Motivation.objects.filter(pk=draft.pk).exists()
    form = {"_key": page.hidden("_key")}
    answers = [browser.post(discard, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("motivations:list")] * 2
    assert not Motivation.objects.filter(pk=draft.pk).exists()
    assert "Utkastet är kastat." in Page(browser.get(reverse("motivations:list")))


def test_what_is_sent_cannot_be_thrown_away(
    browser: ActingClient, sent: Motivation, key: Any
) -> None:
    answer = browser.post(page_of("discard", sent), {"_key": key()})
    assert answer["Location"] == sent.get_absolute_url()
    assert Motivation.objects.filter(pk=sent.pk).exists()


def test_nobody_else_can_throw_away_or_take_back(acting: Any, key: Any) -> None:
    draft, sent = factories.draft(), factories.motivation()
    stranger = acting(factories.AssignmentFactory(prescriber=True))
    assert stranger.post(page_of("discard", draft), {"_key": key()}).status_code == 404
    form = {"_key": key(), "reason": "x"}
    assert stranger.post(page_of("withdraw", sent), form).status_code == 404
    assert Motivation.objects.filter(pk=draft.pk).exists()
