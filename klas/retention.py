"""Retention: what is erased when, shown before, archived, erased, and written down.

Each app names its classes (`settings.RETENTION`). A class of rows says which rows are due; what
hangs on them is found by the foreign keys: a row that cannot be without what is erased goes with
it, one that can is let go of. Erasing writes `Erasure` in the same transaction, which alone opens
the triggers that keep rows (`klas.erasing`, docs/decisions/012).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Min, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from klas import audit, clock
from klas.archive import Archive
from klas.errors import Refused
from klas.models import AccessAction, AccessLogEntry, Erasure
from klas.policy import policy

LOCK = 0x6B6C_6761
_CHUNK = 1_000


@dataclass(frozen=True)
class Files:
    """What a kind of row keeps outside the database: `paths` in storage, of these rows."""

    model: type[models.Model]
    paths: Callable[[Sequence[Any]], Iterable[str]]


@dataclass(frozen=True)
class RowClass:
    """Rows that are erased by a rule.

    `due` gives those that are due at a moment. `age` is the field that tells the oldest. What is
    not `archived` is worth nothing to anybody and is thrown away. `files`: see `Files`.
    """

    key: str
    title: str | Promise
    rule: Callable[[], str]
    due: Callable[[datetime], QuerySet[Any]]
    age: str
    archived: bool = True
    files: Callable[[], Sequence[Files]] = field(default=tuple)


@dataclass(frozen=True)
class OwnClass:
    """What is erased in a way of its own: files without rows, months of the access log.

    `preview` gives how many and the oldest; `erase` erases, writes its `Erasure`, and gives how
    many; its argument is the key of the assignment that asked, or None.
    """

    key: str
    title: str | Promise
    rule: Callable[[], str]
    preview: Callable[[datetime], tuple[int, datetime | None]]
    erase: Callable[[int | None], int]


Class = RowClass | OwnClass


@dataclass(frozen=True)
class Preview:
    """What a run would erase of a class."""

    of: Class
    count: int
    oldest: datetime | None


@cache
def classes() -> tuple[Class, ...]:
    """Every class, in the order of `settings.RETENTION`."""
    return tuple(one for name in settings.RETENTION for one in import_string(name))


def title_of(key: str) -> str | Promise:
    """A class in words."""
    return next((one.title for one in classes() if one.key == key), key)


def preview(only: Sequence[str] = ()) -> list[Preview]:
    """What is due now, class by class."""
    now = clock.now()
    return [_preview(one, now) for one in _chosen(only)]


def _chosen(only: Sequence[str]) -> list[Class]:
    return [one for one in classes() if not only or one.key in only]


def _preview(one: Class, now: datetime) -> Preview:
    if isinstance(one, OwnClass):
        return Preview(one, *one.preview(now))
    found = one.due(now).order_by().aggregate(n=models.Count("pk"), oldest=Min(one.age))
    return Preview(one, found["n"], found["oldest"])


# Erasing


def run(*, only: Sequence[str] = (), by: int | None = None) -> list[Erasure]:
    """Archive and erase what is due, at most `policy.retention_batch` of each class.

    Rows are erased in one transaction with one archive. What somebody is writing just now is left
    for the next run.

    Args:
        only: the keys of the classes; all when none is named.
        by: the assignment that asked for it; None for the service itself.

    Raises:
        Refused: another run is going on.
    """
    newest = Erasure.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    chosen = _chosen(only)
    _erase_rows([one for one in chosen if isinstance(one, RowClass)], by, [])
    for one in chosen:
        if isinstance(one, OwnClass):
            one.erase(by)
    return list(Erasure.objects.filter(pk__gt=newest).order_by("pk"))


def run_through(*classes: str) -> None:
    """Erase batch after batch of these until nothing of them is due."""
    while run(only=classes):
        pass


def rehearse(*, only: Sequence[str] = ()) -> list[Erasure]:
    """Do all of `run` for the classes of rows, and take it back; the archive too.

    Raises:
        Refused: another run is going on.
    """
    erasures: list[Erasure] = []
    try:
        with transaction.atomic():
            _erase_rows([one for one in _chosen(only) if isinstance(one, RowClass)], None, erasures)
            raise _Rehearsed
    except _Rehearsed:
        for name in {erasure.archive for erasure in erasures if erasure.archive}:
            (settings.ARCHIVE_DIR / name).unlink()
    return erasures


class _Rehearsed(Exception):
    """All went well, and is taken back."""


@dataclass
class _Doomed:
    """What one class erases: the rows' keys by model, and the files."""

    of: RowClass
    count: int
    oldest: datetime | None
    rows: dict[type[models.Model], list[Any]]
    paths: list[str]


@transaction.atomic
def _erase_rows(chosen: Sequence[RowClass], by: int | None, told: list[Erasure]) -> None:
    """Archive and erase; `told` gets what was written down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refused(_("En annan gallring pågår. Vänta tills den är klar."))
    now = clock.now()
    gone: dict[type[models.Model], set[Any]] = {}
    for archived in (False, True):
        doomed = []
        for one in chosen:
            if one.archived == archived and (found := _doomed(one, now, gone)):
                doomed.append(found)
                for model, keys in found.rows.items():
                    gone.setdefault(model, set()).update(keys)
        if not doomed:
            continue
        if not archived:
            for found in doomed:
                told.append(_write_down(found, by=by))
                _delete(found)
            continue
        with Archive(f"retention-{now:%Y%m%dT%H%M%S%f}.zip") as archive:
            for found in doomed:
                _put_by(found, archive)
            archive.close()
            for found in doomed:
                told.append(_write_down(found, by=by, archive=archive))
                _delete(found)
            with connection.cursor() as cursor:
                # Nothing may be left that points at what is gone; said while the archive can go.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _doomed(
    one: RowClass, now: datetime, gone: dict[type[models.Model], set[Any]]
) -> _Doomed | None:
    """What is due of a class, locked, with all that hangs on it; None when nothing is."""
    due = one.due(now)
    model = due.model
    keys = list(due.order_by(one.age, "pk").values_list("pk", flat=True)[: policy.retention_batch])
    locked = model._base_manager.filter(pk__in=keys).select_for_update(skip_locked=True)
    keys = list(locked.order_by("pk").values_list("pk", flat=True))
    # Asked anew under the lock: somebody may have taken a draft up again.
    keys = list(due.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    keys = [key for key in keys if key not in gone.get(model, ())]
    if not keys:
        return None
    oldest = due.filter(pk__in=keys).order_by().aggregate(oldest=Min(one.age))["oldest"]
    rows = dependents(model, keys)
    paths = [
        path for kind in one.files() if kind.model in rows for path in kind.paths(rows[kind.model])
    ]
    return _Doomed(one, len(keys), oldest, rows, paths)


def dependents(
    model: type[models.Model], keys: Sequence[Any]
) -> dict[type[models.Model], list[Any]]:
    """The rows that cannot be without these, by model, and these themselves.

    A foreign key that may be empty ties nobody: such a row stays and is let go of.
    """
    found: dict[type[models.Model], dict[Any, None]] = {model: dict.fromkeys(keys)}
    queue = [(model, list(keys))]
    while queue:
        parent, new = queue.pop()
        for relation in _relations(parent):
            if relation.field.null:
                continue
            child = relation.related_model
            known = found.setdefault(child, {})
            for chunk in _chunks(new):
                rows = child._base_manager.filter(**{f"{relation.field.name}__in": chunk})
                fresh = [
                    key
                    for key in rows.order_by("pk").values_list("pk", flat=True)
                    if key not in known
                ]
                known.update(dict.fromkeys(fresh))
                if fresh:
                    queue.append((child, fresh))
    return {one: list(rows) for one, rows in found.items() if rows}


def _relations(model: type[models.Model]) -> list[Any]:
    """The foreign keys that point at a model, wherever they stand."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and (relation.one_to_many or relation.one_to_one)
    ]


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _put_by(found: _Doomed, archive: Archive) -> None:
    for model, keys in found.rows.items():
        archive.add_lines(f"{found.of.key}/{model._meta.db_table}.jsonl", _lines(model, keys))
        if any(one.name == "pdf" for one in model._meta.concrete_fields):
            for key in keys:
                pdf = model._base_manager.values_list("pdf", flat=True).get(pk=key)
                if pdf is not None:
                    name = f"{found.of.key}/files/{model._meta.db_table}-{key}.pdf.sealed"
                    archive.add_file(name, bytes(pdf.stored))
    for path in found.paths:
        if default_storage.exists(path):
            stored = Path(default_storage.path(path)).read_bytes()
            archive.add_file(f"{found.of.key}/files/{path}.sealed", stored)


def _lines(model: type[models.Model], keys: Sequence[Any]) -> Iterator[str]:
    """Rows as they are stored, as JSON; what is sealed there is sealed here."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        for chunk in _chunks(keys):
            cursor.execute(
                f"SELECT (to_jsonb(t) - 'pdf')::text FROM {table} t "  # nosec B608  # noqa: S608 - ours
                f"WHERE t.{key} = ANY(%s) ORDER BY t.{key}",
                [list(chunk)],
            )
            yield from (line for (line,) in cursor.fetchall())


def _write_down(found: _Doomed, *, by: int | None, archive: Archive | None = None) -> Erasure:
    erasure = Erasure.objects.create(
        kind=found.of.key,
        count=found.count,
        rows=sum(len(keys) for keys in found.rows.values()),
        files=len(found.paths),
        oldest=found.oldest,
        archive=archive.name if archive else "",
        manifest=archive.manifest if archive else "",
        by_id=by,
    )
    record(erasure)
    return erasure


def record(erasure: Erasure) -> None:
    """Write an erasure to the access log, too."""
    if erasure.by is not None:
        audit.record(AccessAction.WRITE, by=erasure.by, what="erasure", obj=erasure)
    else:
        AccessLogEntry.objects.create(
            action=AccessAction.WRITE, what="erasure", object_id=erasure.pk
        )


def _delete(found: _Doomed) -> None:
    """Let go of the rows that stay, and delete the rest; foreign keys are checked at the end.

    Raises:
        RuntimeError: a row was there when it was archived, and is not now.
    """
    with connection.cursor() as cursor:
        for model, keys in found.rows.items():
            for relation in _relations(model):
                if not relation.field.null:
                    continue
                child, column = relation.related_model._meta, relation.field.column
                for chunk in _chunks(keys):
                    cursor.execute(
                        f"UPDATE {child.db_table} SET {column} = NULL "  # nosec B608  # noqa: S608 - ours
                        f"WHERE {column} = ANY(%s) AND NOT {child.pk.column} = ANY(%s)",
                        [list(chunk), list(found.rows.get(relation.related_model, ()))],
                    )
        for model, keys in found.rows.items():
            for chunk in _chunks(keys):
                cursor.execute(
                    f"DELETE FROM {model._meta.db_table} "  # nosec B608  # noqa: S608 - ours
                    f"WHERE {model._meta.pk.column} = ANY(%s)",
                    [list(chunk)],
                )
                if cursor.rowcount != len(chunk):
                    raise RuntimeError(f"{model._meta.label}: {cursor.rowcount} of {len(chunk)}")
    for path in found.paths:
        transaction.on_commit(partial(default_storage.delete, path))
