"""Two licences for the same patient (or owner) and product: found before an application is sent.

Candidates are found by the product, which an index knows; whom they are for is compared inside
`motivations.reading`. Nothing of another pharmacy's application is told but that it is there, whose
it is and its number (domain §6, “duplicates”).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Value

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.models import Application
from klas import audit, clock
from klas.models import AccessAction
from klas.policy import policy
from medicines.models.exact import wording_key
from motivations import reading
from motivations.enums import LicenceStop, Outcome
from motivations.models import MotivationVersion


@dataclass(frozen=True)
class Duplicate:
    """An open case, or a licence that is valid to a day."""

    application: Application
    pharmacy: str
    number: str
    valid_to: date | None = None


def find(
    application: Application,
    *,
    version: MotivationVersion,
    product: Mapping[str, Any],
    by: Assignment,
) -> list[Duplicate]:
    """Open cases and valid licences for the same patient or owner and product; recorded.

    What the motivation says that it renews is none. At most `policy.duplicates_compared`, the
    newest, are compared.

    Args:
        version: whom it is for.
        product: the facts of what is applied for.
    """
    motivation = version.motivation
    named = (Value(str(product.get(fact) or "")) for fact in ("name", "form", "strength", "mah"))
    is_open = Q(status__in=[ApplicationStatus.SENT, ApplicationStatus.IN_REVIEW])
    is_licence = (
        Q(
            status=ApplicationStatus.DECIDED,
            outcome__in=(Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION),
            motivation__licence_valid_to__gte=clock.today(),
        )
        & ~Q(motivation=motivation.renews_id)
        & ~Q(motivation__licence_stop=LicenceStop.REVOKED)
    )
    candidates = (
        Application.objects.filter(
            is_open | is_licence,
            product__product_key=wording_key(*named),
            motivation__kind=motivation.kind,
        )
        .exclude(motivation=motivation)
        .select_related("version", "motivation", "pharmacy")
        .order_by("-sent_at", "-pk")[: policy.duplicates_compared]
    )
    applied = {other.version: other for other in candidates if other.version is not None}
    found = [applied[same] for same in reading.same_subject(version, list(applied))]
    audit.record(
        AccessAction.READ,
        by=by,
        what="duplicates",
        obj=application,
        whose=motivation.reference or "",
        hit=bool(found),
    )
    # A motivation on which a licence was renewed has led to it more than once.
    told = {one.number: one for one in map(_told, reversed(found))}
    return list(told.values())[::-1]


def _told(application: Application) -> Duplicate:
    motivation, pharmacy = application.motivation, application.pharmacy.name
    if application.status == ApplicationStatus.DECIDED:
        return Duplicate(
            application, pharmacy, motivation.licence_number, motivation.licence_valid_to
        )
    return Duplicate(application, pharmacy, application.dnr)
