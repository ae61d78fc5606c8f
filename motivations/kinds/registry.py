"""Which kinds there are."""

from accounts.models import Assignment
from motivations.enums import LicenceKind
from motivations.kinds.base import Kind
from motivations.kinds.general import GENERAL
from motivations.kinds.individual import INDIVIDUAL
from motivations.kinds.preparedness import PREPAREDNESS
from motivations.kinds.veterinary import VETERINARY

KINDS: dict[str, Kind] = {
    kind.code: kind for kind in (INDIVIDUAL, GENERAL, VETERINARY, PREPAREDNESS)
}


def kind_of(code: str) -> Kind:
    """The kind with a code.

    Raises:
        KeyError: there is no such kind.
    """
    return KINDS[LicenceKind(code)]


def kinds_for(acting: Assignment) -> list[Kind]:
    """The kinds that may be written in an assignment.

    Doctors and dentists write human ones, vets animal ones [seed]; preparedness ones only at a
    care unit on the allow-list (domain §3).
    """
    is_listed = acting.care_unit is not None and acting.care_unit.preparedness
    return [
        kind
        for kind in KINDS.values()
        if acting.user.profession in kind.professions and (is_listed or not kind.only_listed_units)
    ]
