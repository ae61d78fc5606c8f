"""Which entries of the access log are about one person."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import Assignment
from applications.models import Application
from klas import audit
from klas.models import AccessAction, AccessLogEntry
from motivations.enums import SearchedBy
from motivations.models import SearchKey
from motivations.services.search_keys import keys_of

WHAT = "log_of_person"


def numbers_of(personal_number: str) -> list[str]:
    """Reference numbers and dnrs of what is about a person, found by the blind index.

    Raises:
        ValidationError: it can be no personnummer or samordningsnummer.
    """
    keys = SearchKey.objects.filter(
        kind=SearchedBy.PERSONAL_NUMBER,
        key__in=keys_of(SearchedBy.PERSONAL_NUMBER, personal_number),
    )
    motivations = keys.values("version__motivation")
    references = keys.values_list("version__motivation__reference", flat=True)
    dnrs = Application.objects.filter(motivation__in=motivations).exclude(dnr="")
    return sorted(
        {number for number in (*references, *dnrs.values_list("dnr", flat=True)) if number}
    )


def accesses_of(numbers: Sequence[str]) -> QuerySet[AccessLogEntry]:
    """What the access log says of these numbers, newest first."""
    found = AccessLogEntry.objects.filter(whose__in=numbers)
    return found.select_related("user").order_by("-at", "-pk")


def record(numbers: Sequence[str], *, action: AccessAction, by: Assignment) -> None:
    """Record that somebody asked: once for each number, so that the next report tells it."""
    for number in numbers:
        audit.record(action, by=by, what=WHAT, whose=number, hit=True)
    if not numbers:
        audit.record(action, by=by, what=WHAT, hit=False)
