"""Finding a motivation: exact, for a purpose, recorded hit and miss (domain §5)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import SearchHit
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction, AccessLogEntry
from klas.policy import policy
from klas.series import normalise_reference
from motivations.models import Motivation
from motivations.queries import by_reference

_WRONG = {
    "form": _(
        "Det är inget referensnummer. Det ser ut som KL-2026-004217-B och står på patientens lapp."
    ),
    "check": _(
        "Kontrolltecknet sist stämmer inte med siffrorna. Läs numret en gång till: något tecken "
        "är fel."
    ),
}


BLOCKED = _(
    "Du har sökt många gånger utan träff och kan inte söka just nu. Försök igen om en stund, eller "
    "fråga förskrivaren om numret."
)


class NotFound(Refused):
    """No motivation has that number."""


def find_by_reference(text: str, *, purpose: str, by: Assignment) -> Motivation:
    """The motivation with a reference number; opens it for the acting pharmacy for a day.

    Not one transaction on purpose: a miss stays in the access log although the search raises.

    Args:
        text: what was typed; case, spaces and hyphens are forgiven.
        purpose: a `SearchPurpose` value.

    Raises:
        NotAllowed: the role may not search.
        Refused: it is no reference number, the check character is wrong, or the person has missed
            too often lately (`policy.search_misses_before_block`, domain §5).
        NotFound: nothing has that number (the miss is recorded all the same).
    """
    if not by.has(Permission.SEARCH_MOTIVATIONS) or by.pharmacy is None:
        raise NotAllowed
    demand_few_misses(by)
    try:
        reference = normalise_reference(text)
    except ValueError as error:
        raise Refused(_WRONG[error.args[0]]) from error
    motivation = by_reference(reference)
    audit.record(
        AccessAction.SEARCH,
        by=by,
        what="motivation_by_reference",
        whose=reference,
        purpose=purpose,
        hit=motivation is not None,
        obj=motivation,
    )
    if motivation is None:
        raise NotFound(
            _(
                "Ingen licensmotivering har nummer %(reference)s. Den kan ha tagits tillbaka. "
                "Fråga kunden eller förskrivaren."
            )
            % {"reference": reference}
        )
    SearchHit.objects.create(
        motivation=motivation,
        pharmacy=by.pharmacy,
        assignment=by,
        purpose=purpose,
        at=clock.now(),
    )
    return motivation


def demand_few_misses(by: Assignment) -> None:
    """Let a person search who has not missed too often lately (domain §5).

    Raises:
        Refused: too many searches without a hit.
    """
    since = clock.now() - timedelta(minutes=policy.search_miss_window_minutes)
    misses = AccessLogEntry.objects.filter(
        assignment=by, action=AccessAction.SEARCH, hit=False, at__gte=since
    ).count()
    if misses >= policy.search_misses_before_block:
        raise Refused(BLOCKED)
