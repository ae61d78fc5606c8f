"""The queue as a file, and what stands out at the top of a case."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Assignment
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Case
from klas.access import Permission
from klas.export import Column, Value
from klas.presentation import swedish_date
from motivations.enums import LicenceKind

QUEUE_COLUMNS = (
    Column(gettext_lazy("Diarienummer")),
    Column(gettext_lazy("Slag"), 14),
    Column(gettext_lazy("Läkemedel"), 45),
    Column(gettext_lazy("Apotek"), 30),
    Column(gettext_lazy("Status"), 24),
    Column(gettext_lazy("Angelägenhet"), 22),
    Column(gettext_lazy("Första gången på licens"), 12),
    Column(gettext_lazy("Dubblett"), 10),
    Column(gettext_lazy("Registrerat"), 18),
    Column(gettext_lazy("Beslut senast"), 14),
    Column(gettext_lazy("Nytt datum meddelat"), 14),
    Column(gettext_lazy("Begäran ska besvaras senast"), 14),
    Column(gettext_lazy("Handläggare"), 25),
    Column(gettext_lazy("Avslutat"), 18),
)


def queue_export_row(case: Case) -> list[Value]:
    """A case as one row of a file, in the order of `QUEUE_COLUMNS`."""
    application = case.application
    return [
        case.dnr,
        LicenceKind(case.kind).label,
        application.product.product_line if application.product else "",
        application.pharmacy.name,
        CaseStatus(case.status).label,
        case.urgency.label,
        case.is_first_time,
        case.is_duplicate,
        case.registered_at,
        case.due_on,
        case.told_until,
        case.request_due_on,
        case.assignee.user.name if case.assignee else None,
        case.decided_at,
    ]


def may_tell_delay(case: Case, by: Assignment) -> bool:
    """Whether `by` may tell the pharmacy that the decision is late."""
    runs = case.is_open and case.status != CaseStatus.WAITING
    return runs and by.has(Permission.HANDLE_CASES)


@dataclass(frozen=True)
class Late:
    """What the law asks for in a case that takes long, and what its officer has not seen yet."""

    arrived: bool
    untold: bool
    request_text: str
    may_see: bool
    may_tell: bool
    may_assign: bool


def late(case: Case, *, by: Assignment, today: date) -> Late:
    """For the top of a case's page: answers that have come in, notices and requests that wait."""
    promised = max(case.due_on, case.told_until or case.due_on)
    may_tell = may_tell_delay(case, by)
    arrived = case.status == CaseStatus.IN_REVIEW and case.supplement_arrived_at is not None
    return Late(
        arrived=arrived,
        untold=may_tell and promised < today,
        request_text=_("Apoteket begär att ärendet avgörs. Svara senast %(day)s.")
        % {"day": swedish_date(case.request_due_on)}
        if case.is_open and case.request_due_on
        else "",
        may_see=arrived and case.assignee_id == by.pk,
        may_tell=may_tell,
        may_assign=any(
            CASE.allows(case, action, by=by)
            for action in ("assign", "reassign", "reassign_waiting")
        ),
    )
