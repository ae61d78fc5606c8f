"""What is frozen stays frozen: the database refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from decisions.models import CaseEvent, Decision, Letter
from decisions.services.issuing import issue_letters
from klas.models import AccessLogEntry
from klas.sealed import Sealed
from motivations.enums import Outcome
from motivations.models import ClinicalText, MotivationEvent, MotivationVersion, PatientIdentity
from tests import factories

pytestmark = pytest.mark.django_db
REFUSED = (InternalError, IntegrityError, ProgrammingError)

APPEND_ONLY = [
    AccessLogEntry,
    CaseEvent,
    ClinicalText,
    MotivationEvent,
    MotivationVersion,
    PatientIdentity,
]


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_append_only_rows_neither_change_nor_go(model: type) -> None:
    factories.case(taken_by=factories.AssignmentFactory())
    row = model.objects.first()
    table, key = model._meta.db_table, row.pk
    for statement in (
        f'UPDATE "{table}" SET id = id WHERE id = %s',
        f'DELETE FROM "{table}" WHERE id = %s',
    ):
        with (
            pytest.raises(REFUSED, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [key])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is yet to be checked refuses too
        with pytest.raises(REFUSED, match="Cannot truncate"), transaction.atomic():
            cursor.execute(f'TRUNCATE "{table}" CASCADE')
    assert model.objects.filter(pk=key).exists()


def test_a_decided_decision_is_immutable() -> None:
    decision = Decision.objects.get(case=factories.decided(Outcome.GRANTED))
    decision.conditions = "ändrat i efterhand"
    with pytest.raises(REFUSED), transaction.atomic():
        decision.save()


def test_an_issued_letter_keeps_its_bytes() -> None:
    case = factories.decided(Outcome.GRANTED)
    assert issue_letters() == 1
    letter = Letter.objects.get(case=case)
    with pytest.raises(REFUSED), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(pdf=Sealed(b"k1.falsk"))
    with pytest.raises(REFUSED), transaction.atomic():
        letter.delete()


def test_two_sent_applications_on_one_motivation_are_impossible() -> None:
    from applications.models import Application

    sent = factories.application()
    copy = Application.objects.get(pk=sent.pk)
    copy.pk, copy._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_a_motivation_has_a_reference_exactly_when_it_has_been_sent() -> None:
    motivation = factories.motivation()
    motivation.reference = None
    with pytest.raises(IntegrityError), transaction.atomic():
        motivation.save()
