"""The ledger of fees as lists: a month by company, a company's month, a pharmacy's own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.models import FeeEntry, InvoiceBasis
from klas.access import Permission
from klas.export import Column
from motivations.enums import LicenceKind

COLUMNS = (
    Column(_("Månad"), 10),
    Column(_("Fakturaunderlag"), 16),
    Column(_("Organisationsnummer"), 18),
    Column(_("Bolag"), 30),
    Column(_("Apotek"), 30),
    Column(_("GLN"), 15),
    Column(_("Diarienummer"), 20),
    Column(_("Slag"), 16),
    Column(_("Avgift enligt"), 12),
    Column(_("Bokförd"), 16),
    Column(_("Typ"), 12),
    Column(_("Belopp (kr)"), 12),
    Column(_("Skäl"), 40),
)


@dataclass(frozen=True)
class FeeLine:
    """One entry in words."""

    entry: FeeEntry
    kind: str
    left: int

    @property
    def may_be_credited(self) -> bool:
        return not self.entry.is_credit and self.left > 0


def visible_to(acting: Assignment) -> QuerySet[FeeEntry]:
    """The entries an assignment may see: those who may see fees all, a pharmacy its own."""
    if acting.has(Permission.VIEW_FEES):
        return FeeEntry.objects.all()
    if acting.has(Permission.APPLY) and acting.pharmacy_id is not None:
        return FeeEntry.objects.filter(pharmacy_id=acting.pharmacy_id)
    return FeeEntry.objects.none()


def of_month(acting: Assignment, month: date, *, company: str = "") -> QuerySet[FeeEntry]:
    """A month's entries that an assignment may see, narrowed to a company's name or number."""
    found = visible_to(acting).filter(month=month)
    if company:
        digits = company.replace("-", "").replace(" ", "")
        found = found.filter(
            Q(company__icontains=company) | Q(organisation_number__startswith=digits)
        )
    return found


def by_company(entries: QuerySet[FeeEntry]) -> QuerySet[FeeEntry, Any]:
    """Sums for each company, in the order of their names."""
    return (
        entries.order_by()
        .values("organisation_number")
        .annotate(
            name=Max("company"),
            charges=Count("pk", filter=Q(credits__isnull=True)),
            charged=Coalesce(Sum("amount", filter=Q(credits__isnull=True)), 0),
            credited=-Coalesce(Sum("amount", filter=Q(credits__isnull=False)), 0),
            total=Sum("amount"),
        )
        .order_by("name", "organisation_number")
    )


def total_of(entries: QuerySet[FeeEntry]) -> int:
    """The sum of entries."""
    total: int = entries.aggregate(total=Coalesce(Sum("amount"), 0))["total"]
    return total


def with_left(entries: QuerySet[FeeEntry]) -> QuerySet[FeeEntry]:
    """The entries, newest last, with what their credits, in any month, have taken away."""
    return (
        entries.select_related("pharmacy", "credits")
        .annotate(taken=Coalesce(Sum("credited_by__amount"), 0))
        .order_by("pk")
    )


def lines(entries: Iterable[FeeEntry]) -> list[FeeLine]:
    """Entries of `with_left` in words."""
    return [
        FeeLine(entry, str(LicenceKind(entry.kind).label), entry.amount + entry.taken)  # type: ignore[attr-defined]
        for entry in entries
    ]


def months_of(entries: QuerySet[FeeEntry], *, today: date) -> list[date]:
    """The months that have entries and the running one, newest first."""
    found = set(entries.order_by().values_list("month", flat=True).distinct())
    return sorted(found | {today.replace(day=1)}, reverse=True)


def month_name(month: date) -> str:
    """“november 2026”."""
    return date_format(month, "F Y").lower()


def export_rows(entries: QuerySet[FeeEntry], basis: InvoiceBasis | None) -> Iterator[list[Any]]:
    """Every entry as a row of the basis for invoicing."""
    number = basis.number if basis else ""
    ordered = entries.select_related("pharmacy").order_by("organisation_number", "pk")
    for entry in ordered.iterator(chunk_size=500):
        yield [
            f"{entry.month:%Y-%m}",
            number,
            entry.organisation_number_display,
            entry.company,
            entry.pharmacy.name,
            entry.pharmacy.gln,
            entry.dnr,
            LicenceKind(entry.kind),
            entry.rate_from,
            entry.booked_at,
            _("Kreditering") if entry.is_credit else _("Avgift"),
            entry.amount,
            entry.reason,
        ]
