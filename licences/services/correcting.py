"""Putting an obvious error in a decision right (FL 36 §): beside it, never in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told_after
from decisions.corrections import PRODUCT_PARTS, as_corrected, read, value_of
from decisions.enums import CorrectedPart, LetterReason, Recipient
from decisions.letter_queries import decided_letter
from decisions.letters import correction as letter
from decisions.models import Correction, Decision, Licence
from decisions.rules import latest_valid_to
from decisions.services.ordering import order
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessAction
from klas.presentation import quantity as in_words
from licences.models import LicenceBalance
from licences.services.telling import tell_pharmacies_of
from medicines.models import ExactProduct
from medicines.services import mark_on_licence
from notifications.enums import NoticeKind

# Under which name a part is told to the prescriber (`motivations.words.CORRECTED`).
_TOLD = {
    CorrectedPart.QUANTITY: "quantity",
    CorrectedPart.UNIT: "quantity",
    CorrectedPart.VALID_FROM: "period",
    CorrectedPart.VALID_TO: "period",
    CorrectedPart.SUBJECT: "subject",
    **dict.fromkeys(PRODUCT_PARTS, "product"),
}
_ON_THE_LICENCE = (
    CorrectedPart.QUANTITY,
    CorrectedPart.UNIT,
    CorrectedPart.VALID_FROM,
    CorrectedPart.VALID_TO,
    CorrectedPart.SUBJECT,
    *PRODUCT_PARTS,
)
_MAY_BE_EMPTIED = (
    CorrectedPart.CONDITIONS,
    CorrectedPart.SPECIAL_INFORMATION,
    CorrectedPart.REVOCATION_CLAUSE,
)


@dataclass(frozen=True)
class CorrectionFacts:
    """What is wrong in which part (`CorrectedPart`), and how it is to read.

    `right` as a correction stores it: days as ISO dates, amounts with a point.
    """

    part: str
    right: str
    reason: str
    hearing: str
    hearing_text: str


@transaction.atomic
def correct(
    decision: Decision, facts: CorrectionFacts, *, by: Assignment, seen: int | None = None
) -> Correction:
    """Correct one part of a decision; its licence and what is left of it follow, under lock.

    Args:
        seen: how many corrections the page showed.

    Raises:
        NotAllowed: the role does not decide.
        Refused: nothing is changed, what is to stand is no right value, or more has been dispensed.
        Stale: somebody else has corrected since.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    # The licence first, as at dispensing. What must not happen at once is two corrections.
    licence = (
        Licence.objects.select_for_update(of=("self",)).filter(decision_id=decision.pk).first()
    )
    Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    locked = Decision.objects.select_related(
        "product",
        "case__application__motivation",
        "case__application__version",
        "case__application__pharmacy",
    ).get(pk=decision.pk)
    if not (facts.reason.strip() and facts.hearing_text.strip()):
        raise Refused(_("Skriv vad felet beror på, och hur apoteket har hörts eller varför inte."))
    if locked.decided_at is None:
        raise Refused(_("Beslutet är inte fattat än. Ändra förslaget i stället."))
    if seen is not None and seen != Correction.objects.filter(decision=locked).count():
        raise Stale(_("Någon annan har rättat beslutet sedan du öppnade sidan. Läs det igen."))
    part, before = CorrectedPart(facts.part), as_corrected(locked)
    wrong = value_of(before, part)
    _check(before, part, wrong=wrong, right=facts.right)
    correction = Correction.objects.create(
        decision=locked,
        part=part,
        wrong=wrong,
        right=facts.right,
        product=_spelled(before.product, part, facts.right) if part in PRODUCT_PARTS else None,
        reason=facts.reason,
        hearing=facts.hearing,
        hearing_text=facts.hearing_text,
        corrected_by=by,
        corrected_at=clock.now(),
    )
    after = as_corrected(locked)
    if licence is not None and part in _ON_THE_LICENCE:
        _follow(licence, part, after)
    _tell(locked, licence, correction, after)
    case = locked.case
    audit.record(AccessAction.WRITE, by=by, what="correction", obj=correction, whose=case.dnr)
    return correction


def _check(decision: Decision, part: CorrectedPart, *, wrong: str, right: str) -> None:
    """Whether a part of a decision, as it reads now, may read otherwise."""
    if right == wrong:
        raise Refused(_("Det står redan så. Skriv hur det ska stå i stället."))
    if not right and part not in _MAY_BE_EMPTIED:
        raise Refused(_("Skriv hur det ska stå."))
    if not wrong and part not in _MAY_BE_EMPTIED:
        raise Refused(_("Beslutet säger inget om det. En rättelse kan inte lägga till något nytt."))
    if part == CorrectedPart.QUANTITY and Decimal(right) <= 0:
        raise Refused(_("Mängden ska vara mer än noll."))
    if part in (CorrectedPart.VALID_FROM, CorrectedPart.VALID_TO):
        _check_period(decision, part, read(part, right))


def _check_period(decision: Decision, part: CorrectedPart, day: date) -> None:
    period: dict[str, Any] = {"valid_from": decision.valid_from, "valid_to": decision.valid_to}
    period[part.value] = day
    if period["valid_to"] <= period["valid_from"]:
        raise Refused(_("Sista dagen ska vara efter den första."))
    if period["valid_to"] > latest_valid_to(period["valid_from"]):
        raise Refused(_("En licens kan inte gälla längre än ett år. Ändra dagen."))


def _spelled(product: ExactProduct, part: CorrectedPart, right: str) -> ExactProduct:
    """The product with one of its facts spelled otherwise."""
    facts = {**product.product_facts(), part.value: right}
    made = ExactProduct.objects.create(register=product.register, **facts)
    made.refresh_from_db(fields=["product_key"])
    return made


def _follow(licence: Licence, part: CorrectedPart, decision: Decision) -> None:
    """The licence, locked, says what the corrected decision says."""
    if part in PRODUCT_PARTS:
        licence.product = decision.product
        mark_on_licence(decision.product)
    else:
        setattr(licence, part.value, getattr(decision, part.value))
    if part == CorrectedPart.QUANTITY:
        _refill(licence)
    licence.revision += 1
    field = "product" if part in PRODUCT_PARTS else part.value
    licence.save(update_fields=[field, "revision"])


def _refill(licence: Licence) -> None:
    """What is left follows the quantity granted; never below what has been dispensed."""
    balance = LicenceBalance.objects.select_for_update().filter(licence=licence).first()
    if balance is None:
        return
    dispensed = balance.granted - balance.remaining
    if licence.quantity < dispensed:
        raise Refused(
            _(
                "Det är redan utlämnat %(dispensed)s på licensen. Mängden kan inte rättas till "
                "mindre. Behöver licensen minskas är det inte en rättelse: återkalla den."
            )
            % {"dispensed": in_words(dispensed, licence.get_unit_display())}
        )
    balance.granted, balance.remaining = licence.quantity, licence.quantity - dispensed
    balance.revision += 1
    balance.save(update_fields=["granted", "remaining", "revision"])


def _tell(
    decision: Decision, licence: Licence | None, correction: Correction, after: Decision
) -> None:
    """The pharmacy gets the decision anew; those who have the licence or wait for it are told."""
    case, part = decision.case, CorrectedPart(correction.part)
    told_after.decision_corrected(
        case.application,
        part=_TOLD.get(part, "text"),
        licence_valid_to=licence.valid_to if licence else None,
    )
    order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.CORRECTION,
        about=correction,
        facts=letter.facts(correction, after),
        replaces=decided_letter(case.application),
    )
    if licence is not None:
        kind = NoticeKind.DECISION_CORRECTED
        tell_pharmacies_of(licence, kind, key=f"{kind}-{correction.pk}")
