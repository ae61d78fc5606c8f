"""What the agency tells downwards: the pharmacy's application and the prescriber's motivation."""

from datetime import date, datetime

from django.db import transaction

from applications.flow import APPLICATION
from applications.models import Application
from klas.access import SYSTEM
from motivations.enums import Outcome
from motivations.flow import MOTIVATION
from motivations.models import Motivation
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind


@transaction.atomic
def registered(application: Application, *, dnr: str, expected_on: date) -> Application:
    """The agency has given the application a number and a day when a decision is expected."""
    Motivation.objects.filter(pk=application.motivation_id).update(dnr=dnr, expected_on=expected_on)
    return APPLICATION.perform(
        application, "registered", by=SYSTEM, data={"dnr": dnr}, dnr=dnr, expected_on=expected_on
    )


@transaction.atomic
def review_started(application: Application) -> None:
    """An officer has begun to review."""
    APPLICATION.perform(application, "review_started", by=SYSTEM)
    MOTIVATION.perform(application.motivation, "review_started", by=SYSTEM)


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
    tell_author(
        motivation,
        NoticeKind.DECIDED,
        occasion=application.pk,
        product=motivation.product_line,
        outcome=outcome.value,
    )
