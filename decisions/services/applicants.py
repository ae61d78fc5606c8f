"""Another pharmacy takes an application over: the case has a new applicant."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import Application, HandOver
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Case
from decisions.services.closing import take_back_proposal
from klas.access import SYSTEM
from notifications.enums import NoticeKind
from notifications.services.telling import tell


@transaction.atomic
def handed_over(
    application: Application, accept: Callable[[], HandOver], *, by: Assignment
) -> HandOver:
    """Let the new pharmacy take over, and tell the case and its officer.

    Called through `settings.HAND_OVER_RECEIVER` by the pharmacy's act. Locks the case before
    `accept` locks application and motivation. A proposal names the former pharmacy as holder of the
    licence, so it goes back to the officer.
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("assignee__user")
        .filter(application=application)
        .first()
    )
    accepted = accept()
    if case is None:
        return accepted
    if case.status == CaseStatus.PROPOSED:
        reason = _("Ett annat apotek tog över ansökan.")
        take_back_proposal(case, reason=reason, by=by)
        CASE.perform(case, "proposal_lapsed", by=SYSTEM, reason=reason)
    CASE.perform(
        case,
        "applicant_changed",
        by=by,
        reason=accepted.reason,
        data={"from": accepted.giver.name, "to": accepted.receiver.name},
    )
    if case.assignee is not None:
        product = accepted.application.product
        tell(
            case.assignee.user,
            NoticeKind.HANDED_OVER,
            key=f"case-handed-over-{accepted.pk}",
            url=case.get_absolute_url(),
            reference=case.dnr,
            facts={
                "pharmacy": accepted.receiver.name,
                "product": product.product_line if product else "",
            },
        )
    return accepted
