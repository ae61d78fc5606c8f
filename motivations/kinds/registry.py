"""Which kinds there are."""

from accounts.models import User
from motivations.enums import LicenceKind
from motivations.kinds.base import Kind
from motivations.kinds.individual import INDIVIDUAL

KINDS: dict[str, Kind] = {kind.code: kind for kind in (INDIVIDUAL,)}


def kind_of(code: str) -> Kind:
    """The kind with a code.

    Raises:
        KeyError: there is no such kind.
    """
    return KINDS[LicenceKind(code)]


def kinds_for(user: User) -> list[Kind]:
    """The kinds a person may write: doctors and dentists human ones, vets animal ones [seed]."""
    return [kind for kind in KINDS.values() if user.profession in kind.professions]
