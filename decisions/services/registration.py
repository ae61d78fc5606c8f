"""An application arrives: the case, its number, its due date."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from applications.models import Application
from applications.services import duplicates, told
from decisions.enums import OPEN_CASES
from decisions.models import Case, CaseEvent
from decisions.services import fees
from klas import clock
from klas.series import format_dnr, next_number
from klas.working_days import due_on
from medicines.queries import folded_text, has_been_on_licence
from motivations.enums import Urgency

SERIES = "dnr"


@transaction.atomic
def register(application: Application) -> Application:
    """Open a case on an application just sent, and tell number and expected day downwards.

    Called through `settings.APPLICATION_RECEIVER` in the transaction that sends.
    """
    now = clock.now()
    year = timezone.localtime(now).year
    motivation = application.motivation
    is_urgent = motivation.urgency == Urgency.URGENT
    _flag_duplicates(application)
    dnr = format_dnr(year, next_number(SERIES, year))
    case = Case.objects.create(
        application=application,
        dnr=dnr,
        kind=motivation.kind,
        is_urgent=is_urgent,
        is_first_time=is_first_time(application),
        # The pharmacy is asked why when there is another, and only then (`applying.send`).
        is_duplicate=bool(application.duplicate_reason),
        search_text=search_text(application, dnr=dnr),
        registered_at=now,
        complete_at=now,
        due_on=due_date(complete_at=now, is_urgent=is_urgent),
    )
    fees.charge(application, dnr=dnr)
    CaseEvent.objects.create(
        subject=case,
        action="register",
        from_state="",
        to_state=case.status,
        actor=application.sent_by,
        at=now,
    )
    return told.registered(application, dnr=case.dnr, expected_on=case.due_on)


def due_date(
    *, complete_at: datetime, is_urgent: bool, stops: Iterable[tuple[date, date]] = ()
) -> date:
    """The day a case is due, from when it was complete. The one place where it is computed.

    Args:
        stops: from and to when its clock stood still (`decisions.queries.stops_of`).
    """
    return due_on(complete_at=complete_at, urgent=is_urgent, stops=stops)


def search_text(application: Application, *, dnr: str) -> str:
    """What a case is found by in the queue, folded: its numbers and product, never a patient."""
    product = application.product
    facts = (product.name, product.substances, product.atc) if product else ()
    return folded_text(" ".join([dnr, application.motivation.reference or "", *facts]))


def _flag_duplicates(application: Application) -> None:
    """Say on the open cases that an application is a duplicate of that it has come."""
    if not application.duplicate_reason:
        return
    version, product, sender = application.version, application.product, application.sent_by
    assert version is not None and product is not None and sender is not None  # noqa: S101, PT018
    found = duplicates.find(
        application, version=version, product=product.product_facts(), by=sender
    )
    others = [duplicate.application.pk for duplicate in found]
    cases = Case.objects.filter(application__in=others, is_duplicate=False, status__in=OPEN_CASES)
    # In the order of their keys, as all who lock several cases do.
    locked = [case.pk for case in cases.select_for_update(of=("self",)).order_by("pk")]
    Case.objects.filter(pk__in=locked).update(is_duplicate=True)


def is_first_time(application: Application) -> bool:
    """Whether no licence has ever been granted for the very product applied for."""
    product = application.product
    if product is None:
        return True
    asked_for = application.version.product if application.version else None
    register = product.register or (asked_for.register if asked_for else None)
    return not has_been_on_licence(product.product_facts(), register)
