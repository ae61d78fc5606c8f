"""Questions of the queue: its tabs and their counts, its filters, its pages (docs/decisions/007).

Each is answered by an index over open cases, or by the counts that the database keeps, so that it
costs the same however many cases there are.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Greatest, JSONObject
from django.db.models.lookups import LessThan
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from accounts.models import Assignment
from decisions.enums import ENDED_CASES, OPEN_CASES, CaseStatus
from decisions.models import Absence, Case, QueueCount, SavedView
from decisions.queries import for_list, is_officer
from klas.access import Permission
from klas.policy import policy
from klas.series import normalise_dnr, normalise_reference

TABS = {
    "unassigned": gettext_lazy("Ej fördelade"),
    "mine": gettext_lazy("Mina"),
    "waiting": gettext_lazy("Väntar på komplettering"),
    "arrived": gettext_lazy("Komplettering inkommen"),
    "to_countersign": gettext_lazy("Att kontrasignera"),
    "overdue": gettext_lazy("Försenade"),
    "untold": gettext_lazy("Försenade, ej meddelade"),
    "open": gettext_lazy("Alla öppna"),
    "decided": gettext_lazy("Avslutade"),
}
UNASSIGNED = "none"  # the filter on officer that asks for cases without one
# Every order ends in pk, so that a page is the same each time it is turned to.
ORDERS = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "registered": ("registered_at", "pk"),
    "-registered": ("-registered_at", "-pk"),
    "decided": ("decided_at", "pk"),
    "-decided": ("-decided_at", "-pk"),
}
# The first is the order when the address names none that the tab has.
OPEN_ORDERS = ("due", "-due", "registered", "-registered")
ENDED_ORDERS = ("-decided", "decided")


@dataclass(frozen=True)
class QueueCounts:
    """How many cases stand under each tab of the queue."""

    unassigned: int = 0
    mine: int = 0
    waiting: int = 0
    arrived: int = 0
    to_countersign: int = 0
    overdue: int = 0
    untold: int = 0
    open: int = 0


def tab_filter(tab: str, *, acting: Assignment, today: date) -> Q:
    """What a tab of the queue shows. The triggers on `Case` count by the same rules.

    Raises:
        KeyError: there is no such tab.
    """
    is_open, runs = Q(status__in=OPEN_CASES), ~Q(status=CaseStatus.WAITING)
    return {
        "unassigned": Q(status=CaseStatus.REGISTERED),
        "mine": is_open & Q(assignee=acting),
        "waiting": Q(status=CaseStatus.WAITING),
        # The prescriber has answered, and the officer has done nothing since.
        "arrived": is_open & Q(status=CaseStatus.IN_REVIEW, supplement_arrived_at__isnull=False),
        "to_countersign": Q(status=CaseStatus.PROPOSED),
        "overdue": is_open & runs & Q(due_on__lt=today),
        # Past the day that the party was told of: FL 11 § wants it to be told.
        "untold": is_open & runs & Q(LessThan(Greatest(F("due_on"), F("told_until")), today)),
        "open": is_open,
        "decided": Q(status__in=ENDED_CASES),
    }[tab]


def queue_counts(acting: Assignment, *, today: date) -> QueueCounts:
    """All tab counts, true to the last commit, in one query over what the database has counted."""
    counted = (
        QueueCount.objects.filter(Q(officer__isnull=True) | Q(officer=acting.pk))
        .filter(Q(day__isnull=True) | Q(day__lt=today))
        .order_by("tab")
        .values_list("tab")
        .annotate(Sum("n"))
    )
    return QueueCounts(**dict(counted))


def about(text: str) -> Q:
    """Cases with a number, or about a product: every word is in them, in any order.

    Args:
        text: a dnr or reference number however it is typed, or words of name, substance and ATC
            code, or parts of any of these.
    """
    with suppress(ValueError):
        return Q(dnr=normalise_dnr(text))
    with suppress(ValueError):
        return Q(application__motivation__reference=normalise_reference(text))
    found = Q()
    for word in text.split():
        found &= _mentions(word)
    return found


def _mentions(word: str) -> Q:
    # Of constants, so worked out once, and the trigram index is used.
    return Q(search_text__contains=Func(Value(word), function="klas_fold"))


@dataclass(frozen=True)
class Wanted:
    """What the address asks the queue for: a tab, filters (cleaned), an order."""

    tab: str
    order: str
    filters: dict[str, Any] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """As it stands in the address, the same for the same things asked for."""
        filters = {name: "on" if value is True else value for name, value in self.filters.items()}
        return urlencode({"flik": self.tab, "sort": self.order, **filters})

    def cases(self, acting: Assignment, *, today: date) -> QuerySet[Case]:
        """All cases asked for that an assignment may see, in order, with what a list shows."""
        return (
            for_list(acting)
            .filter(tab_filter(self.tab, acting=acting, today=today), *self._conditions())
            .order_by(*ORDERS[self.order])
        )

    def _conditions(self) -> list[Q]:
        wanted, found = self.filters, []
        if wanted.get("q"):
            found.append(about(wanted["q"]))
        if wanted.get("kind"):
            found.append(Q(kind=wanted["kind"]))
        if wanted.get("urgency"):
            found.append(Q(is_urgent=wanted["urgency"] == "urgent"))
        if wanted.get("status"):
            found.append(Q(status=wanted["status"]))
        if wanted.get("assignee") == UNASSIGNED:
            found.append(Q(assignee__isnull=True))
        elif wanted.get("assignee"):
            found.append(Q(assignee_id=wanted["assignee"]))
        if wanted.get("first_time"):
            found.append(Q(is_first_time=True))
        if wanted.get("duplicate"):
            found.append(Q(is_duplicate=True))
        if wanted.get("requested"):
            found.append(Q(request_due_on__isnull=False))
        return found


class QueuePaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a list that is told how long it is, and ends at `policy.queue_most_rows`.

    Who looks for more filters the list, or turns its order. Only the rows of a page are joined to
    anything: what comes before them is passed by in the index.
    """

    def __init__(self, cases: QuerySet[Case], *, acting: Assignment, total: int) -> None:
        super().__init__(cases, policy.page_size)
        self.cases = cases
        self.acting = acting
        self.total = total

    @cached_property
    def count(self) -> int:
        return min(self.total, policy.queue_most_rows)

    def page(self, number: int | str) -> "QueuePage":
        number = self.validate_number(number)
        return QueuePage(self.rows(number), number, self)

    def nearest(self, number: str) -> int:
        """The page meant by what stands in the address: the first or last when it is none."""
        return self.get_page(number).number

    def rows(self, number: int) -> QuerySet[Case]:
        """The rows of one page, in the list's order."""
        start = (number - 1) * self.per_page
        keys = self.cases.values("pk")[start : start + self.per_page]
        return for_list(self.acting).filter(pk__in=keys).order_by(*self.cases.query.order_by)


class QueuePage(Page[Case]):
    """One page, which knows how long the whole list is."""

    paginator: QueuePaginator


def page_of(
    cases: QuerySet[Case], *, acting: Assignment, number: str, total: int | None
) -> QueuePage:
    """One page of a list, the nearest there is.

    Args:
        number: as it stands in the address.
        total: how many cases there are; None when nobody knows. They are then counted, to one more
            than are shown, in the query that fetches the page.
    """
    most = policy.queue_most_rows
    if total is None:
        paginator = QueuePaginator(cases, acting=acting, total=most)
        wanted = paginator.nearest(number)
        counted = ArraySubquery(cases.order_by().values("pk")[: most + 1])
        rows = list(
            paginator.rows(wanted).annotate(
                total=Func(counted, function="cardinality", output_field=IntegerField())
            )
        )
        if rows or wanted == 1:
            total = rows[0].total if rows else 0
            return QueuePage(rows, wanted, QueuePaginator(cases, acting=acting, total=total))
        total = cases.order_by()[: most + 1].count()
    paginator = QueuePaginator(cases, acting=acting, total=total)
    return paginator.page(paginator.nearest(number))


@dataclass(frozen=True)
class Desk:
    """What stands round an officer's queue: colleagues to filter by, saved views, own absence."""

    officers: list[Assignment]
    views: list[SavedView]
    absence: Absence | None


def desk_of(acting: Assignment, *, today: date) -> Desk:
    """All of it in one query."""
    views = SavedView.objects.filter(owner=OuterRef("pk")).order_by("name", "pk")
    facts = JSONObject(pk="pk", name="name", query="query", is_start="is_start")
    people = list(
        Assignment.objects.filter(is_officer() | Q(pk=acting.pk))
        .select_related("user", "absence")
        .annotate(views=ArraySubquery(views.values(facts=facts)))
        .order_by("user__name", "pk")
    )
    me = next(person for person in people if person.pk == acting.pk)
    absence: Absence | None = getattr(me, "absence", None)
    return Desk(
        [person for person in people if person.has(Permission.HANDLE_CASES)],
        [SavedView(**view) for view in me.views],
        absence if absence is not None and absence.until >= today else None,
    )


def views_of(acting: Assignment) -> list[SavedView]:
    """The filters that an officer has saved, by name."""
    return list(SavedView.objects.filter(owner=acting).order_by("name", "pk"))
