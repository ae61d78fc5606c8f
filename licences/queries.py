"""Questions about licences in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When

from accounts.models import Assignment
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.access import Permission
from klas.policy import policy
from licences.enums import DispensingKind
from licences.gs1 import fold_batch, gtin_spellings
from licences.models import (
    Dispensing,
    DispensingPermission,
    LicenceBalance,
    LicenceHit,
    Recall,
    RecallNotice,
)
from medicines.models import ExactProduct, Pack
from motivations.kinds import Unit, kind_of

VALID, ENDING, ENDED = "giltiga", "slutar-snart", "avslutade"


def open_to(acting: Assignment) -> QuerySet[Licence]:
    """The licences a pharmacy may open: found lately by an exact search, or its own business.

    Its own business are those it holds and those it has dispensed on.
    """
    if not acting.has(Permission.VIEW_LICENCES) or acting.pharmacy_id is None:
        return Licence.objects.none()
    since = clock.now() - timedelta(hours=policy.search_hit_hours)
    hits = LicenceHit.objects.filter(
        pharmacy_id=acting.pharmacy_id, licence=OuterRef("pk"), at__gte=since
    )
    entries = Dispensing.objects.filter(pharmacy_id=acting.pharmacy_id, licence=OuterRef("pk"))
    return Licence.objects.filter(
        Q(holder_id=acting.pharmacy_id) | Exists(hits) | Exists(entries)
    ).select_related(
        "product", "holder", "balance", "decision__case__application__version__motivation"
    )


def purpose_of(acting: Assignment, licence: Licence) -> str:
    """Why the pharmacy opens a licence: what it searched for lately; "" when it is its own."""
    since = clock.now() - timedelta(hours=policy.search_hit_hours)
    hits = LicenceHit.objects.filter(pharmacy__assignments=acting, licence=licence, at__gte=since)
    return hits.order_by("-at", "-pk").values_list("purpose", flat=True).first() or ""


def held_by(acting: Assignment) -> QuerySet[Licence]:
    """The acting pharmacy's own licences, with what a list shows: nothing of whom they are for."""
    if not acting.has(Permission.VIEW_LICENCES) or acting.pharmacy_id is None:
        return Licence.objects.none()
    return (
        Licence.objects.filter(holder_id=acting.pharmacy_id)
        .select_related("product", "balance")
        .defer("subject_line")
    )


def tab_filter(tab: str, *, today: date) -> Q:
    """What a tab of the own licences shows.

    Raises:
        KeyError: there is no such tab.
    """
    over = Q(valid_to__lt=today) | Q(status=LicenceStatus.REVOKED)
    soon = Q(valid_to__lte=today + timedelta(days=policy.licence_ends_soon_days))
    return {VALID: ~over, ENDING: ~over & soon, ENDED: over}[tab]


def tab_counts(licences: QuerySet[Licence], *, today: date) -> dict[str, int]:
    """How many licences stand under each tab, in one query."""
    counts: dict[str, int] = licences.aggregate(
        **{
            tab.replace("-", "_"): Count("pk", filter=tab_filter(tab, today=today))
            for tab in (VALID, ENDING, ENDED)
        }
    )
    return {tab: counts[tab.replace("-", "_")] for tab in (VALID, ENDING, ENDED)}


def about(text: str, *, prefix: str = "") -> Q:
    """Licences (or what has one, by `prefix`) with words of the product, or part of the number."""
    words = Q()
    for word in text.split():
        words &= _product_word(word, prefix=f"{prefix}product__")
    return words | Q(**{f"{prefix}number__icontains": text.strip()})


def _product_word(word: str, *, prefix: str) -> Q:
    found = Q()
    for field in ("name", "form", "strength", "mah"):
        found |= Q(**{f"{prefix}{field}__unaccent__icontains": word})
    return found


def balance_of(licence: Licence) -> LicenceBalance:
    """What is left; an untouched balance when nothing has been dispensed. `balance` is a join."""
    return getattr(licence, "balance", None) or LicenceBalance.untouched(licence)


def recounted(licence: Licence) -> Decimal:
    """What is left, counted from the entries: granted − dispensed + reversed."""
    signed = Case(When(kind=DispensingKind.WITHDRAWAL, then=-F("quantity")), default=F("quantity"))
    total = Dispensing.objects.filter(licence=licence).aggregate(total=Sum(signed))["total"]
    return licence.quantity + (total or Decimal(0))


def history_of(licence: Licence) -> QuerySet[Dispensing]:
    """The entries of a licence, newest first."""
    return (
        Dispensing.objects.filter(licence=licence)
        .select_related("pharmacy", "registered_by__user", "reversal", "reversal_of")
        .order_by("-at", "-pk")
    )


def made_by(acting: Assignment) -> QuerySet[Dispensing]:
    """The entries of the acting pharmacy."""
    if not acting.has(Permission.VIEW_LICENCES) or acting.pharmacy_id is None:
        return Dispensing.objects.none()
    return Dispensing.objects.filter(pharmacy_id=acting.pharmacy_id).select_related(
        "licence__product",
        "licence__balance",
        "licence__decision__case",
        "pharmacy",
        "registered_by__user",
        "reversal",
    )


def units_of(licence: Licence) -> tuple[Unit, ...]:
    """The care units that may requisition; empty when the licence names none."""
    version = licence.decision.case.application.version
    return kind_of(licence.kind).requisition_units(version.answers) if version else ()


def permission_in_force(licence: Licence, *, on: date) -> DispensingPermission | None:
    """The särskilda tillstånd that lets a licence be dispensed on prescription on a day."""
    return (
        DispensingPermission.objects.filter(
            licence=licence, valid_from__lte=on, valid_to__gte=on, ended_at__isnull=True
        )
        .order_by("-valid_to", "-pk")
        .first()
    )


def permissions(acting: Assignment) -> QuerySet[DispensingPermission]:
    """The särskilda tillstånd, newest first, for those who decide on them."""
    if not acting.has(Permission.DECIDE):
        return DispensingPermission.objects.none()
    return DispensingPermission.objects.select_related(
        "licence__product", "licence__holder", "decided_by__user", "ended_by__user"
    ).order_by("-decided_at", "-pk")


def packs_with_code(gtin: str) -> list[Pack]:
    """The register's packs with a GTIN of fourteen digits."""
    return list(
        Pack.objects.filter(code__in=gtin_spellings(gtin)).select_related("product").order_by("pk")
    )


# Recall


@dataclass(frozen=True)
class Reach:
    """How far a batch has come at one pharmacy, of one wording of a product and in one unit."""

    product_key: str
    product_line: str
    pharmacy_id: int
    pharmacy: str
    gln: str
    withdrawals: int
    reversed: int
    quantity: Decimal
    unit: str
    told: bool


def dispensed_of(acting: Assignment, *, product: str, batch: str) -> QuerySet[Dispensing]:
    """Every withdrawal of a batch of a product, however the batch was spelled.

    Also those that were reversed: what was taken back stands on a shelf.
    """
    folded = fold_batch(batch)
    if not acting.has(Permission.RECALL) or not folded:
        return Dispensing.objects.none()
    words = Q()
    for word in product.split():
        words &= _product_word(word, prefix="licence__product__")
    return (
        Dispensing.objects.filter(words, kind=DispensingKind.WITHDRAWAL, batch_folded=folded)
        .select_related("licence__product", "pharmacy", "reversal")
        .defer("licence__subject_line", "order_id")
        .order_by("pharmacy__name", "pharmacy_id", "at", "pk")
    )


def reach_of(dispensings: Iterable[Dispensing]) -> list[Reach]:
    """The reach of a batch per product and pharmacy, in the order given; two queries."""
    groups: dict[tuple[str, int, str], list[Dispensing]] = {}
    for entry in dispensings:
        groups.setdefault((entry.product_key, entry.pharmacy_id, entry.licence.unit), []).append(
            entry
        )
    batches = {entry.batch_folded for entries in groups.values() for entry in entries}
    told = set(
        RecallNotice.objects.filter(
            batch_folded__in=batches, recall__ended_at__isnull=True
        ).values_list("product_key", "pharmacy_id")
    )
    return [
        Reach(
            product_key=product_key,
            product_line=entries[0].licence.product.product_line,
            pharmacy_id=pharmacy_id,
            pharmacy=entries[0].pharmacy.name,
            gln=entries[0].pharmacy.gln,
            withdrawals=len(entries),
            reversed=sum(entry.is_reversed for entry in entries),
            quantity=sum(
                (entry.quantity for entry in entries if not entry.is_reversed), Decimal(0)
            ),
            unit=entries[0].licence.get_unit_display(),
            told=(product_key, pharmacy_id) in told,
        )
        for (product_key, pharmacy_id, _unit), entries in groups.items()
    ]


def recall_in_force(product: ExactProduct, batch: str) -> Recall | None:
    """The recall that a batch of a product falls under, in another wording of the product too."""
    same = Q(product_key=product.product_key)
    if product.register_id is not None:
        same |= Q(product__register=product.register_id)
    return (
        Recall.objects.filter(same, batch_folded=fold_batch(batch), ended_at__isnull=True)
        .select_related("product", "by")
        .order_by("at", "pk")
        .first()
    )


def recalls(acting: Assignment) -> QuerySet[Recall]:
    """All recalls, those in force first and then the newest, for those who recall."""
    if not acting.has(Permission.RECALL):
        return Recall.objects.none()
    return Recall.objects.select_related("product", "by__user", "ended_by__user").order_by(
        F("ended_at").desc(nulls_first=True), "-at", "-pk"
    )


def dispensed_of_recall(recall: Recall) -> QuerySet[Dispensing]:
    """Every withdrawal of what a recall names, also those that were reversed."""
    same = Q(product_key=recall.product_key)
    if recall.product.register_id is not None:
        same |= Q(licence__product__register=recall.product.register_id)
    return (
        Dispensing.objects.filter(
            same, kind=DispensingKind.WITHDRAWAL, batch_folded=recall.batch_folded
        )
        .select_related("licence", "reversal")
        .defer("licence__subject_line")
        .order_by("-at", "-pk")
    )


def recalls_of(acting: Assignment) -> QuerySet[RecallNotice]:
    """The recalls that the acting pharmacy has been told of."""
    if not acting.has(Permission.VIEW_LICENCES) or acting.pharmacy_id is None:
        return RecallNotice.objects.none()
    return RecallNotice.objects.filter(pharmacy_id=acting.pharmacy_id).select_related(
        "recall__product"
    )


def recalled_at(notice: RecallNotice) -> QuerySet[Dispensing]:
    """What a pharmacy dispensed of a recalled batch, newest first."""
    return dispensed_of_recall(notice.recall).filter(pharmacy_id=notice.pharmacy_id)
