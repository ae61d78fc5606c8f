"""The life of a case and of a letter (domain §6)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from decisions.enums import OPEN_CASES, Channel, LetterStatus
from decisions.enums import CaseStatus as S
from decisions.models import Case, CaseEvent, Letter, LetterEvent
from klas.access import Actor, Permission
from klas.errors import Refused
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
        "print": Transition(
            (LetterStatus.ISSUED,), LetterStatus.PRINTED, Permission.PRINT_LETTERS, _by_post
        ),
        "post": Transition(
            (LetterStatus.PRINTED,), LetterStatus.POSTED, Permission.PRINT_LETTERS, _by_post
        ),
    },
)
