"""An application arrives: the case, its number, its due date."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from applications.models import Application
from applications.services import told
from decisions.models import Case, CaseEvent
from klas import clock
from klas.series import format_dnr, next_number
from klas.working_days import due_on
from medicines.queries import has_been_on_licence
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
    case = Case.objects.create(
        application=application,
        dnr=format_dnr(year, next_number(SERIES, year)),
        kind=motivation.kind,
        is_urgent=is_urgent,
        is_first_time=is_first_time(application),
        registered_at=now,
        complete_at=now,
        due_on=due_date(complete_at=now, is_urgent=is_urgent),
    )
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


def is_first_time(application: Application) -> bool:
    """Whether no licence has ever been granted for the very product applied for."""
    product = application.product
    if product is None:
        return True
    asked_for = application.version.product if application.version else None
    register = product.register or (asked_for.register if asked_for else None)
    return not has_been_on_licence(product.product_facts(), register)
