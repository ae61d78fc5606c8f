"""The four-case rule: who gets which letter, for every outcome × information × supplement.

The prescriber is written to in exactly four cases: rejected, supplement requested, special
information, granted with reservation [seed]. What is expected stands here by hand.
"""

from decimal import Decimal
from typing import Any

import pytest

from decisions.models import Decision, Letter
from decisions.services import deciding
from klas.errors import Refused
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db

# (outcome, less than applied for, special information) → the prescriber's letter about the
# decision, or None. Each row is also tried with and without a supplement that was asked for.
PRESCRIBER: dict[tuple[str, bool, bool], str | None] = {
    ("granted", False, False): None,
    ("granted", False, True): "special_information",
    ("granted", True, False): None,
    ("granted", True, True): "special_information",
    ("granted_with_reservation", False, False): "reservation",
    ("granted_with_reservation", False, True): "reservation",
    ("granted_with_reservation", True, False): "reservation",
    ("granted_with_reservation", True, True): "reservation",
    ("rejected", False, False): "rejected",
    ("rejected", False, True): "rejected",
    ("dismissed", False, False): None,
    ("closed", False, False): None,
}
# Whether the decision goes against the pharmacy, which may then appeal it.
AGAINST = {
    ("granted", False): False,
    ("granted", True): True,
    ("granted_with_reservation", False): True,
    ("granted_with_reservation", True): True,
    ("rejected", False): True,
    ("dismissed", False): True,
    ("closed", False): True,
}
UNTRIED = ("dismissed", "closed")


def test_the_table_holds_every_outcome() -> None:
    assert {outcome for outcome, _less, _informed in PRESCRIBER} == set(Outcome.values)


@pytest.mark.parametrize("asked", [False, True], ids=["", "supplement"])
@pytest.mark.parametrize(
    ("outcome", "less", "informed"),
    PRESCRIBER,
    ids=lambda value: str(value) if isinstance(value, str) else "yes" if value else "no",
)
def test_who_gets_which_letter(outcome: str, less: bool, informed: bool, asked: bool) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer, assessed=not asked and outcome not in UNTRIED)
    if asked:
        factories.answered(factories.asked(case))
        case.refresh_from_db()
        if outcome not in UNTRIED:
            factories.cases.assess(case, factories.ASSESSMENT, by=officer, opened_revision=0)
    fields: dict[str, Any] = {"quantity": Decimal(365)} if less else {}
    if informed:
        fields["special_information"] = "Följ leverprover varje månad."
    moved = deciding.decide(case, factories.facts(Outcome(outcome), **fields), by=officer)
    if moved.status == "proposed":
        deciding.countersign(moved, by=factories.AssignmentFactory(decision_maker=True))

    letters = sorted(Letter.objects.filter(case=case).values_list("recipient", "reason"))
    about = PRESCRIBER[outcome, less, informed]
    expected = [("pharmacy", "decision")]
    expected += [("prescriber", about)] if about else []
    expected += [("prescriber", "supplement")] if asked else []
    assert letters == sorted(expected)
    assert Decision.objects.get(case=case).goes_against is AGAINST[outcome, less]


@pytest.mark.parametrize("outcome", UNTRIED)
def test_what_is_not_tried_gives_no_special_information(outcome: str) -> None:
    """The prescriber's letter with it says that the licence is granted."""
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer, assessed=False)
    with pytest.raises(Refused, match="Särskild information"):
        deciding.decide(
            case, factories.facts(Outcome(outcome), special_information="Följ upp."), by=officer
        )
