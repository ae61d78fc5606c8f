"""Deciding: alone where one may, by two persons where the rules demand it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.services import told
from decisions.enums import CaseStatus, Hearing, Recipient
from decisions.flow import CASE, LICENCE
from decisions.letter_queries import decided_letter
from decisions.models import Assessment, Case, Decision, Licence
from decisions.models.decision import ON_THE_MERITS
from decisions.rules import (
    is_reduced,
    latest_valid_to,
    letters_for,
    needs_hearing,
    needs_two_persons,
)
from decisions.services import communications, precedents
from decisions.services.ordering import order
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction
from klas.presentation import swedish_datetime
from klas.series import format_licence, next_number
from medicines.services import mark_on_licence
from motivations import reading
from motivations.enums import Outcome
from motivations.kinds import kind_of

SERIES = "licence"


@dataclass(frozen=True)
class DecisionFacts:
    """What an officer wants decided; texts may be "" where the rules let them."""

    outcome: str
    reasons: str = ""
    provisions: str = ""
    conditions: str = ""
    reservation: str = ""
    special_information: str = ""
    revocation_clause: str = ""
    hearing: str = ""
    hearing_text: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    precedent_note: str = ""
    precedent_icd10: str = ""


@transaction.atomic
def decide(
    case: Case, facts: DecisionFacts, *, by: Assignment, opened_revision: int | None = None
) -> Case:
    """Decide, or propose when a second person must sign (`needs_two_persons`).

    Raises:
        Refused: the assessment is not finished, or the case is somebody else's.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    locked = _lock(case)
    _demand_decidable(locked, facts, by=by)
    proposing = needs_two_persons(locked, facts.outcome)
    action = "propose" if proposing else "decide"
    now = clock.now()
    changes: dict[str, Any] = {} if proposing else {"decided_at": now}
    moved = CASE.perform(
        locked,
        action,
        by=by,
        opened_revision=opened_revision,
        data={"outcome": facts.outcome},
        **changes,
    )
    # `locked` carries the application that `moved`, read afresh, would have to fetch again.
    decision = _drafted(locked, facts, by=by, at=now)
    decision.case = moved
    decision.save()
    if not proposing:
        _take_effect(moved, decision, by=by)
    audit.record(AccessAction.WRITE, by=by, what="decision", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def preview(case: Case, facts: DecisionFacts, *, by: Assignment) -> Decision:
    """The decision that `decide` would make with these facts; nothing is saved.

    Raises:
        Refused: the case is somebody else's, or the assessment does not carry the outcome.
        NotAllowed, WrongState: see `Flow.perform`.
    """
    locked = _lock(case)
    _demand_decidable(locked, facts, by=by)
    return _drafted(locked, facts, by=by, at=clock.now())


@transaction.atomic
def countersign(case: Case, *, by: Assignment, opened_revision: int | None = None) -> Case:
    """Sign a proposed decision as the second person. Raises as `Flow.perform`."""
    locked = _lock(case)
    if not CASE.allows(locked, "countersign", by=by):
        return _say_decided(locked, "countersign", by=by)
    moved = CASE.perform(
        locked, "countersign", by=by, opened_revision=opened_revision, decided_at=clock.now()
    )
    _take_effect(moved, proposal(moved), by=by)
    audit.record(AccessAction.WRITE, by=by, what="decision", obj=moved, whose=moved.dnr)
    return moved


@transaction.atomic
def send_back(
    case: Case, *, reason: str, by: Assignment, opened_revision: int | None = None
) -> Case:
    """Return a proposal to the officer who made it, with a reason.

    Raises:
        Refused: no reason is given.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not reason.strip():
        raise Refused(_("Skriv vad som behöver ändras."))
    locked = _lock(case)
    moved = CASE.perform(locked, "return", by=by, opened_revision=opened_revision, reason=reason)
    live = proposal(moved)
    live.returned_by, live.returned_at, live.return_reason = by, clock.now(), reason
    live.save(update_fields=["returned_by", "returned_at", "return_reason"])
    return moved


def proposal(case: Case) -> Decision:
    """The live decision of a case: proposed, or decided.

    Raises:
        Decision.DoesNotExist: there is none.
    """
    return Decision.objects.select_related(
        "product", "case__application__pharmacy", "proposed_by__user", "decided_by__user"
    ).get(case=case, round=case.round, returned_at__isnull=True)


def _lock(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related(
            "application__version", "application__product", "application__pharmacy", "assignee"
        )
        .get(pk=case.pk)
    )


def _demand_decidable(locked: Case, facts: DecisionFacts, *, by: Assignment) -> None:
    outcome = facts.outcome
    action = "propose" if needs_two_persons(locked, outcome) else "decide"
    if not CASE.allows(locked, action, by=by):
        _say_decided(locked, action, by=by)
    guard = CASE.table[action].guard
    if guard is not None:
        guard(locked, by, {})
    if outcome in ON_THE_MERITS:
        _demand_assessment(locked, outcome)
    elif facts.special_information.strip():
        raise Refused(_("Särskild information ges bara när ansökan har prövats."))
    _demand_hearing(locked, facts)


def _drafted(case: Case, facts: DecisionFacts, *, by: Assignment, at: datetime) -> Decision:
    application = case.application
    assert application.version is not None  # noqa: S101
    assert application.product is not None  # noqa: S101
    if facts.valid_from and facts.valid_to and facts.valid_to > latest_valid_to(facts.valid_from):
        raise Refused(_("En licens kan inte gälla längre än ett år. Ändra sista dagen."))
    reduced = _is_reduced(case, facts)
    if reduced and not (facts.reasons.strip() and facts.provisions.strip()):
        raise Refused(
            _(
                "Licensen blir mindre eller kortare än ansökan. Skriv skälen och bestämmelserna: "
                "apoteket kan överklaga den del som inte beviljas."
            )
        )
    precedents.demand_deidentified(facts.precedent_note, application.version)
    precedents.demand_codes(facts.precedent_icd10)
    return Decision(
        case=case,
        round=case.round,
        product=application.product,
        is_reduced=reduced,
        subject_line=kind_of(case.kind).subject_line(reading.about(application.version)),
        proposed_by=by,
        proposed_at=at,
        **vars(facts),
    )


def _is_reduced(case: Case, facts: DecisionFacts) -> bool:
    return is_reduced(
        case.application,
        quantity=facts.quantity,
        unit=facts.unit,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
    )


def _demand_hearing(case: Case, facts: DecisionFacts) -> None:
    """The applicant has been heard, or the exception is stated (FL 25 §)."""
    if not needs_hearing(facts.outcome, reduced=_is_reduced(case, facts)):
        return
    if not facts.hearing:
        raise Refused(
            _(
                "Beslutet går emot apoteket. Välj om apoteket har fått yttra sig, eller varför det "
                "inte behövs (25 § förvaltningslagen)."
            )
        )
    if facts.hearing == Hearing.EXCEPTION and not facts.hearing_text.strip():
        raise Refused(_("Skriv skälet för att apoteket inte har fått yttra sig."))
    if facts.hearing == Hearing.HEARD and not communications.is_heard(case):
        raise Refused(
            _(
                "Apoteket har inte fått yttra sig än. Skicka det som talar emot till apoteket och "
                "vänta på svaret eller på att sista dagen har gått."
            )
        )


def _say_decided(case: Case, action: str, *, by: Assignment) -> Case:
    if case.status == CaseStatus.DECIDED:
        decision = proposal(case)
        raise WrongState(
            _("Ärendet beslutades %(time)s av %(name)s. Det du skrev har inte skickats.")
            % {
                "time": swedish_datetime(decision.decided_at),
                "name": decision.decided_by.user.name if decision.decided_by else "",
            }
        )
    return CASE.perform(case, action, by=by)


def _demand_assessment(case: Case, outcome: str) -> None:
    assessment = Assessment.objects.filter(case=case).first()
    if assessment is None or not assessment.is_complete:
        raise Refused(
            _("Bedömningen är inte klar. Fyll i alla tre kraven och väg nytta mot risk först.")
        )
    if assessment.version_id != case.application.version_id:
        raise Refused(
            _(
                "Förskrivaren har skickat en ny version sedan bedömningen skrevs. Läs den, och "
                "spara bedömningen igen."
            )
        )
    shown = {assessment.need, assessment.ground, assessment.manufacture} == {"shown"}
    if outcome == Outcome.GRANTED and not shown:
        raise Refused(
            _(
                "Bedömningen säger att ett krav inte är styrkt. Ändra bedömningen, eller besluta "
                "med förbehåll eller avslag."
            )
        )


def _take_effect(case: Case, decision: Decision, *, by: Assignment) -> None:
    """Sign, create the licence, order the letters, tell downwards: all in one transaction."""
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    decision.decided_by, decision.decided_at = by, case.decided_at
    decision.save(update_fields=["decided_by", "decided_at"])
    precedents.keep(decision)
    communications.close_open(case)
    _replace_licence(case)
    licence = _create_licence(case, decision) if decision.is_granted else None
    # Of an earlier decision in a reopened case.
    before = decided_letter(case.application)
    for letter in letters_for(decision):
        order(
            case,
            to=letter.recipient,
            reason=letter.reason,
            about=decision,
            replaces=before if letter.recipient == Recipient.PHARMACY else None,
        )
    assert case.decided_at is not None  # noqa: S101
    told.decided(
        case.application,
        outcome=Outcome(decision.outcome),
        at=case.decided_at,
        licence_number=licence.number if licence else "",
        licence_valid_to=licence.valid_to if licence else None,
    )


def _replace_licence(case: Case) -> None:
    """What an earlier decision in a reopened case gave ends where the new one begins."""
    for licence in Licence.objects.filter(decision__case=case).order_by("pk"):
        if LICENCE.allows(licence, "replace", by=SYSTEM):
            LICENCE.perform(
                licence,
                "replace",
                by=SYSTEM,
                reason=_("Ett nytt beslut i ärende %(dnr)s har ersatt det som licensen bygger på.")
                % {"dnr": case.dnr},
            )


def _create_licence(case: Case, decision: Decision) -> Licence:
    application = case.application
    if not (decision.valid_from and decision.valid_to and decision.quantity):
        raise ValueError("a granted decision has a quantity and a period")
    year = clock.today().year
    licence = Licence.objects.create(
        decision=decision,
        number=format_licence(year, next_number(SERIES, year)),
        kind=case.kind,
        holder=application.pharmacy,
        product=decision.product,
        subject_line=decision.subject_line,
        route=application.route,
        quantity=decision.quantity,
        unit=decision.unit,
        valid_from=decision.valid_from,
        valid_to=decision.valid_to,
    )
    mark_on_licence(decision.product)
    return licence
