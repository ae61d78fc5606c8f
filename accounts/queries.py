"""Questions about people and what they may act as."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Assignment, User
from klas.access import Role


def usable_assignments(user: User | AnonymousUser, *, on: date) -> QuerySet[Assignment]:
    """What this person may act as on a day; nothing when nobody is signed in."""
    if not isinstance(user, User):
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(user=user, user__is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("user", "pharmacy", "care_unit")
        .order_by("role", "pk")
    )


def pharmacists_at(pharmacy_id: int, *, on: date) -> QuerySet[User]:
    """Those who work as pharmacists at a pharmacy on a day."""
    there = Assignment.objects.filter(pharmacy_id=pharmacy_id, role=Role.PHARMACIST)
    there = there.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
    there = there.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return User.objects.filter(is_active=True, pk__in=there.values("user")).order_by("pk")
