"""How often somebody may do something: per person, unit and address, counted by all processes.

One row per limit and asker (`Bucket`) says when the asker's bucket is full again, which is all that
a token bucket needs: each act moves that moment on by the time one token takes, and an act that
would move it further than the bucket is deep is refused. It is one statement, so that two processes
that ask at once are counted one after the other. Rows hold keyed hashes, never an address.
"""

import ipaddress
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from klas import clock
from klas.blind import blind
from klas.errors import Refused
from klas.models import Bucket
from klas.policy import Rate, policy


@dataclass(frozen=True)
class Limit:
    """What is counted together, and how much of it each may do."""

    name: str
    person: Rate | None = None
    unit: Rate | None = None
    address: Rate | None = None


WRITES = Limit(
    "writes", policy.writes_per_person, policy.writes_per_unit, policy.writes_per_address
)
UPLOADS = Limit(
    "uploads", policy.uploads_per_person, policy.uploads_per_unit, policy.uploads_per_address
)
DOWNLOADS = Limit(
    "downloads",
    policy.downloads_per_person,
    policy.downloads_per_unit,
    policy.downloads_per_address,
)
SIGN_INS = Limit("sign_ins", address=policy.sign_ins_per_address)
CSP_REPORTS = Limit("csp_reports", address=policy.csp_reports_per_address)


@dataclass(frozen=True)
class Asker:
    """Who a request comes from. Empty parts are not counted."""

    person: str = ""
    unit: str = ""
    address: str = ""


NOBODY = Asker()
# Of the request that is being answered; set by klas.limiting.
asker: ContextVar[Asker] = ContextVar("asker", default=NOBODY)


class TooMany(Refused):
    """The limit is reached; `until` is when the next one is let through."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        shown = timezone.localtime(until + timedelta(minutes=1))
        super().__init__(
            _("Det har kommit mycket på kort tid. Försök igen klockan %(time)s.")
            % {"time": f"{shown:%H:%M}"}
        )


def take(limit: Limit) -> None:
    """Count one act by the asker of this request.

    Raises:
        TooMany: the person, their unit or their address has done it too often lately.
    """
    for name, value, rate in _counted(limit, asker.get()):
        take_from(f"{limit.name}/{name}", value, rate)


def _counted(limit: Limit, who: Asker) -> Iterator[tuple[str, str, Rate]]:
    for name in ("person", "unit", "address"):
        value, rate = getattr(who, name), getattr(limit, name)
        if value and rate is not None:
            yield name, value, rate


def take_from(name: str, who: str, rate: Rate) -> None:
    """Count one act by `who` of the kind `name`.

    Raises:
        TooMany: `rate.most` have been done, and not enough time has passed since.
    """
    now, window = clock.now(), timedelta(minutes=rate.minutes)
    key, token = blind(f"limit {name}", who), window / rate.most
    values: dict[str, Any] = {"key": key, "now": now, "token": token, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO klas_bucket AS had (key, full_at) VALUES (%(key)s, %(now)s + %(token)s) "
            "ON CONFLICT (key) DO UPDATE "
            "SET full_at = greatest(had.full_at, %(now)s) + %(token)s "
            "WHERE greatest(had.full_at, %(now)s) + %(token)s <= %(now)s + %(window)s",
            values,
        )
        if cursor.rowcount:
            return
    full_at = Bucket.objects.values_list("full_at", flat=True).get(key=key)
    raise TooMany(full_at + token - window)


def forget(name: str, who: str) -> None:
    """Count nothing any more against one who has succeeded."""
    Bucket.objects.filter(key=blind(f"limit {name}", who)).delete()


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
    """Forget the buckets that are full; returns how many."""
    return Bucket.objects.filter(full_at__lte=clock.now()).delete()[0]
