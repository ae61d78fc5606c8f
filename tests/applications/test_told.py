"""What the agency tells of an application, so that lists at the pharmacy need not look upwards."""

import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from applications.enums import WaitingFor
from applications.models import Application, ApplicationEvent
from applications.services import told_after
from applications.services.withdrawing import withdraw
from decisions.models import Case, Licence
from decisions.services import supplements
from klas import clock
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db


def waits(application: Application) -> tuple[str, Any]:
    application.refresh_from_db()
    return application.waiting_for, application.answer_due_on


def asked(application: Application) -> Case:
    return factories.asked(factories.case(of=application, taken_by=factories.AssignmentFactory()))


def test_whom_it_waits_for_and_until_when_it_is_answered() -> None:
    application = factories.application()
    assert waits(application) == ("", None)
    case = asked(application)
    due_on = clock.today() + timedelta(days=14)
    assert waits(application) == (WaitingFor.PRESCRIBER, due_on)
    factories.answered(case)
    assert waits(application) == ("", None)


def test_nobody_is_waited_for_when_the_agency_goes_on_or_the_pharmacy_withdraws(
    pharmacist: Any,
) -> None:
    closed, withdrawn = (factories.application(by=pharmacist) for _n in range(2))
    case = asked(closed)
    assert case.assignee is not None
    supplements.close(case, by=case.assignee)
    asked(withdrawn)
    withdraw(withdrawn, by=pharmacist, reason="Kunden har fått ett annat läkemedel.")
    assert waits(closed) == waits(withdrawn) == ("", None)


def test_the_licence_of_a_grant_and_of_nothing_else() -> None:
    granted, rejected = factories.application(), factories.application()
    factories.decided(of=granted)
    factories.decided(Outcome.REJECTED, of=rejected)
    licence = Licence.objects.get()
    for application in (granted, rejected):
        application.refresh_from_db()
    assert (granted.licence_number, granted.licence_valid_to) == (licence.number, licence.valid_to)
    assert (rejected.licence_number, rejected.licence_valid_to) == ("", None)
    told_after.licence_revoked(granted, reason="Föreskrifterna har ändrats.")
    granted.refresh_from_db()
    assert (granted.licence_number, granted.licence_valid_to) == (licence.number, None)


@pytest.mark.parametrize(
    "impossible",
    [
        {"waiting_for": "pharmacy"},
        {"answer_due_on": "2026-12-01"},
        {"licence_number": "L-2026-000001-A"},
        {"licence_valid_to": "2026-12-01"},
    ],
)
def test_the_database_refuses_what_cannot_be(impossible: dict[str, str]) -> None:
    application = factories.application()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**impossible)


def test_applications_from_before_are_told_by_the_migration() -> None:
    waiting, answered, granted = (factories.application() for _n in range(3))
    asked(waiting)
    factories.answered(asked(answered))
    factories.decided(of=granted)
    fields = ("pk", "waiting_for", "answer_due_on", "licence_number", "licence_valid_to")
    before = set(Application.objects.values_list(*fields))
    Application.objects.update(
        waiting_for="", answer_due_on=None, licence_number="", licence_valid_to=None
    )
    migration = import_module("applications.migrations.0006_desk")
    events = [
        (event.pk, event.subject_id, event.action, event.at, json.dumps(event.data))
        for event in ApplicationEvent.objects.order_by("pk")
    ]
    with connection.cursor() as cursor:
        # The events as they were then: not sealed. It stands before the real table.
        cursor.execute(
            "CREATE TEMP TABLE applications_applicationevent (id bigint, subject_id bigint, "
            "action text, at timestamptz, data jsonb) ON COMMIT DROP"
        )
        cursor.executemany(
            "INSERT INTO applications_applicationevent VALUES (%s, %s, %s, %s, %s)", events
        )
        cursor.execute(migration.WAITING)
        cursor.execute(migration.LICENCES)
    assert set(Application.objects.values_list(*fields)) == before
