"""Questions about motivations."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import Assignment
from klas.access import Permission
from klas.policy import policy
from motivations.enums import MotivationStatus
from motivations.models import Motivation, MotivationVersion

FINDABLE = (MotivationStatus.SUBMITTED, MotivationStatus.IN_CASE, MotivationStatus.CLOSED)


def written_by(acting: Assignment) -> QuerySet[Motivation]:
    """The motivations that the acting person wrote, in whichever of their assignments."""
    if not acting.has(Permission.WRITE_MOTIVATIONS):
        return Motivation.objects.none()
    return Motivation.objects.filter(author__user_id=acting.user_id).select_related(
        "author__user", "author__care_unit", "chosen_pharmacy"
    )


def drafts_of(acting: Assignment) -> QuerySet[Motivation]:
    """Their drafts."""
    return written_by(acting).filter(status=MotivationStatus.DRAFT)


def by_reference(reference: str) -> Motivation | None:
    """The motivation with an exact reference number, if pharmacies may find it."""
    return (
        Motivation.objects.filter(reference=reference, status__in=FINDABLE)
        .select_related("author__user", "author__care_unit", "chosen_pharmacy")
        .first()
    )


def waiting_since(moment: datetime) -> QuerySet[Motivation]:
    """Submitted at or before `moment` and not yet picked up by any pharmacy."""
    return Motivation.objects.filter(
        status=MotivationStatus.SUBMITTED, submitted_at__lte=moment
    ).order_by("submitted_at", "pk")


def lapsing(now: datetime) -> QuerySet[Motivation]:
    """Those that no pharmacy picked up in time."""
    return waiting_since(now - timedelta(days=policy.lapse_after_days))


def addressed_to(acting: Assignment) -> QuerySet[Motivation]:
    """Submitted motivations that name the acting pharmacy, waiting for somebody to apply."""
    return Motivation.objects.filter(
        Q(chosen_pharmacy_id=acting.pharmacy_id) & Q(chosen_pharmacy__isnull=False),
        status=MotivationStatus.SUBMITTED,
    ).select_related("author__user", "author__care_unit")


def current_version(motivation: Motivation) -> MotivationVersion:
    """The latest frozen version.

    Raises:
        MotivationVersion.DoesNotExist: nothing has been submitted.
    """
    return (
        MotivationVersion.objects.filter(motivation=motivation)
        .select_related("product", "motivation__author__user", "created_by__user")
        .latest("number")
    )
