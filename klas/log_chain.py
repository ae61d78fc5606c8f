"""The access log's seal: a chain of hashes over its entries, in the order they were found.

An entry's canonical bytes are a JSON list of its columns. The chain's digest at number n is
SHA-256(digest at n-1 + bytes of entry n). Now and then a *head* (number and digest) is signed with
Ed25519, and exported to a file that the database's owner cannot write (docs/decisions/011).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from klas.models import AccessLogEntry, LogHead, LogSeal
from klas.policy import policy

# What is hashed of an entry, in this order. A new column makes a new format, from a number on.
FORMAT = b"klas-log-1\n"
COLUMNS = (
    "id", "at", "user_id", "assignment_id", "role", "unit", "action", "what", "object_id", "whose",
    "purpose", "hit", "request_id", "address",
)  # fmt: skip
BEGINNING = bytes(32)
# Advisory lock: one sealer at a time; whoever comes second has nothing to do.
LOCK = 0x6B6C_6C6F


def canonical(values: Sequence[Any]) -> bytes:
    """The bytes of an entry, of its values in the order of `COLUMNS`."""
    texts = [_utc(value) if isinstance(value, datetime) else value for value in values]
    return FORMAT + json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()


def link(before: bytes, entry: bytes) -> bytes:
    """The chain's digest after one more entry."""
    return hashlib.sha256(before + entry).digest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Head:
    """What is signed of the chain.

    `number` and `digest`: how far it had come. `first`: the lowest seal kept, and `kept_from`: what
    is older may be pruned; only pruning moves them. `closed_to`: every entry from before is sealed,
    so that one that turns up later was inserted.
    """

    number: int
    digest: bytes
    first: int
    kept_from: datetime | None
    closed_to: datetime | None
    made_at: datetime

    def payload(self) -> dict[str, Any]:
        """As it is signed and exported."""
        return {
            "format": "klas-log-head-1",
            "number": self.number,
            "digest": self.digest.hex(),
            "first": self.first,
            "kept_from": self.kept_from and _utc(self.kept_from),
            "closed_to": self.closed_to and _utc(self.closed_to),
            "made_at": _utc(self.made_at),
        }


def head_of(row: LogHead) -> Head:
    """What a stored head says."""
    return Head(row.number, bytes(row.digest), row.first, row.kept_from, row.closed_to, row.made_at)


# Signing


def _private_key() -> Ed25519PrivateKey:
    seed = hashlib.sha256(b"klas access log 1\n" + settings.LOG_KEY.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """The public half of the key in use (hex): what others check the exported heads with."""
    return _private_key().public_key().public_bytes_raw().hex()


def _signed(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()


def is_signed(payload: dict[str, Any], *, key: str, signature: bytes) -> bool:
    """Whether a head is signed with our key, or with one that was ours (`LOG_OLD_KEYS`)."""
    if key not in {public_key(), *settings.LOG_OLD_KEYS}:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, _signed(payload))
    except InvalidSignature:
        return False
    return True


# Sealing


def seal() -> int:
    """Seal what has been committed, sign and export the heads; returns how many entries.

    May be run by several at once and killed at any time.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            n = _seal_batch() if alone() else 0
        sealed += n
        if n < policy.log_batch:
            break
    export_heads()
    return sealed


def alone() -> bool:
    """Take the sealer's lock for this transaction; False when another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def unsealed() -> QuerySet[AccessLogEntry]:
    """Entries that have no seal; by id and time, which is the log's key."""
    own = LogSeal.objects.filter(entry_id=OuterRef("pk"), entry_at=OuterRef("at"))
    return AccessLogEntry.objects.filter(~Exists(own))


def entries_of(
    keys: Sequence[tuple[int, datetime]],
) -> dict[tuple[int, datetime], tuple[Any, ...]]:
    """The values of entries by id and time, those that there are."""
    times = [at for _pk, at in keys]
    # With the times, so that no other partitions are looked into.
    found = AccessLogEntry.objects.filter(
        pk__in=[pk for pk, _at in keys], at__gte=min(times), at__lte=max(times)
    )
    return {(row[0], row[1]): row for row in found.order_by("pk").values_list(*COLUMNS)}


def last_head() -> LogHead | None:
    """The newest head in the database."""
    return LogHead.objects.order_by("-pk").first()


def _seal_batch() -> int:
    before, now = last_head(), _now()
    waiting = unsealed()
    if before is not None and before.closed_to is not None:
        waiting = waiting.filter(at__gte=before.closed_to)
    rows = list(waiting.order_by("at", "pk").values_list(*COLUMNS)[: policy.log_batch])
    number = before.number if before else 0
    digest = bytes(before.digest) if before else BEGINNING
    seals = []
    for row in rows:
        number, digest = number + 1, link(digest, canonical(row))
        seals.append(LogSeal(number=number, entry_id=row[0], entry_at=row[1], digest=digest))
    LogSeal.objects.bulk_create(seals, batch_size=1_000)
    # A transaction that is still open may yet commit an entry written up to so long ago.
    seen_to = rows[-1][1] if len(rows) == policy.log_batch else now
    closed_to = seen_to - timedelta(minutes=policy.log_late_minutes)
    if before is not None and before.closed_to is not None:
        closed_to = max(closed_to, before.closed_to)
    rests = timedelta(minutes=policy.log_head_minutes)
    if rows or (before is not None and before.made_at < now - rests):
        keep_head(
            Head(
                number,
                digest,
                before.first if before else 1,
                before.kept_from if before else None,
                closed_to,
                now,
            )
        )
    return len(rows)


def keep_head(head: Head) -> None:
    """Sign a head and keep it. Called with the sealer's lock held."""
    LogHead.objects.create(
        number=head.number,
        digest=head.digest,
        first=head.first,
        kept_from=head.kept_from,
        closed_to=head.closed_to,
        made_at=head.made_at,
        key=public_key(),
        signature=_private_key().sign(_signed(head.payload())),
    )


def _now() -> datetime:
    # Not `klas.clock`: the log's own times are the database's, whatever time examples live at.
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


# The file of exported heads


def export_heads() -> int:
    """Append the heads that the file lacks, one JSON object a line; returns how many.

    Exported after the commit: a line in the file was always true of the database.
    """
    path: Path = settings.LOG_HEADS
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last, ends_well = _last_exported(file.fileno())
        lines = [_line(row) for row in LogHead.objects.filter(pk__gt=last).order_by("pk")]
        if lines:
            # What a killed process left of a line is closed off, and passed over by readers.
            file.write(("" if ends_well else "\n").encode() + "".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
    return len(lines)


def _line(row: LogHead) -> str:
    line = {
        "id": row.pk,
        "head": head_of(row).payload(),
        "key": row.key,
        "signature": bytes(row.signature).hex(),
    }
    return json.dumps(line, sort_keys=True) + "\n"


def _last_exported(descriptor: int) -> tuple[int, bool]:
    """The id of the last whole line, and whether the file ends with a whole line."""
    size = os.fstat(descriptor).st_size
    end = os.pread(descriptor, 65_536, max(0, size - 65_536))
    for line in reversed(end.split(b"\n")):
        try:
            return int(json.loads(line)["id"]), end.endswith(b"\n")
        except (ValueError, KeyError, TypeError):
            continue
    return 0, not end or end.endswith(b"\n")


def exported_heads() -> Iterator[dict[str, Any]]:
    """The lines of the file, oldest first; {} for one that cannot be read.

    Raises:
        FileNotFoundError: there is no file.
    """
    with settings.LOG_HEADS.open("rb") as file:
        for line in file:
            try:
                found = json.loads(line)
            except ValueError:
                found = {}
            yield found if isinstance(found, dict) else {}
