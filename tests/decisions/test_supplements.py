"""A question to the prescriber and its answer, from the agency's side."""

import threading
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import close_old_connections, connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from decisions.enums import CaseStatus, Channel, LetterReason, LetterStatus
from decisions.models import Case, Letter
from decisions.queries import stops_of
from decisions.queue import queue_counts
from decisions.services import deciding, supplements
from decisions.services.issuing import issue_letters
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.working_days import due_on, is_working_day
from motivations.enums import MotivationStatus, SupplementStatus
from motivations.models import MotivationVersion
from motivations.services.supplements import requests_of
from tests import factories
from tests.conftest import ActingClient
from tests.pdftext import pdf_text

SWEDEN = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def officer(db: None) -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def asked(officer: Assignment) -> Case:
    return factories.asked(
        factories.case(taken_by=officer), "Vilka doser har prövats?", "Hur länge?"
    )


class TestTheClock:
    def test_stands_still_from_the_question_to_the_answer(self, officer: Assignment) -> None:
        monday = datetime(2026, 3, 2, 9, tzinfo=SWEDEN)
        with clock.at(monday):
            case = factories.case(taken_by=officer)
            assert case.due_on == date(2026, 3, 11)
        with clock.at(monday + timedelta(days=2)):
            case = factories.asked(case)
        with clock.at(monday + timedelta(days=9)):
            factories.answered(case)
        case.refresh_from_db()
        # Asked Wednesday, answered Wednesday a week later: five working days.
        assert case.due_on == date(2026, 3, 18)
        assert case.application.expected_on == case.due_on
        assert case.application.motivation.expected_on == case.due_on
        assert stops_of(case, until=date(2026, 3, 30)) == [(date(2026, 3, 4), date(2026, 3, 11))]

    def test_while_it_stands_nobody_says_when_and_nobody_is_late(self, asked: Case) -> None:
        asked.application.refresh_from_db()
        assert asked.application.expected_on is None
        assert asked.application.motivation.expected_on is None
        long_after = asked.due_on + timedelta(days=100)
        counts = queue_counts(factories.AssignmentFactory(), today=long_after)
        assert (counts.waiting, counts.overdue) == (1, 0)

    @given(
        start=st.dates(date(2018, 1, 1), date(2035, 6, 1)),
        gaps=st.lists(st.integers(0, 40), max_size=8),
        urgent=st.booleans(),
        hour=st.integers(0, 23),
    )
    def test_counts_as_a_plain_walk_over_the_days(
        self, start: date, gaps: list[int], urgent: bool, hour: int
    ) -> None:
        """An oracle that walks day by day: a working day counts unless the clock stood still."""
        complete = datetime(start.year, start.month, start.day, hour, tzinfo=SWEDEN)
        edges = [start]
        for gap in gaps:
            edges.append(edges[-1] + timedelta(days=gap))
        stops = list(zip(edges[1::2], edges[2::2], strict=False))
        unstopped = due_on(complete_at=complete, urgent=urgent)
        extra = sum(
            is_working_day(first + timedelta(days=n))
            for first, last in stops
            for n in range(1, (last - first).days + 1)
        )
        day = unstopped
        while extra:
            day += timedelta(days=1)
            extra -= is_working_day(day)
        assert due_on(complete_at=complete, urgent=urgent, stops=stops) == day


class TestAsking:
    def test_reaches_the_prescriber_as_notice_and_letter(self, asked: Case) -> None:
        motivation = asked.application.motivation
        motivation.refresh_from_db()
        assert asked.status == CaseStatus.WAITING
        assert motivation.status == MotivationStatus.SUPPLEMENT
        notice = motivation.author.user.notices.get(kind="supplement_requested")
        assert notice.reference == motivation.reference
        letter = Letter.objects.get(case=asked)
        assert (letter.reason, letter.channel) == (LetterReason.SUPPLEMENT, Channel.POST)
        assert letter.address[0] == motivation.author.user.name

    def test_the_letter_asks_and_says_how_to_answer(self, asked: Case) -> None:
        assert issue_letters() == 1
        letter = Letter.objects.get(case=asked)
        assert letter.status == LetterStatus.ISSUED
        text = pdf_text(bytes(letter.pdf or b""))
        for words in (
            "Begäran om komplettering",
            "Vilka doser har prövats?",
            asked.application.motivation.reference or "",
            asked.dnr,
            asked.application.motivation.author.user.name,
        ):
            assert words in text
        assert "Vera Provpatient" not in text

    def test_only_who_has_the_case_may_ask(self, officer: Assignment) -> None:
        case = factories.case(taken_by=officer)
        with pytest.raises(Refused):
            factories.asked(case, by=factories.AssignmentFactory())
        with pytest.raises(NotAllowed):
            factories.asked(case, by=factories.AssignmentFactory(assessor=True))
        case.refresh_from_db()
        assert case.status == CaseStatus.IN_REVIEW

    def test_nothing_asked_or_no_time_to_answer_is_refused(self, officer: Assignment) -> None:
        case = factories.case(taken_by=officer)
        with pytest.raises(Refused):
            factories.asked(case, "  ")
        with pytest.raises(Refused):
            factories.asked(case, "Varför?", days=0)

    def test_an_unanswered_case_is_not_decided(self, asked: Case, officer: Assignment) -> None:
        with pytest.raises(WrongState):
            deciding.decide(asked, factories.facts(), by=officer)

    def test_one_question_at_a_time(self, asked: Case) -> None:
        with pytest.raises(WrongState):
            factories.asked(asked)


class TestClosing:
    def test_goes_on_without_an_answer(self, asked: Case, officer: Assignment) -> None:
        closed = supplements.close(asked, by=officer)
        motivation = closed.application.motivation
        motivation.refresh_from_db()
        assert closed.status == CaseStatus.IN_REVIEW
        assert motivation.status == MotivationStatus.IN_CASE
        assert motivation.author.user.notices.first().kind == "supplement_closed"
        (request,) = requests_of(motivation, by=officer)
        assert request.status == SupplementStatus.CLOSED
        assert deciding.decide(closed, factories.facts(), by=officer).status == CaseStatus.DECIDED


class TestTheCasePage:
    def test_shows_question_answer_and_what_was_changed(
        self, asked: Case, officer: Assignment, acting: Any
    ) -> None:
        factories.answered(asked, "Zyxsvar", motivering={"indication": "Zyxny indikation"})
        page = acting(officer).get(asked.get_absolute_url()).content.decode()
        for words in ("Vilka doser har prövats?", "Zyxsvar", "Zyxny indikation", "version 2"):
            assert words in page
        assert "Svårbehandlad epilepsi" in page  # what it said before

    def test_form_asks_and_keeps_what_is_typed_when_refused(
        self, officer: Assignment, acting: Any
    ) -> None:
        case = factories.case(taken_by=officer)
        client: ActingClient = acting(officer)
        address = reverse("decisions:request_supplement", args=[case.pk])
        form = {
            "_key": "0a0a0a0a-0000-4000-8000-000000000001",
            "questions-0-question": "Varför inte valproat?",
            "due_on": "2020-01-01",
        }
        refused = client.post(address, form)
        assert refused.status_code == 422
        assert "Varför inte valproat?" in refused.content.decode()
        day = clock.today() + timedelta(days=14)
        assert client.post(address, form | {"due_on": day.isoformat()}).status_code == 302
        case.refresh_from_db()
        assert case.status == CaseStatus.WAITING


@pytest.mark.django_db(transaction=True)
def test_answer_and_close_at_once_give_one_of_them_and_no_deadlock() -> None:
    officer = factories.AssignmentFactory()
    case = factories.asked(factories.case(taken_by=officer))
    refused: list[str] = []
    start = threading.Barrier(2)

    def act(work: Any) -> None:
        start.wait()
        try:
            work()
        except (WrongState, NotAllowed) as error:
            refused.append(type(error).__name__)
        finally:
            connection.close()
            close_old_connections()

    threads = [
        threading.Thread(target=act, args=(lambda: factories.answered(case),)),
        threading.Thread(target=act, args=(lambda: supplements.close(case, by=officer),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert len(refused) == 1
    (request,) = requests_of(case.application.motivation, by=officer)
    versions = MotivationVersion.objects.filter(motivation=case.application.motivation).count()
    assert (request.status, versions) in {("answered", 2), ("closed", 1)}
