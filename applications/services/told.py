"""What the agency tells downwards: the pharmacy's application and the prescriber's motivation."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from applications.enums import WaitingFor
from applications.flow import APPLICATION
from applications.models import Application
from applications.services import supplements as own_supplements
from applications.services.telling import tell_pharmacy
from klas.access import SYSTEM
from motivations.enums import Outcome
from motivations.flow import MOTIVATION
from motivations.models import AgencyRequest, Motivation, MotivationVersion
from motivations.services import drafts, supplements
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind


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
    application: Application, *, to: WaitingFor, due_on: date, **asked: Any
) -> AgencyRequest:
    """The agency has questions; no decision is expected until they are answered.

    What the prescriber is asked the pharmacy does not learn, nor the prescriber what the pharmacy
    is: each knows of its own (`ask` of the two `supplements`, which say what `asked` holds).
    """
    told = APPLICATION.perform(
        application,
        "supplement_requested",
        by=SYSTEM,
        data={"due_on": due_on.isoformat(), "asked": to.value},
        expected_on=None,
    )
    _expect(application, None)
    if to == WaitingFor.PHARMACY:
        return own_supplements.ask(told, due_on=due_on, **asked)
    return supplements.ask(application.motivation, due_on=due_on, **asked)


def waits_for(application: Application) -> dict[WaitingFor, AgencyRequest]:
    """The open question to each of those that the agency asks; for services, never to be shown."""
    found = {
        WaitingFor.PHARMACY: own_supplements.waiting(application),
        WaitingFor.PRESCRIBER: supplements.waiting(application.motivation),
    }
    return {asked: request for asked, request in found.items() if request is not None}


@transaction.atomic
def supplement_answered(
    application: Application, *, version: MotivationVersion, expected_on: date | None
) -> None:
    """The prescriber has answered with a new version, which the case now goes on with.

    Args:
        expected_on: None while another answer is waited for.
    """
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
def pharmacy_answered(application: Application, *, expected_on: date | None) -> None:
    """The pharmacy has answered: when a decision is expected, None while another is waited for."""
    Application.objects.filter(pk=application.pk).update(expected_on=expected_on)
    _expect(application, expected_on)


@transaction.atomic
def supplement_closed(
    application: Application, *, to: WaitingFor, expected_on: date | None
) -> AgencyRequest:
    """The agency goes on without an answer.

    Raises:
        WrongState: no question to them is open.
    """
    told = APPLICATION.perform(
        application,
        "supplement_closed",
        by=SYSTEM,
        data={"asked": to.value},
        expected_on=expected_on,
    )
    _expect(application, expected_on)
    if to == WaitingFor.PHARMACY:
        return own_supplements.close(told)
    return supplements.close(application.motivation)


@transaction.atomic
def supplement_reminded(application: Application, *, on: date) -> list[WaitingFor]:
    """The agency reminds all whom it waits for; returns whom."""
    waiting = waits_for(application)
    APPLICATION.perform(
        application,
        "supplement_reminded",
        by=SYSTEM,
        data={"asked": [asked.value for asked in waiting]},
    )
    if WaitingFor.PHARMACY in waiting:
        own_supplements.remind(application, occasion=on)
    if WaitingFor.PRESCRIBER in waiting:
        supplements.remind(application.motivation, occasion=on)
    return list(waiting)


@transaction.atomic
def enjoined(application: Application, *, overdue: Iterable[WaitingFor], due_on: date) -> None:
    """The agency orders the party to see to it that the answers come (FL 20 §)."""
    told = APPLICATION.perform(
        application, "enjoined", by=SYSTEM, data={"due_on": due_on.isoformat()}
    )
    for asked in overdue:
        if asked == WaitingFor.PHARMACY:
            own_supplements.enjoin(told, due_on=due_on)
        else:
            supplements.enjoin(application.motivation, due_on=due_on)
    tell_pharmacy(
        told, NoticeKind.INJUNCTION, occasion=due_on.isoformat(), due_on=due_on.isoformat()
    )


@transaction.atomic
def supplement_accepted(application: Application, *, to: WaitingFor, number: int) -> None:
    """The agency is content with an answer. Raises `WrongState`: there is none to judge."""
    if to == WaitingFor.PHARMACY:
        own_supplements.accept(application, number)
    else:
        supplements.accept(application.motivation, number)


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
