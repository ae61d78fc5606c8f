"""Not answered: reminder, injunction to the party, dismissal (FL 20 §)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.services import supplements as pharmacys
from applications.services.telling import tell_of_supplements_due
from decisions.enums import CaseStatus, LetterReason, LetterStatus
from decisions.models import Case, Injunction, Letter
from decisions.queries import may_dismiss
from decisions.services import deciding, injunctions, reminders, supplements
from decisions.services.issuing import issue_letters
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.policy import policy
from klas.working_days import add_working_days, working_days_ago
from motivations.enums import Outcome, SupplementStatus
from motivations.services.supplements import requests_of
from tests import factories
from tests.pdftext import pdf_text

pytestmark = pytest.mark.django_db

PHARMACY, PRESCRIBER = WaitingFor.PHARMACY, WaitingFor.PRESCRIBER
KEY = "0a0a0a0a-0000-4000-8000-00000000000{}"


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def case(officer: Assignment) -> Case:
    with clock.at(clock.now() - timedelta(days=25)):
        return factories.case(taken_by=officer, assessed=False)


def overdue(case: Case, *questions: str, to: WaitingFor) -> Case:
    with clock.at(clock.now() - timedelta(days=20)):
        return factories.asked(case, *questions, to=to)


def enjoin(case: Case, *, days: int = 10, text: str = "Svar på frågorna.") -> Case:
    assert case.assignee is not None
    due_on = clock.today() + timedelta(days=days)
    return injunctions.send(case, text=text, due_on=due_on, by=case.assignee)


class TestReminders:
    def test_by_hand_at_most_once_a_day_to_all_who_are_asked(
        self, case: Case, officer: Assignment
    ) -> None:
        both = factories.asked(factories.asked(case), to=PHARMACY)
        application = both.application
        reminders.remind(both, by=officer)
        with pytest.raises(Refused):
            reminders.remind(both, by=officer)
        sender, author = application.sent_by, application.motivation.author
        assert sender is not None
        for user in (sender.user, author.user):
            assert user.notices.filter(kind="supplement_reminder").count() == 1
        with clock.at(clock.now() + timedelta(days=1)):
            reminders.remind(both, by=officer)
        assert sender.user.notices.filter(kind="supplement_reminder").count() == 2
        assert both.events.filter(action="supplement_reminded").count() == 2

    def test_needs_a_question_and_the_right_to_handle_cases(
        self, case: Case, officer: Assignment
    ) -> None:
        with pytest.raises(WrongState):
            reminders.remind(case, by=officer)
        with pytest.raises(NotAllowed):
            reminders.remind(case, by=factories.AssignmentFactory(assessor=True))

    def test_by_themselves_before_the_last_day_and_on_it_once_each(self, case: Case) -> None:
        asked = factories.asked(case, days=30, to=PHARMACY)
        sender = asked.application.sent_by
        assert sender is not None
        due = asked.answer_due_on
        assert due is not None
        seen = []
        day = clock.today()
        while day <= due + timedelta(days=3):
            for _ in range(2):
                tell_of_supplements_due(today=day)
            seen.append((day, sender.user.notices.filter(kind="supplement_reminder").count()))
            day += timedelta(days=1)
        first = next(on for on, count in seen if count == 1)
        second = next(on for on, count in seen if count == 2)
        before, on_the_day = policy.supplement_reminder_working_days
        assert add_working_days(first, before) >= due > working_days_ago(due, before)
        assert (second, on_the_day) == (due, 0)
        assert seen[-1][1] == 2


class TestTheInjunction:
    def test_goes_to_the_party_electronically_with_a_new_last_day(
        self, case: Case, officer: Assignment
    ) -> None:
        waiting = overdue(case, "Var är intyget?", to=PHARMACY)
        enjoined = enjoin(waiting, text="GMP-intyg för tillverkaren.")
        due = clock.today() + timedelta(days=10)
        assert (enjoined.status, Case.objects.get(pk=case.pk).answer_due_on) == ("waiting", due)
        (request,) = pharmacys.requests_of(case.application, by=officer)
        assert (request.due_on, request.enjoined_at is not None) == (due, True)
        sender = case.application.sent_by
        assert sender is not None
        assert sender.user.notices.filter(kind="injunction").count() == 1
        issue_letters()
        letter = Letter.objects.get(case=case)
        assert (letter.reason, letter.status) == (LetterReason.INJUNCTION, LetterStatus.DELIVERED)
        text = pdf_text(bytes(letter.pdf or b""))
        for words in (
            "Föreläggande",
            "GMP-intyg för tillverkaren.",
            "Var är intyget?",
            "avvisa ansökan",
            "20 § förvaltningslagen",
            case.dnr,
        ):
            assert words in text

    def test_never_tells_the_pharmacy_what_the_prescriber_was_asked(
        self, case: Case, acting: Any
    ) -> None:
        enjoin(overdue(case, "Zyxfråga om anfallen?", to=PRESCRIBER))
        issue_letters()
        # The letter with the questions was ordered too; no further one goes to the prescriber.
        reasons = Letter.objects.filter(case=case, recipient="prescriber")
        assert [letter.reason for letter in reasons] == [LetterReason.SUPPLEMENT]
        letter = Letter.objects.get(case=case, reason=LetterReason.INJUNCTION)
        text = pdf_text(bytes(letter.pdf or b""))
        assert "Zyx" not in text
        assert "Förskrivaren har inte svarat" in text
        sender, author = case.application.sent_by, case.application.motivation.author
        assert sender is not None
        client = acting(sender)
        page = client.get(case.application.get_absolute_url()).content.decode()
        address = reverse("decisions:pharmacy_injunction", args=[case.application_id])
        assert address in page
        assert "Zyx" not in page
        assert b"".join(client.get(address)).startswith(b"%PDF")
        assert author.user.notices.filter(kind="supplement_reminder").exists()
        # The decision's own letter is another.
        decision = reverse("decisions:pharmacy_letter", args=[case.application_id])
        assert client.get(decision).status_code == 404

    def test_only_when_a_last_day_has_passed_and_once_for_each_question(self, case: Case) -> None:
        asked = factories.asked(case, to=PHARMACY)
        with pytest.raises(Refused):
            enjoin(asked)
        assert not Injunction.objects.exists()
        with clock.at(clock.now() + timedelta(days=20)):
            enjoin(asked)
        with clock.at(clock.now() + timedelta(days=50)), pytest.raises(Refused):
            enjoin(asked)

    def test_a_personnummer_is_refused(self, case: Case) -> None:
        waiting = overdue(case, to=PHARMACY)
        with pytest.raises(Refused, match="personnummer"):
            enjoin(waiting, text="Gäller 19570428-9999")

    def test_an_answer_after_it_is_an_answer(self, case: Case) -> None:
        enjoined = enjoin(overdue(case, to=PHARMACY))
        with clock.at(clock.now() + timedelta(days=15)):
            factories.pharmacy_answered(enjoined)
        enjoined.refresh_from_db()
        assert enjoined.status == CaseStatus.IN_REVIEW
        assert not may_dismiss(enjoined)


class TestDismissal:
    def test_when_an_injunction_is_not_followed(self, case: Case, officer: Assignment) -> None:
        enjoined = enjoin(overdue(case, to=PHARMACY))
        with pytest.raises(WrongState):
            injunctions.give_up(enjoined, by=officer)
        with clock.at(clock.now() + timedelta(days=15)):
            given_up = injunctions.give_up(enjoined, by=officer)
            assert may_dismiss(given_up)
            decided = deciding.decide(given_up, factories.facts(Outcome.DISMISSED), by=officer)
        assert decided.status == CaseStatus.DECIDED
        letters = Letter.objects.filter(case=case, decision__isnull=False)
        # To the pharmacy alone: it is none of the prescriber's four cases.
        assert [letter.recipient for letter in letters] == ["pharmacy"]
        case.application.refresh_from_db()
        assert case.application.outcome == Outcome.DISMISSED

    def test_is_not_prepared_without_an_injunction(self, case: Case, officer: Assignment) -> None:
        assert not may_dismiss(case)
        closed = supplements.close(overdue(case, to=PHARMACY), by=officer, to=PHARMACY)
        (request,) = pharmacys.requests_of(case.application, by=officer)
        assert request.status == SupplementStatus.UNANSWERED
        assert not may_dismiss(closed)

    def test_not_when_the_question_was_withdrawn_in_time(
        self, case: Case, officer: Assignment
    ) -> None:
        enjoined = enjoin(overdue(case, to=PRESCRIBER))
        closed = supplements.close(enjoined, by=officer)
        (request,) = requests_of(case.application.motivation, by=officer)
        assert request.status == SupplementStatus.CLOSED
        assert not may_dismiss(closed)

    def test_not_when_it_was_asked_anew_and_answered(self, case: Case, officer: Assignment) -> None:
        enjoined = enjoin(overdue(case, to=PHARMACY))
        with clock.at(clock.now() + timedelta(days=15)):
            anew = factories.asked(injunctions.give_up(enjoined, by=officer), to=PHARMACY)
            factories.pharmacy_answered(anew)
        anew.refresh_from_db()
        assert not may_dismiss(anew)


def test_the_pages_from_reminder_to_dismissal(case: Case, officer: Assignment, acting: Any) -> None:
    """Client test on a moving clock: the officer is led on by what the case's page offers."""
    client = acting(officer)
    overdue(case, "Var är intyget?", to=PHARMACY)

    def on_page(name: str) -> bool:
        return reverse(f"decisions:{name}", args=[case.pk]) in page()

    def page() -> str:
        return str(client.get(case.get_absolute_url()).content.decode())

    assert on_page("remind")
    assert on_page("injunction")
    assert not on_page("give_up")
    assert "Svarstiden gick ut" in page()
    remind = reverse("decisions:remind", args=[case.pk])
    assert client.post(remind, {"_key": KEY.format(1)}).status_code == 302
    assert client.post(remind, {"_key": KEY.format(2)}).status_code == 409
    address = reverse("decisions:injunction", args=[case.pk])
    assert "Var är intyget?" in client.get(address).content.decode()
    due = clock.today() + timedelta(days=10)
    form = {"_key": KEY.format(3), "text": "Intyget.", "due_on": "2020-01-01"}
    assert client.post(address, form).status_code == 422
    assert client.post(address, {**form, "due_on": due.isoformat()}).status_code == 302
    assert not on_page("give_up")
    with clock.at(clock.now() + timedelta(days=15)):
        assert on_page("give_up")
        give_up = reverse("decisions:give_up", args=[case.pk])
        answer = client.post(give_up, {"_key": KEY.format(4)})
        decide = reverse("decisions:decide", args=[case.pk])
        assert answer["Location"] == f"{decide}?utan-provning=1"
        form_page = client.get(answer["Location"]).content.decode()
        for words in ("Avvisning", "Föreläggandet har inte följts", "20 § förvaltningslagen"):
            assert words in form_page
        facts = {
            "outcome": "dismissed",
            "reasons": "Intyget saknas.",
            "provisions": "20 § förvaltningslagen (2017:900)",
            "hearing": "exception",
            "hearing_text": "Föreläggandet gav tid att svara.",
            "utan-provning": "1",
        }
        preview = client.post(reverse("decisions:preview", args=[case.pk]), facts)
        assert "avvisar ansökan" in preview.content.decode()
        assert client.post(decide, {**facts, "_key": KEY.format(5)}).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DECIDED


def test_without_an_injunction_the_form_says_what_a_dismissal_demands(
    officer: Assignment, acting: Any
) -> None:
    case = factories.case(taken_by=officer)
    decide = reverse("decisions:decide", args=[case.pk])
    page = acting(officer).get(f"{decide}?utan-provning=1").content.decode()
    assert "krävs ett föreläggande som inte har följts" in page
    assert "Föreläggandet har inte följts" not in page
