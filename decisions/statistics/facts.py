"""From cases to facts: what is counted of each."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from decisions.enums import CaseStatus
from decisions.models import Case, CaseEvent, CaseFact, CountedProduct, Decision
from decisions.models.statistics import UNKNOWN
from decisions.queries import stops_of
from klas.working_days import handling_days
from medicines.models.facts import product_line
from motivations.enums import Outcome

_PRODUCT = "application__product__"
_COLUMNS = (
    "pk",
    "revision",
    "kind",
    "status",
    "registered_at",
    "complete_at",
    "decided_at",
    *(f"{_PRODUCT}{name}" for name in ("product_key", "name", "form", "strength", "mah", "atc")),
    f"{_PRODUCT}register__atc",
    "application__motivation__author__care_unit__region",
    "outcome",
    "had_supplement",
)
_COUNTED = (
    "case_revision",
    "kind",
    "product",
    "region",
    "registered_month",
    "ended_month",
    "outcome",
    "working_days",
    "had_supplement",
)


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def write_facts(keys: Iterable[int], *, today: date) -> set[date]:
    """Count these cases (anew).

    Args:
        keys: of cases; some thousand at most.
        today: the day that open cases are as old as.

    Returns:
        The months whose counts changed: of the facts as they were, and as they are.
    """
    wanted = list(keys)
    touched = _months(wanted)
    cases = list(
        Case.objects.filter(pk__in=wanted)
        .annotate(
            outcome=Subquery(
                Decision.objects.filter(
                    case=OuterRef("pk"), decided_at__isnull=False, returned_at__isnull=True
                )
                .order_by("-decided_at", "-pk")
                .values("outcome")[:1]
            ),
            had_supplement=Exists(
                CaseEvent.objects.filter(subject=OuterRef("pk"), to_state=CaseStatus.WAITING)
            ),
        )
        .order_by("pk")
        .values(*_COLUMNS)
    )
    products = _products(cases)
    facts = [_fact(case, products, today=today) for case in cases]
    CaseFact.objects.bulk_create(
        facts, update_conflicts=True, unique_fields=["case"], update_fields=_COUNTED
    )
    return touched | _months(wanted)


def _fact(case: dict[str, Any], products: dict[str, int], *, today: date) -> CaseFact:
    ended_at: datetime | None = case["decided_at"]
    until = timezone.localdate(ended_at) if ended_at else today
    stops = (
        stops_of(Case(pk=case["pk"], complete_at=case["complete_at"]), until=until)
        if case["had_supplement"]
        else []
    )
    outcome = ""
    if ended_at:
        outcome = Outcome.CLOSED if case["status"] == CaseStatus.CLOSED else case["outcome"]
    return CaseFact(
        case_id=case["pk"],
        case_revision=case["revision"],
        kind=case["kind"],
        product_id=products.get(case[f"{_PRODUCT}product_key"]),
        region=case["application__motivation__author__care_unit__region"] or UNKNOWN,
        registered_month=month_of(timezone.localdate(case["registered_at"])),
        ended_month=month_of(until) if ended_at else None,
        outcome=outcome,
        working_days=handling_days(
            complete_on=timezone.localdate(case["complete_at"]), ended_on=until, stops=stops
        ),
        had_supplement=case["had_supplement"],
    )


def _months(keys: list[int]) -> set[date]:
    found = CaseFact.objects.filter(case__in=keys).values_list("registered_month", "ended_month")
    return {month for months in found for month in months if month}


def _products(cases: list[dict[str, Any]]) -> dict[str, int]:
    """The counted products of the cases, by product key; new ones are made, codes filled in."""
    seen: dict[str, CountedProduct] = {}
    for case in cases:
        key = case[f"{_PRODUCT}product_key"]
        if not key:
            continue
        facts = {name: case[f"{_PRODUCT}{name}"] for name in ("name", "form", "strength", "mah")}
        atc = case[f"{_PRODUCT}atc"] or case[f"{_PRODUCT}register__atc"] or ""
        known = seen.get(key)
        if known is None:
            seen[key] = CountedProduct(product_key=key, line=product_line(**facts), atc=atc)
        else:
            known.atc = atc or known.atc
    CountedProduct.objects.bulk_create(seen.values(), ignore_conflicts=True)
    stored = {
        product.product_key: product
        for product in CountedProduct.objects.filter(product_key__in=seen)
    }
    changed = []
    for key, product in stored.items():
        if seen[key].atc and product.atc != seen[key].atc:
            product.atc = seen[key].atc
            changed.append(product)
    CountedProduct.objects.bulk_update(changed, ["atc"])
    return {key: product.pk for key, product in stored.items()}
