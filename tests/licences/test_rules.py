"""Where and on what a licence's medicine may be handed out: state × kind × route × pharmacy."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from decisions.enums import LicenceStatus
from decisions.models import Licence
from licences.enums import LicenceState
from licences.models import DispensingPermission
from licences.rules import routes_for, state_of
from motivations.enums import LicenceKind
from motivations.kinds import KINDS, Route
from pharmacies.enums import PharmacyKind
from pharmacies.models import Pharmacy

RX, RQ = Route.PRESCRIPTION, Route.REQUISITION
ALL = {RX, RQ}
# kind, route of the licence → (holder, öppenvårdsapotek, other pharmacy), and the same with a
# särskilt tillstånd in force.
TABLE: list[tuple[LicenceKind, Route, tuple[set, set, set], tuple[set, set, set]]] = [
    (LicenceKind.INDIVIDUAL, RX, ({RX}, {RX}, set()), ({RX}, {RX}, set())),
    (LicenceKind.VETERINARY, RX, ({RX}, {RX}, set()), ({RX}, {RX}, set())),
    (LicenceKind.VETERINARY, RQ, ({RQ}, {RQ}, set()), (ALL, ALL, set())),
    (LicenceKind.GENERAL, RQ, ({RQ}, set(), set()), (ALL, {RX}, set())),
    (LicenceKind.PREPAREDNESS, RQ, ({RQ}, set(), set()), (ALL, {RX}, set())),
]
TODAY = date(2026, 11, 24)


def pharmacy(pk: int, kind: PharmacyKind) -> Pharmacy:
    return Pharmacy(pk=pk, kind=kind)


@pytest.mark.parametrize(("kind", "route", "usual", "permitted"), TABLE)
def test_who_may_dispense_and_on_what(
    kind: LicenceKind, route: Route, usual: tuple[set, ...], permitted: tuple[set, ...]
) -> None:
    holder = pharmacy(1, PharmacyKind.HOSPITAL)
    licence = Licence(kind=kind, route=route, holder=holder)
    others = [pharmacy(2, PharmacyKind.RETAIL), pharmacy(3, PharmacyKind.HOSPITAL)]
    for permission, expected in ((None, usual), (DispensingPermission(), permitted)):
        for place, where in enumerate([holder, *others]):
            routes = routes_for(licence, where, permission=permission)
            assert set(routes) == expected[place]
            assert len(routes) == len(set(routes))


def test_the_other_kinds_of_pharmacy() -> None:
    licence = Licence(kind=LicenceKind.INDIVIDUAL, route=RX, holder=pharmacy(1, "retail"))
    open_there = {
        kind for kind in PharmacyKind if routes_for(licence, pharmacy(2, kind), permission=None)
    }
    assert open_there == {PharmacyKind.RETAIL, PharmacyKind.ONLINE}


def test_only_a_general_licence_can_be_permitted_on_prescription() -> None:
    assert [kind.code for kind in KINDS.values() if kind.prescription_by_permission] == [
        LicenceKind.GENERAL
    ]


BEFORE, FIRST, LAST, AFTER = (TODAY + timedelta(days=days) for days in (-1, 0, 30, 31))
A, S, R = LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED, LicenceStatus.REVOKED


@pytest.mark.parametrize(
    ("status", "on", "remaining", "state"),
    [
        (A, FIRST, 1, LicenceState.VALID),
        (A, LAST, 1, LicenceState.VALID),
        (A, BEFORE, 1, LicenceState.NOT_YET),
        (A, AFTER, 1, LicenceState.EXPIRED),
        (A, FIRST, 0, LicenceState.USED_UP),
        (A, AFTER, 0, LicenceState.EXPIRED),
        *[
            (S, day, left, LicenceState.SUSPENDED)
            for day in (BEFORE, FIRST, AFTER)
            for left in (0, 1)
        ],
        *[
            (R, day, left, LicenceState.REVOKED)
            for day in (BEFORE, FIRST, AFTER)
            for left in (0, 1)
        ],
    ],
)
def test_where_a_licence_stands(
    status: LicenceStatus, on: date, remaining: int, state: LicenceState
) -> None:
    licence = Licence(status=status, valid_from=FIRST, valid_to=LAST)
    assert state_of(licence, remaining=Decimal(remaining), on=on) == state
