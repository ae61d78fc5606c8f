"""Asking the prescriber: the case's clock stands still until there is an answer (domain §6)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import Application
from applications.services import told
from decisions.enums import CaseStatus, LetterReason, Recipient
from decisions.flow import CASE
from decisions.letters import supplement as letter
from decisions.models import Case
from decisions.queries import stops_of
from decisions.services.ordering import order
from decisions.services.registration import due_date
from klas import audit, clock
from klas.access import SYSTEM
from klas.errors import Refused
from klas.models import AccessAction
from motivations.models import Motivation
from motivations.services.supplements import Send


@transaction.atomic
def request(
    case: Case,
    *,
    questions: Sequence[str],
    due_on: date,
    by: Assignment,
    opened_revision: int | None = None,
) -> Case:
    """Ask the prescriber. They get a notice and, as one of the four cases, a letter [seed].

    Args:
        due_on: the last day to answer.

    Raises:
        Refused: nothing is asked, or the last day is not in the future.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    asked = [text for question in questions if (text := question.strip())]
    if not asked:
        raise Refused(_("Skriv minst en fråga till förskrivaren."))
    if due_on <= clock.today():
        raise Refused(_("Sista dagen att svara ska ligga framåt i tiden."))
    moved = CASE.perform(
        case,
        "request_supplement",
        by=by,
        opened_revision=opened_revision,
        data={"due_on": due_on.isoformat()},
    )
    supplement = told.supplement_requested(moved.application, questions=asked, due_on=due_on, by=by)
    order(
        moved,
        to=Recipient.PRESCRIBER,
        reason=LetterReason.SUPPLEMENT,
        about=supplement,
        facts=letter.facts(supplement),
    )
    audit.record(AccessAction.WRITE, by=by, what="supplement", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def close(case: Case, *, by: Assignment, opened_revision: int | None = None) -> Case:
    """Go on without an answer: decide on what there is. Raises as `Flow.perform`."""
    moved = CASE.perform(
        case,
        "close_supplement",
        by=by,
        opened_revision=opened_revision,
        due_on=_due_again(case),
    )
    told.supplement_closed(moved.application, expected_on=moved.due_on)
    audit.record(AccessAction.WRITE, by=by, what="supplement", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def answered(motivation: Motivation, send: Send) -> None:
    """Take in an answer: called through `settings.SUPPLEMENT_RECEIVER` by the prescriber's act.

    Locks case and application before `send` locks the motivation and freezes its next version.
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .filter(application__motivation=motivation, status=CaseStatus.WAITING)
        .first()
    )
    if case is None:
        send()  # Nobody waits for an answer: the motivation's own flow says so.
        return
    Application.objects.select_for_update(of=("self",)).get(pk=case.application_id)
    version = send()
    moved = CASE.perform(case, "supplement_answered", by=SYSTEM, due_on=_due_again(case))
    told.supplement_answered(moved.application, version=version, expected_on=moved.due_on)


def _due_again(case: Case) -> date:
    """When a case whose clock starts again now is due."""
    return due_date(
        complete_at=case.complete_at,
        is_urgent=case.is_urgent,
        stops=stops_of(case, until=clock.today()),
    )
