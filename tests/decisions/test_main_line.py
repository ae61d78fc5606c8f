"""The main line through the services: from draft to licence and letters."""

import pytest

from decisions.enums import LetterReason, Recipient
from decisions.models import Letter, Licence
from decisions.services import cases, deciding
from klas.errors import WrongState
from motivations.enums import MotivationStatus, Outcome
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_granted_case_gives_a_licence_and_one_letter_to_the_pharmacy() -> None:
    case = factories.decided(Outcome.GRANTED)
    licence = Licence.objects.get(decision__case=case)
    assert (
        licence.product.product_line
        == "Ospolot, filmdragerad tablett, 50 mg (Desitin Arzneimittel)"
    )
    assert licence.subject_line == "Vera Provpatient, 19570428-9999"
    assert [letter.recipient for letter in Letter.objects.all()] == [Recipient.PHARMACY]
    motivation = case.application.motivation
    motivation.refresh_from_db()
    assert (motivation.status, motivation.outcome) == (MotivationStatus.CLOSED, Outcome.GRANTED)


def test_a_rejection_gives_no_licence_and_a_letter_to_each() -> None:
    case = factories.decided(Outcome.REJECTED)
    assert not Licence.objects.exists()
    reasons = {letter.recipient: letter.reason for letter in Letter.objects.filter(case=case)}
    assert reasons == {
        Recipient.PHARMACY: LetterReason.DECISION,
        Recipient.PRESCRIBER: LetterReason.REJECTED,
    }


def test_the_assessment_stands_while_a_proposal_rests_on_it() -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    proposed = deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
    with pytest.raises(WrongState, match="kontrasignering"):
        cases.assess(proposed, factories.ASSESSMENT, by=officer, opened_revision=1)
