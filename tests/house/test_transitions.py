"""Every cell of the state tables: state × action × role, against a matrix written by hand.

A careless edit of a `flow.py` must fail here: the expectation is a copy, not derived from the code.
"""

import itertools

import pytest

from applications.enums import ApplicationStatus, HandOverStatus
from applications.flow import APPLICATION, HAND_OVER
from applications.flow import SUPPLEMENT as APPLICATION_SUPPLEMENT
from applications.models import Application, ApplicationSupplement, HandOver
from decisions.enums import (
    AppealStatus,
    CaseStatus,
    CommunicationStatus,
    LetterStatus,
    LicenceStatus,
    ReferralStatus,
)
from decisions.flow import APPEAL, CASE, COMMUNICATION, LETTER, LICENCE, REFERRAL
from decisions.models import Appeal, Case, Communication, Letter, Licence, Referral
from klas.access import SYSTEM, Role
from klas.errors import NotAllowed, WrongState
from klas.flow import Flow
from motivations.enums import MotivationStatus, SupplementStatus
from motivations.flow import MOTIVATION, SUPPLEMENT
from motivations.models import Motivation, SupplementRequest
from tests import factories

ASKED: dict[str, tuple[set[str], str | None, set[str]]] = {
    "answer": ({"open"}, "answered", {"system"}),
    "accept": ({"answered"}, "accepted", {"system"}),
    "ask_again": ({"answered"}, "not_enough", {"system"}),
    "enjoin": ({"open"}, "open", {"system"}),
    "close": ({"open"}, "closed", {"system"}),
    "give_up": ({"open"}, "unanswered", {"system"}),
}
# action: (from, to or None where it stays, roles); "system" is the service itself.
EXPECTED: dict[str, dict[str, tuple[set[str], str | None, set[str]]]] = {
    "motivation": {
        "submit": ({"draft"}, "submitted", {"prescriber"}),
        "withdraw": ({"submitted"}, "withdrawn", {"prescriber"}),
        "lapse": ({"submitted"}, "lapsed", {"system"}),
        "application_sent": ({"submitted"}, "in_case", {"system"}),
        "review_started": ({"in_case"}, "in_case", {"system"}),
        "application_withdrawn": ({"in_case", "supplement"}, "submitted", {"system"}),
        "application_handed_over": ({"in_case", "supplement"}, None, {"system"}),
        "renewal_sent": ({"closed"}, "in_case", {"system"}),
        "renewal_withdrawn": ({"in_case", "supplement"}, "closed", {"system"}),
        "supplement_requested": ({"in_case"}, "supplement", {"system"}),
        "answer_supplement": ({"supplement"}, "in_case", {"prescriber"}),
        "supplement_closed": ({"supplement"}, "in_case", {"system"}),
        "enjoined": ({"supplement"}, "supplement", {"system"}),
        "decided": ({"in_case"}, "closed", {"system"}),
        "licence_suspended": ({"closed"}, "closed", {"system"}),
        "licence_lifted": ({"closed"}, "closed", {"system"}),
        "licence_revoked": ({"closed"}, "closed", {"system"}),
        "decision_corrected": ({"closed"}, "closed", {"system"}),
        "safety_information": ({"closed"}, "closed", {"system"}),
        "appealed": ({"closed", "in_case", "supplement"}, None, {"system"}),
        "appeal_ended": ({"closed", "in_case", "supplement"}, None, {"system"}),
        "reopened": ({"closed"}, "in_case", {"system"}),
    },
    "supplement": ASKED,
    "application_supplement": ASKED,
    "application": {
        "send": ({"draft"}, "sent", {"pharmacist"}),
        "withdraw": ({"sent", "in_review"}, "withdrawn", {"pharmacist"}),
        "handed_over": ({"sent", "in_review"}, None, {"system"}),
        "registered": ({"sent"}, "sent", {"system"}),
        "review_started": ({"sent", "in_review"}, "in_review", {"system"}),
        "supplement_requested": ({"in_review"}, "in_review", {"system"}),
        "supplement_answered": ({"in_review"}, "in_review", {"system"}),
        "supplement_closed": ({"in_review"}, "in_review", {"system"}),
        "answer_supplement": ({"in_review"}, "in_review", {"pharmacist"}),
        "supplement_reminded": ({"in_review"}, "in_review", {"system"}),
        "enjoined": ({"in_review"}, "in_review", {"system"}),
        "hearing_requested": ({"in_review"}, "in_review", {"system"}),
        "hearing_answered": ({"in_review"}, "in_review", {"system"}),
        "hearing_closed": ({"in_review"}, "in_review", {"system"}),
        "decided": ({"sent", "in_review"}, "decided", {"system"}),
        "licence_suspended": ({"decided"}, "decided", {"system"}),
        "licence_lifted": ({"decided"}, "decided", {"system"}),
        "licence_revoked": ({"decided"}, "decided", {"system"}),
        "decision_corrected": ({"decided"}, "decided", {"system"}),
        "safety_information": ({"decided"}, "decided", {"system"}),
        "delayed": ({"sent", "in_review"}, None, {"system"}),
        "decision_requested": ({"sent", "in_review"}, None, {"system"}),
        "decision_request_rejected": ({"sent", "in_review"}, None, {"system"}),
        "appealed": ({"decided"}, None, {"system"}),
        "appeal_rejected": ({"decided"}, None, {"system"}),
        "appeal_forwarded": ({"decided"}, None, {"system"}),
        "appeal_ended": ({"decided"}, None, {"system"}),
        "reopened": ({"decided"}, "in_review", {"system"}),
    },
    "hand_over": {
        "accept": ({"offered"}, "accepted", {"pharmacist"}),
        "decline": ({"offered"}, "declined", {"pharmacist"}),
        "take_back": ({"offered"}, "taken_back", {"pharmacist"}),
        "end": ({"offered"}, "ended", {"system"}),
    },
    "case": {
        "take": ({"registered"}, "in_review", {"caseworker", "decision_maker"}),
        "release": ({"in_review"}, "registered", {"caseworker", "decision_maker"}),
        "assign": ({"registered"}, "in_review", {"caseworker", "decision_maker"}),
        "reassign": ({"in_review"}, "in_review", {"caseworker", "decision_maker"}),
        "reassign_waiting": ({"waiting"}, "waiting", {"caseworker", "decision_maker"}),
        "release_absent": ({"in_review"}, "registered", {"caseworker", "decision_maker"}),
        "request_supplement": (
            {"in_review", "waiting"},
            "waiting",
            {"caseworker", "decision_maker"},
        ),
        "supplement_answered_in_part": ({"waiting"}, "waiting", {"system"}),
        "close_supplement_in_part": ({"waiting"}, "waiting", {"caseworker", "decision_maker"}),
        "send_injunction": ({"waiting"}, "waiting", {"caseworker", "decision_maker"}),
        "accept_supplement": ({"in_review"}, "in_review", {"caseworker", "decision_maker"}),
        "supplement_answered": ({"waiting"}, "in_review", {"system"}),
        "close_supplement": ({"waiting"}, "in_review", {"caseworker", "decision_maker"}),
        "communicate": ({"in_review"}, "in_review", {"caseworker", "decision_maker"}),
        "refer": ({"in_review"}, "in_review", {"caseworker", "decision_maker"}),
        "propose": ({"in_review"}, "proposed", {"caseworker", "decision_maker"}),
        "return": ({"proposed"}, "in_review", {"decision_maker"}),
        "countersign": ({"proposed"}, "decided", {"decision_maker"}),
        "applicant_changed": ({"registered", "in_review", "waiting"}, None, {"system"}),
        "proposal_lapsed": ({"proposed"}, "in_review", {"system"}),
        "close": ({"registered", "in_review", "waiting", "proposed"}, "closed", {"system"}),
        "decide": ({"in_review"}, "decided", {"caseworker", "decision_maker"}),
        "supplement_reminded": ({"waiting"}, None, {"system"}),
        "delay_told": ({"registered", "in_review", "proposed"}, None, {"system"}),
        "decision_requested": (
            {"registered", "in_review", "waiting", "proposed"},
            None,
            {"system"},
        ),
        "decision_request_rejected": (
            {"registered", "in_review", "waiting", "proposed"},
            None,
            {"system"},
        ),
        "disclosed": (
            {"registered", "in_review", "waiting", "proposed", "decided", "closed"},
            None,
            {"system"},
        ),
        "appealed": ({"decided"}, None, {"system"}),
        "appeal_rejected": ({"decided"}, None, {"system"}),
        "appeal_changed": ({"decided"}, None, {"system"}),
        "appeal_kept": ({"decided"}, None, {"system"}),
        "appeal_forwarded": ({"decided"}, None, {"system"}),
        "appeal_ended": ({"decided"}, None, {"system"}),
        "reopen": ({"decided"}, "in_review", {"system"}),
    },
    "letter": {
        "issue": ({"pending"}, "issued", {"system"}),
        "deliver": ({"issued"}, "delivered", {"system"}),
        "print": ({"issued"}, "printed", {"caseworker", "decision_maker"}),
        "cancel": ({"pending", "issued", "printed"}, "cancelled", {"system"}),
        "post": ({"printed"}, "posted", {"caseworker", "decision_maker"}),
    },
    "licence": {
        "suspend": ({"active"}, "suspended", {"caseworker", "decision_maker"}),
        "lift": ({"suspended"}, "active", {"caseworker", "decision_maker"}),
        "revoke": ({"active", "suspended"}, "revoked", {"decision_maker"}),
        "restore": ({"revoked"}, "active", {"system"}),
        "replace": ({"active", "suspended"}, "revoked", {"system"}),
    },
    "appeal": {
        "lodge": ({"draft"}, "received", {"pharmacist"}),
        "register": ({"draft"}, "received", {"caseworker", "decision_maker"}),
        "judge_time": ({"received"}, "received", {"caseworker", "decision_maker"}),
        "reject": ({"received"}, "rejected", {"decision_maker"}),
        "reconsider": ({"received"}, "reconsidered", {"caseworker", "decision_maker"}),
        "change": ({"reconsidered"}, "changed", {"decision_maker"}),
        "keep": ({"reconsidered"}, "kept", {"decision_maker"}),
        "forward": ({"kept"}, "forwarded", {"caseworker", "decision_maker"}),
        "conclude": ({"forwarded"}, "ended", {"caseworker", "decision_maker"}),
        "reinstate": ({"rejected"}, "received", {"system"}),
        "withdraw": (
            {"received", "reconsidered", "kept"},
            "withdrawn",
            {"caseworker", "decision_maker"},
        ),
    },
    "communication": {
        "answer": ({"open"}, "answered", {"pharmacist"}),
        "close": ({"open"}, "closed", {"system"}),
    },
    "referral": {
        "answer": ({"open"}, "answered", {"caseworker", "assessor", "decision_maker"}),
        "withdraw": ({"open"}, "withdrawn", {"caseworker", "decision_maker"}),
    },
}
FLOWS: dict[str, tuple[Flow, type, type]] = {
    "motivation": (MOTIVATION, Motivation, MotivationStatus),
    "supplement": (SUPPLEMENT, SupplementRequest, SupplementStatus),
    "application_supplement": (
        APPLICATION_SUPPLEMENT,
        ApplicationSupplement,
        SupplementStatus,
    ),
    "application": (APPLICATION, Application, ApplicationStatus),
    "hand_over": (HAND_OVER, HandOver, HandOverStatus),
    "case": (CASE, Case, CaseStatus),
    "letter": (LETTER, Letter, LetterStatus),
    "licence": (LICENCE, Licence, LicenceStatus),
    "appeal": (APPEAL, Appeal, AppealStatus),
    "communication": (COMMUNICATION, Communication, CommunicationStatus),
    "referral": (REFERRAL, Referral, ReferralStatus),
}
ACTORS = [*Role, "system"]


def may(flow: str, action: str, actor: str) -> bool:
    """Actions of the service itself need no permission, so nobody is refused on permission."""
    allowed = EXPECTED[flow][action][2]
    return "system" in allowed or actor in allowed


@pytest.mark.parametrize("name", FLOWS)
def test_the_table_has_exactly_the_expected_actions(name: str) -> None:
    flow = FLOWS[name][0]
    assert {action: (set(cell.sources), cell.target) for action, cell in flow.table.items()} == {
        action: (sources, target) for action, (sources, target, _) in EXPECTED[name].items()
    }


ROWS = [(name, action) for name in FLOWS for action in EXPECTED[name]]


@pytest.mark.parametrize(("name", "action"), ROWS)
def test_every_cell(name: str, action: str) -> None:
    """`allows` answers every cell as the hand-written matrix does (no database needed)."""
    flow, model, states = FLOWS[name]
    for state, actor in itertools.product(states, ACTORS):
        by = SYSTEM if actor == "system" else factories.AssignmentFactory.build(role=actor)
        expected = str(state) in EXPECTED[name][action][0] and may(name, action, actor)
        answer = flow.allows(model(status=state), action, by=by)
        assert answer is expected, f"{name}: {action} in {state} by {actor}"


@pytest.mark.django_db
class TestTheDoor:
    """`perform` itself, on real rows."""

    def test_wrong_role_is_not_allowed_and_changes_nothing(self) -> None:
        case = factories.case()
        with pytest.raises(NotAllowed):
            CASE.perform(case, "take", by=factories.acting_as(Role.ASSESSOR))
        case.refresh_from_db()
        assert case.status == CaseStatus.REGISTERED
        assert not case.events.filter(action="take").exists()

    def test_wrong_state_is_told_and_changes_nothing(self) -> None:
        officer = factories.AssignmentFactory()
        case = factories.case(taken_by=officer)
        revision = case.revision
        with pytest.raises(WrongState):
            CASE.perform(case, "take", by=officer, assignee=officer)
        case.refresh_from_db()
        assert case.revision == revision

    def test_a_transition_leaves_an_event_with_actor_reason_and_states(self) -> None:
        motivation = factories.motivation()
        MOTIVATION.perform(motivation, "withdraw", by=motivation.author, reason="Fel patient")
        event = motivation.events.latest("pk")
        assert (event.action, event.from_state, event.to_state) == (
            "withdraw",
            "submitted",
            "withdrawn",
        )
        assert (event.actor, event.reason) == (motivation.author, "Fel patient")

    def test_another_doctor_cannot_withdraw(self) -> None:
        motivation = factories.motivation()
        with pytest.raises(NotAllowed):
            MOTIVATION.perform(
                motivation, "withdraw", by=factories.acting_as(Role.PRESCRIBER), reason="x"
            )
