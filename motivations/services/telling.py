"""What the authors of motivations are told, each thing once."""

from datetime import date, timedelta
from itertools import pairwise

from klas.policy import policy
from motivations.flow import SUPPLEMENT
from motivations.models import Motivation
from motivations.queries import days_waiting, licences_ending, notice_key, untold, waiting_long
from motivations.services.asking import to_remind
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def tell_author(
    motivation: Motivation, kind: NoticeKind, *, occasion: object = "", **facts: str
) -> bool:
    """Leave the author a notice about a motivation; returns False when they have been told.

    Args:
        occasion: tells two notices of the same kind about the same motivation apart.
        facts: what the words of the kind need (`notifications.words`).
    """
    return tell(
        motivation.author.user,
        kind,
        key=f"{notice_key(kind, occasion)}{motivation.pk}",
        url=motivation.get_absolute_url(),
        reference=motivation.reference or "",
        facts=facts,
    )


def tell_of_waiting(*, today: date) -> None:
    """Tell those whose motivation no pharmacy has picked up (domain §4, “Life”)."""
    kind = NoticeKind.WAITING_FOR_PHARMACY
    for motivation in untold(waiting_long(today), kind).iterator():
        days = str(days_waiting(motivation, today=today))
        tell_author(motivation, kind, product=motivation.product_line, days=days)


def tell_of_licences_ending(*, today: date) -> None:
    """Tell those whose licence soon ends, at each of the policy's numbers of days before.

    Each licence has one notice that is its turn, so that nobody is told twice at once when this
    has not been done for some days.
    """
    kind = NoticeKind.LICENCE_ENDS
    times = sorted(policy.licence_ends_notice_days, reverse=True)
    for days, next_days in pairwise([*times, -1]):
        ending = licences_ending(
            after=today + timedelta(days=next_days), until=today + timedelta(days=days)
        )
        for motivation in untold(ending, kind, days).iterator():
            assert motivation.licence_valid_to is not None  # noqa: S101
            tell_author(
                motivation,
                kind,
                occasion=days,
                licence=motivation.licence_number,
                product=motivation.product_line,
                valid_to=motivation.licence_valid_to.isoformat(),
            )


def tell_of_supplements_due(*, today: date) -> None:
    """Remind those whose answer to the agency's questions is soon due."""
    for request, occasion in to_remind(
        SUPPLEMENT, today=today, related=["motivation__author__user"]
    ):
        tell_author(
            request.motivation,
            NoticeKind.SUPPLEMENT_REMINDER,
            occasion=occasion,
            due_on=request.due_on.isoformat(),
        )
