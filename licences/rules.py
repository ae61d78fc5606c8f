"""When, where and on what a licence's medicine may be handed out (domain §3, §5)."""

from datetime import date
from decimal import Decimal

from decisions.enums import LicenceStatus
from decisions.models import Licence
from licences.enums import LicenceState
from licences.models import DispensingPermission
from motivations.kinds import Route, kind_of
from pharmacies.models import Pharmacy

_STOPPED = {
    LicenceStatus.REVOKED: LicenceState.REVOKED,
    LicenceStatus.SUSPENDED: LicenceState.SUSPENDED,
}


def state_of(licence: Licence, *, remaining: Decimal, on: date) -> LicenceState:
    """Where a licence stands on a day; what stops it most is named first."""
    if licence.status in _STOPPED:
        return _STOPPED[LicenceStatus(licence.status)]
    if on > licence.valid_to:
        return LicenceState.EXPIRED
    if on < licence.valid_from:
        return LicenceState.NOT_YET
    return LicenceState.VALID if remaining > 0 else LicenceState.USED_UP


def routes_for(
    licence: Licence, pharmacy: Pharmacy, *, permission: DispensingPermission | None
) -> tuple[Route, ...]:
    """On what a pharmacy may dispense the licence's medicine; nothing when it may not at all.

    Args:
        permission: the särskilda tillstånd in force, which lets any öppenvårdsapotek dispense on
            prescription.
    """
    routes = []
    is_holder = licence.holder_id == pharmacy.pk
    if is_holder or (kind_of(licence.kind).any_pharmacy and pharmacy.serves_patients):
        routes.append(Route(licence.route))
    if permission is not None and (is_holder or pharmacy.serves_patients):
        routes.append(Route.PRESCRIPTION)
    return tuple(dict.fromkeys(routes))
