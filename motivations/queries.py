"""Questions about motivations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    OrderBy,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from accounts.models import Assignment
from klas.access import Permission
from klas.policy import policy
from klas.sections import SectionAnswers
from klas.series import normalise_reference
from klas.working_days import working_days_ago, working_days_between
from medicines.models import LicenceProduct
from medicines.queries import approved_in_sweden, folded_text, has_been_on_licence
from motivations.enums import UNDER_WAY, LicenceStop, MotivationStatus, SearchedBy
from motivations.kinds.common import APPROVED
from motivations.models import DraftShare, Motivation, MotivationVersion, ReasonTemplate, SearchKey
from notifications.enums import NoticeKind
from notifications.models import Notice

FINDABLE = (
    MotivationStatus.SUBMITTED,
    MotivationStatus.IN_CASE,
    MotivationStatus.SUPPLEMENT,
    MotivationStatus.CLOSED,
)
# Under way, or granted: what renews a licence already.
LIVE = Q(status__in=UNDER_WAY) | ~Q(licence_number="")

# A product with many equals in Sweden is shown with the first of them.
APPROVED_KEPT = 20


def written_by(acting: Assignment) -> QuerySet[Motivation]:
    """The motivations that the acting person wrote, in whichever of their assignments."""
    if not acting.has(Permission.WRITE_MOTIVATIONS):
        return Motivation.objects.none()
    return Motivation.objects.filter(author__user_id=acting.user_id).select_related(
        "author__user", "author__care_unit", "chosen_pharmacy"
    )


def own_list(acting: Assignment) -> QuerySet[Motivation]:
    """The same, for lists of many: without what a list does not show.

    The person's assignments are asked for first, so that an index gives the list in its order.
    """
    if not acting.has(Permission.WRITE_MOTIVATIONS):
        return Motivation.objects.none()
    assignments = Assignment.objects.filter(user_id=acting.user_id).order_by("pk")
    return Motivation.objects.filter(author_id__in=list(assignments.values_list("pk", flat=True)))


def own_about(acting: Assignment, keys: Mapping[SearchedBy, list[bytes]]) -> QuerySet[Motivation]:
    """The person's own motivations that have been sent with one of these facts, newest first.

    Args:
        keys: of what was searched for (`motivations.services.search_keys.keys_meant`).
    """
    meant = Q(pk__in=[])
    for kind, alternatives in keys.items():
        meant |= Q(kind=kind, key__in=alternatives)
    known = SearchKey.objects.filter(meant).values("version__motivation")
    return own_list(acting).filter(pk__in=known).order_by("-submitted_at", "-pk")


def writable_by(acting: Assignment) -> QuerySet[Motivation]:
    """The motivations whose pages of answers are open to `acting`: their own, and shared drafts.

    Own ones that are no longer written are among them: their pages lead on to what became of them.
    """
    if not acting.has(Permission.WRITE_MOTIVATIONS):
        return Motivation.objects.none()
    shared = DraftShare.objects.filter(motivation=OuterRef("pk"), colleague=acting)
    return Motivation.objects.filter(
        Q(author__user_id=acting.user_id) | Q(Exists(shared), status=MotivationStatus.DRAFT)
    ).select_related("author__user", "author__care_unit", "chosen_pharmacy")


def shared_with(acting: Assignment) -> QuerySet[Motivation]:
    """The drafts of others that `acting` may write in."""
    return writable_by(acting).exclude(author__user_id=acting.user_id)


def of_workplace(acting: Assignment) -> QuerySet[Motivation]:
    """What has been sent from the acting care unit, by whomever (domain §7).

    Its readers see what `views.workplace` shows of it, unless it is their own.
    """
    if not acting.has(Permission.WRITE_MOTIVATIONS) or acting.care_unit_id is None:
        return Motivation.objects.none()
    return (
        Motivation.objects.filter(author__care_unit_id=acting.care_unit_id)
        .exclude(status=MotivationStatus.DRAFT)
        .select_related("author__user", "author__care_unit", "chosen_pharmacy")
    )


def visible_to(acting: Assignment) -> QuerySet[Motivation]:
    """Every motivation that has a page for `acting`: what they may write, and their workplace's."""
    return writable_by(acting) | of_workplace(acting)


def matching(motivations: QuerySet[Motivation], *, text: str) -> QuerySet[Motivation]:
    """Those with a reference number, or with words of the product's line.

    Case and accents are forgiven, in a reference number also spaces and hyphens. Patients are not
    searched: their names are sealed.
    """
    text = " ".join(text.split())
    if not text:
        return motivations
    try:
        return motivations.filter(reference=normalise_reference(text))
    except ValueError:
        pass
    words = Q()
    for word in text.split():
        words &= Q(product_line__unaccent__icontains=word)
    return motivations.filter(words | Q(reference__icontains=text))


# A draft that a colleague began for its author, or a question from the agency.
HANDED_OVER = Q(status=MotivationStatus.DRAFT) & Q(
    Exists(DraftShare.objects.filter(motivation=OuterRef("pk"), handed_over_at__isnull=False))
)
WAITS_FOR_AUTHOR = Q(status=MotivationStatus.SUPPLEMENT) | HANDED_OVER


def waits_for_pharmacy_long(today: date) -> Q:
    """Sent so long ago that the author is to be told that no pharmacy has picked it up.

    The same as `waits_long`, asked of the database.
    """
    sent_on = today
    while working_days_between(sent_on, today) <= policy.waiting_notice_working_days:
        sent_on -= timedelta(days=1)
    return Q(status=MotivationStatus.SUBMITTED, submitted_at__lt=day_begins(sent_on, days=1))


def day_begins(day: date, *, days: int = 0) -> datetime:
    """Midnight in Sweden with which a day, or the one so many days later, begins."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def licence_ends_soon(today: date) -> Q:
    """Has led to a licence that ends within the days in which a renewal is offered."""
    last = today + timedelta(days=policy.renewal_offered_days)
    return Q(licence_valid_to__range=(today, last)) & ~Q(licence_stop=LicenceStop.REVOKED)


SORTS = ("reference", "product", "status", "date", "expected")


def in_order(motivations: QuerySet[Motivation], sort: str) -> QuerySet[Motivation]:
    """The list in the order of a column (a word of `SORTS`, "-" in front turns it round).

    Anything else gives drafts first, then the newest; equals stand in the order of their keys.
    """
    latest: Any = Coalesce("submitted_at", "created_at")
    columns = {
        "reference": F("reference"),
        "product": F("product_line"),
        "status": F("status"),
        "date": latest,
        "expected": F("expected_on"),
    }
    column = columns.get(sort.removeprefix("-"))
    if column is None:
        return motivations.order_by(F("submitted_at").desc(nulls_first=True), "-created_at", "-pk")
    descending = sort.startswith("-")
    return motivations.order_by(
        OrderBy(column, descending=descending, nulls_last=True), "-pk" if descending else "pk"
    )


@dataclass(frozen=True)
class ToDo:
    """How many of the own motivations wait for their author, by what they wait for."""

    supplements: int
    handed_over: int
    drafts: int
    waiting_long: int
    licences: int


def to_do(motivations: QuerySet[Motivation], *, today: date) -> ToDo:
    """What an author finds first; one query, over those of their own that are not done with."""
    ends_soon = licence_ends_soon(today)
    counts = motivations.filter(Q(status__in=UNDER_WAY) | ends_soon).aggregate(
        supplements=Count("pk", filter=Q(status=MotivationStatus.SUPPLEMENT)),
        handed_over=Count("pk", filter=HANDED_OVER),
        drafts=Count("pk", filter=Q(status=MotivationStatus.DRAFT) & ~HANDED_OVER),
        waiting_long=Count("pk", filter=waits_for_pharmacy_long(today)),
        licences=Count("pk", filter=ends_soon),
    )
    return ToDo(**counts)


def ending_licences(acting: Assignment, *, today: date) -> QuerySet[Motivation]:
    """The acting person's motivations whose licences end soon, soonest first.

    `renewals.all()` gives the renewal of each, if there is one that is under way or granted.
    """
    return (
        own_list(acting)
        .filter(licence_ends_soon(today))
        .prefetch_related(Prefetch("renewals", Motivation.objects.filter(LIVE).order_by("pk")))
        .order_by("licence_valid_to", "pk")
    )


def is_renewable(motivation: Motivation, *, today: date) -> bool:
    """Whether it led to a licence that ends soon or has ended lately."""
    if motivation.licence_valid_to is None or motivation.licence_stop == LicenceStop.REVOKED:
        return False
    days_left = (motivation.licence_valid_to - today).days
    return -policy.renewal_offered_after_days <= days_left <= policy.renewal_offered_days


def renewal_of(motivation: Motivation) -> Motivation | None:
    """The renewal of its licence that is under way or granted, if there is one."""
    return Motivation.objects.filter(LIVE, renews=motivation).order_by("-pk").first()


def templates_of(acting: Assignment) -> QuerySet[ReasonTemplate]:
    """The acting person's own reason templates, by product and name."""
    if not acting.has(Permission.WRITE_MOTIVATIONS):
        return ReasonTemplate.objects.none()
    return ReasonTemplate.objects.filter(owner=acting.user_id).order_by(
        "product_folded", "title", "pk"
    )


def templates_for(acting: Assignment, product: str) -> QuerySet[ReasonTemplate]:
    """Those of them that are for a product, by its name however it is written."""
    return templates_of(acting).filter(product_folded=folded_text(product))


def days_waiting(motivation: Motivation, *, today: date) -> int:
    """Whole working days that a motivation has waited for a pharmacy; 0 when it does not wait."""
    if motivation.status != MotivationStatus.SUBMITTED or motivation.submitted_at is None:
        return 0
    sent_on = timezone.localdate(motivation.submitted_at)
    return max(0, working_days_between(sent_on, today))


def waits_long(motivation: Motivation, *, today: date) -> bool:
    """Whether its author should be told that no pharmacy has picked it up (domain §4, “Life”)."""
    return days_waiting(motivation, today=today) > policy.waiting_notice_working_days


def by_reference(reference: str) -> Motivation | None:
    """The motivation with an exact reference number, if pharmacies may find it."""
    return (
        Motivation.objects.filter(reference=reference, status__in=FINDABLE)
        .select_related("author__user", "author__care_unit", "chosen_pharmacy")
        .first()
    )


def known_by(kind: SearchedBy, keys: list[bytes]) -> QuerySet[MotivationVersion]:
    """The newest versions of motivations with a fact, that pharmacies may find; newest first.

    Args:
        keys: the fact's (`motivations.services.search_keys.keys_of`).
    """
    return (
        MotivationVersion.objects.filter(
            search_keys__kind=kind, search_keys__key__in=keys, motivation__status__in=FINDABLE
        )
        .select_related("motivation", "product")
        # What it says, and of whom, is not looked at to find it.
        .defer("answers", "motivation__subject_label")
        .order_by("-pk")
    )


def waiting_since(moment: datetime) -> QuerySet[Motivation]:
    """Submitted at or before `moment` and not yet picked up by any pharmacy."""
    return Motivation.objects.filter(
        status=MotivationStatus.SUBMITTED, submitted_at__lte=moment
    ).order_by("submitted_at", "pk")


def lapsing(now: datetime) -> QuerySet[Motivation]:
    """Those that no pharmacy picked up in time."""
    return waiting_since(now - timedelta(days=policy.lapse_after_days))


def notice_key(kind: NoticeKind, occasion: object = "") -> str:
    """What the key of a notice to the author begins with; the motivation's own key ends it."""
    return f"{kind.value}:{occasion}:"


def untold(
    motivations: QuerySet[Motivation], kind: NoticeKind, occasion: object = ""
) -> QuerySet[Motivation]:
    """Those whose author has not been left a notice of a kind, about an occasion."""
    told = Notice.objects.filter(
        recipient=OuterRef("author__user"),
        key=Concat(Value(notice_key(kind, occasion)), Cast(OuterRef("pk"), TextField())),
    )
    return motivations.filter(~Exists(told)).select_related("author__user")


def waiting_long(today: date) -> QuerySet[Motivation]:
    """Those that `waits_long` says have waited long, found without looking at each."""
    last_day = working_days_ago(today, policy.waiting_notice_working_days + 1)
    end = datetime.combine(last_day, time.max, tzinfo=timezone.get_default_timezone())
    return waiting_since(end)


def licences_ending(*, after: date, until: date) -> QuerySet[Motivation]:
    """Those whose licence ends after a day and at the latest on another, and is not renewed."""
    renewals = Motivation.objects.filter(renews=OuterRef("pk")).exclude(
        status__in=(MotivationStatus.DRAFT, MotivationStatus.WITHDRAWN, MotivationStatus.LAPSED)
    )
    return Motivation.objects.filter(
        ~Exists(renewals),
        ~Q(licence_stop=LicenceStop.REVOKED),
        # Otherwise a pharmacy is renewing it already.
        status=MotivationStatus.CLOSED,
        licence_valid_to__gt=after,
        licence_valid_to__lte=until,
    ).order_by("licence_valid_to", "pk")


def addressed_to(pharmacies: Collection[int]) -> QuerySet[Motivation]:
    """Submitted motivations that name one of the pharmacies, waiting for somebody to apply."""
    return Motivation.objects.filter(
        chosen_pharmacy_id__in=pharmacies, status=MotivationStatus.SUBMITTED
    ).select_related("author__user", "author__care_unit")


def current_version(motivation: Motivation) -> MotivationVersion:
    """The latest frozen version.

    Raises:
        MotivationVersion.DoesNotExist: nothing has been submitted.
    """
    return (
        MotivationVersion.objects.filter(motivation=motivation)
        .select_related("product", "motivation__author__user", "created_by__user")
        .latest("number")
    )


def known_product(answers: SectionAnswers, *, veterinary: bool) -> SectionAnswers:
    """The answers of a product section with what the Swedish register holds beside the product.

    Whatever the answers said of it before is left out: it is the system's to say. Only the first
    `APPROVED_KEPT` are kept. One query.

    Args:
        veterinary: whether the product is meant for animals (`Kind.for_animals`).
    """
    typed = {name: answer for name, answer in answers.items() if name != APPROVED}
    found = approved_in_sweden(typed, veterinary=veterinary)[:APPROVED_KEPT]
    return {**typed, APPROVED: [product.as_known() for product in found]} if found else typed


def is_first_time(answers: SectionAnswers) -> bool:
    """Whether the product of a product section was never on licence; False while none is chosen.

    At most two queries.
    """
    key = str(answers.get("register") or "")
    register = LicenceProduct.objects.filter(pk=key).first() if key.isdecimal() else None
    if register is None and not (answers.get("name") or answers.get("by_hand")):
        return False
    return not has_been_on_licence(answers, register)
