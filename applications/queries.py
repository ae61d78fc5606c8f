"""Questions about applications, and about what a pharmacy may open."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Assignment
from applications.models import Application, SearchHit
from klas import clock
from klas.access import Permission
from klas.policy import policy
from motivations.models import Motivation
from motivations.queries import FINDABLE


def of_pharmacy(acting: Assignment) -> QuerySet[Application]:
    """The acting pharmacy's applications."""
    if not acting.has(Permission.APPLY) or acting.pharmacy_id is None:
        return Application.objects.none()
    return Application.objects.filter(pharmacy_id=acting.pharmacy_id).select_related(
        "motivation__author__user",
        "motivation__author__care_unit",
        "product",
        "pharmacy",
        "created_by__user",
    )


def motivations_open_to(acting: Assignment) -> QuerySet[Motivation]:
    """The motivations a pharmacy may open: found lately by an exact search, or its own business.

    Its own business are those addressed to it and those it has applied for.
    """
    if not acting.has(Permission.SEARCH_MOTIVATIONS) or acting.pharmacy_id is None:
        return Motivation.objects.none()
    found = SearchHit.objects.filter(
        pharmacy_id=acting.pharmacy_id,
        motivation=OuterRef("pk"),
        at__gte=clock.now() - timedelta(hours=policy.search_hit_hours),
    )
    applied = Application.objects.filter(
        pharmacy_id=acting.pharmacy_id, motivation=OuterRef("pk")
    )
    return Motivation.objects.filter(
        Q(chosen_pharmacy_id=acting.pharmacy_id) | Exists(found) | Exists(applied),
        status__in=FINDABLE,
    ).select_related("author__user", "author__care_unit", "chosen_pharmacy")


