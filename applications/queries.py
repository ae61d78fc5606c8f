"""Questions about applications, and about what a pharmacy may open."""

from contextlib import suppress
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Assignment
from applications.enums import ApplicationStatus, HandOverStatus, SearchPurpose
from applications.models import Application, HandOver, SearchHit
from klas import clock
from klas.access import ROLES, Permission
from klas.policy import policy
from klas.series import normalise_reference
from motivations.models import Motivation
from motivations.queries import FINDABLE
from pharmacies.models import Pharmacy


def of_pharmacy(acting: Assignment) -> QuerySet[Application]:
    """The acting pharmacy's applications."""
    if not acting.has(Permission.APPLY) or acting.pharmacy_id is None:
        return Application.objects.none()
    return Application.objects.filter(pharmacy_id=acting.pharmacy_id).select_related(
        "motivation__author__user",
        "motivation__author__care_unit",
        "renews__product",
        "product",
        "pharmacy",
        "created_by__user",
        "assigned_to__user",
    )


def colleagues_at(pharmacy: Pharmacy) -> list[Assignment]:
    """Those who can look after a pharmacy's applications, by name."""
    roles = [role for role, means in ROLES.items() if Permission.APPLY in means.permissions]
    return list(
        Assignment.objects.filter(pharmacy=pharmacy, role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def motivations_open_to(acting: Assignment) -> QuerySet[Motivation]:
    """The motivations a pharmacy may open: found lately by an exact search, or its own business.

    Its own business are those addressed to it and those it has applied for. When it has handed its
    application over, only a search made since opens the motivation.
    """
    if not acting.has(Permission.SEARCH_MOTIVATIONS) or acting.pharmacy_id is None:
        return Motivation.objects.none()
    given = _given_by(acting)
    found = SearchHit.objects.filter(
        ~Exists(
            given.filter(
                application__motivation=OuterRef("motivation"), ended_at__gte=OuterRef("at")
            )
        ),
        pharmacy_id=acting.pharmacy_id,
        motivation=OuterRef("pk"),
        at__gte=clock.now() - timedelta(hours=policy.search_hit_hours),
    )
    addressed = Q(chosen_pharmacy_id=acting.pharmacy_id) & ~Exists(
        given.filter(application__motivation=OuterRef("pk"))
    )
    applied = Application.objects.filter(pharmacy_id=acting.pharmacy_id, motivation=OuterRef("pk"))
    return Motivation.objects.filter(
        addressed | Exists(found) | Exists(applied),
        status__in=FINDABLE,
    ).select_related("author__user", "author__care_unit", "chosen_pharmacy")


def _given_by(acting: Assignment) -> QuerySet[HandOver]:
    """What the acting pharmacy has handed over and another now has."""
    return HandOver.objects.filter(
        giver_id=acting.pharmacy_id, status=HandOverStatus.ACCEPTED
    ).exclude(application__status=ApplicationStatus.WITHDRAWN)


def handovers_of(acting: Assignment) -> QuerySet[HandOver]:
    """What the acting pharmacy has offered another or been offered, the newest first."""
    if not acting.has(Permission.APPLY) or acting.pharmacy_id is None:
        return HandOver.objects.none()
    return (
        HandOver.objects.filter(Q(giver_id=acting.pharmacy_id) | Q(receiver_id=acting.pharmacy_id))
        .select_related(
            "giver",
            "receiver",
            "offered_by__user",
            "ended_by__user",
            "application__product",
            "application__motivation",
        )
        .order_by("-offered_at", "-pk")
    )


def taken_over(application: Application) -> HandOver | None:
    """The last hand-over of an application that was accepted, if there is one."""
    return (
        HandOver.objects.filter(application=application, status=HandOverStatus.ACCEPTED)
        .select_related("giver", "ended_by__user")
        .order_by("-ended_at", "-pk")
        .first()
    )


def open_handovers(acting: Assignment) -> QuerySet[HandOver]:
    """Those of them that wait for an answer."""
    return handovers_of(acting).filter(status=HandOverStatus.OFFERED)


def about(text: str, *, prefix: str = "", dnr: bool = False) -> Q:
    """Motivations (or what has one, by `prefix`) about a product, or with a number.

    Args:
        text: words of the product, part of a reference number or dnr; case is forgiven, and in a
            whole reference number spaces and hyphens too.
        prefix: the way to the motivation, e.g. ``"motivation__"``.
        dnr: whether the rows have a dnr of their own to search.
    """
    text = text.strip()
    product = Q()
    for word in text.split():
        product &= Q(**{f"{prefix}product_line__icontains": word})
    found = product | Q(**{f"{prefix}reference__icontains": text})
    if dnr:
        found |= Q(dnr__icontains=text)
    # What is no whole reference number is searched for as the words stand.
    with suppress(ValueError):
        found |= Q(**{f"{prefix}reference": normalise_reference(text)})
    return found


def own_application(acting: Assignment, motivation: Motivation) -> Application | None:
    """The pharmacy's latest application on a motivation, draft or sent, if there is one."""
    return (
        of_pharmacy(acting)
        .filter(motivation=motivation)
        .exclude(status=ApplicationStatus.WITHDRAWN)
        .order_by("-created_at", "-pk")
        .first()
    )


def purpose_of(acting: Assignment, motivation: Motivation) -> str:
    """Why the pharmacy opens a motivation: what it searched for lately, else what it is to it."""
    hit = (
        SearchHit.objects.filter(
            pharmacy__assignments=acting,
            motivation=motivation,
            at__gte=clock.now() - timedelta(hours=policy.search_hit_hours),
        )
        .order_by("-at", "-pk")
        .first()
    )
    if hit is not None:
        return hit.purpose
    if motivation.chosen_pharmacy_id == acting.pharmacy_id:
        return SearchPurpose.ADDRESSED
    return SearchPurpose.FOLLOW_UP
