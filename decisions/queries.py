"""Questions about cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Assignment
from applications.models import Application, ApplicationEvent
from applications.services.duplicates import Duplicate
from decisions.enums import ENDED_CASES, OPEN_CASES, CaseStatus, Channel, LetterStatus, Recipient
from decisions.models import (
    Assessment,
    Case,
    CaseEvent,
    Decision,
    Letter,
    LetterText,
    Note,
    PrintBatch,
)
from klas.access import ROLES, Permission
from motivations.models import MotivationEvent


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
    waiting: int
    to_countersign: int
    overdue: int
    open: int


TABS = {
    "unassigned": Q(status=CaseStatus.REGISTERED),
    "waiting": Q(status=CaseStatus.WAITING),
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
    if tab == "decided":
        return Q(status__in=ENDED_CASES)
    if tab == "overdue":
        return Q(status__in=OPEN_CASES, due_on__lt=today) & ~Q(status=CaseStatus.WAITING)
    return TABS[tab]


def queue_counts(acting: Assignment, *, today: date) -> QueueCounts:
    """All tab counts, in one query over the open cases."""
    counts = Case.objects.filter(status__in=OPEN_CASES).aggregate(
        **{
            tab: Count("pk", filter=tab_filter(tab, acting=acting, today=today))
            for tab in QueueCounts.__annotations__
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


def earlier_case(case: Case) -> Case | None:
    """The case that gave the licence which a case's motivation renews, if it is one."""
    renewed = case.application.motivation.renews_id
    if renewed is None:
        return None
    return (
        Case.objects.filter(application__motivation_id=renewed, status=CaseStatus.DECIDED)
        .order_by("-decided_at", "-pk")
        .first()
    )


def decided_letter(application: Application) -> Letter | None:
    """The pharmacy's decision letter on an application, once it is ordered; the newest of them."""
    return (
        letters_to_pharmacy(application)
        .filter(decision__isnull=False)
        .select_related("decision__product", "case")
        .order_by("-ordered_at", "-pk")
        .first()
    )


def letters_to_pharmacy(application: Application) -> QuerySet[Letter]:
    """The letters that the pharmacy with an application has got, in the order they were sent."""
    return Letter.objects.filter(
        case__application=application, recipient=Recipient.PHARMACY
    ).order_by("ordered_at", "pk")


def for_list(acting: Assignment) -> QuerySet[Case]:
    """The cases an assignment may see, with what a list shows and no more.

    What the patient is called is left in the database: no list needs it.
    """
    return visible_to(acting).only(
        "application__motivation",
        "application__pharmacy",
        "application__product",
        "assignee__user",
        "dnr",
        "kind",
        "status",
        "is_urgent",
        "is_first_time",
        "registered_at",
        "due_on",
        "decided_at",
        "assignee__user__name",
        "application__motivation__reference",
        "application__pharmacy__name",
        "application__product__name",
        "application__product__form",
        "application__product__strength",
        "application__product__mah",
    )


def for_review(acting: Assignment) -> QuerySet[Case]:
    """The cases an assignment may see, with what the pages of one case show."""
    return visible_to(acting).select_related(
        "application__version__product",
        "application__version__motivation__author__user",
        "application__sent_by__user",
        "assignee__care_unit",
        "assignee__pharmacy",
    )


def officers() -> list[Assignment]:
    """Those who can have a case assigned to them, by name."""
    roles = [role for role, means in ROLES.items() if Permission.HANDLE_CASES in means.permissions]
    return list(
        Assignment.objects.filter(role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def assessment_of(case: Case) -> Assessment | None:
    """The assessment as it stands, if anybody has begun it."""
    return Assessment.objects.filter(case=case).select_related("saved_by__user").first()


def notes_of(case: Case) -> QuerySet[Note]:
    """The internal notes, newest first."""
    return Note.objects.filter(case=case).select_related(
        "author__user", "author__pharmacy", "author__care_unit"
    )


def live_decision(case: Case) -> Decision | None:
    """The decision that is proposed or made, if there is one."""
    return (
        Decision.objects.filter(case=case, returned_at__isnull=True)
        .select_related(
            "product",
            "licence",
            "case__application__pharmacy",
            "proposed_by__user",
            "decided_by__user",
        )
        .first()
    )


def returned_proposal(case: Case) -> Decision | None:
    """The last proposal that a countersigner sent back, if there is one."""
    return (
        Decision.objects.filter(case=case, returned_at__isnull=False)
        .select_related("returned_by__user")
        .order_by("-returned_at", "-pk")
        .first()
    )


def decision_told(application: Application) -> Decision | None:
    """The decision on an application, once it is made."""
    return (
        Decision.objects.filter(case__application=application, decided_at__isnull=False)
        .select_related("product", "case", "licence", "proposed_by__user", "decided_by__user")
        .first()
    )


@dataclass(frozen=True)
class History:
    """What has happened to a case and to what it is built on."""

    case: list[CaseEvent]
    application: list[ApplicationEvent]
    motivation: list[MotivationEvent]


def history(case: Case) -> History:
    """All events of a case, its application and its motivation; three queries."""
    actor = ("actor__user", "actor__pharmacy", "actor__care_unit")
    application = case.application
    return History(
        list(CaseEvent.objects.filter(subject=case).select_related(*actor)),
        list(ApplicationEvent.objects.filter(subject=application).select_related(*actor)),
        list(
            MotivationEvent.objects.filter(subject_id=application.motivation_id).select_related(
                *actor
            )
        ),
    )


def stops_of(case: Case, *, until: date) -> list[tuple[date, date]]:
    """From and to which day the clock of a case stood still, for a question that was put.

    Args:
        until: the end of a stop that still lasts.
    """
    stops: list[tuple[date, date]] = []
    since: date | None = None
    for event in CaseEvent.objects.filter(subject=case, action__in=_CLOCK).order_by("at", "pk"):
        day = timezone.localdate(event.at)
        if event.action == "request_supplement":
            since = day
        elif since is not None:
            stops.append((since, day))
            since = None
    return [*stops, (since, until)] if since is not None else stops


_CLOCK = ("request_supplement", "supplement_answered", "close_supplement")


class Obstacle(StrEnum):
    """What still stands between a case and its decision, seen by one officer."""

    NOT_TAKEN = "not_taken"
    WITH_ANOTHER = "with_another"
    WAITING = "waiting"
    NOT_ASSESSED = "not_assessed"
    ASSESSMENT_UNFINISHED = "assessment_unfinished"
    TO_COUNTERSIGN = "to_countersign"


def obstacles(case: Case, assessment: Assessment | None, *, by: Assignment) -> list[Obstacle]:
    """What stops `by` from deciding an open case; empty when it can be decided, or is over."""
    if not case.is_open:
        return []
    if case.status == CaseStatus.PROPOSED:
        return [Obstacle.TO_COUNTERSIGN]
    found = []
    if case.status == CaseStatus.REGISTERED:
        found.append(Obstacle.NOT_TAKEN)
    elif case.assignee_id != by.pk:
        found.append(Obstacle.WITH_ANOTHER)
    if case.status == CaseStatus.WAITING:
        found.append(Obstacle.WAITING)
    if assessment is None:
        found.append(Obstacle.NOT_ASSESSED)
    elif not assessment.is_complete:
        found.append(Obstacle.ASSESSMENT_UNFINISHED)
    return found


def cases_of(duplicates: Iterable[Duplicate]) -> dict[int, Case]:
    """The case of each duplicate, by its application's key; one query."""
    wanted = [duplicate.application.pk for duplicate in duplicates]
    cases = Case.objects.filter(application__in=wanted) if wanted else ()
    return {case.application_id: case for case in cases}


def closing(case: Case) -> ApplicationEvent | None:
    """The pharmacy's withdrawal, with its reason, that closed a case; None when none did."""
    if case.status != CaseStatus.CLOSED:
        return None
    return ApplicationEvent.objects.get(subject=case.application_id, action="withdraw")


def letters_of(case: Case) -> QuerySet[Letter]:
    """The letters of a case, in the order they were ordered."""
    return Letter.objects.filter(case=case)


def letters_by_post(acting: Assignment) -> QuerySet[Letter]:
    """The letters that an officer puts in envelopes."""
    if not acting.has(Permission.PRINT_LETTERS):
        return Letter.objects.none()
    return Letter.objects.filter(channel=Channel.POST).select_related("case").order_by("pk")


def letters_on_tab(acting: Assignment, tab: str) -> QuerySet[Letter]:
    """The letters by post under a tab: those to print, those to post, or those posted.

    Raises:
        KeyError: there is no such tab.
    """
    statuses, order = {
        "waiting": ((LetterStatus.PENDING, LetterStatus.ISSUED), ("ordered_at", "pk")),
        "printed": ((LetterStatus.PRINTED,), ("prints__batch", "prints__position", "pk")),
        "posted": ((LetterStatus.POSTED,), ("-posted_on", "-pk")),
    }[tab]
    found = letters_by_post(acting).filter(status__in=statuses)
    if tab == "printed":
        found = found.filter(prints__is_reprint=False)
    return found.order_by(*order)


def print_batches(acting: Assignment) -> QuerySet[PrintBatch]:
    """The batches of letters that have been printed, newest first."""
    if not acting.has(Permission.PRINT_LETTERS):
        return PrintBatch.objects.none()
    return PrintBatch.objects.select_related("made_by__user", "posted_by__user").order_by("-pk")


def letters_in(batch: PrintBatch) -> QuerySet[Letter]:
    """The letters of a batch, in the order they are printed."""
    return (
        Letter.objects.filter(prints__batch=batch)
        .select_related("case")
        .order_by("prints__position")
    )


def letters_visible_to(acting: Assignment) -> QuerySet[Letter]:
    """The letters an assignment may open: the agency's officers all of them."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Letter.objects.none()
    return Letter.objects.select_related("case")


def text_drafts() -> QuerySet[LetterText]:
    """Wordings of the letters' texts that are proposed and not published."""
    return (
        LetterText.objects.filter(published_at__isnull=True, discarded_at__isnull=True)
        .select_related("proposed_by__user")
        .order_by("key", "pk")
    )


def published_texts(key: str) -> QuerySet[LetterText]:
    """The wordings of a text that have been published, newest first."""
    return (
        LetterText.objects.filter(key=key, published_at__isnull=False)
        .select_related("proposed_by__user", "published_by__user")
        .order_by("-number")
    )
