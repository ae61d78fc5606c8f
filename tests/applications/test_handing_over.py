"""An application is handed over to another pharmacy before the decision."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Assignment
from applications.enums import HandOverStatus
from applications.models import Application, HandOver
from applications.services import handing_over, withdrawing
from decisions.enums import CaseStatus
from decisions.models import Case, Decision, Licence
from decisions.services import deciding
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessLogEntry
from motivations.enums import Outcome
from tests import factories
from tests.applications.conftest import hidden, press, text_of, url
from tests.applications.test_withdrawing import at_once

REASON = "Leverantören säljer inte till oss."


@pytest.fixture
def sent(pharmacist: Assignment) -> Application:
    """Addressed to the pharmacy, so that its motivation is open there also without a search."""
    gln = pharmacist.pharmacy.gln  # type: ignore[union-attr]
    motivation = factories.motivation(hantering={"pharmacy": gln})
    return factories.application(on=motivation, by=pharmacist)


def offer(application: Application, *, to: Assignment, by: Assignment) -> HandOver:
    assert to.pharmacy is not None
    return handing_over.offer(application, to=to.pharmacy, reason=REASON, by=by)


@pytest.fixture
def offered(sent: Application, pharmacist: Assignment, stranger: Assignment) -> HandOver:
    return offer(sent, to=stranger, by=pharmacist)


def accept(hand_over: HandOver, by: Assignment) -> HandOver:
    return handing_over.accept(hand_over, available=True, by=by)


def state_of(hand_over: HandOver) -> str:
    hand_over.refresh_from_db()
    return str(hand_over.status)


@pytest.mark.django_db
class TestOffering:
    def test_to_a_named_pharmacy_with_a_reason(
        self, sent: Application, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        client, name = acting(pharmacist), stranger.pharmacy.name  # type: ignore[union-attr]
        page = client.get(url("detail", sent.pk))
        assert url("offer", sent.pk) in page.content.decode()
        for wrong in (
            {"pharmacy": "", "reason": REASON},
            {"pharmacy": "Apoteket Finns Inte", "reason": REASON},
            {"pharmacy": name, "reason": " "},
            {"pharmacy": name, "reason": "Gäller 19121212-1212"},
        ):
            answer = press(client, url("offer", sent.pk), **wrong)
            assert answer.status_code == 422
            assert "Fel:" in text_of(answer)
        answer = press(client, url("offer", sent.pk), pharmacy=name, reason=REASON)
        assert answer.status_code == 302
        page = text_of(client.get(answer["Location"]))
        assert "har inte svarat än" in page
        assert "Ta tillbaka erbjudandet" in page
        assert f"Erbjuden {name}" in text_of(client.get(url("inbox")))
        # A second offer has to wait.
        assert client.get(url("offer", sent.pk))["Location"] == sent.get_absolute_url()

    def test_the_other_pharmacy_is_told_and_sees_no_patient(
        self, offered: HandOver, stranger: Assignment, acting: Any
    ) -> None:
        notice = stranger.user.notices.get(kind="hand_over_offered")
        assert notice.url == offered.get_absolute_url()
        client = acting(stranger)
        assert offered.application.dnr in text_of(client.get(url("inbox")))
        page = text_of(client.get(offered.get_absolute_url()))
        for words in (REASON, "Ospolot", "730 tabletter i 12 månader", "Vill ni ta över"):
            assert words in page
        assert "Vera Provpatient" not in page
        for name in ("detail", "receipt", "withdraw", "offer"):
            assert client.get(url(name, offered.application_id)).status_code == 404
        motivation = url("motivation", offered.application.motivation_id)
        assert client.get(motivation).status_code == 404

    def test_is_for_pharmacists_of_the_applying_pharmacy(
        self, sent: Application, stranger: Assignment, colleague: Assignment, acting: Any
    ) -> None:
        for person in (stranger, colleague):
            with pytest.raises(NotAllowed):
                offer(sent, to=factories.AssignmentFactory(pharmacist=True), by=person)
        assert acting(stranger).get(url("offer", sent.pk)).status_code == 404
        assert acting(colleague).get(url("offer", sent.pk)).status_code == 302

    def test_is_refused_when_it_makes_no_sense(
        self, sent: Application, pharmacist: Assignment, stranger: Assignment
    ) -> None:
        closed = factories.PharmacyFactory(active=False)
        with pytest.raises(Refused, match="eget apotek"):
            offer(sent, to=pharmacist, by=pharmacist)
        with pytest.raises(Refused, match="verksamt"):
            handing_over.offer(sent, to=closed, reason=REASON, by=pharmacist)
        with pytest.raises(Refused, match="varför"):
            handing_over.offer(sent, to=stranger.pharmacy, reason=" ", by=pharmacist)  # type: ignore[arg-type]
        with pytest.raises(Stale):
            handing_over.offer(
                sent,
                to=stranger.pharmacy,  # type: ignore[arg-type]
                reason=REASON,
                by=pharmacist,
                opened_revision=sent.revision + 1,
            )
        offer(sent, to=stranger, by=pharmacist)
        with pytest.raises(Refused, match="redan erbjuden"):
            offer(sent, to=factories.AssignmentFactory(pharmacist=True), by=pharmacist)

    def test_only_while_the_agency_has_it(
        self, sent: Application, pharmacist: Assignment, stranger: Assignment
    ) -> None:
        draft = factories.application_draft(by=pharmacist)
        factories.decided(of=sent)
        withdrawn = factories.application(by=pharmacist)
        withdrawing.withdraw(withdrawn, by=pharmacist, reason="Fel")
        for application in (draft, sent, withdrawn):
            application.refresh_from_db()
            with pytest.raises(WrongState):
                offer(application, to=stranger, by=pharmacist)

    def test_the_database_keeps_one_open_offer_and_no_offer_to_oneself(
        self, offered: HandOver
    ) -> None:
        for receiver in (offered.receiver, offered.giver):
            with pytest.raises(IntegrityError), transaction.atomic():
                HandOver.objects.create(
                    application=offered.application,
                    giver=offered.giver,
                    receiver=receiver,
                    reason=REASON,
                    offered_by=offered.offered_by,
                    offered_at=offered.offered_at,
                )


@pytest.mark.django_db
class TestAnswering:
    def test_yes_makes_the_other_pharmacy_the_applicant(
        self, offered: HandOver, stranger: Assignment, acting: Any
    ) -> None:
        client = acting(stranger)
        answer = press(client, offered.get_absolute_url(), answer="yes")
        assert answer.status_code == 422
        assert "Kontrollera att ni kan beställa läkemedlet" in text_of(answer)
        answer = press(client, offered.get_absolute_url(), answer="yes", available="on")
        assert answer["Location"] == offered.application.get_absolute_url()
        page = text_of(client.get(answer["Location"]))
        assert "Ansökan överlämnad till ett annat apotek" in page
        assert client.get(url("motivation", offered.application.motivation_id)).status_code == 200
        offered.application.refresh_from_db()
        assert offered.application.pharmacy == stranger.pharmacy
        assert state_of(offered) == HandOverStatus.ACCEPTED

    def test_the_former_pharmacy_keeps_a_line_and_reads_nothing_of_the_patient(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        application, client = offered.application, acting(pharmacist)
        motivation = url("motivation", application.motivation_id)
        assert "Vera Provpatient" in text_of(client.get(motivation))
        accept(offered, stranger)
        for name in ("detail", "receipt", "withdraw", "offer", "assign"):
            assert client.get(url(name, application.pk)).status_code == 404
        # Neither as addressed, nor by the search that it was applied after.
        assert client.get(motivation).status_code == 404
        name = stranger.pharmacy.name  # type: ignore[union-attr]
        line = f"Överlämnad till {name}"
        assert line in text_of(client.get(url("hand_overs")))
        page = text_of(client.get(offered.get_absolute_url()))
        assert "har tagit över ansökan och får beslutet" in page
        assert "Vera Provpatient" not in page
        assert pharmacist.user.notices.filter(kind="handed_over").count() == 1
        # A customer who comes with the number opens it again.
        factories.find_by_reference(
            application.motivation.reference or "", purpose="customer", by=pharmacist
        )
        assert client.get(motivation).status_code == 200

    def test_the_new_applicant_s_withdrawal_gives_the_motivation_back_to_the_addressed_one(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        accept(offered, stranger)
        withdrawing.withdraw(offered.application, by=stranger, reason="Går inte att beställa")
        assert (
            acting(pharmacist).get(url("motivation", offered.application.motivation_id)).status_code
            == 200
        )

    def test_author_and_agency_are_told(
        self, offered: HandOver, stranger: Assignment, acting: Any
    ) -> None:
        officer = factories.AssignmentFactory()
        case = factories.case(of=offered.application, taken_by=officer)
        accept(offered, stranger)
        motivation = offered.application.motivation
        assert motivation.author.user.notices.filter(kind="handed_over").count() == 1
        name = stranger.pharmacy.name  # type: ignore[union-attr]
        page = text_of(acting(motivation.author).get(motivation.get_absolute_url()))
        assert f"{name} har tagit över ansökan" in page
        assert REASON not in page
        assert officer.user.notices.get(kind="handed_over").url == case.get_absolute_url()
        page = text_of(acting(officer).get(case.get_absolute_url()))
        assert "Sökanden byttes: ett annat apotek tog över ansökan" in page
        for words in (name, stranger.user.name, REASON, offered.giver.name):
            assert words in page

    def test_the_licence_is_the_new_applicant_s(
        self, offered: HandOver, stranger: Assignment
    ) -> None:
        accept(offered, stranger)
        case = factories.decided(of=offered.application)
        assert Licence.objects.get(decision__case=case).holder == stranger.pharmacy
        letter = case.letters.get(recipient="pharmacy")
        assert stranger.pharmacy.name in letter.address  # type: ignore[union-attr]

    def test_a_proposal_goes_back_to_the_officer(
        self, offered: HandOver, stranger: Assignment
    ) -> None:
        officer = factories.AssignmentFactory()
        case = factories.case(of=offered.application, taken_by=officer)
        case = deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
        assert case.status == CaseStatus.PROPOSED
        accept(offered, stranger)
        case.refresh_from_db()
        assert (case.status, case.assignee) == (CaseStatus.IN_REVIEW, officer)
        assert not Decision.objects.filter(case=case, returned_at__isnull=True).exists()
        with pytest.raises(WrongState):
            deciding.countersign(case, by=factories.AssignmentFactory(decision_maker=True))

    @pytest.mark.parametrize("state", ["untaken", "taken", "waiting"])
    def test_the_case_stays_as_it_is(
        self, offered: HandOver, stranger: Assignment, state: str
    ) -> None:
        case = factories.case(of=offered.application)
        if state != "untaken":
            case = factories.case(of=offered.application, taken_by=factories.AssignmentFactory())
        if state == "waiting":
            case = factories.asked(case)
        before = (case.status, case.assignee, case.due_on)
        accept(offered, stranger)
        case.refresh_from_db()
        assert (case.status, case.assignee, case.due_on) == before
        if state == "waiting":
            factories.answered(case)

    def test_no_leaves_it_where_it_is(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        client = acting(stranger)
        assert press(client, offered.get_absolute_url(), answer="no").status_code == 422
        answer = press(client, offered.get_absolute_url(), answer="no", reason="Vi har inte tid.")
        assert answer.status_code == 302
        assert state_of(offered) == HandOverStatus.DECLINED
        page = text_of(acting(pharmacist).get(offered.get_absolute_url()))
        assert "Vi har inte tid." in page
        assert pharmacist.user.notices.filter(kind="hand_over_declined").count() == 1
        offered.application.refresh_from_db()
        assert offered.application.pharmacy == pharmacist.pharmacy
        # Another can be asked.
        offer(
            offered.application,
            to=factories.AssignmentFactory(pharmacist=True),
            by=pharmacist,
        )

    def test_the_giver_takes_it_back(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        client = acting(pharmacist)
        address = url("take_back", offered.pk)
        form = client.get(offered.get_absolute_url())
        assert client.post(address, hidden(form)).status_code == 302
        assert state_of(offered) == HandOverStatus.TAKEN_BACK
        with pytest.raises(WrongState):
            accept(offered, stranger)

    def test_only_pharmacists_of_the_right_side_answer(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        third = factories.AssignmentFactory(pharmacist=True)
        staff = factories.AssignmentFactory(staff=True, pharmacy=stranger.pharmacy)
        for person in (pharmacist, third, staff):
            with pytest.raises(NotAllowed):
                accept(offered, person)
            with pytest.raises(NotAllowed):
                handing_over.decline(offered, reason="Nej", by=person)
        for person in (stranger, third):
            with pytest.raises(NotAllowed):
                handing_over.take_back(offered, by=person)
        assert acting(third).get(offered.get_absolute_url()).status_code == 404
        assert "En farmaceut på apoteket svarar." in text_of(
            acting(staff).get(offered.get_absolute_url())
        )
        assert state_of(offered) == HandOverStatus.OFFERED

    def test_without_the_product_nobody_takes_over(
        self, offered: HandOver, stranger: Assignment
    ) -> None:
        with pytest.raises(Refused, match="beställa"):
            handing_over.accept(offered, available=False, by=stranger)
        assert state_of(offered) == HandOverStatus.OFFERED


@pytest.mark.django_db
class TestAroundIt:
    @pytest.mark.parametrize("end", ["decided", "withdrawn"])
    def test_an_unanswered_offer_ends_with_the_application(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any, end: str
    ) -> None:
        if end == "decided":
            factories.decided(of=offered.application)
        else:
            withdrawing.withdraw(offered.application, by=pharmacist, reason="Fel")
        assert state_of(offered) == HandOverStatus.ENDED
        client = acting(stranger)
        assert "beslutades eller återkallades" in text_of(client.get(offered.get_absolute_url()))
        assert "Väntar på att lämnas över" not in text_of(client.get(url("inbox")))
        with pytest.raises(WrongState):
            accept(offered, stranger)

    def test_a_refusal_is_shown_on_the_page(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        client = acting(stranger)
        form = client.get(offered.get_absolute_url())
        handing_over.take_back(offered, by=pharmacist)
        answer = client.post(
            offered.get_absolute_url(), {**hidden(form), "answer": "yes", "available": "on"}
        )
        assert answer.status_code == 409
        assert "Tillbakatagen" in text_of(answer)

    def test_it_is_in_the_access_log(self, offered: HandOver, stranger: Assignment) -> None:
        accept(offered, stranger)
        entries = AccessLogEntry.objects.filter(what="hand_over", whose=offered.application.dnr)
        assert {entry.user for entry in entries} == {offered.offered_by.user, stranger.user}
        assert {str(entry.what_display) for entry in entries} == {"Överlämning av ansökan"}

    def test_back_and_forth(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        accept(offered, stranger)
        offered.application.refresh_from_db()
        accept(offer(offered.application, to=pharmacist, by=stranger), pharmacist)
        assert acting(pharmacist).get(url("detail", offered.application_id)).status_code == 200
        assert (
            acting(pharmacist).get(url("motivation", offered.application.motivation_id)).status_code
            == 200
        )
        assert acting(stranger).get(url("detail", offered.application_id)).status_code == 404

    def test_as_many_queries_for_many_as_for_one(
        self, offered: HandOver, pharmacist: Assignment, stranger: Assignment, acting: Any
    ) -> None:
        def count(name: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert acting(stranger).get(url(name)).status_code == 200
            return len(queries)

        acting(stranger).get(url("inbox"))
        before = {name: count(name) for name in ("inbox", "hand_overs")}
        for _number in range(4):
            offer(factories.application(by=pharmacist), to=stranger, by=pharmacist)
        assert {name: count(name) for name in before} == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("other", ["decide", "withdraw", "take_back"])
def test_accepting_at_the_same_moment_gives_one_holder_and_no_deadlock(
    number: int, other: str
) -> None:
    giver, receiver = (factories.AssignmentFactory(pharmacist=True) for _ in range(2))
    sent = factories.application(by=giver)
    case = factories.case(of=sent, taken_by=factories.AssignmentFactory())
    hand_over = offer(sent, to=receiver, by=giver)
    assert case.assignee is not None
    officer = case.assignee
    acts: dict[str, Callable[[], object]] = {
        "decide": lambda: deciding.decide(
            case, factories.facts(), by=officer, opened_revision=case.revision
        ),
        "withdraw": lambda: withdrawing.withdraw(sent, by=giver, reason=REASON),
        "take_back": lambda: handing_over.take_back(hand_over, by=giver),
    }
    try:
        refused = at_once(lambda: accept(hand_over, receiver), acts[other])
    except AssertionError:
        # The former applicant may withdraw no more.
        assert other == "withdraw"
        refused = ["NotAllowed"]
    assert len(refused) == 1
    sent.refresh_from_db()
    is_accepted = state_of(hand_over) == HandOverStatus.ACCEPTED
    assert sent.pharmacy == (receiver.pharmacy if is_accepted else giver.pharmacy)
    licence = Licence.objects.filter(decision__case__application=sent).first()
    if licence is not None:
        assert licence.holder == sent.pharmacy
    assert Case.objects.filter(application=sent).count() == 1
