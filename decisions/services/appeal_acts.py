"""What the agency does with an appeal: time, reconsideration, the court (FL 38–39, 44–47 §§)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told_after
from decisions.appealed import Appealed
from decisions.enums import (
    REOPENING,
    AppealMatter,
    CourtOutcome,
    LetterReason,
    Recipient,
)
from decisions.flow import APPEAL, CASE
from decisions.letters import appeal_rejected
from decisions.models import Appeal, AppealFile, Case, Licence
from decisions.rules import appeal_last_day
from decisions.services import reopening
from decisions.services.ordering import order
from decisions.tasks import issue_court_files
from klas import audit, clock
from klas.errors import Refused, WrongState
from klas.models import AccessAction


@transaction.atomic
def judge_time(
    appeal: Appeal,
    *,
    got_on: date | None,
    misled: bool,
    reason: str,
    by: Assignment,
    opened_revision: int | None = None,
) -> Appeal:
    """Say anew whether an appeal is in time.

    Args:
        got_on: the day the party got the decision, when it was another than the delivery tells.
        misled: it is late because of wrong information from the agency on how to appeal: then it
            is not rejected (FL 45 §).

    Raises:
        Refused: no reason is given, or the day lies in the future.
        WrongState: it was rejected, and that has been undone: it is to be tried.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    if is_reinstated(locked):
        raise WrongState(_("Det är redan avgjort att överklagandet ska prövas."))
    if not reason.strip():
        raise Refused(_("Skriv vad bedömningen bygger på."))
    if got_on is not None and got_on > clock.today():
        raise Refused(_("Dagen ligger i framtiden. Skriv dagen då apoteket fick del av beslutet."))
    known = got_on or locked.got_on
    last_on = appeal_last_day(known) if known else None
    received_on = locked.received_on
    in_time = misled or last_on is None or (received_on is not None and received_on <= last_on)
    return _perform(
        locked,
        "judge_time",
        by=by,
        opened_revision=opened_revision,
        reason=reason.strip(),
        data={"misled": misled},
        got_on=known,
        last_on=last_on,
        is_in_time=in_time,
    )


@transaction.atomic
def reject(
    appeal: Appeal, *, reasons: str, by: Assignment, opened_revision: int | None = None
) -> Appeal:
    """Reject an appeal that came too late (FL 45 §), in a decision that can itself be appealed.

    Raises:
        Refused: it is in time, or no reasons are given (FL 32 §).
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    rejected = _settle(locked, "reject", reasons=reasons, by=by, opened_revision=opened_revision)
    case = rejected.case
    CASE.perform(case, "appeal_rejected", by=by, reason=rejected.reasons)
    order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.APPEAL_REJECTED,
        about=rejected,
        facts=appeal_rejected.facts(rejected),
    )
    told_after.appeal_rejected(case.application, occasion=rejected.pk)
    return rejected


@transaction.atomic
def reconsider(appeal: Appeal, *, by: Assignment, opened_revision: int | None = None) -> Appeal:
    """Take an appeal that is in time up for reconsideration. Raises as `Flow.perform`."""
    return _perform(_locked(appeal), "reconsider", by=by, opened_revision=opened_revision)


@transaction.atomic
def change(
    appeal: Appeal, *, reasons: str, by: Assignment, opened_revision: int | None = None
) -> Appeal:
    """Find that what is appealed is to be changed as the party wants (FL 38–39 §§).

    A decision: the case is opened again, and the new decision is made as any other is, by two where
    the rules demand it; if it does not give what the party wanted, it can be appealed. A
    revocation: the licence holds again. A rejected appeal: it is tried.

    Raises:
        Refused: no reasons are given.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    changed = _settle(locked, "change", reasons=reasons, by=by, opened_revision=opened_revision)
    CASE.perform(changed.case, "appeal_changed", by=by, reason=changed.reasons)
    if changed.matter != AppealMatter.DECISION:
        told_after.appeal_ended(
            changed.case.application, outcome=_UNDONE[changed.matter], occasion=changed.pk
        )
    _carry_out(changed, reason=changed.reasons, by=by, by_court=False)
    return changed


@transaction.atomic
def keep(
    appeal: Appeal, *, reasons: str, by: Assignment, opened_revision: int | None = None
) -> Appeal:
    """Find that the decision stands, or is not changed as the party wants: it goes to the court.

    The file for the court is ordered; the worker makes it. Raises as `change`.
    """
    locked = _locked(appeal)
    kept = _settle(locked, "keep", reasons=reasons, by=by, opened_revision=opened_revision)
    CASE.perform(kept.case, "appeal_kept", by=by, reason=kept.reasons)
    AppealFile.objects.create(appeal=kept, ordered_at=clock.now())
    issue_court_files.defer()
    return kept


@transaction.atomic
def forward(
    appeal: Appeal, *, on: date, by: Assignment, opened_revision: int | None = None
) -> Appeal:
    """Say that an appeal and its file were sent to the court on a day (FL 46 §).

    Raises:
        Refused: the file is not there yet, or the day is not between receipt and today.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    if on > clock.today() or (locked.received_on and on < locked.received_on):
        raise Refused(
            _("Dagen ska ligga mellan dagen då överklagandet kom in och i dag. Kontrollera den.")
        )
    sent = _perform(locked, "forward", by=by, opened_revision=opened_revision, forwarded_on=on)
    CASE.perform(sent.case, "appeal_forwarded", by=by)
    told_after.appeal_forwarded(sent.case.application, on=on, occasion=sent.pk)
    return sent


@transaction.atomic
def conclude(
    appeal: Appeal,
    *,
    outcome: str,
    on: date,
    court_number: str,
    by: Assignment,
    opened_revision: int | None = None,
) -> Appeal:
    """Record what the court came to. Remitted or changed, it is carried out: see `change`.

    Args:
        outcome: a `CourtOutcome`.
        on: the day of the court's decision.
        court_number: the court's case number.

    Raises:
        Refused: the day is not between the day it was forwarded and today.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    if on > clock.today() or (locked.forwarded_on and on < locked.forwarded_on):
        raise Refused(
            _(
                "Domstolens dag ska ligga mellan dagen då ni lämnade över och i dag. "
                "Kontrollera den."
            )
        )
    ended = _perform(
        locked,
        "conclude",
        by=by,
        opened_revision=opened_revision,
        data={"outcome": outcome},
        court_outcome=CourtOutcome(outcome),
        court_on=on,
        court_number=court_number.strip(),
    )
    _end(ended, outcome, by=by)
    if CourtOutcome(outcome) in REOPENING:
        reason = str(CourtOutcome(outcome).label)
        _carry_out(ended, reason=reason, by=by, by_court=True)
    return ended


@transaction.atomic
def withdraw(
    appeal: Appeal, *, reason: str, by: Assignment, opened_revision: int | None = None
) -> Appeal:
    """Close an appeal that the party has taken back before it went to the court.

    Raises:
        Refused: it is not said how the party did so.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _locked(appeal)
    if not reason.strip():
        raise Refused(_("Skriv hur och när apoteket återkallade överklagandet."))
    ended = _perform(
        locked, "withdraw", by=by, opened_revision=opened_revision, reason=reason.strip()
    )
    _end(ended, CourtOutcome.WITHDRAWN, by=by)
    return ended


# How the party is told that the agency has undone what was appealed.
_UNDONE = {AppealMatter.REVOCATION: "restored", AppealMatter.REJECTION: "reinstated"}


def is_reinstated(appeal: Appeal) -> bool:
    """Whether an appeal was rejected, and that has been undone: it is to be tried then."""
    return appeal.events.filter(action="reinstate").exists()


def _carry_out(appeal: Appeal, *, reason: str, by: Assignment, by_court: bool) -> None:
    """Undo what was appealed, or open the case for a new decision."""
    appealed = Appealed.by(appeal)
    if appealed.decision.round != appeal.case.round:
        return  # another decision has come in its place meanwhile
    if appealed.revocation is not None:
        import_string(settings.RESTORATION_RECEIVER)(appealed.revocation, reason=reason, by=by)
    elif appealed.rejection is not None:
        APPEAL.perform(
            appealed.rejection,
            "reinstate",
            by=by,
            reason=reason,
            is_in_time=True,
            reasons="",
            settled_by=None,
            settled_at=None,
        )
    else:
        reopening.reopen(appeal.case, by=by, by_court=by_court)


def _end(appeal: Appeal, outcome: str, *, by: Assignment) -> None:
    CASE.perform(appeal.case, "appeal_ended", by=by, reason=str(CourtOutcome(outcome).label))
    told_after.appeal_ended(appeal.case.application, outcome=outcome, occasion=appeal.pk)


def _locked(appeal: Appeal) -> Appeal:
    """The appeal, fresh, with its case locked first, and then the licence that it may restore."""
    Case.objects.select_for_update(of=("self",)).get(pk=appeal.case_id)
    locked = Appeal.objects.select_related(
        "case__application__motivation", "decision", "revocation__licence", "rejection"
    ).get(pk=appeal.pk)
    if locked.revocation is not None:
        Licence.objects.select_for_update(of=("self",)).get(pk=locked.revocation.licence_id)
    return locked


def _perform(appeal: Appeal, action: str, *, by: Assignment, **how: Any) -> Appeal:
    moved = APPEAL.perform(appeal, action, by=by, **how)
    audit.record(AccessAction.WRITE, by=by, what="appeal", obj=moved, whose=moved.case.dnr)
    return moved


def _settle(
    appeal: Appeal, action: str, *, reasons: str, by: Assignment, opened_revision: int | None
) -> Appeal:
    return _perform(
        appeal,
        action,
        by=by,
        opened_revision=opened_revision,
        reasons=reasons.strip(),
        settled_by=by,
        settled_at=clock.now(),
    )
