"""A case that takes long: the pharmacy is told (FL 11 §), and may ask for a decision (FL 12 §)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from applications.models import Application
from applications.rules import may_ask_for_decision_from
from decisions.enums import Channel, LetterReason
from decisions.models import Case, DecisionRequest, Letter
from decisions.services import cases, deciding, decision_requests, delays
from decisions.services.issuing import issue_letters
from klas import clock
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.working_days import is_working_day, or_next_working_day
from notifications.models import Notice
from tests import factories
from tests.pdftext import pdf_text

pytestmark = pytest.mark.django_db
QUEUE = reverse("decisions:queue")
SENT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def officer(db: None) -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def old(db: None) -> Case:
    """Sent on 2 March 2026, due on 11 March."""
    with clock.at(SENT):
        return factories.case()


def _post(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, {"_key": str(uuid4()), **fields})


class TestTellingOfDelay:
    def test_until_it_is_told_it_stands_in_the_queue(
        self, acting: Any, officer: Any, old: Case
    ) -> None:
        client = acting(officer)
        with clock.at(SENT + timedelta(days=20)):
            page = client.get(QUEUE, {"flik": "untold"}).content.decode()
            assert old.dnr in page
            assert "Apoteket är inte meddelat" in page
            address = reverse("decisions:delay", args=[old.pk])
            assert (
                "apoteket har inte fått veta" in client.get(old.get_absolute_url()).content.decode()
            )
            answer = _post(client, address, reason="Utredningen drar ut", expected_on="2026-04-10")
            assert answer.url == old.get_absolute_url()
            assert old.dnr not in client.get(QUEUE, {"flik": "untold"}).content.decode()
            late = client.get(QUEUE, {"flik": "overdue"}).content.decode()
            assert "Apoteket är meddelat: 10 april 2026" in late
        with clock.at(datetime(2026, 4, 13, 8, tzinfo=UTC)):
            # The new day has passed too: the pharmacy must be told again.
            assert old.dnr in client.get(QUEUE, {"flik": "untold"}).content.decode()

    def test_the_pharmacy_sees_why_and_when(self, acting: Any, officer: Any, old: Case) -> None:
        with clock.at(SENT + timedelta(days=20)):
            delays.tell(
                old, reason="Utredningen drar ut", expected_on=date(2026, 4, 10), by=officer
            )
            application = Application.objects.get(pk=old.application_id)
            sender = application.sent_by
            assert sender is not None
            page = acting(sender).get(application.get_absolute_url()).content.decode()
            assert "Beslut väntas senast 10 april 2026" in page
            assert "Utredningen drar ut" in page
            issue_letters()
            letter = Letter.objects.get(reason=LetterReason.DELAY)
            assert letter.channel == Channel.ELECTRONIC
            address = reverse("decisions:pharmacy_delay_letter", args=[application.pk])
            assert address in page
            text = pdf_text(acting(sender).get(address).content)
            assert "Utredningen drar ut" in text
            assert "10 april 2026" in text
            notice = Notice.objects.get(kind="decision_delayed")
            assert notice.recipient == sender.user
            assert notice.reference == old.dnr
            assert "Utredningen" not in str(notice.facts)
        application.motivation.refresh_from_db()
        assert application.motivation.expected_on == date(2026, 4, 10)

    def test_the_one_who_looks_after_it_is_told_alone(self, officer: Any, old: Case) -> None:
        application = old.application
        staff = factories.AssignmentFactory(staff=True, pharmacy=application.pharmacy)
        Application.objects.filter(pk=application.pk).update(assigned_to=staff)
        delays.tell(old, reason="Sjuk", expected_on=clock.today() + timedelta(days=9), by=officer)
        assert Notice.objects.get(kind="decision_delayed").recipient == staff.user

    def test_what_is_refused(self, officer: Any, old: Case) -> None:
        ahead = clock.today() + timedelta(days=9)
        with pytest.raises(NotAllowed):
            delays.tell(
                old, reason="x", expected_on=ahead, by=factories.AssignmentFactory(assessor=True)
            )
        with pytest.raises(Refused, match="varför"):
            delays.tell(old, reason=" ", expected_on=ahead, by=officer)
        with pytest.raises(Refused, match="framåt"):
            delays.tell(old, reason="x", expected_on=clock.today(), by=officer)
        with pytest.raises(Stale):
            delays.tell(old, reason="x", expected_on=ahead, by=officer, opened_revision=7)
        taken = cases.take(old, by=officer)
        with pytest.raises(WrongState, match="väntar på komplettering"):
            delays.tell(factories.asked(taken), reason="x", expected_on=ahead, by=officer)
        with pytest.raises(WrongState, match="avslutat"):
            delays.tell(factories.decided(), reason="x", expected_on=ahead, by=officer)

    def test_the_form_wants_a_working_day_ahead(self, acting: Any, officer: Any, old: Case) -> None:
        client, address = acting(officer), reverse("decisions:delay", args=[old.pk])
        with clock.at(SENT):
            for day, words in (("2026-03-07", "inte en arbetsdag"), ("2026-03-02", "framåt")):
                answer = _post(client, address, reason="x", expected_on=day)
                assert answer.status_code == 422
                assert words in answer.content.decode()


class TestAskingForADecision:
    def _ask(self, case: Case, *, day: date) -> DecisionRequest:
        with clock.at(datetime(day.year, day.month, day.day, 8, tzinfo=UTC)):
            sender = case.application.sent_by
            assert sender is not None
            return decision_requests.ask(case.application, text="Patienten väntar", by=sender)

    def test_only_when_six_months_have_passed(self, old: Case) -> None:
        with pytest.raises(Refused, match="3 september 2026"):
            self._ask(old, day=date(2026, 9, 2))
        request = self._ask(old, day=date(2026, 9, 3))
        # Four weeks: 1 October, a Thursday.
        assert request.answer_by == date(2026, 10, 1)
        old.refresh_from_db()
        assert old.request_due_on == request.answer_by

    def test_once_in_a_case(self, officer: Any, old: Case) -> None:
        request = self._ask(old, day=date(2026, 9, 3))
        with pytest.raises(WrongState, match="en gång"):
            self._ask(old, day=date(2026, 9, 4))
        decision_requests.reject(request, reasons="Prov saknas", by=officer)
        with pytest.raises(WrongState, match="en gång"):
            self._ask(old, day=date(2026, 12, 4))

    def test_by_a_pharmacist_of_the_applying_pharmacy(self, old: Case) -> None:
        pharmacy = old.application.pharmacy
        for by in (
            factories.AssignmentFactory(pharmacist=True),
            factories.AssignmentFactory(staff=True, pharmacy=pharmacy),
        ):
            with clock.at(SENT + timedelta(days=300)), pytest.raises(NotAllowed):
                decision_requests.ask(old.application, text="x", by=by)

    def test_the_page_and_its_link_come_with_the_day(self, acting: Any, old: Case) -> None:
        sender = old.application.sent_by
        client, status = acting(sender), old.application.get_absolute_url()
        address = reverse("decisions:pharmacy_request", args=[old.application_id])
        with clock.at(datetime(2026, 9, 2, 8, tzinfo=UTC)):
            assert address not in client.get(status).content.decode()
            assert "från 3 september 2026" in client.get(address).content.decode()
        with clock.at(datetime(2026, 9, 3, 8, tzinfo=UTC)):
            assert address in client.get(status).content.decode()
            assert "Skicka begäran" in client.get(address).content.decode()
            assert _post(client, address, text="").status_code == 422
            assert _post(client, address, text="Patienten väntar").url == address
            page = client.get(address).content.decode()
            assert "Senast 1 oktober 2026" in page
            assert _post(client, address, text="Igen").status_code == 409
            assert "Begäran om att ärendet avgörs" in client.get(status).content.decode()

    def test_the_queue_shows_the_day(self, acting: Any, officer: Any, old: Case) -> None:
        self._ask(old, day=date(2026, 9, 3))
        other = factories.case()
        page = acting(officer).get(QUEUE, {"flik": "open", "requested": "on"}).content.decode()
        assert "Svara på begäran senast 1 oktober 2026" in page
        assert other.dnr not in page
        assert (
            "Svara senast 1 oktober 2026"
            in acting(officer).get(old.get_absolute_url()).content.decode()
        )

    def test_rejected_with_reasons_in_a_decision_of_its_own(
        self, acting: Any, officer: Any, old: Case
    ) -> None:
        self._ask(old, day=date(2026, 9, 3))
        client, address = acting(officer), reverse("decisions:request", args=[old.pk])
        assert "Patienten väntar" in client.get(address).content.decode()
        assert _post(client, address, reasons="").status_code == 422
        assert _post(client, address, reasons="Analysen är inte klar").url
        old.refresh_from_db()
        assert old.request_due_on is None
        assert old.is_open
        pharmacist = acting(old.application.sent_by)
        page = pharmacist.get(
            reverse("decisions:pharmacy_request", args=[old.application_id])
        ).content.decode()
        assert "begäran avslås" in page
        assert "Analysen är inte klar" in page
        assert "överklaga beslutet till förvaltningsrätten" in page
        assert Notice.objects.filter(kind="decision_request_rejected").count() == 1
        assert _post(client, address, reasons="Igen").status_code == 409

    def test_rejected_by_who_decides_only(self, old: Case) -> None:
        request = self._ask(old, day=date(2026, 9, 3))
        with pytest.raises(NotAllowed):
            decision_requests.reject(
                request, reasons="x", by=factories.AssignmentFactory(assessor=True)
            )
        with pytest.raises(Refused):
            decision_requests.reject(request, reasons=" ", by=factories.AssignmentFactory())

    def test_answered_by_the_decision(self, acting: Any, officer: Any) -> None:
        with clock.at(SENT):
            case = factories.case(taken_by=officer)
        request = self._ask(case, day=date(2026, 9, 3))
        deciding.decide(case, factories.facts(), by=officer)
        with pytest.raises(WrongState, match="redan besvarad"):
            decision_requests.reject(request, reasons="x", by=officer)
        page = acting(case.application.sent_by).get(
            reverse("decisions:pharmacy_request", args=[case.application_id])
        )
        assert "Därmed är begäran besvarad" in page.content.decode()

    def test_no_request_no_page_for_the_officer(self, acting: Any, officer: Any, old: Case) -> None:
        address = reverse("decisions:request", args=[old.pk])
        assert acting(officer).get(address).status_code == 404


@pytest.mark.parametrize(
    ("sent", "first_day"),
    [
        (date(2026, 3, 2), date(2026, 9, 3)),
        (date(2026, 8, 31), date(2027, 3, 1)),  # 28 February is the last day of the six months
        (date(2027, 8, 30), date(2028, 3, 1)),  # a leap year's 29 February
        (date(2026, 12, 31), date(2027, 7, 1)),
    ],
)
def test_six_months_end_on_the_day_of_the_same_number(sent: date, first_day: date) -> None:
    noon = datetime(sent.year, sent.month, sent.day, 12, tzinfo=UTC)
    assert may_ask_for_decision_from(Application(sent_at=noon)) == first_day


@given(st.dates(date(2018, 1, 1), date(2035, 12, 1)))
def test_a_time_that_ends_on_a_day_off_ends_the_next_working_day(day: date) -> None:
    end = or_next_working_day(day)
    assert is_working_day(end)
    assert end >= day
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((end - day).days))
