"""What the agency tells downwards: the pharmacy's application and the prescriber's motivation."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.flow import APPLICATION
from applications.models import Application
from applications.services import handing_over
from applications.services import supplements as own_supplements
from applications.services.telling import tell_pharmacy
from klas.access import SYSTEM
from motivations.enums import Outcome
from motivations.flow import MOTIVATION
from motivations.models import AgencyRequest, Motivation, MotivationVersion
from motivations.services import drafts, supplements
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind

# An application that waits for nobody's answer (any more).
NOT_WAITING: dict[str, Any] = {"waiting_for": "", "answer_due_on": None}


@transaction.atomic
def registered(application: Application, *, dnr: str, expected_on: date) -> Application:
    """The agency has given the application a number and a day when a decision is expected."""
    Motivation.objects.filter(pk=application.motivation_id).update(dnr=dnr)
    expect(application, expected_on)
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
    waiting = _waiting(application)
    if to == WaitingFor.PHARMACY or not waiting["waiting_for"]:
        waiting = {"waiting_for": to, "answer_due_on": due_on}
    told = APPLICATION.perform(
        application,
        "supplement_requested",
        by=SYSTEM,
        data={"due_on": due_on.isoformat(), "asked": to.value},
        expected_on=None,
        **waiting,
    )
    expect(application, None)
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


def _waiting(application: Application, *, without: WaitingFor | None = None) -> dict[str, Any]:
    """Whom an application waits for, and until when: the pharmacy itself, if it is asked."""
    waiting = waits_for(application)
    for asked in (WaitingFor.PHARMACY, WaitingFor.PRESCRIBER):
        if asked in waiting and asked != without:
            return {"waiting_for": asked, "answer_due_on": waiting[asked].due_on}
    return NOT_WAITING


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
        **_waiting(application),
    )
    expect(application, expected_on)


@transaction.atomic
def pharmacy_answered(application: Application, *, expected_on: date | None) -> None:
    """The pharmacy has answered: when a decision is expected, None while another is waited for."""
    Application.objects.filter(pk=application.pk).update(
        expected_on=expected_on, **_waiting(application)
    )
    expect(application, expected_on)


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
        **_waiting(application, without=to),
    )
    expect(application, expected_on)
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
    Application.objects.filter(pk=application.pk).update(**_waiting(application))
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
def hearing_requested(application: Application, *, due_on: date, url: str, occasion: int) -> None:
    """The agency has sent what speaks against the application, to be answered by a day (FL 25 §).

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
    tell_pharmacy(
        moved,
        NoticeKind.HEARING_REQUESTED,
        occasion=occasion,
        url=url,
        due_on=due_on.isoformat(),
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
    told: dict[str, Any] = {
        "licence_number": licence_number,
        "licence_valid_to": licence_valid_to,
    }
    APPLICATION.perform(
        application,
        "decided",
        by=SYSTEM,
        data=facts,
        decided_at=at,
        outcome=outcome,
        **told,
        **NOT_WAITING,
    )
    handing_over.end_offer(application)
    # A stop was of an earlier licence.
    told["licence_stop"] = ""
    if application.is_renewal and not licence_number:
        # The licence that was not renewed is what it was.
        kept = application.motivation
        told = {"licence_number": kept.licence_number, "licence_valid_to": kept.licence_valid_to}
    motivation = MOTIVATION.perform(
        application.motivation, "decided", by=SYSTEM, data=facts, outcome=outcome, **told
    )
    drafts.forget(motivation)
    tell_author(
        motivation,
        NoticeKind.DECIDED,
        # Decided again after an appeal, it is told again.
        occasion=motivation.revision,
        product=motivation.product_line,
        outcome=outcome.value,
    )


def expect(application: Application, day: date | None) -> None:
    """Repeat the day a decision is expected on the motivation; None while nobody can say."""
    Motivation.objects.filter(pk=application.motivation_id).update(expected_on=day)


@transaction.atomic
def delayed(application: Application, *, reason: str, expected_on: date, occasion: int) -> None:
    """The decision is late: why, and when it is expected now (FL 11 §)."""
    day = expected_on.isoformat()
    APPLICATION.perform(
        application,
        "delayed",
        by=SYSTEM,
        reason=reason,
        data={"expected_on": day},
        expected_on=expected_on,
    )
    expect(application, expected_on)
    tell_pharmacy(
        application,
        NoticeKind.DECISION_DELAYED,
        occasion=occasion,
        product=application.motivation.product_line,
        expected_on=day,
    )


@transaction.atomic
def decision_requested(application: Application, *, by: Assignment, answer_by: date) -> None:
    """The pharmacy has asked that its case be decided (FL 12 §)."""
    APPLICATION.perform(
        application, "decision_requested", by=by, data={"answer_by": answer_by.isoformat()}
    )


@transaction.atomic
def decision_request_rejected(application: Application, *, occasion: int) -> None:
    """The agency has rejected that request, in a decision that can be appealed."""
    APPLICATION.perform(application, "decision_request_rejected", by=SYSTEM)
    tell_pharmacy(
        application,
        NoticeKind.DECISION_REQUEST_REJECTED,
        occasion=occasion,
        product=application.motivation.product_line,
    )
