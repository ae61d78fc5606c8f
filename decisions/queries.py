"""Questions about cases."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Assignment
from applications.models import Application, ApplicationEvent, ApplicationSupplement
from applications.services.duplicates import Duplicate
from decisions.clock import standstills
from decisions.enums import (
    CaseStatus,
    Conclusion,
    ReferralStatus,
)
from decisions.models import (
    Absence,
    Assessment,
    Case,
    CaseEvent,
    Communication,
    Decision,
    Disclosure,
    Licence,
    Mention,
    Note,
    QuestionTextVersion,
    Referral,
)
from klas import clock
from klas.access import ROLES, Permission, Role
from motivations.enums import SupplementStatus
from motivations.models import MotivationEvent, SupplementRequest


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


def licence_of(decision: Decision) -> Licence | None:
    """The licence that a decision gave, if it gave one; fetched along."""
    return getattr(decision, "licence", None)


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
        "is_duplicate",
        "supplement_arrived_at",
        "told_until",
        "request_due_on",
        "registered_at",
        "due_on",
        "decided_at",
        "answer_due_on",
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
    return list(
        Assignment.objects.filter(is_officer())
        .select_related("user", "absence")
        .order_by("user__name", "pk")
    )


def is_officer() -> Q:
    """The condition on an assignment that can have cases."""
    roles = [role for role, means in ROLES.items() if Permission.HANDLE_CASES in means.permissions]
    return Q(role__in=roles, user__is_active=True)


def absence_of(officer: Assignment) -> Absence | None:
    """An officer's absence, if they have said to be away today."""
    return Absence.objects.filter(officer=officer, until__gte=clock.today()).first()


def colleagues() -> list[Assignment]:
    """The agency's people who review cases, one assignment each, assessors first."""
    roles = [role for role, means in ROLES.items() if Permission.ASSESS in means.permissions]
    today = clock.today()
    found = (
        Assignment.objects.filter(role__in=roles, user__is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .select_related("user")
        .order_by("user__name", "pk")
    )
    ordered = sorted(found, key=lambda one: one.role != Role.ASSESSOR)
    return list({one.user_id: one for one in reversed(ordered)}.values())[::-1]


def communications_of(case: Case) -> list[Communication]:
    """What has been sent to the pharmacy before a decision, oldest first."""
    return list(
        Communication.objects.filter(case=case)
        .select_related("sent_by__user", "answered_by__user", "answered_by__pharmacy")
        .order_by("pk")
    )


def communication_told(application: Application) -> Communication | None:
    """The latest that the applicant was told before a decision, if anything."""
    return (
        Communication.objects.filter(case__application=application)
        .select_related("case", "answered_by__user")
        .order_by("-pk")
        .first()
    )


def referrals_of(case: Case) -> list[Referral]:
    """The questions to colleagues about a case, oldest first."""
    return list(
        Referral.objects.filter(case=case)
        .select_related("consultant__user", "asked_by__user")
        .order_by("pk")
    )


def referrals_to(acting: Assignment, *, is_open: bool) -> QuerySet[Referral]:
    """What a person is asked to give an opinion on, soonest first; or has, latest first."""
    if not acting.has(Permission.ASSESS):
        return Referral.objects.none()
    referrals = Referral.objects.filter(consultant__user=acting.user_id).select_related(
        "case__application__product", "asked_by__user", "consultant"
    )
    if is_open:
        return referrals.filter(status=ReferralStatus.OPEN).order_by("due_on", "pk")
    return referrals.filter(status=ReferralStatus.ANSWERED).order_by("-answered_at", "-pk")


def mentions_of(acting: Assignment) -> QuerySet[Mention]:
    """Where a person is named in notes, latest first."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Mention.objects.none()
    return (
        Mention.objects.filter(person=acting.user_id)
        .select_related("note__case", "note__author__user")
        .order_by("-note__at", "-note_id")
    )


def assessment_of(case: Case) -> Assessment | None:
    """The assessment as it stands, if anybody has begun it."""
    return Assessment.objects.filter(case=case).select_related("saved_by__user").first()


def notes_of(case: Case) -> QuerySet[Note]:
    """The internal notes, newest first."""
    return (
        Note.objects.filter(case=case)
        .select_related("author__user", "author__pharmacy", "author__care_unit")
        .prefetch_related("mentions__person")
    )


def live_decision(case: Case) -> Decision | None:
    """The decision that is proposed or made, if there is one."""
    return (
        Decision.objects.filter(case=case, round=case.round, returned_at__isnull=True)
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
        Decision.objects.filter(case=case, round=case.round, returned_at__isnull=False)
        .select_related("returned_by__user")
        .order_by("-returned_at", "-pk")
        .first()
    )


def decision_told(application: Application) -> Decision | None:
    """The decision on an application, once it is made; the latest, when it was decided anew."""
    return (
        Decision.objects.filter(case__application=application, decided_at__isnull=False)
        .select_related("product", "case", "licence", "proposed_by__user", "decided_by__user")
        .order_by("-round")
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
    """From and to which day the clock of a case stood still: from the first question that was put
    until nobody was waited for any more; of a case that was reopened, since then.

    Args:
        until: the end of a stop that still lasts.
    """
    turns = CaseEvent.objects.filter(
        Q(from_state=CaseStatus.WAITING) ^ Q(to_state=CaseStatus.WAITING),
        subject=case,
        at__gte=case.complete_at,
    ).order_by("at", "pk")
    return standstills(
        ((timezone.localdate(event.at), event.to_state == CaseStatus.WAITING) for event in turns),
        until=until,
    )


def may_dismiss(case: Case) -> bool:
    """Whether an injunction in a case was not followed, so that it may be dismissed (FL 20 §)."""
    application = case.application
    last_asked = (
        ApplicationSupplement.objects.filter(application=application).order_by("-number").first(),
        SupplementRequest.objects.filter(motivation_id=application.motivation_id)
        .order_by("-number")
        .first(),
    )
    return any(
        request is not None
        and request.status == SupplementStatus.UNANSWERED
        and request.enjoined_at is not None
        and request.asked_at >= case.complete_at
        for request in last_asked
    )


class Obstacle(StrEnum):
    """What still stands between a case and its decision, seen by one officer."""

    NOT_TAKEN = "not_taken"
    WITH_ANOTHER = "with_another"
    WAITING = "waiting"
    NOT_ASSESSED = "not_assessed"
    ASSESSMENT_UNFINISHED = "assessment_unfinished"
    NEW_VERSION = "new_version"
    TO_COUNTERSIGN = "to_countersign"
    # These do not stop a decision: they are to be thought of first.
    NOT_HEARD = "not_heard"
    HEARING_OPEN = "hearing_open"
    REFERRAL_OPEN = "referral_open"
    DUPLICATE = "duplicate"


WARNINGS = frozenset(
    {Obstacle.NOT_HEARD, Obstacle.HEARING_OPEN, Obstacle.REFERRAL_OPEN, Obstacle.DUPLICATE}
)
# A case may be dismissed or closed without the application being tried: these stop no such end.
ON_THE_MERITS = frozenset(
    {Obstacle.NOT_ASSESSED, Obstacle.ASSESSMENT_UNFINISHED, Obstacle.NEW_VERSION}
)


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
    elif assessment.version_id != case.application.version_id:
        found.append(Obstacle.NEW_VERSION)
    return found


def warnings(
    case: Case,
    assessment: Assessment | None,
    *,
    communications: Iterable[Communication],
    referrals: Iterable[Referral],
    has_duplicates: bool,
) -> list[Obstacle]:
    """What an officer ought to think of before an open case is decided."""
    if not case.is_open:
        return []
    found = []
    sent = list(communications)
    if any(one.is_open and not one.is_heard for one in sent):
        found.append(Obstacle.HEARING_OPEN)
    elif assessment is not None and not any(one.is_heard for one in sent):
        concluded = {assessment.need, assessment.ground, assessment.manufacture}
        if Conclusion.NOT_SHOWN in concluded:
            found.append(Obstacle.NOT_HEARD)
    if any(one.is_open for one in referrals):
        found.append(Obstacle.REFERRAL_OPEN)
    if has_duplicates and not case.application.duplicate_reason:
        found.append(Obstacle.DUPLICATE)
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


def disclosures_of(case: Case) -> QuerySet[Disclosure]:
    """What has been given out of a case, newest first."""
    found = Disclosure.objects.filter(case=case).select_related("decided_by__user")
    return found.order_by("-ordered_at", "-pk")


def library(*, places: Collection[str] = (), kind: str = "") -> QuerySet[QuestionTextVersion]:
    """The wordings that the texts in use have now, by where they are used and topic.

    Args:
        places: only those used there, with `kind` the ones for that kind of licence or all.
    """
    newest = QuestionTextVersion.objects.filter(text_of=OuterRef("text_of")).order_by("-number")
    found = QuestionTextVersion.objects.filter(
        text_of__retired_at__isnull=True, number=Subquery(newest.values("number")[:1])
    )
    if places:
        found = found.filter(text_of__place__in=places, text_of__kind__in=("", kind))
    return found.select_related("text_of", "created_by__user").order_by(
        "text_of__place", "text_of__topic", "pk"
    )
