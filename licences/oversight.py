"""The agency's questions about licences: one by one, and many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet

from accounts.models import Assignment
from decisions.enums import LicenceStatus
from decisions.models import Correction, Licence, LicenceEvent, Revocation
from klas import clock
from klas.access import Permission
from licences.enums import ActedState, SafetyAct
from licences.models import ActedLicence, Dispensing, SafetyAction
from medicines.models import ExactProduct
from motivations.enums import LicenceKind, SearchedBy
from motivations.models import SearchKey

IN_FORCE, STOPPED, TO_SIGN, REVOKED, ENDED, ALL = (
    "giltiga", "stoppade", "kontrasignera", "aterkallade", "utgangna", "alla",
)  # fmt: skip
_TO_SIGN = Q(revocations__decided_at__isnull=True, revocations__returned_at__isnull=True) & Q(
    revocations__isnull=False
)
_PERSONS = (SearchedBy.PERSONAL_NUMBER, SearchedBy.RESERVE_NUMBER, SearchedBy.OWNER)
_OF_A_PERSON = (LicenceKind.INDIVIDUAL, LicenceKind.VETERINARY)


def visible_to(acting: Assignment) -> QuerySet[Licence]:
    """The licences an assignment may see: the agency's officers see all, others none."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Licence.objects.none()
    return Licence.objects.select_related(
        "product", "holder", "balance", "decision__case__application__motivation"
    )


def for_list(acting: Assignment) -> QuerySet[Licence]:
    """The same with what a list shows: nothing of whom they are for."""
    return visible_to(acting).defer("subject_line", "decision__subject_line")


def tab_filter(tab: str, *, today: date) -> Q:
    """What a tab of the agency's licences shows.

    Raises:
        KeyError: there is no such tab.
    """
    over = Q(valid_to__lt=today)
    return {
        IN_FORCE: Q(status=LicenceStatus.ACTIVE) & ~over,
        STOPPED: Q(status=LicenceStatus.SUSPENDED),
        TO_SIGN: _TO_SIGN,
        REVOKED: Q(status=LicenceStatus.REVOKED),
        ENDED: Q(status=LicenceStatus.ACTIVE) & over,
        ALL: Q(),
    }[tab]


def tab_counts(*, today: date) -> dict[str, int]:
    """How many licences stand under each tab."""
    tabs = (IN_FORCE, STOPPED, REVOKED, ENDED)
    counts: dict[str, int] = Licence.objects.aggregate(
        **{tab: Count("pk", filter=tab_filter(tab, today=today)) for tab in tabs}
    )
    waiting = Revocation.objects.filter(decided_at__isnull=True, returned_at__isnull=True).count()
    return {**counts, TO_SIGN: waiting, ALL: sum(counts.values())}


def events_of(licence: Licence) -> QuerySet[LicenceEvent]:
    """What has happened to a licence, oldest first."""
    return licence.events.select_related("actor__user").order_by("at", "pk")


def revocations_of(licence: Licence) -> QuerySet[Revocation]:
    """Every proposal to revoke a licence, oldest first."""
    return licence.revocations.select_related(
        "proposed_by__user", "decided_by__user", "returned_by__user"
    ).order_by("pk")


def corrections_on(licence: Licence) -> QuerySet[Correction]:
    """The corrections of the decision that gave a licence."""
    return (
        Correction.objects.filter(decision=licence.decision_id)
        .select_related("corrected_by__user")
        .order_by("pk")
    )


def told_on(licence: Licence) -> QuerySet[ActedLicence]:
    """The safety information that has been given about a licence."""
    return (
        ActedLicence.objects.filter(
            licence=licence, action__act=SafetyAct.TELL, state=ActedState.DONE
        )
        .select_related("action__by__user")
        .order_by("pk")
    )


# Many at once


@dataclass(frozen=True)
class FoundProduct:
    """One exact product with licences; `product` is one wording of it."""

    product: ExactProduct
    licences: int
    in_force: int


def products_found(text: str) -> list[FoundProduct]:
    """The exact products of licences with all the words, by name; two queries."""
    words = Q()
    for word in text.split():
        one = Q()
        for field in ("name", "substances", "form", "strength", "mah", "atc"):
            one |= Q(**{f"product__{field}__unaccent__icontains": word})
        words &= one
    today = clock.today()
    groups = {
        group["first"]: group
        for group in Licence.objects.filter(words)
        .order_by()
        .values("product__product_key")
        .annotate(
            first=Min("product_id"),
            n=Count("pk"),
            valid=Count("pk", filter=Q(valid_to__gte=today) & ~Q(status=LicenceStatus.REVOKED)),
        )
    }
    products = ExactProduct.objects.filter(pk__in=groups).order_by("name", "strength", "pk")
    return [
        FoundProduct(product, groups[product.pk]["n"], groups[product.pk]["valid"])
        for product in products
    ]


def of_products(products: Iterable[ExactProduct]) -> QuerySet[Licence]:
    """The licences for some products, in any wording of them."""
    keys = [product.product_key for product in products]
    return Licence.objects.filter(product__product_key__in=keys)


def touched_by(act: str, products: Iterable[ExactProduct], *, today: date) -> QuerySet[Licence]:
    """The licences that a safety action would act on: in force, and in a state for it."""
    statuses = {
        SafetyAct.SUSPEND: (LicenceStatus.ACTIVE,),
        SafetyAct.LIFT: (LicenceStatus.SUSPENDED,),
        SafetyAct.TELL: (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED),
    }[SafetyAct(act)]
    return of_products(products).filter(status__in=statuses, valid_to__gte=today).order_by("pk")


@dataclass(frozen=True)
class Touched:
    """How far a safety action reaches. A person who cannot be told apart counts once a licence."""

    licences: int
    pharmacies: int
    persons: int


def count_touched(licences: QuerySet[Licence]) -> Touched:
    """How many licences, pharmacies (that hold or have dispensed) and persons are touched."""
    keys = licences.values("pk")
    holders = licences.order_by().values_list("holder_id", flat=True)
    dispensed = Dispensing.objects.filter(licence__in=keys).values_list("pharmacy_id", flat=True)
    versions = licences.filter(kind__in=_OF_A_PERSON).values("decision__case__application__version")
    known = SearchKey.objects.filter(version__in=versions, kind__in=_PERSONS)
    persons = known.aggregate(
        persons=Count("key", distinct=True), versions=Count("version", distinct=True)
    )
    of_persons = licences.filter(kind__in=_OF_A_PERSON).count()
    return Touched(
        licences=licences.count(),
        pharmacies=holders.union(dispensed).count(),
        persons=persons["persons"] + of_persons - persons["versions"],
    )


def safety_actions(acting: Assignment) -> QuerySet[SafetyAction]:
    """All safety actions, newest first, each with how many licences it has and has done."""
    if not acting.has(Permission.VIEW_QUEUE):
        return SafetyAction.objects.none()
    return (
        SafetyAction.objects.select_related("by__user")
        .annotate(
            total=Count("licences"),
            done=Count("licences", filter=Q(licences__state=ActedState.DONE)),
            failed=Count("licences", filter=Q(licences__state=ActedState.FAILED)),
        )
        .annotate(left=F("total") - F("done") - F("failed"))
        .order_by("-at", "-pk")
    )


def failures_of(action: SafetyAction) -> QuerySet[ActedLicence]:
    """The licences that could not be acted on, each with why."""
    return action.licences.filter(state=ActedState.FAILED).select_related("licence").order_by("pk")


def actions_told(acting: Assignment) -> QuerySet[SafetyAction]:
    """The safety actions that touch a licence which the pharmacy holds or has dispensed on."""
    if not acting.has(Permission.VIEW_LICENCES) or acting.pharmacy_id is None:
        return SafetyAction.objects.none()
    return SafetyAction.objects.filter(pk__in=acted_at(acting).values("action"))


def acted_at(acting: Assignment) -> QuerySet[ActedLicence]:
    """What safety actions have done with the licences of the acting pharmacy."""
    dispensed = Dispensing.objects.filter(pharmacy__assignments=acting).values("licence")
    return (
        ActedLicence.objects.filter(
            Q(licence__holder__assignments=acting) | Q(licence__in=dispensed),
            state=ActedState.DONE,
        )
        .select_related("licence__product", "licence__balance")
        .defer("licence__subject_line")
        .order_by("pk")
    )
