"""The life of an application (domain §5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus as S
from applications.enums import HandOverStatus as H
from applications.models import (
    Application,
    ApplicationEvent,
    ApplicationSupplement,
    ApplicationSupplementEvent,
    HandOver,
    HandOverEvent,
)
from applications.permissions import works_here
from klas.access import Actor, Permission
from klas.errors import NotAllowed, Refused
from klas.flow import Flow, Transition
from motivations.flow import REQUESTED


def _at_this_pharmacy(application: Application, by: Actor, data: Mapping[str, Any]) -> None:
    if not works_here(by, application):  # type: ignore[arg-type]
        raise NotAllowed


def _here_with_reason(application: Application, by: Actor, data: Mapping[str, Any]) -> None:
    _at_this_pharmacy(application, by, data)
    if not data["reason"].strip():
        raise Refused(_("Skriv varför ni återkallar ansökan."))


APPLICATION = Flow(
    model=Application,
    events=ApplicationEvent,
    table={
        "send": Transition((S.DRAFT,), S.SENT, Permission.SEND_APPLICATIONS, _at_this_pharmacy),
        "withdraw": Transition(
            (S.SENT, S.IN_REVIEW), S.WITHDRAWN, Permission.SEND_APPLICATIONS, _here_with_reason
        ),
        # Another pharmacy has accepted it (`HAND_OVER`).
        "handed_over": Transition((S.SENT, S.IN_REVIEW), None, None),
        "answer_supplement": Transition(
            (S.IN_REVIEW,), S.IN_REVIEW, Permission.SEND_APPLICATIONS, _at_this_pharmacy
        ),
        # Told from above, by the agency.
        "registered": Transition((S.SENT,), S.SENT, None),
        "review_started": Transition((S.SENT, S.IN_REVIEW), S.IN_REVIEW, None),
        "supplement_requested": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "supplement_answered": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "supplement_closed": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "supplement_reminded": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "enjoined": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_requested": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_answered": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_closed": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "decided": Transition((S.SENT, S.IN_REVIEW), S.DECIDED, None),
        "licence_suspended": Transition((S.DECIDED,), S.DECIDED, None),
        "licence_lifted": Transition((S.DECIDED,), S.DECIDED, None),
        "licence_revoked": Transition((S.DECIDED,), S.DECIDED, None),
        "decision_corrected": Transition((S.DECIDED,), S.DECIDED, None),
        "safety_information": Transition((S.DECIDED,), S.DECIDED, None),
        "delayed": Transition((S.SENT, S.IN_REVIEW), None, None),
        "decision_requested": Transition((S.SENT, S.IN_REVIEW), None, None),
        "decision_request_rejected": Transition((S.SENT, S.IN_REVIEW), None, None),
        "appealed": Transition((S.DECIDED,), None, None),
        "appeal_rejected": Transition((S.DECIDED,), None, None),
        "appeal_forwarded": Transition((S.DECIDED,), None, None),
        "appeal_ended": Transition((S.DECIDED,), None, None),
        # After an appeal the agency decides again.
        "reopened": Transition((S.DECIDED,), S.IN_REVIEW, None),
    },
)


def _by_receiver(hand_over: HandOver, by: Actor, data: Mapping[str, Any]) -> None:
    if by.pharmacy_id != hand_over.receiver_id:  # type: ignore[attr-defined]
        raise NotAllowed


def _by_receiver_with_reason(hand_over: HandOver, by: Actor, data: Mapping[str, Any]) -> None:
    _by_receiver(hand_over, by, data)
    if not data["reason"].strip():
        raise Refused(_("Skriv varför ni avböjer."))


def _by_giver(hand_over: HandOver, by: Actor, data: Mapping[str, Any]) -> None:
    if by.pharmacy_id != hand_over.giver_id:  # type: ignore[attr-defined]
        raise NotAllowed


# An application offered to another pharmacy.
HAND_OVER = Flow(
    model=HandOver,
    events=HandOverEvent,
    table={
        "accept": Transition((H.OFFERED,), H.ACCEPTED, Permission.SEND_APPLICATIONS, _by_receiver),
        "decline": Transition(
            (H.OFFERED,), H.DECLINED, Permission.SEND_APPLICATIONS, _by_receiver_with_reason
        ),
        "take_back": Transition(
            (H.OFFERED,), H.TAKEN_BACK, Permission.SEND_APPLICATIONS, _by_giver
        ),
        # The application was decided or withdrawn first.
        "end": Transition((H.OFFERED,), H.ENDED, None),
    },
)

SUPPLEMENT = Flow(model=ApplicationSupplement, events=ApplicationSupplementEvent, table=REQUESTED)
