"""Asking a colleague at the agency for an opinion; the case is not stopped by it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import ReferralStatus
from decisions.flow import CASE, REFERRAL
from decisions.models import Case, Referral
from klas import audit, clock
from klas.access import Permission
from klas.errors import Refused
from klas.models import AccessAction
from notifications.enums import NoticeKind
from notifications.services.telling import tell


@transaction.atomic
def refer(
    case: Case,
    *,
    to: Assignment,
    question: str,
    due_on: date,
    by: Assignment,
    opened_revision: int | None = None,
) -> Referral:
    """Ask a colleague for an opinion by a day; they are told.

    Raises:
        Refused: nothing is asked, the colleague cannot give opinions or has a question about the
            case already, or the last day has been.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not question.strip():
        raise Refused(_("Skriv vad du vill att kollegan yttrar sig om."))
    if due_on < clock.today():
        raise Refused(_("Sista dagen har redan varit. Välj en dag framåt i tiden."))
    if not to.has(Permission.ASSESS) or to.user_id == by.user_id:
        raise Refused(_("Välj en kollega som kan yttra sig i ärenden."))
    moved = CASE.perform(
        case,
        "refer",
        by=by,
        opened_revision=opened_revision,
        data={"consultant": to.pk, "due_on": due_on.isoformat()},
    )
    if Referral.objects.filter(case=moved, consultant=to, status=ReferralStatus.OPEN).exists():
        raise Refused(_("Kollegan har redan en fråga om ärendet att svara på."))
    referral = Referral.objects.create(
        case=moved,
        consultant=to,
        question=question.strip(),
        due_on=due_on,
        asked_by=by,
        asked_at=clock.now(),
    )
    tell(
        to.user,
        NoticeKind.REFERRED,
        key=f"referral:{referral.pk}",
        url=f"{moved.get_absolute_url()}#yttranden",
        reference=moved.dnr,
        facts={"colleague": by.user.name, "due_on": due_on.isoformat()},
    )
    audit.record(AccessAction.WRITE, by=by, what="referral", obj=moved, whose=moved.dnr)
    return referral


@transaction.atomic
def give_opinion(
    referral: Referral, *, opinion: str, by: Assignment, opened_revision: int | None = None
) -> Referral:
    """Sign an opinion, which then stands; who asked and who has the case are told.

    Raises:
        Refused: nothing is said, or it is somebody else who was asked.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not opinion.strip():
        raise Refused(_("Skriv ditt yttrande innan du lämnar det."))
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("assignee__user")
        .get(pk=referral.case_id)
    )
    given = REFERRAL.perform(
        referral,
        "answer",
        by=by,
        opened_revision=opened_revision,
        opinion=opinion.strip(),
        answered_at=clock.now(),
    )
    waiting = {given.asked_by.user} | ({case.assignee.user} if case.assignee else set())
    for person in waiting - {by.user}:
        tell(
            person,
            NoticeKind.OPINION_GIVEN,
            key=f"opinion:{given.pk}",
            url=f"{case.get_absolute_url()}#yttranden",
            reference=case.dnr,
            facts={"colleague": by.user.name},
        )
    audit.record(AccessAction.WRITE, by=by, what="referral", obj=case, whose=case.dnr)
    return given


@transaction.atomic
def withdraw(referral: Referral, *, by: Assignment) -> Referral:
    """Take a question back. Raises as `Flow.perform`."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=referral.case_id)
    taken_back = REFERRAL.perform(referral, "withdraw", by=by)
    audit.record(AccessAction.WRITE, by=by, what="referral", obj=case, whose=case.dnr)
    return taken_back
