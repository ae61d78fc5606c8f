"""The pharmacy withdraws its application: the case is closed without a decision on the merits."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import Application
from decisions.flow import CASE
from decisions.models import Case, Decision
from decisions.services import communications
from decisions.services.letters import cancel
from klas import clock
from klas.access import SYSTEM


@transaction.atomic
def withdrawn(
    application: Application, withdraw: Callable[[], Application], *, by: Assignment
) -> Application:
    """Close the case of an application (avskrivning, domain §1), and take back a live proposal.

    Called through `settings.WITHDRAWAL_RECEIVER` by the pharmacy's act. Locks the case before
    `withdraw` locks application and motivation: an officer who decides at the same moment either
    comes first, and `withdraw` refuses, or finds the case closed.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(application=application).first()
    gone = withdraw()
    if case is not None:
        now = clock.now()
        take_back_proposal(case, reason=_("Apoteket återkallade ansökan."), by=by)
        communications.close_open(case, is_over=True)
        CASE.perform(case, "close", by=SYSTEM, decided_at=now, answer_due_on=None)
        cancel(case)
    return gone


def take_back_proposal(case: Case, *, reason: str, by: Assignment) -> None:
    """Take back the live proposal of a locked case, if any: what it rests on has changed."""
    live = Decision.objects.select_for_update(of=("self",)).filter(
        case=case, round=case.round, returned_at__isnull=True
    )
    for proposal in live:
        proposal.returned_at, proposal.returned_by = clock.now(), by
        proposal.return_reason = reason
        proposal.save(update_fields=["returned_at", "returned_by", "return_reason"])
