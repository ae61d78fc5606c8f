"""One letter of each kind, the same each time: for pictures and for what is common to all."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from decisions.enums import CorrectedPart, LetterReason, Recipient
from decisions.letters import appeal_received, appeal_rejected, delay, injunction
from decisions.models import Case, Letter, Licence
from decisions.services.ordering import order
from klas import clock
from licences.services import restoring, revoking, stopping
from motivations.enums import Outcome
from tests import factories
from tests.licences.conftest import corrected, proposed

MOMENT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
DAY, LATER = date(2026, 11, 20), date(2026, 12, 4)
_LONG = (
    "Underlaget beskriver inte vilka doser som har prövats, hur länge behandlingen pågick eller "
    "varför den avbröts. Läkemedelsverket kan därför inte bedöma om godkända läkemedel räcker till."
)
_INFORMATION = "Följ leverfunktionen varje månad under det första halvåret."


def _decided(outcome: Outcome, to: Recipient, **facts: Any) -> Letter:
    case = factories.decided(outcome, of=_application(), **facts)
    return Letter.objects.get(case=case, recipient=to)


def _case() -> Case:
    return factories.case(of=_application(), taken_by=_officer())


def _application() -> Any:
    """An application by and about the same people and places each time."""
    unit = factories.CareUnitFactory(name="Neurologmottagningen, Provsjukhuset")
    doctor = factories.AssignmentFactory(prescriber=True, care_unit=unit)
    doctor.user.name = "Anna Provläkare"
    doctor.user.save()
    pharmacy = factories.PharmacyFactory(name="Apoteket Provet")
    pharmacist = factories.AssignmentFactory(pharmacist=True, pharmacy=pharmacy)
    return factories.application(on=factories.motivation(by=doctor), by=pharmacist)


def _officer() -> Any:
    return factories.AssignmentFactory(user__name="Harriet Provhandläggare")


def _ordered(to: Recipient, reason: LetterReason, facts: dict[str, Any]) -> Letter:
    case = _case()
    return order(case, to=to, reason=reason, about=case, facts=facts)


_WHY = "Tillverkaren har dragit tillbaka två satser. Orsaken utreds."
_NOW = "Lämna inte ut mer. Be kunden kontakta sin förskrivare."


def _licence() -> Licence:
    case = factories.decided(of=_application())
    return Licence.objects.get(decision__case=case)


def _chief() -> Any:
    return factories.AssignmentFactory(decision_maker=True, user__name="Karin Provbeslutsfattare")


def _suspended() -> Licence:
    licence = _licence()
    stopping.suspend(licence, reason=_WHY, instruction=_NOW, by=_officer())
    return licence


def _revoked() -> Licence:
    licence = _licence()
    proposed(licence, by=_officer())
    revoking.countersign(licence, by=_chief())
    return licence


def _afterwards(licence: Licence) -> Letter:
    """The letter about what happened last to a licence."""
    return Letter.objects.filter(case=licence.decision.case).latest("pk")


def _lifted() -> Letter:
    licence = _suspended()
    stopping.lift(licence, reason="Satserna är kontrollerade.", by=_officer())
    return _afterwards(licence)


def _restored() -> Letter:
    licence = _revoked()
    restoring.restore(licence.revocations.get(), reason="Domstolen har ändrat.", by=_chief())
    return _afterwards(licence)


def _corrected() -> Letter:
    licence = _licence()
    corrected(licence, CorrectedPart.CONDITIONS, "EKG före start.", by=_officer())
    return _afterwards(licence)


_AGAINST = {"reasons": "\n\n".join([_LONG] * 3), "provisions": "HSLF-FS 2018:25 5 §"}

SAMPLES: dict[str, Callable[[], Letter]] = {
    "decision_granted": lambda: _decided(Outcome.GRANTED, Recipient.PHARMACY),
    "decision_reservation": lambda: _decided(
        Outcome.GRANTED_WITH_RESERVATION, Recipient.PHARMACY, **_AGAINST
    ),
    "decision_rejected": lambda: _decided(Outcome.REJECTED, Recipient.PHARMACY, **_AGAINST),
    "prescriber_rejected": lambda: _decided(Outcome.REJECTED, Recipient.PRESCRIBER, **_AGAINST),
    "prescriber_reservation": lambda: _decided(
        Outcome.GRANTED_WITH_RESERVATION,
        Recipient.PRESCRIBER,
        special_information=_INFORMATION,
        conditions="EKG före start och efter tre månader.",
        **_AGAINST,
    ),
    "prescriber_special_information": lambda: _decided(
        Outcome.GRANTED, Recipient.PRESCRIBER, special_information=_INFORMATION
    ),
    "prescriber_supplement": lambda: Letter.objects.get(
        case=factories.asked(
            _case(), "Vilka doser har prövats, och hur länge?", "Hur följs effekten upp?"
        )
    ),
    "pharmacy_injunction": lambda: _ordered(
        Recipient.PHARMACY, LetterReason.INJUNCTION, injunction.EXAMPLE
    ),
    "pharmacy_delay": lambda: _ordered(
        Recipient.PHARMACY,
        LetterReason.DELAY,
        delay.facts(
            reason="Vi väntar på ett intyg om tillverkningen från myndigheten i Tyskland.",
            expected_on=LATER,
            told_on=DAY,
        ),
    ),
    "pharmacy_appeal_received": lambda: _ordered(
        Recipient.PHARMACY,
        LetterReason.APPEAL_RECEIVED,
        appeal_received.facts(received_on=DAY, in_time=True, decision_dnr="5.8.1-2026-000123"),
    ),
    "pharmacy_appeal_too_late": lambda: _ordered(
        Recipient.PHARMACY,
        LetterReason.APPEAL_RECEIVED,
        appeal_received.facts(received_on=DAY, in_time=False, decision_dnr="5.8.1-2026-000123"),
    ),
    "pharmacy_appeal_rejected": lambda: _ordered(
        Recipient.PHARMACY, LetterReason.APPEAL_REJECTED, appeal_rejected.EXAMPLE
    ),
    "licence_suspended": lambda: _afterwards(_suspended()),
    "licence_lifted": _lifted,
    "licence_revoked": lambda: _afterwards(_revoked()),
    "licence_restored": _restored,
    "decision_corrected": _corrected,
}


def sample(name: str) -> Letter:
    """A letter, ordered at the same moment each time and not yet rendered."""
    with clock.at(MOMENT):
        letter = SAMPLES[name]()
    # What differs from run to run.
    User.objects.filter(name__startswith="Person Provsson").update(name="Person Provsson")
    letter.code = "KLASPR7VKZDE"
    letter.save(update_fields=["code"])
    return letter
