"""Counting tries: so many of a kind by one asker in a while. In the database, for all processes.

An asker is kept as a keyed hash (`klas.blind`), and only as long as the try is counted.
"""

import ipaddress
from datetime import datetime, timedelta

from django.db import connection, transaction

from klas import clock
from klas.blind import blind
from klas.models import Try


class TooMany(Exception):
    """There have been too many; `until` is when the next can be made."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@transaction.atomic
def count(kind: str, who: str, *, most: int, window: timedelta) -> None:
    """Count a try.

    Raises:
        TooMany: there have been `most` of them within `window`; this one is not counted.
    """
    asker, now = blind(kind, who), clock.now()
    # One at a time for an asker, so that many at once are counted as they would be one by one.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(asker[:7], "big")])
    counted = Try.objects.filter(asker=asker, counts_until__gt=now).order_by("-counts_until", "-pk")
    latest = list(counted.values_list("counts_until", flat=True)[:most])
    if len(latest) >= most:
        raise TooMany(latest[-1])
    Try.objects.create(asker=asker, counts_until=now + window)


def forget(kind: str, who: str) -> None:
    """Forget the tries of one who has succeeded."""
    Try.objects.filter(asker=blind(kind, who)).delete()


def network(address: str) -> str:
    """What is counted together: an IPv4 address, or the IPv6 network that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def purge() -> int:
    """Throw away the tries that no longer count; returns how many."""
    return Try.objects.filter(counts_until__lte=clock.now()).delete()[0]
