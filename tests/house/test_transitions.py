"""Every cell of the state tables: state × action × role, against a matrix written by hand.

A careless edit of a `flow.py` must fail here: the expectation is a copy, not derived from the code.
"""

import itertools

import pytest

from applications.enums import ApplicationStatus
from applications.flow import APPLICATION
from applications.models import Application
from decisions.enums import CaseStatus, LetterStatus
from decisions.flow import CASE, LETTER
from decisions.models import Case, Letter
from klas.access import SYSTEM, Role
from klas.errors import NotAllowed, WrongState
from klas.flow import Flow
from motivations.enums import MotivationStatus, SupplementStatus
from motivations.flow import MOTIVATION, SUPPLEMENT
from motivations.models import Motivation, SupplementRequest
from tests import factories

# action: (from, to, roles); "system" is the service itself.
EXPECTED: dict[str, dict[str, tuple[set[str], str, set[str]]]] = {
    "motivation": {
        "submit": ({"draft"}, "submitted", {"prescriber"}),
        "withdraw": ({"submitted"}, "withdrawn", {"prescriber"}),
        "lapse": ({"submitted"}, "lapsed", {"system"}),
        "application_sent": ({"submitted"}, "in_case", {"system"}),
        "review_started": ({"in_case"}, "in_case", {"system"}),
        "application_withdrawn": ({"in_case", "supplement"}, "submitted", {"system"}),
        "supplement_requested": ({"in_case"}, "supplement", {"system"}),
        "answer_supplement": ({"supplement"}, "in_case", {"prescriber"}),
        "supplement_closed": ({"supplement"}, "in_case", {"system"}),
        "decided": ({"in_case"}, "closed", {"system"}),
    },
    "supplement": {
        "answer": ({"open"}, "answered", {"system"}),
        "close": ({"open"}, "closed", {"system"}),
    },
    "application": {
        "send": ({"draft"}, "sent", {"pharmacist"}),
        "withdraw": ({"sent", "in_review"}, "withdrawn", {"pharmacist"}),
        "registered": ({"sent"}, "sent", {"system"}),
        "review_started": ({"sent", "in_review"}, "in_review", {"system"}),
        "supplement_requested": ({"in_review"}, "in_review", {"system"}),
        "supplement_answered": ({"in_review"}, "in_review", {"system"}),
        "supplement_closed": ({"in_review"}, "in_review", {"system"}),
        "decided": ({"sent", "in_review"}, "decided", {"system"}),
    },
    "case": {
        "take": ({"registered"}, "in_review", {"caseworker", "decision_maker"}),
        "release": ({"in_review"}, "registered", {"caseworker", "decision_maker"}),
        "request_supplement": ({"in_review"}, "waiting", {"caseworker", "decision_maker"}),
        "supplement_answered": ({"waiting"}, "in_review", {"system"}),
        "close_supplement": ({"waiting"}, "in_review", {"caseworker", "decision_maker"}),
        "propose": ({"in_review"}, "proposed", {"caseworker", "decision_maker"}),
        "return": ({"proposed"}, "in_review", {"decision_maker"}),
        "countersign": ({"proposed"}, "decided", {"decision_maker"}),
        "close": ({"registered", "in_review", "waiting", "proposed"}, "closed", {"system"}),
        "decide": ({"in_review"}, "decided", {"caseworker", "decision_maker"}),
    },
    "letter": {
        "issue": ({"pending"}, "issued", {"system"}),
        "deliver": ({"issued"}, "delivered", {"system"}),
        "print": ({"issued"}, "printed", {"caseworker", "decision_maker"}),
        "post": ({"printed"}, "posted", {"caseworker", "decision_maker"}),
    },
}
FLOWS: dict[str, tuple[Flow, type, type]] = {
    "motivation": (MOTIVATION, Motivation, MotivationStatus),
    "supplement": (SUPPLEMENT, SupplementRequest, SupplementStatus),
    "application": (APPLICATION, Application, ApplicationStatus),
    "case": (CASE, Case, CaseStatus),
    "letter": (LETTER, Letter, LetterStatus),
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


CELLS = [
    (name, action, str(state), actor)
    for name, (_, _, states) in FLOWS.items()
    for action, state, actor in itertools.product(EXPECTED[name], states, ACTORS)
]


@pytest.mark.parametrize(("name", "action", "state", "actor"), CELLS)
def test_every_cell(name: str, action: str, state: str, actor: str) -> None:
    """`allows` answers every cell as the hand-written matrix does (no database needed)."""
    flow, model, _ = FLOWS[name]
    by = SYSTEM if actor == "system" else factories.AssignmentFactory.build(role=actor)
    subject = model(status=state)
    expected = state in EXPECTED[name][action][0] and may(name, action, actor)
    assert flow.allows(subject, action, by=by) is expected


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
