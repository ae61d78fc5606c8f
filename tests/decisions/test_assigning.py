"""Giving cases to officers, one or many; away; reminded."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from decisions.enums import CaseStatus
from decisions.models import BulkAct, Case
from decisions.services import absence, arrivals, assigning, bulk, cases, deciding, reminders
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.policy import policy
from motivations.enums import Outcome
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE, ASSIGN = reverse("decisions:queue"), reverse("decisions:bulk_assign")
REMIND = reverse("decisions:bulk_remind")


@pytest.fixture
def officer(db: None) -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def colleague(db: None) -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def chief(db: None) -> Assignment:
    return factories.AssignmentFactory(decision_maker=True)


def _post(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, {"_key": str(uuid4()), **fields})


class TestOneCase:
    def test_from_the_queue_to_a_colleague(self, officer: Any, colleague: Any) -> None:
        case = assigning.assign(factories.case(), to=colleague, by=officer)
        assert (case.status, case.assignee) == (CaseStatus.IN_REVIEW, colleague)
        assert case.application.events.filter(action="review_started").exists()

    def test_from_one_to_another_with_a_reason(self, officer: Any, colleague: Any) -> None:
        case = factories.case(taken_by=officer)
        with pytest.raises(Refused, match="varför"):
            assigning.assign(case, to=colleague, by=officer)
        assigning.assign(case, to=colleague, by=officer, reason="Semester")
        event = case.events.get(action="reassign")
        assert (event.reason, event.data["to"]) == ("Semester", colleague.user.name)

    def test_a_waiting_case_goes_on_waiting(self, officer: Any, colleague: Any) -> None:
        asked = factories.asked(factories.case(taken_by=officer))
        moved = assigning.assign(asked, to=colleague, by=officer, reason="Sjuk")
        assert (moved.status, moved.assignee) == (CaseStatus.WAITING, colleague)

    def test_another_s_case_only_by_a_coordinator(
        self, officer: Any, colleague: Any, chief: Any
    ) -> None:
        case = factories.case(taken_by=colleague)
        with pytest.raises(Refused, match="en annan handläggares"):
            assigning.assign(case, to=officer, by=officer, reason="Jag hinner")
        assert assigning.assign(case, to=officer, by=chief, reason="Sjuk").assignee == officer

    def test_not_to_the_one_who_has_it_nor_to_one_who_handles_none(self, officer: Any) -> None:
        case = factories.case(taken_by=officer)
        with pytest.raises(Refused, match="har redan ärendet"):
            assigning.assign(case, to=officer, by=officer, reason="x")
        with pytest.raises(Refused, match="handlägger inte"):
            assigning.assign(
                case, to=factories.AssignmentFactory(assessor=True), by=officer, reason="x"
            )

    def test_a_proposal_is_not_moved(self, officer: Any, chief: Any) -> None:
        case = factories.case(taken_by=officer)
        deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
        with pytest.raises(WrongState):
            assigning.assign(case, to=chief, by=officer, reason="x")


class TestManyCases:
    def test_confirmed_then_done(self, acting: Any, officer: Any, colleague: Any) -> None:
        made = [factories.case() for _ in range(3)]
        keys, client = [case.pk for case in made[:2]], acting(officer)
        page = client.get(ASSIGN, {"case": keys}).content.decode()
        assert "Fördela 2 ärenden" in page
        assert made[0].dnr in page
        assert made[2].dnr not in page
        answer = _post(client, ASSIGN, case=keys, to=colleague.pk)
        shown = client.get(answer.url).content.decode()
        assert f"{colleague.user.name} har fått 2 ärenden" in shown
        assert Case.objects.filter(assignee=colleague).count() == 2
        assert acting(colleague).get(answer.url).status_code == 404

    def test_what_could_not_be_done_is_told_and_the_rest_done(
        self, acting: Any, officer: Any, colleague: Any
    ) -> None:
        free, theirs = factories.case(), factories.case(taken_by=colleague)
        client = acting(officer)
        answer = _post(client, ASSIGN, case=[free.pk, theirs.pk], to=officer.pk, reason="Hjälp")
        shown = client.get(answer.url).content.decode()
        assert "Det gick inte i 1 ärende" in shown
        assert "en annan handläggares" in shown
        theirs.refresh_from_db()
        assert theirs.assignee == colleague
        assert Case.objects.get(pk=free.pk).assignee == officer

    def test_a_reason_is_asked_for_when_somebody_has_one(
        self, acting: Any, officer: Any, colleague: Any
    ) -> None:
        case = factories.case(taken_by=officer)
        answer = _post(acting(officer), ASSIGN, case=[case.pk], to=colleague.pk, reason="")
        assert answer.status_code == 422
        assert "Skriv varför ärendet byter handläggare" in answer.content.decode()

    def test_all_that_the_filter_shows_up_to_the_limit(
        self, acting: Any, officer: Any, monkeypatch: Any
    ) -> None:
        object.__setattr__(policy, "queue_most_at_once", 2)
        try:
            made = [factories.case() for _ in range(3)]
            urval = f"flik=open&q={made[0].dnr}"
            page = acting(officer).get(ASSIGN, {"alla": "1", "urval": urval}).content.decode()
            assert "Fördela 1 ärende<" in page
            page = acting(officer).get(ASSIGN, {"alla": "1", "urval": "flik=open"})
            assert "Fördela 2 ärenden" in page.content.decode()
            assert "fler ärenden än" in page.content.decode()
            with pytest.raises(Refused, match="högst 2"):
                bulk.assign([case.pk for case in made], to=officer, by=officer)
        finally:
            object.__setattr__(policy, "queue_most_at_once", 100)

    def test_nothing_chosen_leads_back(self, acting: Any, officer: Any) -> None:
        for address in (ASSIGN, REMIND):
            answer = acting(officer).get(address, {"urval": "flik=mine"}, follow=True)
            assert answer.redirect_chain == [(f"{QUEUE}?flik=mine", 302)]
            assert "Välj minst ett ärende" in answer.content.decode()

    def test_a_double_press_does_it_once(self, acting: Any, officer: Any) -> None:
        case, key, client = factories.case(), str(uuid4()), acting(officer)
        fields = {"_key": key, "case": [case.pk], "to": officer.pk}
        assert client.post(ASSIGN, fields).url == client.post(ASSIGN, fields).url
        assert BulkAct.objects.count() == 1

    def test_the_page_asks_as_much_for_many_as_for_one(self, acting: Any, officer: Any) -> None:
        made = [factories.case() for _ in range(6)]
        client, asked = acting(officer), []
        for keys in ([made[0].pk], [case.pk for case in made]):
            with CaptureQueriesContext(connection) as captured:
                client.get(ASSIGN, {"case": keys})
            asked.append(len(captured))
        assert asked[0] == asked[1]

    @pytest.mark.django_db(transaction=True)
    def test_two_officers_at_once_never_share_a_case(self) -> None:
        """The same cases, in opposite orders, over two connections."""
        officers = [factories.AssignmentFactory() for _ in range(2)]
        keys = [factories.case().pk for _ in range(6)]
        barrier, acts, failures = threading.Barrier(2), [], []

        def work(officer: Assignment, wanted: list[int]) -> None:
            try:
                barrier.wait(timeout=20)
                acts.append(bulk.assign(wanted, to=officer, by=officer))
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        pairs = zip(officers, (keys, keys[::-1]), strict=True)
        threads = [threading.Thread(target=work, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not failures
        assert sorted(key for act in acts for key in act.done) == keys
        assert sorted(key for act in acts for key, _why in act.refused) == keys
        for act in acts:
            assert set(Case.objects.filter(assignee=act.to).values_list("pk", flat=True)) == set(
                act.done
            )


class TestReminding:
    def test_the_prescriber_is_told_once_a_day(self, officer: Any) -> None:
        case = factories.asked(factories.case(taken_by=officer))
        reminders.remind(case, by=officer)
        told = Notice.objects.filter(kind="supplement_reminder")
        assert told.get().recipient == case.application.motivation.author.user
        with pytest.raises(Refused, match="i dag"):
            reminders.remind(case, by=officer)
        assert told.count() == 1
        with clock.at(clock.now() + timedelta(days=1)):
            reminders.remind(case, by=officer)
        assert told.count() == 2
        assert case.events.filter(action="supplement_reminded").count() == 2

    def test_only_what_waits(self, officer: Any) -> None:
        with pytest.raises(WrongState, match="väntar inte"):
            reminders.remind(factories.case(taken_by=officer), by=officer)
        asked = factories.asked(factories.case(taken_by=officer))
        with pytest.raises(NotAllowed):
            reminders.remind(asked, by=factories.AssignmentFactory(assessor=True))

    def test_many_at_once(self, acting: Any, officer: Any) -> None:
        waiting = factories.asked(factories.case(taken_by=officer))
        free, client = factories.case(), acting(officer)
        keys = [waiting.pk, free.pk]
        page = client.get(REMIND, {"case": keys}).content.decode()
        assert "Påminn om komplettering i 2 ärenden" in page
        shown = client.get(_post(client, REMIND, case=keys).url).content.decode()
        assert "En påminnelse är skickad" in shown
        assert "väntar inte på någon komplettering" in shown


class TestAway:
    def test_cases_go_back_but_those_that_wait(self, acting: Any, officer: Any) -> None:
        mine = [factories.case(taken_by=officer) for _ in range(2)]
        waiting = factories.asked(factories.case(taken_by=officer))
        client, address = acting(officer), reverse("decisions:absence")
        assert "2 ärenden går tillbaka till kön" in client.get(address).content.decode()
        until = clock.today() + timedelta(days=5)
        answer = _post(client, address, until=until.isoformat())
        assert "2 ärenden" in client.get(answer.url).content.decode()
        for case in mine:
            case.refresh_from_db()
            assert case.status == CaseStatus.REGISTERED
        waiting.refresh_from_db()
        assert waiting.assignee == officer

    def test_who_is_away_takes_nothing_until_back(self, acting: Any, officer: Any) -> None:
        factories.case()
        absence.begin(officer, until=clock.today(), by=officer)
        client = acting(officer)
        assert "Du är anmäld som borta" in client.get(QUEUE).content.decode()
        refused = _post(client, reverse("decisions:take_next"))
        assert refused.status_code == 409
        assert "anmäld som borta" in refused.content.decode()
        _post(client, reverse("decisions:absence"), _back="1")
        assert cases.take_next(by=officer).assignee == officer

    def test_it_ends_by_itself(self, officer: Any) -> None:
        factories.case()
        absence.begin(officer, until=clock.today(), by=officer)
        with clock.at(clock.now() + timedelta(days=1)):
            assert cases.take_next(by=officer).assignee == officer

    def test_colleagues_see_it_when_they_assign(
        self, acting: Any, officer: Any, colleague: Any
    ) -> None:
        absence.begin(colleague, until=clock.today(), by=colleague)
        page = acting(officer).get(ASSIGN, {"case": [factories.case().pk]}).content.decode()
        assert f"{colleague.user.name} (borta till" in page

    def test_a_coordinator_for_a_sick_colleague_and_nobody_else(
        self, acting: Any, officer: Any, colleague: Any, chief: Any
    ) -> None:
        case = factories.case(taken_by=officer)
        address = reverse("decisions:absence_of", args=[officer.pk])
        assert acting(colleague).get(address).status_code == 404
        with pytest.raises(NotAllowed):
            absence.begin(officer, until=clock.today(), by=colleague)
        assert officer.user.name in acting(chief).get(reverse("decisions:absence")).content.decode()
        _post(acting(chief), address, until=clock.today().isoformat())
        case.refresh_from_db()
        assert case.status == CaseStatus.REGISTERED
        assert "borta till och med" in case.events.get(action="release_absent").reason

    def test_a_day_that_has_been_is_refused(self, acting: Any, officer: Any) -> None:
        yesterday = clock.today() - timedelta(days=1)
        answer = _post(acting(officer), reverse("decisions:absence"), until=yesterday.isoformat())
        assert answer.status_code == 422
        with pytest.raises(Refused):
            absence.begin(officer, until=yesterday, by=officer)


class TestAnswersThatCameIn:
    @pytest.fixture
    def answered(self, officer: Any) -> Case:
        case = factories.asked(factories.case(taken_by=officer))
        factories.answered(case)
        case.refresh_from_db()
        return case

    def test_stand_out_until_the_officer_says_so(
        self, acting: Any, officer: Any, answered: Case
    ) -> None:
        client = acting(officer)
        assert answered.dnr in client.get(QUEUE, {"flik": "arrived"}).content.decode()
        page = client.get(answered.get_absolute_url()).content.decode()
        assert "Svaret på kompletteringen har kommit in" in page
        assert "Jag har tagit del av svaret" in page
        _post(client, reverse("decisions:seen", args=[answered.pk]))
        assert answered.dnr not in client.get(QUEUE, {"flik": "arrived"}).content.decode()

    def test_until_the_officer_asks_again_assesses_or_gives_it_away(
        self, officer: Any, colleague: Any, answered: Case
    ) -> None:
        cases.assess(answered, factories.ASSESSMENT, by=officer, opened_revision=1)
        answered.refresh_from_db()
        assert answered.supplement_arrived_at is None
        factories.asked(answered)
        factories.answered(answered)
        answered.refresh_from_db()
        assert answered.supplement_arrived_at is not None
        assigning.assign(answered, to=colleague, by=officer, reason="Semester")
        answered.refresh_from_db()
        assert answered.supplement_arrived_at is None

    def test_only_the_officer_says_so(self, colleague: Any, answered: Case) -> None:
        with pytest.raises(NotAllowed):
            arrivals.seen(answered, by=colleague)
