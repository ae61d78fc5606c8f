"""What the agency tells downwards after its decision: acts on the licence, corrections, appeals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Assignment
from applications.flow import APPLICATION
from applications.models import Application
from applications.services.telling import tell_pharmacy
from applications.services.told import expect
from klas.access import SYSTEM
from motivations.enums import LicenceStop
from motivations.flow import MOTIVATION
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind

_STOPS = {
    "licence_suspended": (LicenceStop.SUSPENDED, NoticeKind.LICENCE_SUSPENDED),
    "licence_lifted": ("", NoticeKind.LICENCE_LIFTED),
    "licence_revoked": (LicenceStop.REVOKED, NoticeKind.LICENCE_REVOKED),
}


@transaction.atomic
def licence_suspended(application: Application, *, reason: str) -> None:
    """The agency has stopped the licence until further notice."""
    _stop_changed(application, "licence_suspended", reason)


@transaction.atomic
def licence_lifted(
    application: Application, *, reason: str, licence_valid_to: date | None = None
) -> None:
    """The agency lets a stopped licence be used again.

    Args:
        licence_valid_to: its last day, of a licence that was revoked.
    """
    _stop_changed(application, "licence_lifted", reason, licence_valid_to)


@transaction.atomic
def licence_revoked(application: Application, *, reason: str) -> None:
    """The agency has revoked the licence."""
    _stop_changed(application, "licence_revoked", reason)


@transaction.atomic
def safety_information(application: Application, *, reason: str) -> None:
    """The agency tells those concerned something about the medicine; the licence holds."""
    _licence_changed(application, "safety_information", reason, NoticeKind.SAFETY_INFORMATION)


@transaction.atomic
def decision_corrected(
    application: Application, *, part: str, licence_valid_to: date | None = None
) -> None:
    """The agency has put right an obvious error in its decision.

    Args:
        part: what was wrong, a key of `motivations.words.CORRECTED`.
        licence_valid_to: the licence's last day as it is now.
    """
    dates = {"licence_valid_to": licence_valid_to} if licence_valid_to else {}
    _licence_changed(
        application,
        "decision_corrected",
        "",
        NoticeKind.DECISION_CORRECTED,
        data={"part": part},
        of_application=dates,
        **dates,
    )


def _stop_changed(
    application: Application, action: str, reason: str, valid_to: date | None = None
) -> None:
    stop, kind = _STOPS[action]
    # A revoked licence no longer ends: the desk need not tell of its last day.
    changes_end = stop == LicenceStop.REVOKED or valid_to is not None
    dates = {"licence_valid_to": valid_to} if changes_end else {}
    _licence_changed(application, action, reason, kind, of_application=dates, licence_stop=stop)


def _licence_changed(
    application: Application,
    action: str,
    reason: str,
    kind: NoticeKind,
    *,
    data: dict[str, str] | None = None,
    of_application: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Leave an event on application and motivation, and tell the author.

    Args:
        of_application: what changes on the application.
        changes: what changes on the motivation.
    """
    APPLICATION.perform(
        application, action, by=SYSTEM, reason=reason, data=data, **(of_application or {})
    )
    motivation = MOTIVATION.perform(
        application.motivation, action, by=SYSTEM, reason=reason, data=data, **changes
    )
    tell_author(
        motivation,
        kind,
        occasion=motivation.revision,
        licence=motivation.licence_number or motivation.dnr,
        product=motivation.product_line,
    )


@transaction.atomic
def appealed(
    application: Application,
    *,
    by: Assignment,
    number: str,
    matter: str,
    received_on: date,
    occasion: int,
) -> None:
    """An appeal has come in to the agency, from the pharmacy or by post.

    Args:
        matter: what is appealed, a key of the words of both timelines (`APPEALED`).
    """
    data = {"number": number, "matter": matter}
    APPLICATION.perform(application, "appealed", by=by, data=data)
    MOTIVATION.perform(application.motivation, "appealed", by=SYSTEM, data=data)
    tell_pharmacy(
        application,
        NoticeKind.APPEAL_RECEIVED,
        occasion=occasion,
        received_on=received_on.isoformat(),
    )


@transaction.atomic
def appeal_rejected(application: Application, *, occasion: int) -> None:
    """The appeal came too late, and the agency has rejected it."""
    APPLICATION.perform(application, "appeal_rejected", by=SYSTEM)
    tell_pharmacy(application, NoticeKind.APPEAL_REJECTED, occasion=occasion)


@transaction.atomic
def appeal_forwarded(application: Application, *, on: date, occasion: int) -> None:
    """The agency lets the decision stand, and has sent the appeal to the court."""
    day = on.isoformat()
    APPLICATION.perform(application, "appeal_forwarded", by=SYSTEM, data={"on": day})
    tell_pharmacy(application, NoticeKind.APPEAL_FORWARDED, occasion=occasion, forwarded_on=day)


@transaction.atomic
def appeal_ended(application: Application, *, outcome: str, occasion: int) -> None:
    """The appeal is over, by the court's decision or because it was withdrawn.

    Args:
        outcome: a key of the words of both timelines.
    """
    APPLICATION.perform(application, "appeal_ended", by=SYSTEM, data={"appeal": outcome})
    MOTIVATION.perform(application.motivation, "appeal_ended", by=SYSTEM, data={"appeal": outcome})
    tell_pharmacy(application, NoticeKind.APPEAL_ENDED, occasion=occasion)


@transaction.atomic
def reopened(application: Application, *, expected_on: date, by_court: bool) -> None:
    """After an appeal the agency decides anew: application and motivation are in the case again.

    What the former decision gave stays until the new one is made.
    """
    why = {"why": "court" if by_court else "agency"}
    moved = APPLICATION.perform(
        application,
        "reopened",
        by=SYSTEM,
        data=why,
        decided_at=None,
        outcome="",
        licence_number="",
        licence_valid_to=None,
        expected_on=expected_on,
    )
    motivation = MOTIVATION.perform(
        application.motivation, "reopened", by=SYSTEM, data=why, outcome=""
    )
    expect(moved, expected_on)
    product = motivation.product_line
    tell_author(motivation, NoticeKind.CASE_REOPENED, occasion=motivation.revision, product=product)
    tell_pharmacy(moved, NoticeKind.CASE_REOPENED, occasion=moved.revision, product=product)
