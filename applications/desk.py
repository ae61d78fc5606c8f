"""The desk: what waits, is begun, sent and over at a pharmacy, or at all of one person's own."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Assignment
from accounts.queries import usable_assignments
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.models.application import BEFORE_DECISION, OVER
from klas.access import Permission
from klas.policy import policy
from motivations.enums import MotivationStatus
from motivations.models import Motivation
from motivations.queries import LIVE, addressed_to

ADDRESSED, DRAFTS, SENT = "till-oss", "utkast", "skickade"
WAITING, DECIDED, ENDING = "vantar", "beslutade", "slutar-snart"


@dataclass(frozen=True)
class Desk:
    """By which assignments somebody sees lists: one for each pharmacy, by the pharmacies' names."""

    assignments: tuple[Assignment, ...]

    @property
    def pharmacy_ids(self) -> list[int]:
        return [one.pharmacy_id for one in self.assignments if one.pharmacy_id is not None]

    @property
    def is_chain(self) -> bool:
        """Whether it is of several pharmacies."""
        return len(self.assignments) > 1

    def at(self, pharmacy_id: int | None) -> "Desk":
        """What of it is at one pharmacy."""
        here = tuple(one for one in self.assignments if one.pharmacy_id == pharmacy_id)
        return replace(self, assignments=here)


def desk_of(acting: Assignment) -> Desk:
    """The acting pharmacy's own; empty for those who do not apply."""
    return Desk((acting,) if acting.has(Permission.APPLY) and acting.pharmacy_id else ())


def chain_of(acting: Assignment, *, on: date) -> Desk:
    """That of all pharmacies where the acting person may apply on a day, each by an own assignment.

    Whoever has two roles at a pharmacy sees it as what they act as, else as a pharmacist.
    """
    others = usable_assignments(acting.user, on=on).filter(pharmacy__isnull=False)
    found = {one.pharmacy_id: one for one in desk_of(acting).assignments}
    for one in others:
        if one.has(Permission.APPLY):
            found.setdefault(one.pharmacy_id, one)
    return Desk(tuple(sorted(found.values(), key=lambda one: (one.unit_name, one.pk))))


def applications_at(desk: Desk) -> QuerySet[Application]:
    """The desk's applications, with what a list shows: nothing of the patient, no answers."""
    return (
        Application.objects.filter(pharmacy_id__in=desk.pharmacy_ids)
        .select_related(
            "motivation", "product", "pharmacy", "created_by__user", "assigned_to__user"
        )
        .defer("answers", "duplicate_reason", "motivation__subject_label")
    )


def addressed_waiting(desk: Desk) -> QuerySet[Motivation]:
    """Motivations that name a pharmacy of the desk, where nobody has begun to apply for them."""
    begun = Application.objects.filter(
        pharmacy=OuterRef("chosen_pharmacy"),
        motivation=OuterRef("pk"),
        status=ApplicationStatus.DRAFT,
    )
    return (
        addressed_to(desk.pharmacy_ids)
        .exclude(Exists(begun))
        .select_related("chosen_pharmacy")
        .defer("subject_label")
    )


def _tabs(today: date) -> dict[str, Q]:
    """Which applications stand under which tab; those addressed to the desk are motivations."""
    last = today + timedelta(days=policy.licence_ends_soon_days)
    return {
        DRAFTS: Q(status=ApplicationStatus.DRAFT),
        SENT: Q(status__in=BEFORE_DECISION),
        WAITING: ~Q(waiting_for=""),
        DECIDED: Q(status__in=OVER),
        ENDING: Q(licence_valid_to__range=(today, last)),
    }


def of_tab(desk: Desk, tab: str, *, today: date) -> QuerySet[Any]:
    """What stands under a tab of the desk: motivations or applications.

    An application says in `ended_at` when it ended. Under `ENDING` its motivation's `renewals` are
    those that the prescriber has sent and that are under way or granted.

    Raises:
        KeyError: there is no such tab.
    """
    if tab == ADDRESSED:
        return addressed_waiting(desk)
    applications = (
        applications_at(desk)
        .filter(_tabs(today)[tab])
        .annotate(ended_at=Coalesce("decided_at", "withdrawn_at"))
    )
    if tab != ENDING:
        return applications
    renewals = Motivation.objects.filter(LIVE).exclude(status=MotivationStatus.DRAFT)
    return applications.prefetch_related(Prefetch("motivation__renewals", renewals.order_by("pk")))


def counts(desk: Desk, *, today: date) -> dict[str, int]:
    """How many things stand under each tab of the desk, in one query, read from indexes alone."""
    tabs = _tabs(today)
    applications = (
        Application.objects.filter(pharmacy_id__in=desk.pharmacy_ids)
        .order_by()
        .values("status")
        .annotate(
            n=Count("status"),
            waiting=Count("status", filter=tabs[WAITING]),
            ending=Count("status", filter=tabs[ENDING]),
        )
    )
    motivations = (
        addressed_waiting(desk)
        .select_related(None)
        .order_by()
        .values(tab=Value(ADDRESSED))
        .annotate(n=Count("pk"), waiting=Value(0), ending=Value(0))
    )
    rows = list(applications.union(motivations, all=True))
    by_status = {row["status"]: row["n"] for row in rows}
    return {
        ADDRESSED: by_status.get(ADDRESSED, 0),
        DRAFTS: by_status.get(ApplicationStatus.DRAFT, 0),
        SENT: sum(by_status.get(status, 0) for status in BEFORE_DECISION),
        WAITING: sum(row["waiting"] for row in rows),
        DECIDED: sum(by_status.get(status, 0) for status in OVER),
        ENDING: sum(row["ending"] for row in rows),
    }
