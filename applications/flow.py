"""The life of an application (domain §5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus as S
from applications.models import Application, ApplicationEvent
from applications.permissions import works_here
from klas.access import Actor, Permission
from klas.errors import NotAllowed, Refused
from klas.flow import Flow, Transition


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
        # Told from above, by the agency.
        "registered": Transition((S.SENT,), S.SENT, None),
        "review_started": Transition((S.SENT, S.IN_REVIEW), S.IN_REVIEW, None),
        "supplement_requested": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "supplement_answered": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "supplement_closed": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_requested": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_answered": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "hearing_closed": Transition((S.IN_REVIEW,), S.IN_REVIEW, None),
        "decided": Transition((S.SENT, S.IN_REVIEW), S.DECIDED, None),
    },
)
