"""A case past its due date: the party is told why, and when a decision is expected (FL 11 §)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told
from decisions.enums import CaseStatus, LetterReason, Recipient
from decisions.flow import CASE
from decisions.letters.delay import facts as delay_facts
from decisions.models import Case, DelayNotice
from decisions.services.ordering import order
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction


@transaction.atomic
def tell(
    case: Case,
    *,
    reason: str,
    expected_on: date,
    by: Assignment,
    opened_revision: int | None = None,
) -> DelayNotice:
    """Tell the pharmacy that the decision is delayed: on its page, in its notices, by letter.

    Can be done before the due date, when the officer sees that it will not hold, and again.

    Args:
        reason: why, in words for the pharmacy; nothing of the clinical text.
        expected_on: the day a decision is now expected.

    Raises:
        NotAllowed: the role handles no cases.
        Refused: no reason is given, or the day is not in the future.
        WrongState: the case is over, or waits for a supplement and has no due date now.
        Stale: somebody changed the case since the page was opened.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Skriv varför beslutet dröjer."))
    if expected_on <= clock.today():
        raise Refused(_("Det nya datumet ska ligga framåt i tiden."))
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not locked.is_open:
        raise WrongState(_("Ärendet är avslutat. Apoteket behöver inget nytt datum."))
    if locked.status == CaseStatus.WAITING:
        raise WrongState(
            _("Ärendet väntar på komplettering. Datumet räknas om när svaret har kommit.")
        )
    notice: DelayNotice = DelayNotice.objects.create(
        case=locked,
        reason=reason.strip(),
        expected_on=expected_on,
        told_by=by,
        told_at=clock.now(),
    )
    locked = CASE.perform(
        locked,
        "delay_told",
        by=by,
        opened_revision=opened_revision,
        reason=notice.reason,
        data={"expected_on": expected_on.isoformat()},
        told_until=expected_on,
    )
    told.delayed(
        locked.application, reason=notice.reason, expected_on=expected_on, occasion=notice.pk
    )
    order(
        locked,
        to=Recipient.PHARMACY,
        reason=LetterReason.DELAY,
        about=notice,
        facts=delay_facts(reason=notice.reason, expected_on=expected_on, told_on=clock.today()),
    )
    audit.record(AccessAction.WRITE, by=by, what="delay_notice", obj=locked, whose=locked.dnr)
    return notice
