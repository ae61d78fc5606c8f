"""The ledger of fees: charged when an application is sent, credited with a reason, closed monthly.

An entry falls in the month it is made in, or the first one after the months that are closed: what
has been invoiced never changes.
"""

from datetime import date

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import Application
from decisions.models import FeeEntry, InvoiceBasis
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.fields import demand_no_person
from klas.models import AccessAction
from klas.policy import policy
from klas.presentation import number
from klas.series import next_number
from motivations.kinds import kind_of

SERIES = "invoice_basis"
# Entries share this lock of the transaction; who closes a month has it alone.
_LOCK = 8_001


def charge(application: Application, *, dnr: str) -> FeeEntry:
    """Charge the company that sends an application; in the transaction that registers its case.

    Raises:
        IntegrityError: the application is charged already.
    """
    version = application.version
    assert version is not None and application.fee is not None  # noqa: S101, PT018 - it is sent
    today = clock.today()
    _lock("pg_advisory_xact_lock_shared")
    entry: FeeEntry = FeeEntry.objects.create(
        month=_open_month(today),
        booked_at=clock.now(),
        organisation_number=application.pharmacy.organisation_number,
        company=application.pharmacy.legal_name,
        pharmacy=application.pharmacy,
        application=application,
        dnr=dnr,
        kind=application.motivation.kind,
        for_animals=kind_of(application.motivation.kind).for_animals(version.answers),
        rate_from=policy.fee_row_on(today).valid_from,
        amount=application.fee,
    )
    return entry


@transaction.atomic
def credit(
    charged: FeeEntry,
    *,
    amount: int,
    reason: str,
    by: Assignment,
    left_when_opened: int | None = None,
) -> FeeEntry:
    """Pay back some of a charge or all of it: a new entry; the charge stays.

    Args:
        amount: whole SEK, at most what is left of the charge.
        reason: why; the company reads it, so it names nobody.
        left_when_opened: what was left of the charge when the page was opened.

    Raises:
        NotAllowed: the role keeps no fees.
        Stale: somebody has credited the charge since the page was opened.
        Refused: no reason, or more than what is left.
        ValidationError: the reason holds a personnummer.
    """
    if not by.has(Permission.KEEP_FEES):
        raise NotAllowed
    demand_no_person(reason)
    locked = FeeEntry.objects.select_for_update().get(pk=charged.pk, credits__isnull=True)
    left = left_of(locked)
    if left_when_opened is not None and left_when_opened != left:
        raise Stale(_("Någon annan har krediterat avgiften. Läs vad som är kvar och försök igen."))
    if not reason.strip():
        raise Refused(_("Skriv varför avgiften krediteras."))
    if not 0 < amount <= left:
        raise Refused(_("Du kan kreditera högst %(left)s kr av avgiften.") % {"left": number(left)})
    _lock("pg_advisory_xact_lock_shared")
    entry: FeeEntry = FeeEntry.objects.create(
        month=_open_month(clock.today()),
        booked_at=clock.now(),
        organisation_number=locked.organisation_number,
        company=locked.company,
        pharmacy_id=locked.pharmacy_id,
        application_id=locked.application_id,
        dnr=locked.dnr,
        kind=locked.kind,
        for_animals=locked.for_animals,
        rate_from=locked.rate_from,
        amount=-amount,
        credits=locked,
        reason=reason.strip(),
        entered_by=by,
    )
    audit.record(AccessAction.WRITE, by=by, what="fee", obj=entry, whose=entry.dnr)
    return entry


def left_of(charged: FeeEntry) -> int:
    """What is left of a charge when its credits are taken away."""
    credited: int = charged.credited_by.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
    return charged.amount + credited


@transaction.atomic
def close_month(month: date, *, by: Assignment) -> InvoiceBasis:
    """Close a month that is over, so that it can be invoiced: its entries never change.

    Args:
        month: its first day.

    Raises:
        NotAllowed: the role keeps no fees.
        WrongState: it is closed already.
        Refused: it is not over, or an earlier month with entries is open.
    """
    if not by.has(Permission.KEEP_FEES):
        raise NotAllowed
    _lock("pg_advisory_xact_lock")
    if month >= first_of(clock.today()):
        raise Refused(_("Månaden är inte slut. Den kan stängas från den första i nästa månad."))
    if InvoiceBasis.objects.filter(month__gte=month).exists():
        raise WrongState(_("Månaden är redan stängd."))
    last = InvoiceBasis.objects.order_by("-month").first()
    earlier = FeeEntry.objects.filter(month__lt=month)
    if earlier.filter(month__gt=last.month if last else date.min).exists():
        raise Refused(_("En tidigare månad är öppen. Stäng den först."))
    sums = FeeEntry.objects.filter(month=month).aggregate(
        entries=Count("pk"),
        companies=Count("organisation_number", distinct=True),
        charged=Coalesce(Sum("amount", filter=Q(credits__isnull=True)), 0),
        credited=-Coalesce(Sum("amount", filter=Q(credits__isnull=False)), 0),
        total=Coalesce(Sum("amount"), 0),
    )
    if not sums["entries"]:
        raise Refused(_("Månaden har inga avgifter. Det finns inget att fakturera."))
    basis: InvoiceBasis = InvoiceBasis.objects.create(
        number=f"F-{month.year:04d}-{next_number(SERIES, month.year):04d}",
        month=month,
        closed_by=by,
        closed_at=clock.now(),
        **sums,
    )
    audit.record(AccessAction.WRITE, by=by, what="invoice_basis", obj=basis, whose=basis.number)
    return basis


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def _open_month(today: date) -> date:
    closed = InvoiceBasis.objects.order_by("-month").first()
    month = first_of(today)
    if closed is None or closed.month < month:
        return month
    year, past = divmod(closed.month.month, 12)
    return date(closed.month.year + year, past + 1, 1)


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])
