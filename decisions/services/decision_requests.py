"""The party asks that a case of more than six months be decided (FL 12 §), and the answer."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import Application
from applications.permissions import works_here
from applications.rules import may_ask_for_decision_from
from applications.services import told
from decisions.flow import CASE
from decisions.models import Case, DecisionRequest
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction
from klas.policy import policy
from klas.presentation import swedish_date
from klas.working_days import or_next_working_day


@transaction.atomic
def ask(application: Application, *, text: str, by: Assignment) -> DecisionRequest:
    """Register a pharmacy's request, with the day by which it must be answered: four weeks.

    Args:
        text: the pharmacy's words; never with a personnummer.

    Raises:
        NotAllowed: `by` does not send applications for the applying pharmacy.
        WrongState: the case is over, or the request has been made before.
        Refused: six months have not passed, or nothing is written.
    """
    if not by.has(Permission.SEND_APPLICATIONS) or not works_here(by, application):
        raise NotAllowed
    if not text.strip():
        raise Refused(_("Skriv varför ni vill att ärendet avgörs nu."))
    case = Case.objects.select_for_update(of=("self",)).get(application=application)
    if not case.is_open:
        raise WrongState(_("Ärendet är redan avslutat."))
    if DecisionRequest.objects.filter(case=case).exists():
        raise WrongState(_("Ni har redan begärt att ärendet avgörs. Det kan göras en gång."))
    day = may_ask_for_decision_from(application)
    if day is None or clock.today() < day:
        raise Refused(
            _("Det har inte gått sex månader än. Ni kan begära att ärendet avgörs från %(day)s.")
            % {"day": swedish_date(day)}
        )
    last = clock.today() + timedelta(weeks=policy.decision_request_answer_weeks)
    request: DecisionRequest = DecisionRequest.objects.create(
        case=case,
        text=text.strip(),
        requested_by=by,
        requested_at=clock.now(),
        answer_by=or_next_working_day(last),
    )
    CASE.perform(
        case,
        "decision_requested",
        by=by,
        reason=request.text,
        data={"answer_by": request.answer_by.isoformat()},
        request_due_on=request.answer_by,
    )
    told.decision_requested(application, by=by, answer_by=request.answer_by)
    audit.record(AccessAction.WRITE, by=by, what="decision_request", obj=case, whose=case.dnr)
    return request


@transaction.atomic
def reject(request: DecisionRequest, *, reasons: str, by: Assignment) -> DecisionRequest:
    """Reject a request, in a decision of its own that the pharmacy can appeal. The case goes on.

    Raises:
        NotAllowed: the role decides nothing.
        Refused: no reasons are given (FL 32 §).
        WrongState: it is answered already, by this or by the decision of the case.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    if not reasons.strip():
        raise Refused(_("Skriv skälen för beslutet."))
    case = Case.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    locked = DecisionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not case.is_open or locked.rejected_at is not None:
        raise WrongState(_("Begäran är redan besvarad."))
    locked.reasons, locked.rejected_by, locked.rejected_at = reasons.strip(), by, clock.now()
    locked.save(update_fields=["reasons", "rejected_by", "rejected_at"])
    CASE.perform(
        case, "decision_request_rejected", by=by, reason=locked.reasons, request_due_on=None
    )
    told.decision_request_rejected(case.application, occasion=locked.pk)
    audit.record(AccessAction.WRITE, by=by, what="decision_request", obj=case, whose=case.dnr)
    return locked


def request_of(case: Case) -> DecisionRequest | None:
    """The request on a case, if one was made."""
    return (
        DecisionRequest.objects.filter(case=case)
        .select_related("requested_by__user", "rejected_by__user")
        .first()
    )
