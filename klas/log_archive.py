"""Pruning the access log: a month older than the rule goes to an archive, and then as a whole.

The archive holds each entry with its seal and the digest before it, so that it can be verified by
itself, and against the row of `Erasure` that names it. The chain in the database goes on from the
last seal of the pruned part; the signed head says how far that reaches.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from klas import clock, log_chain
from klas.archive import Archive, manifest_of
from klas.errors import Refused
from klas.log_chain import (
    BEGINNING,
    canonical,
    entries_of,
    head_of,
    keep_head,
    last_head,
    link,
)
from klas.models import AccessAction, AccessLogEntry, Erasure, LogSeal
from klas.policy import policy

KIND = "access_log"
_PARTITION = re.compile(r"klas_accesslogentry_(\d{4})_(\d{2})")
_MEMBER = "klas_accesslogentry.jsonl"


def due_months(now: datetime) -> list[date]:
    """First days of the months whose entries are all older than the rule, oldest first."""
    limit = date(now.year - policy.access_log_kept_years, now.month, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'klas_accesslogentry'::regclass"
        )
        names = [_PARTITION.fullmatch(name) for (name,) in cursor.fetchall()]
    months = [date(int(found[1]), int(found[2]), 1) for found in names if found]
    return sorted(month for month in months if month < limit)


def preview(now: datetime) -> tuple[int, datetime | None]:
    """How many entries are to be pruned, and the oldest of them."""
    months = due_months(now)
    if not months:
        return 0, None
    found = AccessLogEntry.objects.filter(at__lt=_after(months[-1])).aggregate(
        n=models.Count("pk"), oldest=models.Min("at")
    )
    return found["n"], found["oldest"]


def prune_due(*, by: int | None = None) -> int:
    """Prune every month that is due, each in a transaction of its own; returns how many entries.

    Args:
        by: the assignment that asked for it; None for the service itself.

    Raises:
        Refused: an entry of the month has no seal, or is not what was sealed.
    """
    log_chain.seal()
    pruned = sum(prune(month, by=by) for month in due_months(clock.now()))
    log_chain.export_heads()
    return pruned


@transaction.atomic
def prune(month: date, *, by: int | None = None) -> int:
    """Archive the entries of a month, drop them, and sign that they are pruned."""
    before = last_head()
    if before is None or not log_chain.alone():
        raise Refused(_("Loggen förseglas just nu. Försök igen om en stund."))
    table = f"klas_accesslogentry_{month:%Y_%m}"
    with connection.cursor() as cursor:
        # Nobody writes to the month while it is read.
        cursor.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
        entries = AccessLogEntry.objects.filter(at__gte=_at(month), at__lt=_after(month))
        count = entries.count()
        oldest = entries.aggregate(oldest=models.Min("at"))["oldest"]
        name = f"access-log-{month:%Y-%m}.zip"
        with Archive(name) as archive:
            archive.add_lines(_MEMBER, _lines(month, count))
            archive.close()
            erasure = Erasure.objects.create(
                kind=KIND,
                scope=f"{month:%Y-%m}",
                count=count,
                rows=count,
                oldest=oldest,
                archive=name,
                manifest=archive.manifest,
                by_id=by,
            )
            AccessLogEntry.objects.create(
                assignment_id=by,
                action=AccessAction.WRITE,
                what="erasure",
                object_id=erasure.pk,
                whose=f"{month:%Y-%m}",
            )
            cursor.execute(f'DROP TABLE "{table}"')
            # The last seal of what is pruned stays: those that follow are held to it.
            kept = LogSeal.objects.filter(entry_at__gte=_after(month)).order_by("number")
            lowest = kept.values_list("number", flat=True).first() or before.number + 1
            first = max(before.first, lowest - 1)
            LogSeal.objects.filter(number__lt=first).delete()
            head = head_of(before)
            keep_head(
                replace(
                    head,
                    first=first,
                    kept_from=max(filter(None, (head.kept_from, _after(month)))),
                    made_at=clock.now(),
                )
            )
    return count


def _lines(month: date, count: int) -> Iterator[str]:
    """The entries of a month with their seals, in the order of the chain.

    Raises:
        Refused: one has no seal, or is not what was sealed.
    """
    seals = LogSeal.objects.filter(entry_at__gte=_at(month), entry_at__lt=_after(month))
    rows = seals.order_by("number").iterator(chunk_size=policy.log_batch)
    seen, number, digest = 0, 0, BEGINNING
    while batch := list(islice(rows, policy.log_batch)):
        entries = entries_of([(seal.entry_id, seal.entry_at) for seal in batch])
        for seal in batch:
            before = digest if number == seal.number - 1 else _digest_at(seal.number - 1)
            number, digest = seal.number, bytes(seal.digest)
            entry = entries.get((seal.entry_id, seal.entry_at))
            if entry is None or link(before, canonical(entry)) != digest:
                raise Refused(
                    _("Rad %(id)s stämmer inte med sin försegling. Kör manage.py verify_log.")
                    % {"id": seal.entry_id}
                )
            seen += 1
            line = {
                "number": number,
                "before": before.hex(),
                "digest": digest.hex(),
                "entry": json.loads(canonical(entry).removeprefix(log_chain.FORMAT)),
            }
            yield json.dumps(line, ensure_ascii=False)
    if seen != count:
        raise Refused(_("En rad i månaden saknar försegling. Kör manage.py verify_log."))


def _digest_at(number: int) -> bytes:
    found = LogSeal.objects.filter(pk=number).values_list("digest", flat=True).first()
    return BEGINNING if found is None else bytes(found)


def verify(path: Path) -> Iterator[str]:
    """What is wrong with an archived month, a sentence for each thing."""
    try:
        manifest, wrong = manifest_of(path)
    except (OSError, KeyError, zipfile.BadZipFile):
        yield _("%(name)s går inte att läsa.") % {"name": path.name}
        return
    for name in wrong:
        yield _("%(name)s är inte vad manifestet säger.") % {"name": name}
    if wrong:
        return
    if not Erasure.objects.filter(kind=KIND, manifest=manifest).exists():
        yield _("%(name)s är inte ett paket som gallringen har skrivit.") % {"name": path.name}
    with zipfile.ZipFile(path) as package, package.open(_MEMBER) as lines:
        number, digest = -1, ""
        for line in lines:
            found: dict[str, Any] = json.loads(line)
            text = json.dumps(found["entry"], ensure_ascii=False, separators=(",", ":"))
            content = log_chain.FORMAT + text.encode()
            broken = link(bytes.fromhex(found["before"]), content).hex() != found["digest"]
            if broken or (number == found["number"] - 1 and digest != found["before"]):
                yield _("Försegling nr %(n)s i arkivet stämmer inte med sin rad.") % {
                    "n": found["number"]
                }
            number, digest = found["number"], found["digest"]


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, 1, tzinfo=UTC)


def _after(month: date) -> datetime:
    return _at(date(month.year + month.month // 12, month.month % 12 + 1, 1))
