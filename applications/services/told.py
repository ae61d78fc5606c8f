"""What the agency tells downwards: the pharmacy's application and the prescriber's motivation."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Assignment
from accounts.queries import pharmacists_at
from applications.flow import APPLICATION
from applications.models import Application
from klas import clock
from klas.access import SYSTEM
from motivations.enums import Outcome
from motivations.flow import MOTIVATION
from motivations.models import Motivation, MotivationVersion, SupplementRequest
from motivations.services import drafts, supplements
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind
from notifications.services.telling import tell


@transaction.atomic
def registered(application: Application, *, dnr: str, expected_on: date) -> Application:
    """The agency has given the application a number and a day when a decision is expected."""
    Motivation.objects.filter(pk=application.motivation_id).update(dnr=dnr)
    _expect(application, expected_on)
    return APPLICATION.perform(
        application, "registered", by=SYSTEM, data={"dnr": dnr}, dnr=dnr, expected_on=expected_on
    )


@transaction.atomic
def review_started(application: Application) -> None:
    """An officer has begun to review."""
    APPLICATION.perform(application, "review_started", by=SYSTEM)
    MOTIVATION.perform(application.motivation, "review_started", by=SYSTEM)


@transaction.atomic
def supplement_requested(
    application: Application, *, questions: Sequence[str], due_on: date, by: Assignment
) -> SupplementRequest:
    """The agency has questions to the prescriber; no decision is expected until they are answered.

    The pharmacy learns that it waits, not what is asked.
    """
    APPLICATION.perform(
        application,
        "supplement_requested",
        by=SYSTEM,
        data={"due_on": due_on.isoformat()},
        expected_on=None,
    )
    _expect(application, None)
    return supplements.ask(application.motivation, questions=questions, due_on=due_on, by=by)


@transaction.atomic
def supplement_answered(
    application: Application, *, version: MotivationVersion, expected_on: date
) -> None:
    """The prescriber has answered with a new version, which the case now goes on with."""
    APPLICATION.perform(
        application,
        "supplement_answered",
        by=SYSTEM,
        data={"version": version.number},
        version=version,
        expected_on=expected_on,
    )
    _expect(application, expected_on)


@transaction.atomic
def supplement_closed(application: Application, *, expected_on: date) -> None:
    """The agency goes on without an answer."""
    APPLICATION.perform(application, "supplement_closed", by=SYSTEM, expected_on=expected_on)
    supplements.close(application.motivation)
    _expect(application, expected_on)


@transaction.atomic
def hearing_requested(application: Application, *, due_on: date, url: str, occasion: int) -> None:
    """The agency has sent what speaks against the application, to be answered by a day (FL 25 §).

    The pharmacy's pharmacists are told, and the one who looks after it.

    Args:
        url: the pharmacy's page where it is read and answered.
        occasion: the key of what was sent.
    """
    moved = APPLICATION.perform(
        application,
        "hearing_requested",
        by=SYSTEM,
        data={"due_on": due_on.isoformat()},
        hearing_due_on=due_on,
    )
    people = {user.pk: user for user in pharmacists_at(moved.pharmacy_id, on=clock.today())}
    if moved.assigned_to is not None:
        people[moved.assigned_to.user_id] = moved.assigned_to.user
    for user in people.values():
        tell(
            user,
            NoticeKind.HEARING_REQUESTED,
            key=f"hearing:{occasion}",
            url=url,
            reference=moved.dnr,
            facts={"due_on": due_on.isoformat()},
        )


@transaction.atomic
def hearing_answered(application: Application) -> None:
    """The pharmacy has answered what speaks against its application."""
    APPLICATION.perform(application, "hearing_answered", by=SYSTEM, hearing_due_on=None)


@transaction.atomic
def hearing_closed(application: Application) -> None:
    """The agency waits no longer for the pharmacy's answer."""
    APPLICATION.perform(application, "hearing_closed", by=SYSTEM, hearing_due_on=None)


@transaction.atomic
def decided(
    application: Application,
    *,
    outcome: Outcome,
    at: datetime,
    licence_number: str = "",
    licence_valid_to: date | None = None,
) -> None:
    """The agency has decided; a grant comes with the licence's number and last day."""
    facts = {"outcome": outcome.value}
    APPLICATION.perform(
        application, "decided", by=SYSTEM, data=facts, outcome=outcome, decided_at=at
    )
    motivation = MOTIVATION.perform(
        application.motivation,
        "decided",
        by=SYSTEM,
        data=facts,
        outcome=outcome,
        licence_number=licence_number,
        licence_valid_to=licence_valid_to,
    )
    drafts.forget(motivation)
    tell_author(
        motivation,
        NoticeKind.DECIDED,
        occasion=application.pk,
        product=motivation.product_line,
        outcome=outcome.value,
    )


def _expect(application: Application, day: date | None) -> None:
    """Repeat the day a decision is expected on the motivation; None while nobody can say."""
    Motivation.objects.filter(pk=application.motivation_id).update(expected_on=day)
