"""Whether the access log is what was sealed: each entry, the chain, its end, and the signatures."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from klas.log_chain import (
    BEGINNING,
    canonical,
    entries_of,
    exported_heads,
    head_of,
    is_signed,
    last_head,
    link,
    unsealed,
)
from klas.models import AccessLogEntry, LogHead, LogSeal

_BATCH = 5_000


class Seal(NamedTuple):
    number: int
    entry_id: int
    entry_at: datetime
    digest: bytes


def verify(*, since: datetime | None = None, until: datetime | None = None) -> Iterator[str]:
    """What is wrong, a sentence for each thing; nothing when all is well.

    The signatures, the exported heads and the end of the chain are always looked at.

    Args:
        since, until: entries of this time only; they are still held to the seals around them.
    """
    head = last_head()
    if head is None:
        if LogSeal.objects.exists():
            yield _("Loggen är förseglad men det finns inget signerat huvud i databasen.")
        elif _exported_any():
            yield _("Alla förseglingar saknas i databasen, men huvuden har exporterats.")
        return
    yield from _check_chain(head, since, until)
    yield from _check_inserted(head, since, until)
    yield from _check_heads(head)
    yield from _check_exported(head)


# The chain


def _check_chain(head: LogHead, since: datetime | None, until: datetime | None) -> Iterator[str]:
    lowest = LogSeal.objects.order_by("number").values_list("number", flat=True).first()
    start, end = _range(head, since, until)
    anchor = start - 1
    if anchor == 0:
        digest = BEGINNING
    else:
        # Of what is pruned only this is left: it is held in place by those that follow.
        found = LogSeal.objects.filter(number=anchor).values_list("digest", flat=True).first()
        digest = bytes(found) if found is not None else b""
        if not digest:
            yield _("Försegling nr %(n)s saknas.") % {"n": anchor}
    if lowest is None and head.number:
        yield _("Alla förseglingar saknas (nr %(a)s–%(b)s).") % {"a": head.first, "b": head.number}
        return
    expected = start
    for batch in _batches(start, end):
        entries = entries_of([(seal.entry_id, seal.entry_at) for seal in batch])
        for seal in batch:
            if seal.number != expected:
                yield _gap(expected, seal.number - 1)
                digest = b""
            entry = entries.get((seal.entry_id, seal.entry_at))
            if entry is None:
                if not (head.kept_from and seal.entry_at < head.kept_from):
                    yield _missing(seal)
            elif digest and link(digest, canonical(entry)) != seal.digest:
                yield _(
                    "%(row)s har ändrats efter förseglingen, eller så har förseglingen det."
                ) % {"row": _named(seal)}
            digest, expected = seal.digest, seal.number + 1
    if expected <= end:
        yield _gap(expected, end)


def _range(head: LogHead, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """The numbers to look at: all that are kept, or those of a time. `head.first` is an anchor."""
    start, end = (head.first + 1 if head.first > 1 else 1), head.number
    seals = LogSeal.objects.order_by("number").values_list("number", flat=True)
    if since is not None:
        start = max(start, seals.filter(entry_at__gte=since).first() or end + 1)
    if until is not None:
        end = min(end, seals.filter(entry_at__lte=until).last() or 0)
    return start, end


def _batches(start: int, end: int) -> Iterator[list[Seal]]:
    last = start - 1
    while True:
        rows = LogSeal.objects.filter(number__gt=last, number__lte=end).order_by("number")
        values = rows.values_list("number", "entry_id", "entry_at", "digest")[:_BATCH]
        batch = [Seal(n, pk, at, bytes(digest)) for n, pk, at, digest in values]
        if not batch:
            return
        yield batch
        last = batch[-1].number


def _gap(first: int, last: int) -> str:
    if first == last:
        return _("Försegling nr %(n)s saknas.") % {"n": first}
    return _("Förseglingarna nr %(a)s–%(b)s saknas.") % {"a": first, "b": last}


def _missing(seal: Seal) -> str:
    other = AccessLogEntry.objects.filter(pk=seal.entry_id).order_by("at").first()
    if other is not None:
        return _("%(row)s har ändrats: dess tid är nu %(time)s.") % {
            "row": _named(seal),
            "time": _time(other.at),
        }
    return _("%(row)s saknas.") % {"row": _named(seal)}


def _named(seal: Seal) -> str:
    return _("Rad %(id)s från %(time)s (försegling nr %(n)s)") % {
        "id": seal.entry_id,
        "time": _time(seal.entry_at),
        "n": seal.number,
    }


def _time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


# What has no seal


def _check_inserted(head: LogHead, since: datetime | None, until: datetime | None) -> Iterator[str]:
    if head.closed_to is None:
        return
    inserted = unsealed().filter(at__lt=head.closed_to)
    if since is not None:
        inserted = inserted.filter(at__gte=since)
    if until is not None:
        inserted = inserted.filter(at__lte=until)
    for pk, at in inserted.order_by("at", "pk").values_list("pk", "at").iterator():
        yield _(
            "Rad %(id)s från %(time)s saknar försegling: den är infogad i efterhand, eller dess "
            "försegling är borttagen."
        ) % {"id": pk, "time": _time(at)}


# Heads


def _check_heads(newest: LogHead) -> Iterator[str]:
    before = 0
    rows = LogHead.objects.order_by("pk").iterator(chunk_size=_BATCH)
    while heads := list(islice(rows, _BATCH)):
        digests = _digests([head.number for head in heads])
        for head in heads:
            named = _("Huvud nr %(id)s, signerat %(time)s,") % {
                "id": head.pk,
                "time": _time(head.made_at),
            }
            payload = head_of(head).payload()
            if not is_signed(payload, key=head.key, signature=bytes(head.signature)):
                yield _("%(head)s har fel signatur.") % {"head": named}
            elif head.number and head.number >= newest.first:
                if digests.get(head.number) != bytes(head.digest):
                    yield _contradicted(named, before, head.number)
                else:
                    before = head.number
    last = LogSeal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if last > newest.number:
        yield _("Förseglingarna nr %(a)s–%(b)s saknar signerat huvud.") % {
            "a": newest.number + 1,
            "b": last,
        }


def _check_exported(newest: LogHead) -> Iterator[str]:
    last, lines = 0, 0
    try:
        found = exported_heads()
        while batch := list(islice(found, _BATCH)):
            digests = _digests([line["head"]["number"] for line in batch if _is_readable(line)])
            for line in batch:
                lines += 1
                named = _("Exporterat huvud på rad %(line)s") % {"line": lines}
                if not _is_readable(line):
                    yield _("%(head)s går inte att läsa.") % {"head": named}
                    continue
                payload, number = line["head"], line["head"]["number"]
                try:
                    good = is_signed(
                        payload, key=line["key"], signature=bytes.fromhex(line["signature"])
                    )
                except ValueError:
                    good = False
                if not good:
                    yield _("%(head)s har fel signatur.") % {"head": named}
                    continue
                here = number and newest.first <= number <= newest.number
                if here and digests.get(number) != bytes.fromhex(payload["digest"]):
                    yield _contradicted(named, last, number)
                last = max(last, number)
    except FileNotFoundError:
        yield _("Filen med exporterade huvuden saknas.")
        return
    if last > newest.number:
        yield _(
            "Loggens slut är avhugget: %(last)s rader är exporterade som förseglade, men databasen "
            "känner bara till %(here)s."
        ) % {"last": last, "here": newest.number}


def _contradicted(named: str, before: int, number: int) -> str:
    return _(
        "%(head)s stämmer inte med kedjan: någon rad bland förseglingarna nr %(a)s–%(b)s är utbytt "
        "och kedjan räknad på nytt."
    ) % {"head": named, "a": before + 1, "b": number}


def _is_readable(line: dict[str, Any]) -> bool:
    head = line.get("head")
    return (
        isinstance(head, dict)
        and isinstance(head.get("number"), int)
        and isinstance(head.get("digest"), str)
        and isinstance(line.get("key"), str)
        and isinstance(line.get("signature"), str)
    )


def _digests(numbers: list[int]) -> dict[int, bytes]:
    found = LogSeal.objects.filter(number__in=numbers).order_by("number")
    return {number: bytes(digest) for number, digest in found.values_list("number", "digest")}


def _exported_any() -> bool:
    try:
        return any(True for _line in exported_heads())
    except FileNotFoundError:
        return False
