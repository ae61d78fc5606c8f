"""Questions about cases."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.models import Assignment
from applications.models import Application
from decisions.enums import OPEN_CASES, CaseStatus, Recipient
from decisions.models import Case, Decision, Letter
from klas.access import Permission


def visible_to(acting: Assignment) -> QuerySet[Case]:
    """The cases an assignment may see: the agency's officers see all, others none."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Case.objects.none()
    return Case.objects.select_related(
        "application__motivation",
        "application__pharmacy",
        "application__product",
        "assignee__user",
    )


def untaken() -> QuerySet[Case]:
    """Cases that nobody has taken, in the order they are to be taken."""
    return Case.objects.filter(status=CaseStatus.REGISTERED).order_by("-is_urgent", "due_on", "pk")


@dataclass(frozen=True)
class QueueCounts:
    """How many cases stand under each tab of the queue."""

    unassigned: int
    mine: int
    to_countersign: int
    overdue: int
    open: int


TABS = {
    "unassigned": Q(status=CaseStatus.REGISTERED),
    "to_countersign": Q(status=CaseStatus.PROPOSED),
    "open": Q(status__in=OPEN_CASES),
}


def tab_filter(tab: str, *, acting: Assignment, today: date) -> Q:
    """What a tab of the queue shows.

    Raises:
        KeyError: there is no such tab.
    """
    if tab == "mine":
        return Q(status__in=OPEN_CASES, assignee=acting)
    if tab == "overdue":
        return Q(status__in=OPEN_CASES, due_on__lt=today)
    return TABS[tab]


def queue_counts(acting: Assignment, *, today: date) -> QueueCounts:
    """All tab counts, in one query over the open cases."""
    counts = Case.objects.filter(status__in=OPEN_CASES).aggregate(
        **{
            tab: Count("pk", filter=tab_filter(tab, acting=acting, today=today))
            for tab in ("unassigned", "mine", "to_countersign", "overdue", "open")
        }
    )
    return QueueCounts(**counts)


def earlier_on_product(case: Case, *, limit: int = 10) -> list[Decision]:
    """Earlier decisions on the same product name and strength, newest first."""
    product = case.application.product
    if product is None:
        return []
    return list(
        Decision.objects.filter(
            decided_at__isnull=False, product__name=product.name, product__strength=product.strength
        )
        .exclude(case=case)
        .select_related("case", "product")
        .order_by("-decided_at", "-pk")[:limit]
    )


def decided_letter(application: Application) -> Letter | None:
    """The pharmacy's decision letter on an application, once it is ordered."""
    return (
        Letter.objects.filter(case__application=application, recipient=Recipient.PHARMACY)
        .select_related("decision__product", "case")
        .order_by("-ordered_at", "-pk")
        .first()
    )
