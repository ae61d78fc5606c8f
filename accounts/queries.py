"""Questions about people and what they may act as."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Assignment, PersonSession, User
from klas.access import Role


def usable_assignments(user: User | AnonymousUser, *, on: date) -> QuerySet[Assignment]:
    """What this person may act as on a day; nothing when nobody is signed in."""
    if not isinstance(user, User):
        return Assignment.objects.none()
    return usable(on).filter(user=user).order_by("role", "pk")


def colleagues_of(assignment: Assignment, *, on: date) -> QuerySet[Assignment]:
    """Other people's assignments that can be acted as at the same care unit on a day, by name."""
    if assignment.care_unit_id is None:
        return Assignment.objects.none()
    return (
        usable(on)
        .filter(care_unit_id=assignment.care_unit_id)
        .exclude(user_id=assignment.user_id)
        .order_by("user__name", "pk")
    )


def prescribers_beside(assignment: Assignment, *, on: date) -> QuerySet[Assignment]:
    """Those of the colleagues who prescribe, with a valid licence to practise."""
    return colleagues_of(assignment, on=on).filter(
        role=Role.PRESCRIBER, user__licensed_to_practise=True
    )


def usable(on: date) -> QuerySet[Assignment]:
    """What anybody may act as on a day, with the person and their unit."""
    return (
        Assignment.objects.filter(user__is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("user", "pharmacy", "care_unit")
    )


def pharmacists_at(pharmacy_id: int, *, on: date) -> QuerySet[User]:
    """Those who work as pharmacists at a pharmacy on a day."""
    there = Assignment.objects.filter(pharmacy_id=pharmacy_id, role=Role.PHARMACIST)
    there = there.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
    there = there.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return User.objects.filter(is_active=True, pk__in=there.values("user")).order_by("pk")


def sessions_of(user: User) -> QuerySet[PersonSession]:
    """Where a person is signed in, the one used last first."""
    return (
        PersonSession.objects.alive()
        .filter(user=user)
        .defer("session_data")
        .order_by("-last_used_at", "session_key")
    )


def operators(*, on: date) -> QuerySet[User]:
    """Those who run the service on a day."""
    return User.objects.filter(
        pk__in=usable(on).filter(role=Role.OPERATOR).values("user")
    ).order_by("pk")
