"""A pharmacy withdraws its application before the decision: the agency's case is closed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.services import withdrawing
from decisions.enums import CaseStatus
from decisions.models import Case, Decision, Licence
from decisions.queue import queue_counts
from decisions.services import cases, deciding
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessLogEntry
from motivations.enums import MotivationStatus, SupplementStatus
from motivations.models import SupplementRequest
from tests import factories
from tests.applications.conftest import hidden, press, status_of, text_of, url

KEY = "0a0a0a0a-0000-4000-8000-000000000009"
REASON = "Läkemedlet går inte att beställa."


@pytest.fixture
def sent(pharmacist: Assignment) -> Application:
    return factories.application(by=pharmacist)


def withdraw(application: Application, by: Assignment) -> Application:
    return withdrawing.withdraw(application, by=by, reason=REASON)


def officer_has(application: Application) -> Case:
    return factories.case(of=application, taken_by=factories.AssignmentFactory())


@pytest.mark.django_db
class TestThePage:
    def test_says_what_happens_and_asks_why(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        assert url("withdraw", sent.pk) in client.get(url("detail", sent.pk)).content.decode()
        page = text_of(client.get(url("withdraw", sent.pk)))
        assert "Läkemedelsverket avskriver ärendet." in page
        for reason in ("  ", "Gäller 19121212-1212"):
            answer = press(client, url("withdraw", sent.pk), reason=reason)
            assert answer.status_code == 422
            assert "Fel:" in text_of(answer)
        assert status_of(sent) == ApplicationStatus.SENT

    def test_withdraws_and_tells_how_it_is(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        answer = press(client, url("withdraw", sent.pk), reason=REASON)
        assert answer.status_code == 302
        page = text_of(client.get(answer["Location"]))
        for words in (
            "Ansökan är återkallad.",
            "Läkemedelsverket har avskrivit ärendet",
            REASON,
            "Ni eller ett annat apotek kan ansöka igen.",
        ):
            assert words in page
        assert "Beslut väntas" not in page
        # The newest first: the agency closes what has been withdrawn.
        told = page[page.index("Vad som har hänt") :]
        assert told.index("har avskrivit ärendet") < told.index(REASON)
        # Over: the page leads to how it went, the link is gone, the list has it among the ended.
        assert client.get(url("withdraw", sent.pk))["Location"] == sent.get_absolute_url()
        assert url("withdraw", sent.pk) not in client.get(url("detail", sent.pk)).content.decode()
        inbox = text_of(client.get(url("inbox") + "?tab=beslutade"))
        assert "1 avslutad ansökan" in inbox
        assert sent.dnr in inbox

    def test_a_second_press_does_it_once(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        form = {**hidden(client.get(url("withdraw", sent.pk))), "reason": REASON}
        answers = [client.post(url("withdraw", sent.pk), form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert sent.events.filter(action="withdraw").count() == 1

    def test_only_a_pharmacist_of_the_pharmacy(
        self,
        sent: Application,
        colleague: Assignment,
        stranger: Assignment,
        acting: Any,
    ) -> None:
        form = {"_key": KEY, "reason": REASON}
        assert acting(colleague).post(url("withdraw", sent.pk), form).status_code == 403
        assert acting(stranger).post(url("withdraw", sent.pk), form).status_code == 404
        for person in (colleague, stranger):
            with pytest.raises(NotAllowed):
                withdraw(sent, person)
        assert status_of(sent) == ApplicationStatus.SENT

    def test_after_a_decision_it_is_told(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        form = client.get(url("withdraw", sent.pk))
        assert form.status_code == 200
        factories.decided(of=sent)
        answer = client.post(
            url("withdraw", sent.pk),
            {"_key": KEY, "reason": REASON},
        )
        assert answer.status_code == 409
        assert "Beslutad" in text_of(answer)
        assert status_of(sent) == ApplicationStatus.DECIDED


@pytest.mark.django_db
class TestWhatFollows:
    def test_without_a_reason_nothing_is_withdrawn(
        self, sent: Application, pharmacist: Assignment
    ) -> None:
        with pytest.raises(Refused):
            withdrawing.withdraw(sent, by=pharmacist, reason=" ")
        assert status_of(sent) == ApplicationStatus.SENT

    def test_an_untaken_case_leaves_the_queue(
        self, sent: Application, pharmacist: Assignment
    ) -> None:
        withdraw(sent, pharmacist)
        case = Case.objects.get(application=sent)
        assert (case.status, case.assignee) == (CaseStatus.CLOSED, None)
        officer = factories.AssignmentFactory()
        counts = queue_counts(officer, today=clock.today())
        assert (counts.unassigned, counts.open) == (0, 0)
        with pytest.raises(Refused):
            cases.take_next(by=officer)

    def test_the_agency_reads_why_and_can_do_nothing_more(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        case = officer_has(sent)
        withdraw(sent, pharmacist)
        case.refresh_from_db()
        assert case.assignee is not None
        client = acting(case.assignee)
        page = text_of(client.get(case.get_absolute_url()))
        for words in ("Avskrivet ärende", "Apoteket återkallade ansökan", REASON):
            assert words in page
        assert "Kvar att göra före beslut" not in page
        queue = text_of(client.get(reverse("decisions:queue") + "?flik=decided"))
        assert case.dnr in queue
        assert "Avskrivet" in queue
        with pytest.raises(WrongState):
            deciding.decide(case, factories.facts(), by=case.assignee)
        with pytest.raises(WrongState):
            cases.assess(case, factories.ASSESSMENT, by=case.assignee, opened_revision=1)

    def test_a_proposal_falls_with_it(self, sent: Application, pharmacist: Assignment) -> None:
        case = officer_has(sent)
        proposed = deciding.decide(
            case, factories.facts(factories.Outcome.REJECTED), by=case.assignee
        )
        assert proposed.status == CaseStatus.PROPOSED
        withdraw(sent, pharmacist)
        proposed.refresh_from_db()
        assert proposed.status == CaseStatus.CLOSED
        assert not Decision.objects.filter(case=case, returned_at__isnull=True).exists()
        with pytest.raises(WrongState):
            deciding.countersign(proposed, by=factories.AssignmentFactory(decision_maker=True))

    def test_a_question_to_the_prescriber_is_closed(
        self, sent: Application, pharmacist: Assignment
    ) -> None:
        factories.asked(officer_has(sent))
        withdraw(sent, pharmacist)
        sent.motivation.refresh_from_db()
        assert sent.motivation.status == MotivationStatus.SUBMITTED
        request = SupplementRequest.objects.get(motivation=sent.motivation)
        assert request.status == SupplementStatus.CLOSED

    def test_the_prescriber_is_told_and_sees_it(
        self, sent: Application, pharmacist: Assignment, acting: Any
    ) -> None:
        withdraw(sent, pharmacist)
        motivation = sent.motivation
        motivation.refresh_from_db()
        assert (motivation.dnr, motivation.expected_on) == ("", None)
        notice = motivation.author.user.notices.get(kind="application_withdrawn")
        assert notice.reference == motivation.reference
        page = text_of(acting(motivation.author).get(motivation.get_absolute_url()))
        assert "Apoteket har återkallat ansökan" in page
        assert REASON not in page

    def test_it_is_in_the_access_log(self, sent: Application, pharmacist: Assignment) -> None:
        withdraw(sent, pharmacist)
        entry = AccessLogEntry.objects.get(what="application_withdrawn")
        assert (entry.user, entry.whose) == (pharmacist.user, sent.dnr)
        assert str(entry.what_display) == "Ansökan, återkallad"

    @pytest.mark.parametrize("who", ["pharmacist", "stranger"])
    def test_anybody_can_apply_again_and_get_a_licence(
        self, sent: Application, who: str, request: pytest.FixtureRequest, pharmacist: Assignment
    ) -> None:
        factories.asked(officer_has(sent))
        withdraw(sent, pharmacist)
        again = factories.application(on=sent.motivation, by=request.getfixturevalue(who))
        assert again.dnr != sent.dnr
        sent.motivation.refresh_from_db()
        assert sent.motivation.dnr == again.dnr
        # Asked again, answered, and decided: nothing of the first case stands in the way.
        case = factories.asked(officer_has(again))
        factories.answered(case)
        case = factories.reassessed(case)
        assert case.assignee is not None
        decided = deciding.decide(case, factories.facts(), by=case.assignee)
        assert decided.status == CaseStatus.DECIDED


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do things at the same moment on connections of their own; the refusals' names."""
    refused: list[str] = []
    broken: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        except Refused as error:
            refused.append(type(error).__name__)
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not broken
    return refused


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(3))
def test_withdrawing_and_deciding_at_once_give_one_of_them_and_no_deadlock(number: int) -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    sent = factories.application(by=pharmacist)
    case = officer_has(sent)
    officer = case.assignee
    assert officer is not None
    refused = at_once(
        lambda: withdraw(sent, pharmacist),
        lambda: deciding.decide(case, factories.facts(), by=officer),
    )
    assert refused == ["WrongState"]
    case.refresh_from_db()
    sent.refresh_from_db()
    sent.motivation.refresh_from_db()
    assert (case.status, sent.status, sent.motivation.status) in {
        (CaseStatus.CLOSED, ApplicationStatus.WITHDRAWN, MotivationStatus.SUBMITTED),
        (CaseStatus.DECIDED, ApplicationStatus.DECIDED, MotivationStatus.CLOSED),
    }
    is_closed = case.status == CaseStatus.CLOSED
    assert Licence.objects.filter(decision__case=case).exists() is not is_closed
