"""Granted licences of every kind, and withdrawals on them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from decisions.enums import (
    CorrectedPart,
    CorrectionHearing,
    Hearing,
    LicenceStatus,
    RevocationGround,
)
from decisions.models import Correction, Licence, Revocation
from klas import clock
from klas.access import Role
from licences.models import Dispensing
from licences.services import dispensing, revoking, stopping
from licences.services.correcting import CorrectionFacts, correct
from licences.services.dispensing import Withdrawal
from licences.services.finding import find_by_number
from licences.services.permissions import permit
from licences.services.recall import Recalled, recall
from licences.services.revoking import RevocationFacts
from motivations.enums import LicenceKind
from pharmacies.enums import PharmacyKind
from tests import factories, kinds
from tests.applications.conftest import hidden, press, text_of

__all__ = ["hidden", "press", "text_of"]
UNIT = "SE2321000016-1003"  # a care unit of `kinds.general_answers`


def granted(
    kind: LicenceKind = LicenceKind.INDIVIDUAL,
    *,
    by: Assignment | None = None,
    sections: dict[str, dict[str, Any]] | None = None,
    **facts: Any,
) -> Licence:
    """A licence of a kind, granted to the pharmacy of `by`: 730 tablets for a year unless said."""
    sent = factories.application(on=kinds.sent(kind, **(sections or {})), by=by)
    decided = factories.decided(of=sent, **facts)
    return Licence.objects.select_related("product", "holder", "decision__case").get(
        decision__case=decided
    )


REASON = "Nya uppgifter om leverskador."


def stopped(licence: Licence, status: LicenceStatus = LicenceStatus.SUSPENDED) -> Licence:
    """The licence suspended, or revoked by two officers."""
    if status == LicenceStatus.SUSPENDED:
        stopping.suspend(licence, reason=REASON, by=factories.AssignmentFactory())
    else:
        revoked(licence)
    licence.refresh_from_db()
    return licence


def revoked(licence: Licence, *, suspend_meanwhile: bool = False) -> Revocation:
    """A licence revoked for compelling safety reasons, by two officers."""
    revocation = proposed(licence, suspend_meanwhile=suspend_meanwhile)
    revoking.countersign(licence, by=factories.AssignmentFactory(decision_maker=True))
    revocation.refresh_from_db()
    return revocation


def proposed(
    licence: Licence,
    *,
    by: Assignment | None = None,
    suspend_meanwhile: bool = False,
    **facts: str,
) -> Revocation:
    """A proposal to revoke, waiting for a second signature."""
    values = {
        "ground": RevocationGround.SAFETY.value,
        "reasons": REASON,
        "hearing": Hearing.EXCEPTION.value,
        "hearing_text": "Det kan inte vänta.",
    }
    return revoking.propose(
        licence,
        RevocationFacts(**(values | facts)),
        suspend_meanwhile=suspend_meanwhile,
        by=by or factories.AssignmentFactory(),
    )


def corrected(
    licence: Licence, part: CorrectedPart, right: str, *, by: Assignment | None = None
) -> Correction:
    """The decision that gave a licence, corrected in one part."""
    facts = CorrectionFacts(
        part=part.value,
        right=right,
        reason="Två siffror har bytt plats.",
        hearing=CorrectionHearing.NEEDLESS.value,
        hearing_text="Felet är uppenbart.",
    )
    return correct(licence.decision, facts, by=by or factories.AssignmentFactory())


def recalled(licence: Licence, batch: str, *, by: Assignment | None = None) -> Recalled:
    """The batch of a licence's product, recalled."""
    officer = by or factories.acting_as(Role.OPERATOR)
    return recall([licence.product], batch=batch, reason="Fel styrka i burken.", by=officer)


def withdrawal(licence: Licence, **fields: Any) -> Withdrawal:
    """A right withdrawal of 30 units, handed out now on the licence's own route."""
    values: dict[str, Any] = {
        "at": clock.now(),
        "route": licence.route,
        "order_id": "R-1001",
        "pack": "30 tabletter",
        "packs": 1,
        "quantity": Decimal(30),
        "batch": "AB-12/7",
        "expires_on": clock.today() + timedelta(days=400),
        "care_unit": UNIT if licence.kind == LicenceKind.GENERAL else "",
        "product_checked": True,
    }
    return Withdrawal(**(values | fields))


def dispense(licence: Licence, *, by: Assignment, **fields: Any) -> Dispensing:
    return dispensing.dispense(licence, withdrawal(licence, **fields), by=by)


def typed(licence: Licence, **fields: str) -> dict[str, str]:
    """A right withdrawal as it is typed on the page."""
    values = {
        "on": clock.today().isoformat(),
        "time": "00:00",
        "order_id": "R-1001",
        "pack": "30 tabletter",
        "packs": "1",
        "quantity": "30",
        "batch": "AB-12/7",
        "expires_on": "2031-05",
        "product_checked": "on",
    }
    if licence.kind == LicenceKind.GENERAL:
        values["care_unit"] = UNIT
    return values | fields


def found(licence: Licence, *, by: Assignment, purpose: str = "dispense") -> Licence:
    """The licence, opened for a pharmacist's pharmacy by a search on its number."""
    find_by_number(licence.number, purpose=purpose, by=by)
    return licence


def permitted(licence: Licence, *, by: Assignment) -> None:
    permit(
        licence,
        dnr="5.8.2-2026-7",
        conditions="Bara för barn.",
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        by=by,
    )


def url(name: str, *args: Any) -> str:
    return reverse(f"licences:{name}", args=args)


def pharmacist_at(kind: PharmacyKind = PharmacyKind.RETAIL) -> Assignment:
    return factories.AssignmentFactory(
        pharmacist=True, pharmacy=factories.PharmacyFactory(kind=kind)
    )


@pytest.fixture
def pharmacist() -> Assignment:
    """A pharmacist at the pharmacy that holds the licences."""
    return pharmacist_at()


@pytest.fixture
def elsewhere() -> Assignment:
    """A pharmacist at another öppenvårdsapotek."""
    return pharmacist_at()


@pytest.fixture
def staff(pharmacist: Assignment) -> Assignment:
    return factories.AssignmentFactory(staff=True, pharmacy=pharmacist.pharmacy)


@pytest.fixture
def licence(pharmacist: Assignment) -> Licence:
    return granted(by=pharmacist)
