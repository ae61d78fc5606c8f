"""When an answer did not come: an injunction to the party, and then dismissal (FL 20 §).

The pharmacy is the party, also when it is the prescriber who has not answered: it is told that an
answer is missing, never what was asked.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.services import told
from decisions.enums import LetterReason, Recipient
from decisions.flow import CASE
from decisions.letters import injunction as letter
from decisions.models import Case, Injunction
from decisions.services import supplements
from decisions.services.ordering import order
from klas import audit, clock
from klas.errors import Refused, WrongState
from klas.models import AccessAction
from motivations.models import AgencyRequest

Overdue = Mapping[WaitingFor, AgencyRequest]


def overdue(case: Case, *, today: date) -> Overdue:
    """The questions whose last day has passed and that no injunction has demanded an answer to."""
    return {
        asked: request
        for asked, request in told.waits_for(case.application).items()
        if request.due_on < today and request.enjoined_at is None
    }


def broken(case: Case, *, today: date) -> bool:
    """Whether an injunction's last day has passed without an answer, and it is still waited for."""
    return any(
        request.enjoined_at is not None and request.due_on < today
        for request in told.waits_for(case.application).values()
    )


@transaction.atomic
def send(
    case: Case, *, text: str, due_on: date, by: Assignment, opened_revision: int | None = None
) -> Case:
    """Order the party to see to it that what was asked is answered, at the latest on a new day.

    The pharmacy gets the injunction electronically. The prescriber gets no letter, that is no
    fifth case [seed], but a notice with the new last day.

    Args:
        text: what is missing, in words that the pharmacy reads.

    Raises:
        Refused: no question is overdue, nothing is said, the day is not in the future, or the text
            points somebody out.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not text.strip():
        raise Refused(_("Skriv vad som saknas."))
    if due_on <= clock.today():
        raise Refused(_("Sista dagen att svara ska ligga framåt i tiden."))
    supplements.demand_nobody(text)
    moved = CASE.perform(
        case,
        "send_injunction",
        by=by,
        opened_revision=opened_revision,
        data={"due_on": due_on.isoformat()},
    )
    late = overdue(moved, today=clock.today())
    if not late:
        raise Refused(_("Svarstiden har inte gått ut för någon fråga som väntar på svar."))
    sent = Injunction.objects.create(
        case=moved, text=text.strip(), due_on=due_on, sent_by=by, sent_at=clock.now()
    )
    told.enjoined(moved.application, overdue=late, due_on=due_on)
    waiting = told.waits_for(moved.application)
    Case.objects.filter(pk=moved.pk).update(
        answer_due_on=min(request.due_on for request in waiting.values())
    )
    order(
        moved,
        to=Recipient.PHARMACY,
        reason=LetterReason.INJUNCTION,
        about=sent,
        facts=letter.facts(sent, late),
    )
    audit.record(AccessAction.WRITE, by=by, what="injunction", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def give_up(case: Case, *, by: Assignment, opened_revision: int | None = None) -> Case:
    """Stop waiting, so that the application can be dismissed.

    Raises:
        WrongState: no injunction has been left unanswered.
        NotAllowed, Stale: see `Flow.perform`.
    """
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not broken(locked, today=clock.today()):
        raise WrongState(_("Svarstiden i föreläggandet har inte gått ut, eller svaret har kommit."))
    for asked in told.waits_for(locked.application):
        locked = supplements.close(locked, to=asked, by=by, opened_revision=opened_revision)
        opened_revision = None
    return locked
