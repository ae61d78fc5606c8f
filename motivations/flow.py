"""The life of a motivation (domain §4, “Life”)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from klas.access import Actor, Permission
from klas.errors import NotAllowed, Refused
from klas.flow import Flow, Transition
from motivations.enums import MotivationStatus as S
from motivations.enums import SupplementStatus
from motivations.models import (
    Motivation,
    MotivationEvent,
    SupplementEvent,
    SupplementRequest,
)
from motivations.permissions import is_author


def _by_author(motivation: Motivation, by: Actor, data: Mapping[str, Any]) -> None:
    if not is_author(by, motivation):  # type: ignore[arg-type]
        raise NotAllowed


def _by_author_with_reason(motivation: Motivation, by: Actor, data: Mapping[str, Any]) -> None:
    _by_author(motivation, by, data)
    if not data["reason"].strip():
        raise Refused(_("Skriv varför du tar tillbaka licensmotiveringen."))


MOTIVATION = Flow(
    model=Motivation,
    events=MotivationEvent,
    table={
        "submit": Transition((S.DRAFT,), S.SUBMITTED, Permission.SUBMIT_MOTIVATIONS, _by_author),
        "withdraw": Transition(
            (S.SUBMITTED,), S.WITHDRAWN, Permission.SUBMIT_MOTIVATIONS, _by_author_with_reason
        ),
        "lapse": Transition((S.SUBMITTED,), S.LAPSED, None),
        # Told from above: what pharmacy and agency do moves the motivation along.
        "application_sent": Transition((S.SUBMITTED,), S.IN_CASE, None),
        "review_started": Transition((S.IN_CASE,), S.IN_CASE, None),
        "application_withdrawn": Transition((S.IN_CASE, S.SUPPLEMENT), S.SUBMITTED, None),
        "application_handed_over": Transition((S.IN_CASE, S.SUPPLEMENT), None, None),
        # A licence is renewed on the same motivation: it is in a case once more.
        "renewal_sent": Transition((S.CLOSED,), S.IN_CASE, None),
        "renewal_withdrawn": Transition((S.IN_CASE, S.SUPPLEMENT), S.CLOSED, None),
        "supplement_requested": Transition((S.IN_CASE,), S.SUPPLEMENT, None),
        "answer_supplement": Transition(
            (S.SUPPLEMENT,), S.IN_CASE, Permission.SUBMIT_MOTIVATIONS, _by_author
        ),
        "supplement_closed": Transition((S.SUPPLEMENT,), S.IN_CASE, None),
        "enjoined": Transition((S.SUPPLEMENT,), S.SUPPLEMENT, None),
        "decided": Transition((S.IN_CASE,), S.CLOSED, None),
        "licence_suspended": Transition((S.CLOSED,), S.CLOSED, None),
        "licence_lifted": Transition((S.CLOSED,), S.CLOSED, None),
        "licence_revoked": Transition((S.CLOSED,), S.CLOSED, None),
        "decision_corrected": Transition((S.CLOSED,), S.CLOSED, None),
        "safety_information": Transition((S.CLOSED,), S.CLOSED, None),
        # The licence may be renewed on the same motivation meanwhile.
        "appealed": Transition((S.CLOSED, S.IN_CASE, S.SUPPLEMENT), None, None),
        "appeal_ended": Transition((S.CLOSED, S.IN_CASE, S.SUPPLEMENT), None, None),
        "reopened": Transition((S.CLOSED,), S.IN_CASE, None),
    },
)

# The life of anything that the agency asks; moved along by what happens to what it is about.
REQUESTED: Mapping[str, Transition] = {
    "answer": Transition((SupplementStatus.OPEN,), SupplementStatus.ANSWERED, None),
    "accept": Transition((SupplementStatus.ANSWERED,), SupplementStatus.ACCEPTED, None),
    "ask_again": Transition((SupplementStatus.ANSWERED,), SupplementStatus.NOT_ENOUGH, None),
    "enjoin": Transition((SupplementStatus.OPEN,), SupplementStatus.OPEN, None),
    "close": Transition((SupplementStatus.OPEN,), SupplementStatus.CLOSED, None),
    # Closed when the last day has passed.
    "give_up": Transition((SupplementStatus.OPEN,), SupplementStatus.UNANSWERED, None),
}
SUPPLEMENT = Flow(model=SupplementRequest, events=SupplementEvent, table=REQUESTED)
