"""Finding a licence: exact, for a purpose, recorded hit and miss (domain §5, §7)."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.services.misses import take_turn
from applications.services.search import NotFound
from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from klas.series import normalise_dnr, normalise_licence, normalise_reference
from licences.models import LicenceHit

# How each number is written, and the way to it from a licence.
_NUMBERS: tuple[tuple[Callable[[str], str], str], ...] = (
    (normalise_licence, "number"),
    (normalise_dnr, "decision__case__dnr"),
    (normalise_reference, "decision__case__application__motivation__reference"),
)

_WRONG = {
    "form": _(
        "Det är inget nummer på en licens. Skriv licensnumret (L-2026-000123), diarienumret "
        "(5.8.1-2026-000123) eller referensnumret på patientens lapp (KL-2026-004217-B)."
    ),
    "check": _(
        "Kontrolltecknet sist i referensnumret stämmer inte med siffrorna. Läs numret en gång "
        "till: något tecken är fel."
    ),
}


def find_by_number(text: str, *, purpose: str, by: Assignment) -> list[Licence]:
    """The licences with a number (several when a motivation has been renewed), newest first.

    Opens them for the acting pharmacy for a day. A search is one transaction, and what it raises
    comes after it: a miss stays in the access log. A pharmacy's searches come one at a time.

    Args:
        text: a licence number, dnr or reference number as it was typed.
        purpose: a `FindPurpose` value.

    Raises:
        NotAllowed: the role may not dispense.
        Refused: it is no such number, or the person has missed too often lately.
        NotFound: nothing has that number (the miss is recorded all the same).
    """
    if not by.has(Permission.DISPENSE) or by.pharmacy is None:
        raise NotAllowed
    with transaction.atomic():
        take_turn(by)
        field, number = _meant(text)
        found = list(
            Licence.objects.filter(**{field: number})
            .select_related("product", "decision__case")
            .order_by("-valid_to", "-pk")
        )
        if found:
            open_for(found, purpose=purpose, number=number, by=by)
        else:
            audit.record(
                AccessAction.SEARCH,
                by=by,
                what="licence_by_number",
                whose=number,
                purpose=purpose,
                hit=False,
            )
    if not found:
        raise NotFound(
            _(
                "Ingen licens har nummer %(number)s. Ansökan kan vara obeslutad eller ha fått "
                "avslag. Kontrollera numret, eller fråga apoteket som ansökte."
            )
            % {"number": number}
        )
    return found


def open_for(licences: Sequence[Licence], *, purpose: str, number: str, by: Assignment) -> None:
    """Let the acting pharmacy open what an exact search found; recorded as a hit for each.

    Every way of searching ends here.

    Args:
        number: what was searched for, as the access log may keep it (`whose`).
    """
    if by.pharmacy is None:
        raise NotAllowed
    for licence in licences:
        audit.record(
            AccessAction.SEARCH,
            by=by,
            what="licence_by_number",
            obj=licence,
            whose=number,
            purpose=purpose,
            hit=True,
        )
        LicenceHit.objects.create(
            licence=licence, pharmacy=by.pharmacy, assignment=by, purpose=purpose, at=clock.now()
        )


def _meant(text: str) -> tuple[str, str]:
    """The field and the number that a text means."""
    wrong = "form"
    for normalise, field in _NUMBERS:
        try:
            return field, normalise(text)
        except ValueError as error:
            wrong = str(error.args[0])
    raise Refused(_WRONG[wrong])
