"""Questions about people and what they may act as."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Assignment, User
from klas.access import Permission


def usable_assignments(user: User, *, on: date) -> QuerySet[Assignment]:
    """What this person may act as on a day."""
    return (
        Assignment.objects.filter(user=user, user__is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("user", "pharmacy", "care_unit")
        .order_by("role", "pk")
    )


def colleagues_with(acting: Assignment, permission: Permission) -> list[Assignment]:
    """Other assignments at the same unit that have a permission (for hand-over lists)."""
    same_unit = Assignment.objects.filter(
        pharmacy_id=acting.pharmacy_id, care_unit_id=acting.care_unit_id, user__is_active=True
    ).exclude(user_id=acting.user_id)
    return [
        assignment
        for assignment in same_unit.select_related("user").order_by("user__name", "pk")
        if assignment.has(permission)
    ]
