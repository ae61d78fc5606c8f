"""Asking prescriber and pharmacy: the clock stands still until both have answered (domain §6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.models import Application
from applications.services import supplements as pharmacys
from applications.services import told
from decisions.enums import CaseStatus, LetterReason, Recipient
from decisions.flow import CASE
from decisions.letters import supplement as letter
from decisions.models import Case
from decisions.queries import stops_of
from decisions.services.letters import cancel
from decisions.services.ordering import order
from decisions.services.registration import due_date, is_first_time
from klas import audit, clock
from klas.access import SYSTEM
from klas.errors import Refused, WrongState
from klas.fields import demand_no_person
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
    to: WaitingFor = WaitingFor.PRESCRIBER,
    texts: Sequence[str] = (),
    again: int | None = None,
    opened_revision: int | None = None,
) -> Case:
    """Ask prescriber or pharmacy. Both may be asked at the same time, each once.

    They get a notice; the prescriber, as one of the four cases, also a letter [seed].

    Args:
        due_on: the last day to answer.
        texts: the library's text that each question began as.
        again: the number of the request to them whose answer did not suffice.

    Raises:
        Refused: nothing is asked, the last day is not in the future, or a question to the pharmacy
            points somebody out.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    asked = [text for question in questions if (text := question.strip())]
    if not asked:
        raise Refused(_("Skriv minst en fråga."))
    if due_on <= clock.today():
        raise Refused(_("Sista dagen att svara ska ligga framåt i tiden."))
    if to == WaitingFor.PHARMACY:
        demand_nobody(*asked)
    locked = _lock(case)
    waiting = told.waits_for(locked.application)
    if to in waiting:
        raise WrongState(
            _("En fråga väntar redan på svar. Avsluta den först om du behöver fråga om annat.")
        )
    first_due = min([due_on, *(other.due_on for other in waiting.values())])
    moved = CASE.perform(
        locked,
        "request_supplement",
        by=by,
        opened_revision=opened_revision,
        data={"due_on": due_on.isoformat(), "asked": to.value},
        answer_due_on=first_due,
    )
    supplement = told.supplement_requested(
        moved.application, to=to, questions=asked, due_on=due_on, by=by, texts=texts, again=again
    )
    if to == WaitingFor.PRESCRIBER:
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
def close(
    case: Case,
    *,
    by: Assignment,
    to: WaitingFor = WaitingFor.PRESCRIBER,
    opened_revision: int | None = None,
) -> Case:
    """Go on without an answer: asked by mistake, or decide on what there is.

    A letter with the questions that is not posted yet is not to be.

    Raises:
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _lock(case)
    changes = _goes_on(locked, without=to)
    action = "close_supplement_in_part" if changes["answer_due_on"] else "close_supplement"
    moved = CASE.perform(
        locked,
        action,
        by=by,
        opened_revision=opened_revision,
        data={"asked": to.value},
        **changes,
    )
    closed = told.supplement_closed(moved.application, to=to, expected_on=_expected(moved))
    if to == WaitingFor.PRESCRIBER:
        cancel(moved, about=closed)
    audit.record(AccessAction.WRITE, by=by, what="supplement", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def accept(
    case: Case,
    number: int,
    *,
    to: WaitingFor,
    by: Assignment,
    opened_revision: int | None = None,
) -> Case:
    """Be content with an answer: it stands as read and accepted.

    Raises:
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    moved = CASE.perform(
        case,
        "accept_supplement",
        by=by,
        opened_revision=opened_revision,
        data={"asked": to.value},
    )
    told.supplement_accepted(moved.application, to=to, number=number)
    return moved


@transaction.atomic
def answered(motivation: Motivation, send: Send) -> None:
    """Take in an answer: called through `settings.SUPPLEMENT_RECEIVER` by the prescriber's act.

    Locks case and application before `send` locks the motivation and freezes its next version.
    """
    case = _waiting(application__motivation=motivation)
    if case is None:
        send()  # Nobody waits for an answer: the motivation's own flow says so.
        return
    Application.objects.select_for_update(of=("self",)).get(pk=case.application_id)
    version = send()
    moved = _taken_in(case, WaitingFor.PRESCRIBER)
    told.supplement_answered(moved.application, version=version, expected_on=_expected(moved))


@transaction.atomic
def pharmacy_answered(application: Application, send: pharmacys.Send) -> None:
    """Take in an answer: called through `settings.APPLICATION_SUPPLEMENT_RECEIVER` by the
    pharmacy's act. The product applied for may be another now: whether it is the first time is
    asked anew.
    """
    case = _waiting(application=application)
    send()
    if case is None:
        return
    fresh = Application.objects.select_related("version__product", "product").get(pk=application.pk)
    moved = _taken_in(case, WaitingFor.PHARMACY, is_first_time=is_first_time(fresh))
    told.pharmacy_answered(moved.application, expected_on=_expected(moved))


def demand_nobody(*texts: str) -> None:
    """What the pharmacy reads points nobody out.

    Raises:
        Refused: there is a personnummer in a text.
    """
    for text in texts:
        try:
            demand_no_person(text)
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error


def _taken_in(case: Case, answerer: WaitingFor, **changes: Any) -> Case:
    changes |= _goes_on(case)
    action = "supplement_answered_in_part" if changes["answer_due_on"] else "supplement_answered"
    return CASE.perform(case, action, by=SYSTEM, data={"asked": answerer.value}, **changes)


def _goes_on(case: Case, *, without: WaitingFor | None = None) -> dict[str, Any]:
    """What changes in a case when one whom it waited for is waited for no more.

    While another is, the clock stands still; else it starts again now.
    """
    still = {
        asked: request
        for asked, request in told.waits_for(case.application).items()
        if asked != without
    }
    if still:
        return {"answer_due_on": min(request.due_on for request in still.values())}
    due_on = due_date(
        complete_at=case.complete_at,
        is_urgent=case.is_urgent,
        stops=stops_of(case, until=clock.today()),
    )
    return {"answer_due_on": None, "due_on": due_on}


def _expected(case: Case) -> date | None:
    return None if case.status == CaseStatus.WAITING else case.due_on


def _waiting(**about: Any) -> Case | None:
    return (
        Case.objects.select_for_update(of=("self",))
        .filter(**about, status=CaseStatus.WAITING)
        .first()
    )


def _lock(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("application__motivation")
        .get(pk=case.pk)
    )
