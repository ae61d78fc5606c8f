"""The life of a case and of a letter (domain §6)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from decisions.enums import (
    OPEN_CASES,
    Channel,
    CommunicationStatus,
    LetterStatus,
    ReferralStatus,
)
from decisions.enums import CaseStatus as S
from decisions.models import (
    Case,
    CaseEvent,
    Communication,
    CommunicationEvent,
    Letter,
    LetterEvent,
    Referral,
    ReferralEvent,
)
from klas.access import Actor, Permission
from klas.errors import NotAllowed, Refused
from klas.flow import Flow, Transition


def _by_assignee(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    if case.assignee_id != by.assignment_id:
        raise Refused(_("Ärendet är tilldelat en annan handläggare. Be hen lämna det ifrån sig."))


def _by_another(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    # The same person in another role is still the same person (FL 31 §, domain §6).
    if case.assignee and case.assignee.user_id == by.user_id:  # type: ignore[attr-defined]
        raise Refused(
            _("Du har själv föreslagit beslutet. En annan beslutsfattare behöver kontrasignera.")
        )


CASE = Flow(
    model=Case,
    events=CaseEvent,
    table={
        "take": Transition((S.REGISTERED,), S.IN_REVIEW, Permission.HANDLE_CASES),
        "release": Transition((S.IN_REVIEW,), S.REGISTERED, Permission.HANDLE_CASES, _by_assignee),
        "request_supplement": Transition(
            (S.IN_REVIEW,), S.WAITING, Permission.HANDLE_CASES, _by_assignee
        ),
        "supplement_answered": Transition((S.WAITING,), S.IN_REVIEW, None),
        "close_supplement": Transition(
            (S.WAITING,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee
        ),
        # The pharmacy is told what speaks against its application (FL 25 §): the clock runs.
        "communicate": Transition(
            (S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee
        ),
        # A colleague is asked for an opinion: the clock runs.
        "refer": Transition((S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee),
        "propose": Transition((S.IN_REVIEW,), S.PROPOSED, Permission.HANDLE_CASES, _by_assignee),
        "return": Transition((S.PROPOSED,), S.IN_REVIEW, Permission.COUNTERSIGN, _by_another),
        "countersign": Transition((S.PROPOSED,), S.DECIDED, Permission.COUNTERSIGN, _by_another),
        # The pharmacy has withdrawn its application: avskrivning.
        "close": Transition(OPEN_CASES, S.CLOSED, None),
        "decide": Transition((S.IN_REVIEW,), S.DECIDED, Permission.DECIDE, _by_assignee),
    },
)


def _by_post(letter: Letter, by: Actor, data: Mapping[str, Any]) -> None:
    if letter.channel != Channel.POST:
        raise Refused(_("Brevet levereras elektroniskt och ska inte postas."))


LETTER = Flow(
    model=Letter,
    events=LetterEvent,
    table={
        "issue": Transition((LetterStatus.PENDING,), LetterStatus.ISSUED, None),
        "deliver": Transition((LetterStatus.ISSUED,), LetterStatus.DELIVERED, None),
        "post": Transition(
            (LetterStatus.ISSUED,), LetterStatus.POSTED, Permission.PRINT_LETTERS, _by_post
        ),
    },
)


def _at_the_applicant(communication: Communication, by: Actor, data: Mapping[str, Any]) -> None:
    if communication.case.application.pharmacy_id != by.pharmacy_id:  # type: ignore[attr-defined]
        raise NotAllowed


COMMUNICATION = Flow(
    model=Communication,
    events=CommunicationEvent,
    table={
        "answer": Transition(
            (CommunicationStatus.OPEN,),
            CommunicationStatus.ANSWERED,
            Permission.SEND_APPLICATIONS,
            _at_the_applicant,
        ),
        # The officer needs no answer any more, or the case is over.
        "close": Transition((CommunicationStatus.OPEN,), CommunicationStatus.CLOSED, None),
    },
)


def _by_the_consultant(referral: Referral, by: Actor, data: Mapping[str, Any]) -> None:
    if referral.consultant.user_id != by.user_id:  # type: ignore[attr-defined]
        raise Refused(_("Frågan är ställd till en kollega. Bara hen kan lämna yttrandet."))


REFERRAL = Flow(
    model=Referral,
    events=ReferralEvent,
    table={
        "answer": Transition(
            (ReferralStatus.OPEN,), ReferralStatus.ANSWERED, Permission.ASSESS, _by_the_consultant
        ),
        "withdraw": Transition(
            (ReferralStatus.OPEN,), ReferralStatus.WITHDRAWN, Permission.HANDLE_CASES
        ),
    },
)
