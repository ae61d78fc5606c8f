"""An appeal from lodging to the court and back: time, reconsideration, file, outcome."""

from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from applications.services.issuing import issue_receipts
from applications.services.withdrawing import withdraw
from decisions import letter_queries, queries
from decisions.enums import AppealDocumentKind, AppealStatus, CaseStatus, CourtOutcome, LetterReason
from decisions.models import Appeal, AppealFile, Case, Decision, Letter, Licence
from decisions.rules import appeal_last_day
from decisions.services import (
    appeal_acts,
    appeal_documents,
    appeals,
    cases,
    court_files,
    deciding,
)
from decisions.services.issuing import issue_letters
from decisions.statistics.facts import write_facts
from decisions.words import timeline
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessLogEntry
from motivations.enums import MotivationStatus, Outcome
from motivations.services.issuing import issue_documents
from motivations.words import events_for_author
from notifications.enums import NoticeKind
from notifications.queries import notices_of
from tests import factories
from tests.pdftext import pdf_text

FACTS = appeals.AppealFacts(
    change="Avslaget", how="Licensen ska beviljas.", reasons="Behovet är visat. PLANTERAT"
)
REASONS = "Inget nytt har kommit fram."


def pharmacist_of(case: Case) -> Assignment:
    sent_by = case.application.sent_by
    assert sent_by is not None
    return sent_by


def rejected() -> Case:
    """A rejected case whose letter has been delivered today."""
    case = factories.decided(Outcome.REJECTED)
    issue_letters()
    return case


def drafted(case: Case) -> Appeal:
    return appeals.draft(case.application, FACTS, by=pharmacist_of(case))


def lodged(case: Case | None = None) -> Appeal:
    about = case or rejected()
    return appeals.lodge(drafted(about), by=pharmacist_of(about))


def officer() -> Assignment:
    return factories.AssignmentFactory()


def decider() -> Assignment:
    return factories.AssignmentFactory(decision_maker=True)


def kept(appeal: Appeal | None = None) -> Appeal:
    begun = appeal_acts.reconsider(appeal or lodged(), by=officer())
    return appeal_acts.keep(begun, reasons=REASONS, by=decider())


def bound(appeal: Appeal) -> AppealFile:
    issue_letters()
    issue_documents()
    issue_receipts()
    assert court_files.issue() == 1
    return AppealFile.objects.defer(None).get(appeal=appeal)


def forwarded(appeal: Appeal | None = None) -> Appeal:
    ready = kept(appeal)
    bound(ready)
    return appeal_acts.forward(ready, on=clock.today(), by=officer())


def concluded(outcome: CourtOutcome, appeal: Appeal | None = None) -> Appeal:
    return appeal_acts.conclude(
        forwarded(appeal), outcome=outcome, on=clock.today(), court_number="T 1-26", by=officer()
    )


# The holidays and eves of 2026 and 2027, by hand.
CLOSED = {
    "2026-01-01 2026-01-06 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-06-06 2026-06-19 "
    "2026-06-20 2026-10-31 2026-12-24 2026-12-25 2026-12-26 2026-12-31 2027-01-01 2027-01-06 "
    "2027-03-26 2027-03-29 2027-05-01 2027-05-06 2027-06-06 2027-06-25 2027-06-26 2027-11-06 "
    "2027-12-24 2027-12-25 2027-12-26 2027-12-31"
}
CLOSED_DAYS = {date.fromisoformat(day) for days in CLOSED for day in days.split()}


class TestTime:
    @given(st.dates(date(2026, 1, 1), date(2027, 12, 1)))
    def test_the_last_day_is_three_weeks_on_or_the_next_day_offices_are_open(
        self, got_on: date
    ) -> None:
        day = date.fromordinal(got_on.toordinal() + 21)
        while day.isoweekday() > 5 or day in CLOSED_DAYS:
            day = date.fromordinal(day.toordinal() + 1)
        assert appeal_last_day(got_on) == day

    @pytest.mark.parametrize(
        ("got_on", "last"),
        [
            ("2026-11-24", "2026-12-15"),  # an ordinary Tuesday
            ("2026-05-29", "2026-06-22"),  # midsommarafton → Monday
            ("2026-12-03", "2026-12-28"),  # julafton → Monday after Christmas
            ("2026-12-10", "2027-01-04"),  # nyårsafton → Monday
            ("2026-11-21", "2026-12-14"),  # a Saturday
        ],
    )
    def test_known_days(self, got_on: str, last: str) -> None:
        assert appeal_last_day(date.fromisoformat(got_on)).isoformat() == last

    @pytest.mark.django_db
    @pytest.mark.parametrize("days_late", [0, 1])
    def test_counted_from_delivery(self, days_late: int) -> None:
        case = rejected()
        draft = drafted(case)
        day = appeal_last_day(clock.today()) + timedelta(days=days_late)
        with clock.at(clock.now() + (day - clock.today())):
            appeal = appeals.lodge(draft, by=pharmacist_of(case))
        assert (appeal.is_in_time, appeal.got_on) == (not days_late, clock.today())

    @pytest.mark.django_db
    def test_in_time_while_the_decision_is_not_delivered(self) -> None:
        appeal = lodged(factories.decided(Outcome.REJECTED))
        assert (appeal.is_in_time, appeal.last_on) == (True, None)

    @pytest.mark.django_db
    def test_a_later_day_of_receipt_or_wrong_information_makes_it_timely(self) -> None:
        late = too_late()
        assert not late.is_in_time
        judged = appeal_acts.judge_time(
            late, got_on=late.received_on, misled=False, reason="Delgivningskvitto.", by=officer()
        )
        assert judged.is_in_time
        misled = appeal_acts.judge_time(
            too_late(), got_on=None, misled=True, reason="Fel frist i beslutet.", by=officer()
        )
        assert misled.is_in_time


def too_late(case: Case | None = None) -> Appeal:
    """Registered by post four weeks after delivery."""
    with clock.at(clock.now() - timedelta(days=40)):
        about = case or rejected()
        issue_letters()
    return appeals.register(
        about,
        FACTS,
        received_on=clock.today() - timedelta(days=1),
        file=factories.picture("skannat.png"),
        by=officer(),
    )


@pytest.mark.django_db
class TestLodging:
    def test_the_pharmacy_gets_number_letter_and_notice(self) -> None:
        case = rejected()
        appeal = lodged(case)
        assert appeal.number == f"{case.dnr}-Ö1"
        letter = Letter.objects.get(case=case, reason=LetterReason.APPEAL_RECEIVED)
        assert letter.facts["in_time"] is True
        kinds = [notice.kind for notice in notices_of(pharmacist_of(case).user)]
        assert NoticeKind.APPEAL_RECEIVED in kinds

    def test_only_a_decision_that_goes_against(self) -> None:
        granted = factories.decided()
        with pytest.raises(WrongState):
            drafted(granted)

    def test_once(self) -> None:
        case = rejected()
        draft = drafted(case)
        appeals.lodge(draft, by=pharmacist_of(case))
        with pytest.raises(WrongState):
            appeals.lodge(draft, by=pharmacist_of(case))
        with pytest.raises(WrongState):
            drafted(case)

    def test_not_by_staff_or_another_pharmacy(self) -> None:
        case = rejected()
        staff = factories.acting_as(Role.PHARMACY_STAFF, pharmacy=pharmacist_of(case).pharmacy)
        for other in (staff, factories.AssignmentFactory(pharmacist=True)):
            with pytest.raises(NotAllowed):
                appeals.draft(case.application, FACTS, by=other)
        with pytest.raises(NotAllowed):
            appeals.lodge(drafted(case), by=factories.AssignmentFactory(pharmacist=True))

    def test_not_with_other_files_than_were_checked(self) -> None:
        case = rejected()
        draft = drafted(case)
        appeal_documents.add(
            draft,
            file=factories.picture("intyg.png"),
            kind=AppealDocumentKind.STATEMENT,
            by=pharmacist_of(case),
        )
        with pytest.raises(Stale):
            appeals.lodge(draft, by=pharmacist_of(case), opened_revision=draft.revision)

    def test_by_post_takes_the_place_of_a_draft(self) -> None:
        case = rejected()
        drafted(case)
        appeal = appeals.register(
            case, FACTS, received_on=clock.today(), file=factories.picture("a.png"), by=officer()
        )
        assert list(Appeal.objects.all()) == [appeal]
        assert appeal.documents.get().kind == AppealDocumentKind.APPEAL

    @pytest.mark.parametrize("days", [1, -1])
    def test_by_post_between_the_decision_and_today(self, days: int) -> None:
        case = rejected()
        with pytest.raises(Refused):
            appeals.register(
                case,
                FACTS,
                received_on=clock.today() + timedelta(days=days),
                file=factories.picture("a.png"),
                by=officer(),
            )


@pytest.mark.django_db
class TestSecrecy:
    def test_files_are_the_partys_and_the_agencys(self) -> None:
        case = rejected()
        draft = drafted(case)
        appeal_documents.add(
            draft, file=factories.picture("intyg.png"), kind="statement", by=pharmacist_of(case)
        )
        assert not appeal_documents.readable_by(draft, officer()).exists()
        appeal = appeals.lodge(draft, by=pharmacist_of(case))

        def may_read(by: Assignment) -> bool:
            return appeal_documents.openable_by(appeal, by).exists()

        assert may_read(pharmacist_of(case))
        assert may_read(officer())
        assert not may_read(case.application.motivation.author)
        assert not may_read(factories.AssignmentFactory(pharmacist=True))
        assert not may_read(factories.acting_as(Role.OPERATOR))

    def test_the_author_learns_that_but_not_what(self) -> None:
        appeal = lodged()
        told = events_for_author(appeal.case.application.motivation)
        words = " ".join(f"{event.title} {event.text}" for event in told)
        assert "Beslutet är överklagat" in words
        assert "PLANTERAT" not in words


@pytest.mark.django_db
class TestRejecting:
    def test_too_late_is_rejected_with_reasons_and_how_to_appeal(self) -> None:
        late = too_late()
        with pytest.raises(Refused):
            appeal_acts.reconsider(late, by=officer())
        done = appeal_acts.reject(late, reasons="Ingen ursäkt.", by=decider())
        assert done.status == AppealStatus.REJECTED
        letter = Letter.objects.get(case=late.case, reason=LetterReason.APPEAL_REJECTED)
        assert letter.facts["reasons"] == "Ingen ursäkt."
        issue_letters()
        letter.refresh_from_db()
        assert letter.issued_at is not None

    def test_not_one_that_is_in_time_nor_by_a_caseworker(self) -> None:
        with pytest.raises(Refused):
            appeal_acts.reject(lodged(), reasons=REASONS, by=decider())
        with pytest.raises(NotAllowed):
            appeal_acts.reject(too_late(), reasons=REASONS, by=officer())


@pytest.mark.django_db
class TestCourtFile:
    def test_holds_the_documents_numbered_and_no_notes(self) -> None:
        case = rejected()
        cases.add_note(case, text="INTERNT", by=officer())
        draft = drafted(case)
        appeal_documents.add(
            draft, file=factories.picture("intyg.png"), kind="statement", by=pharmacist_of(case)
        )
        appeal = kept(appeals.lodge(draft, by=pharmacist_of(case)))
        file = bound(appeal)
        with pikepdf.open(BytesIO(bytes(file.pdf))) as pdf:
            total = len(pdf.pages)
            with pdf.open_outline() as outline:
                titles = [item.title for item in outline.root]
        assert titles[:3] == ["Innehåll", "Beslutet", "Licensmotivering, version 1"]
        assert titles[-3:] == [
            f"Överklagande {appeal.number}",
            "Bilaga till överklagandet",
            "Omprövning",
        ]
        words = pdf_text(bytes(file.pdf))
        assert f"sida {total} av {total}" in words
        # The clinical text goes to the court; notes do not.
        assert "Svårbehandlad epilepsi" in words
        assert "PLANTERAT" in words
        assert "INTERNT" not in words
        assert AccessLogEntry.objects.filter(what="attachment", action="download").exists()

    def test_waits_for_what_is_not_made_yet(self) -> None:
        appeal = kept()
        issue_letters()
        assert court_files.issue() == 0
        with pytest.raises(Refused):
            appeal_acts.forward(appeal, on=clock.today(), by=officer())
        bound(appeal)
        sent = appeal_acts.forward(appeal, on=clock.today(), by=officer())
        assert sent.status == AppealStatus.FORWARDED


@pytest.mark.django_db
class TestReopening:
    def test_changed_by_the_agency_a_new_decision_is_made_and_the_old_stays(self) -> None:
        case = rejected()
        begun = appeal_acts.reconsider(lodged(case), by=officer())
        with pytest.raises(NotAllowed):
            appeal_acts.change(begun, reasons=REASONS, by=officer())
        done = appeal_acts.change(begun, reasons="Utlåtandet visar behovet.", by=decider())
        assert done.status == AppealStatus.CHANGED
        case.refresh_from_db()
        assert (case.status, case.round, case.decided_at) == (CaseStatus.IN_REVIEW, 2, None)
        assert queries.live_decision(case) is None
        motivation = case.application.motivation
        motivation.refresh_from_db()
        assert (motivation.status, motivation.outcome) == (MotivationStatus.IN_CASE, "")
        decided = deciding.decide(case, factories.facts(), by=case.assignee)
        if decided.status == CaseStatus.PROPOSED:
            decided = deciding.countersign(decided, by=decider())
        outcomes = Decision.objects.filter(case=case).order_by("round")
        assert [one.outcome for one in outcomes] == [Outcome.REJECTED, Outcome.GRANTED]
        told = queries.decision_told(case.application)
        assert told is not None
        assert told.outcome == Outcome.GRANTED
        assert Licence.objects.get(decision__case=case).decision == told
        assert letter_queries.decided_letter(case.application).replaces is not None  # type: ignore[union-attr]
        author = motivation.author.user
        kinds = [notice.kind for notice in notices_of(author)]
        assert kinds.count(NoticeKind.DECIDED) == 2
        assert NoticeKind.CASE_REOPENED in kinds

    @pytest.mark.parametrize("outcome", CourtOutcome)
    def test_only_remitted_or_changed_by_the_court(self, outcome: CourtOutcome) -> None:
        ended = concluded(outcome)
        case = Case.objects.get(pk=ended.case_id)
        assert case.is_open is (outcome in (CourtOutcome.REMITTED, CourtOutcome.CHANGED))
        events = [str(event.title) for event in timeline(queries.history(case))]
        assert "Överklagandet avslutades" in events
        assert ("Ärendet öppnades igen för ett nytt beslut" in events) is case.is_open

    def test_a_second_decision_can_be_appealed_too(self) -> None:
        case = rejected()
        concluded(CourtOutcome.REMITTED, lodged(case))
        case.refresh_from_db()
        proposed = deciding.decide(case, factories.facts(Outcome.REJECTED), by=case.assignee)
        deciding.countersign(proposed, by=decider())
        issue_letters()
        case.refresh_from_db()
        again = lodged(case)
        assert again.number == f"{case.dnr}-Ö2"
        assert again.decision.round == 2

    def test_a_licence_with_a_reservation_holds_until_it_is_replaced(self) -> None:
        case = factories.decided(Outcome.GRANTED_WITH_RESERVATION)
        issue_letters()
        concluded(CourtOutcome.REMITTED, lodged(case))
        first = Licence.objects.get(decision__case=case)
        assert first.status == "active"
        case.refresh_from_db()
        decided = deciding.decide(case, factories.facts(), by=case.assignee)
        assert decided.status == CaseStatus.DECIDED
        first.refresh_from_db()
        assert first.status == "revoked"
        second = Licence.objects.get(decision__case=case, status="active")
        application = case.application
        application.refresh_from_db()
        assert application.licence_number == second.number

    def test_the_reopened_case_is_counted_as_open(self) -> None:
        case = rejected()
        concluded(CourtOutcome.REMITTED, lodged(case))
        write_facts([case.pk], today=clock.today())
        case.refresh_from_db()
        assert (case.fact.ended_month, case.fact.outcome) == (None, "")

    def test_the_pharmacy_can_withdraw_the_reopened_application(self) -> None:
        case = rejected()
        concluded(CourtOutcome.REMITTED, lodged(case))
        application = case.application
        application.refresh_from_db()
        withdraw(application, reason="Behövs inte.", by=pharmacist_of(case))
        case.refresh_from_db()
        assert case.status == CaseStatus.CLOSED
        assert Decision.objects.get(case=case).returned_at is None


@pytest.mark.django_db
def test_taken_back_before_the_court_it_can_be_lodged_again() -> None:
    case = rejected()
    done = appeal_acts.withdraw(lodged(case), reason="Brev från apoteket.", by=officer())
    assert done.status == AppealStatus.WITHDRAWN
    assert lodged(case).number.endswith("Ö2")
