"""Questions to the pharmacy, and to both at once, from the agency's side."""

import threading
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.models import ApplicationVersion
from applications.services import supplements as pharmacys
from decisions.clock import standstills
from decisions.enums import CaseStatus, LetterStatus
from decisions.models import Case, CaseEvent, Letter
from decisions.queries import stops_of
from decisions.services import deciding, supplements
from decisions.services.issuing import issue_letters
from decisions.services.letters import mark_posted
from decisions.services.printing import print_letters
from decisions.supplement_presentation import supplement_part
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.working_days import due_on, is_working_day, stopped_working_days
from medicines.models import LicenceProduct
from motivations.enums import SupplementStatus
from motivations.services.supplements import requests_of
from tests import factories

SWEDEN = ZoneInfo("Europe/Stockholm")
PHARMACY, PRESCRIBER = WaitingFor.PHARMACY, WaitingFor.PRESCRIBER


@pytest.fixture
def officer(db: None) -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def case(officer: Assignment) -> Case:
    return factories.case(taken_by=officer)


class TestAsking:
    def test_reaches_who_looks_after_the_application_and_nobody_by_post(self, case: Case) -> None:
        application = case.application
        sender = application.sent_by
        assert sender is not None
        factories.asked(case, "Var är intyget?", to=PHARMACY)
        notice = sender.user.notices.get(kind="supplement_requested")
        assert (notice.reference, notice.url) == (case.dnr, application.get_absolute_url())
        assert not Letter.objects.filter(case=case).exists()
        application.motivation.refresh_from_db()
        assert application.motivation.status == "in_case"
        assert not application.motivation.author.user.notices.filter(
            kind="supplement_requested"
        ).exists()

    def test_a_colleague_who_is_responsible_is_told_instead(self, case: Case) -> None:
        application = case.application
        colleague = factories.AssignmentFactory(staff=True, pharmacy=application.pharmacy)
        application.assigned_to = colleague
        application.save(update_fields=["assigned_to"])
        factories.asked(case, to=PHARMACY)
        assert colleague.user.notices.filter(kind="supplement_requested").exists()
        assert application.sent_by is not None
        assert not application.sent_by.user.notices.exists()

    def test_a_personnummer_is_refused_and_only_the_officer_may_ask(self, case: Case) -> None:
        with pytest.raises(Refused, match="personnummer"):
            factories.asked(case, "Gäller det 19570428-9999?", to=PHARMACY)
        with pytest.raises(Refused):
            factories.asked(case, by=factories.AssignmentFactory(), to=PHARMACY)
        case.refresh_from_db()
        assert case.status == CaseStatus.IN_REVIEW

    def test_each_is_asked_once_at_a_time(self, case: Case) -> None:
        factories.asked(factories.asked(case, to=PHARMACY))
        for to in WaitingFor:
            with pytest.raises(WrongState):
                factories.asked(case, to=to)


class TestBothAtOnce:
    def test_the_case_waits_until_both_have_answered(self, case: Case) -> None:
        both = factories.asked(factories.asked(case, days=10), to=PHARMACY, days=20)
        assert both.answer_due_on == clock.today() + timedelta(days=10)
        factories.answered(both)
        both.refresh_from_db()
        both.application.refresh_from_db()
        assert both.status == CaseStatus.WAITING
        assert both.answer_due_on == clock.today() + timedelta(days=20)
        assert both.application.expected_on is None
        factories.pharmacy_answered(both)
        both.refresh_from_db()
        both.application.refresh_from_db()
        assert (both.status, both.answer_due_on) == (CaseStatus.IN_REVIEW, None)
        assert both.application.expected_on == both.due_on
        assert both.application.motivation.versions.count() == 2
        assert both.application.versions.count() == 2

    def test_closing_one_leaves_the_other_open(self, case: Case, officer: Assignment) -> None:
        both = factories.asked(factories.asked(case), to=PHARMACY)
        waiting = supplements.close(both, by=officer)
        assert waiting.status == CaseStatus.WAITING
        with pytest.raises(WrongState):
            supplements.close(waiting, by=officer)
        with pytest.raises(WrongState):
            deciding.decide(waiting, factories.facts(), by=officer)
        closed = supplements.close(waiting, by=officer, to=PHARMACY)
        assert closed.status == CaseStatus.IN_REVIEW

    def test_the_clock_stands_still_from_the_first_to_the_last(self, officer: Assignment) -> None:
        monday = datetime(2026, 3, 2, 9, tzinfo=SWEDEN)

        def on(day: int) -> Any:
            return clock.at(monday + timedelta(days=day))

        with on(0):
            case = factories.case(taken_by=officer)
        with on(2):
            factories.asked(case)
        with on(3):
            case.refresh_from_db()
            factories.asked(case, to=PHARMACY)
        with on(7):
            factories.answered(case)
        with on(9):
            factories.pharmacy_answered(case)
        case.refresh_from_db()
        assert stops_of(case, until=date(2026, 3, 30)) == [(date(2026, 3, 4), date(2026, 3, 11))]
        assert case.due_on == date(2026, 3, 18)

    @given(
        start=st.dates(date(2018, 1, 1), date(2035, 6, 1)),
        steps=st.lists(
            st.tuples(st.integers(0, 30), st.sampled_from(list(WaitingFor)), st.booleans()),
            max_size=12,
        ),
        until=st.integers(0, 30),
    )
    def test_overlapping_stops_count_as_a_walk_over_the_days(
        self, start: date, steps: list[Any], until: int
    ) -> None:
        """An oracle that asks of each day whether anybody was waited for when it began."""
        day, waiting = start, set[WaitingFor]()
        turns = []
        for gap, who, is_question in steps:
            if is_question == (who in waiting):
                continue  # asked already, or nothing to answer
            day += timedelta(days=gap)
            waiting ^= {who}
            turns.append((day, bool(waiting)))
        end = day + timedelta(days=until)
        stopped = 0
        for offset in range(1, (end - start).days + 1):
            today = start + timedelta(days=offset)
            before = [is_waiting for on, is_waiting in turns if on < today]
            stopped += bool(before and before[-1]) and is_working_day(today)
        stops = standstills(turns, until=end)
        assert stopped_working_days(stops) == stopped
        complete = datetime(start.year, start.month, start.day, 9, tzinfo=SWEDEN)
        expected = due_on(complete_at=complete, urgent=False)
        while stopped:
            expected += timedelta(days=1)
            stopped -= is_working_day(expected)
        assert due_on(complete_at=complete, urgent=False, stops=stops) == expected


class TestTheAnswer:
    def test_is_a_version_beside_the_earlier_one(self, case: Case, officer: Assignment) -> None:
        factories.asked(case, "Hur många förpackningar?", to=PHARMACY)
        first = ApplicationVersion.objects.get(application=case.application)
        before = ApplicationVersion.objects.filter(pk=first.pk).values().get()
        application = factories.pharmacy_answered(
            case, "Åtta.", lakemedel={"packs": "8"}, licens={"quantity": "600"}
        )
        assert ApplicationVersion.objects.filter(pk=first.pk).values().get() == before
        second = application.versions.get(number=2)
        assert (second.quantity, application.quantity) == (600, 600)
        assert second.answers["lakemedel"]["packs"] == 8
        (request,) = pharmacys.requests_of(application, by=officer)
        assert (request.answer, request.version) == ("Åtta.", second)
        # The same product is the same row.
        assert second.product_id == first.product_id

    def test_another_product_is_held_against_what_has_been_on_licence(
        self, officer: Assignment
    ) -> None:
        case = factories.case(taken_by=officer)
        assert not case.is_first_time
        LicenceProduct.objects.update(on_licence_before=False)
        factories.asked(case, to=PHARMACY)
        factories.pharmacy_answered(
            case,
            lakemedel={
                "same_product": "no",
                "name": "Helt ny medicin",
                "substances": "nyamid",
                "form": "kapsel",
                "strength": "5 mg",
                "mah": "Nya Bolaget",
                "country": "DE",
                "approval_number": "1",
                "difference_reason": "Restnoterat.",
                "contacted_on": clock.today().isoformat(),
                "contacted_how": "phone",
            },
        )
        case.refresh_from_db()
        assert case.is_first_time

    def test_is_accepted_or_asked_again(self, case: Case, officer: Assignment) -> None:
        factories.asked(case, "Var är intyget?", to=PHARMACY)
        factories.pharmacy_answered(case, "Det kommer.")
        case.refresh_from_db()
        again = factories.asked(case, "Intyget saknas ännu.", to=PHARMACY, again=1)
        first, second = pharmacys.requests_of(case.application, by=officer)
        assert first.status == SupplementStatus.NOT_ENOUGH
        assert second.follows_id == first.pk
        factories.pharmacy_answered(again, "Här är det.")
        again.refresh_from_db()
        with pytest.raises(WrongState):
            supplements.accept(again, 1, to=PHARMACY, by=officer)
        accepted = supplements.accept(again, 2, to=PHARMACY, by=officer)
        assert accepted.status == CaseStatus.IN_REVIEW
        assert CaseEvent.objects.filter(subject=case, action="accept_supplement").exists()
        *_first, second = pharmacys.requests_of(case.application, by=officer)
        assert second.status == SupplementStatus.ACCEPTED

    def test_the_prescriber_s_is_accepted_too(self, case: Case, officer: Assignment) -> None:
        factories.answered(factories.asked(case))
        case.refresh_from_db()
        with pytest.raises(NotAllowed):
            supplements.accept(
                case, 1, to=PRESCRIBER, by=factories.AssignmentFactory(assessor=True)
            )
        supplements.accept(case, 1, to=PRESCRIBER, by=officer)
        (request,) = requests_of(case.application.motivation, by=officer)
        assert request.status == SupplementStatus.ACCEPTED


class TestAQuestionWithdrawn:
    @pytest.mark.parametrize("is_issued", [False, True])
    def test_its_letter_is_not_to_be_posted(
        self, case: Case, officer: Assignment, acting: Any, is_issued: bool
    ) -> None:
        asked = factories.asked(case)
        if is_issued:
            issue_letters()
        supplements.close(asked, by=officer)
        letter = Letter.objects.get(case=case)
        assert letter.status == LetterStatus.CANCELLED
        assert issue_letters() == 0
        client = acting(officer)
        assert case.dnr not in client.get(reverse("decisions:letters")).content.decode()
        page = client.get(case.get_absolute_url()).content.decode()
        assert "Ska inte skickas" in page or "Avslutad utan svar" in page

    def test_a_posted_letter_stays_posted(self, case: Case, officer: Assignment) -> None:
        asked = factories.asked(case)
        issue_letters()
        print_letters(Letter.objects.filter(case=case), by=officer)
        mark_posted(Letter.objects.get(case=case), posted_on=clock.today(), by=officer)
        supplements.close(asked, by=officer)
        assert Letter.objects.get(case=case).status == LetterStatus.POSTED


class TestThePage:
    def test_shows_both_in_one_place_with_what_was_changed(
        self, case: Case, officer: Assignment, acting: Any
    ) -> None:
        factories.asked(factories.asked(case, "Fråga ett?"), "Fråga två?", to=PHARMACY)
        factories.answered(case, "Svar ett.")
        factories.pharmacy_answered(case, "Svar två.", lakemedel={"packs": "77"})
        client = acting(officer)
        page = client.get(case.get_absolute_url()).content.decode()
        for words in ("Fråga ett?", "Fråga två?", "Svar ett.", "Svar två.", "77"):
            assert words in page
        for words in ("Komplettering har kommit.", "Apoteket svarade på kompletteringen"):
            assert words in page
        form = {"_key": KEY, "asked": "pharmacy", "number": "1"}
        accept = reverse("decisions:accept_supplement", args=[case.pk])
        assert client.post(accept, form).status_code == 302
        again = reverse("decisions:request_supplement", args=[case.pk]) + "?igen=1"
        assert "Fråga ett?" in client.get(again).content.decode()
        assert client.post(accept, {**form, "_key": KEY[:-1] + "2"}).status_code == 409

    def test_the_number_of_queries_does_not_grow_with_the_questions(
        self, case: Case, officer: Assignment
    ) -> None:
        def count() -> int:
            fresh = Case.objects.select_related("application__motivation__author").get(pk=case.pk)
            with CaptureQueriesContext(connection) as queries:
                supplement_part(fresh, by=officer, today=clock.today())
            return sum("statement_timestamp" not in query["sql"] for query in queries)

        factories.pharmacy_answered(factories.asked(case, to=PHARMACY))
        before = count()
        for _ in range(3):
            case.refresh_from_db()
            factories.pharmacy_answered(factories.asked(case, to=PHARMACY))
        assert count() == before

    def test_the_queue_says_that_the_time_is_out(
        self, case: Case, officer: Assignment, acting: Any
    ) -> None:
        with clock.at(clock.now() - timedelta(days=20)):
            factories.asked(case, to=PHARMACY)
        page = acting(officer).get(reverse("decisions:queue") + "?flik=waiting").content.decode()
        assert "Svarstiden har gått ut" in page


KEY = "0a0a0a0a-0000-4000-8000-000000000001"


@pytest.mark.django_db(transaction=True)
def test_answer_and_close_at_once_give_one_of_them_and_no_deadlock() -> None:
    officer = factories.AssignmentFactory()
    case = factories.asked(factories.case(taken_by=officer), to=PHARMACY)
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

    def close() -> None:
        supplements.close(case, by=officer, to=PHARMACY)

    threads = [
        threading.Thread(target=act, args=(lambda: factories.pharmacy_answered(case),)),
        threading.Thread(target=act, args=(close,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert len(refused) == 1
    (request,) = pharmacys.requests_of(case.application, by=officer)
    versions = case.application.versions.count()
    assert (request.status, versions) in {("answered", 2), ("closed", 1)}


@pytest.mark.django_db(transaction=True)
def test_both_answering_at_once_starts_the_clock_once() -> None:
    officer = factories.AssignmentFactory()
    case = factories.asked(factories.asked(factories.case(taken_by=officer)), to=PHARMACY)
    start = threading.Barrier(2)
    failed: list[Exception] = []

    def act(work: Any) -> None:
        start.wait()
        try:
            work(case)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()
            close_old_connections()

    threads = [
        threading.Thread(target=act, args=(work,))
        for work in (factories.answered, factories.pharmacy_answered)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    actions = list(case.events.filter(action__startswith="supplement_answered").order_by("pk"))
    assert [event.action for event in actions] == [
        "supplement_answered_in_part",
        "supplement_answered",
    ]
