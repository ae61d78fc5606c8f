"""Finding motivations: exact, for a purpose, recorded hit and miss (domain §5).

A search is one transaction and what it raises comes after it: a miss stays in the access log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import SearchHit
from applications.rules import is_about_product, is_by_prescriber
from applications.services.misses import take_turn
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from klas.policy import policy
from klas.series import normalise_reference
from motivations.enums import SearchedBy
from motivations.models import Motivation, MotivationVersion
from motivations.queries import by_reference, known_by
from motivations.services.search_keys import keys_of

_WRONG = {
    "form": _(
        "Det är inget referensnummer. Det ser ut som KL-2026-004217-B och står på patientens lapp."
    ),
    "check": _(
        "Kontrolltecknet sist stämmer inte med siffrorna. Läs numret en gång till: något tecken "
        "är fel."
    ),
}
# The same whichever fact was wrong: nobody learns whether a person is known.
_NO_PERSON = _(
    "Ingen licensmotivering stämmer med båda uppgifterna. Kontrollera dem en gång till, eller sök "
    "på referensnumret. Motiveringen kan också ha tagits tillbaka."
)
_NO_CARE_UNIT = _(
    "Ingen licensmotivering gäller den vårdenheten. Kontrollera HSA-id, eller skriv hela namnet så "
    "som det står i motiveringen."
)


class NotFound(Refused):
    """No motivation fits."""


@dataclass(frozen=True)
class _Way:
    """What a search by a fact asks for.

    Attributes:
        permission: who may search so.
        fits: whether a version is also of the second fact.
        missed: what is said when nothing is found.
    """

    permission: Permission
    fits: Callable[[MotivationVersion, str], bool]
    missed: object


def _fits_patient(version: MotivationVersion, text: str) -> bool:
    return is_about_product(version, text) or is_by_prescriber(version, text)


_WAYS = {
    SearchedBy.PERSONAL_NUMBER: _Way(Permission.SEARCH_PERSONS, _fits_patient, _NO_PERSON),
    SearchedBy.RESERVE_NUMBER: _Way(Permission.SEARCH_PERSONS, _fits_patient, _NO_PERSON),
    SearchedBy.OWNER: _Way(Permission.SEARCH_PERSONS, is_about_product, _NO_PERSON),
    SearchedBy.CARE_UNIT: _Way(
        Permission.SEARCH_MOTIVATIONS, lambda version, text: True, _NO_CARE_UNIT
    ),
}


def find_by_reference(text: str, *, purpose: str, by: Assignment) -> Motivation:
    """The motivation with a reference number; opens it for the acting pharmacy for a day.

    Args:
        text: what was typed; case, spaces and hyphens are forgiven.
        purpose: a `SearchPurpose` value.

    Raises:
        NotAllowed: the role may not search.
        Refused: it is no reference number, the check character is wrong, or there have been too
            many misses lately (`misses.demand_few_misses`).
        NotFound: nothing has that number (the miss is recorded all the same).
    """
    _demand_right(by, Permission.SEARCH_MOTIVATIONS)
    with transaction.atomic():
        take_turn(by)
        try:
            reference = normalise_reference(text)
        except ValueError as error:
            raise Refused(_WRONG[error.args[0]]) from error
        motivation = by_reference(reference)
        found = [motivation] if motivation else []
        _record(found, what="motivation_by_reference", missed=reference, purpose=purpose, by=by)
    if motivation is None:
        raise NotFound(
            _(
                "Ingen licensmotivering har nummer %(reference)s. Den kan ha tagits tillbaka. "
                "Fråga kunden eller förskrivaren."
            )
            % {"reference": reference}
        )
    return motivation


def find_by_fact(
    fact: SearchedBy, text: str, *, second: str = "", purpose: str, by: Assignment
) -> list[MotivationVersion]:
    """The motivations that a fact leads to, each by its newest version, the newest first.

    At most `policy.search_most_hits`. Opens them for the acting pharmacy for a day.

    Args:
        text: what was typed of the fact; only the whole of it is searched for.
        second: what must fit too, where a person is searched for: the product's name, for a
            patient else the prescriber's name or code.
        purpose: a `SearchPurpose` value.

    Raises:
        NotAllowed: the role may not search so.
        Refused: the number cannot be right, or there have been too many misses lately.
        NotFound: nothing fits (the miss is recorded all the same).
    """
    way = _WAYS[fact]
    _demand_right(by, way.permission)
    with transaction.atomic():
        take_turn(by)
        try:
            keys = keys_of(fact, text)
        except ValidationError as error:
            raise Refused(error.messages[0]) from error
        found: list[MotivationVersion] = []
        for version in known_by(fact, keys).iterator(chunk_size=100):
            if way.fits(version, second):
                found.append(version)
            if len(found) == policy.search_most_hits:
                break
        _record(
            [version.motivation for version in found],
            what=f"motivation_by_{fact.value}",
            purpose=purpose,
            by=by,
        )
    if not found:
        raise NotFound(str(way.missed))
    return found


def _demand_right(by: Assignment, permission: Permission) -> None:
    if not by.has(permission) or by.pharmacy_id is None:
        raise NotAllowed


def _record(
    found: Sequence[Motivation], *, what: str, purpose: str, by: Assignment, missed: str = ""
) -> None:
    """Log each hit, or the miss; let the acting pharmacy open what was found."""
    if by.pharmacy is None:
        raise NotAllowed
    if not found:
        audit.record(
            AccessAction.SEARCH, by=by, what=what, whose=missed, purpose=purpose, hit=False
        )
    for motivation in found:
        audit.record(
            AccessAction.SEARCH,
            by=by,
            what=what,
            whose=motivation.reference or "",
            purpose=purpose,
            hit=True,
            obj=motivation,
        )
        SearchHit.objects.create(
            motivation=motivation,
            pharmacy=by.pharmacy,
            assignment=by,
            purpose=purpose,
            at=clock.now(),
        )
