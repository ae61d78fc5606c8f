"""Sealing anew what is stored: with a new key, or what an earlier release stored in the clear.

It is done beside the running service, in small transactions, in the order of the rows' keys. What
is left to do is read from the data itself, so that it may be killed at any time and run again. A
row that somebody holds is passed over and comes in the next round. Of frozen rows only the sealed
columns are changed, which the triggers of `klas.frozen` let the setting `klas.resealing` do.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps as installed
from django.conf import settings
from django.db import connection, models, transaction

from klas.sealed import SealedField
from klas.sealed_files import PLACE
from klas.sealing import SealBroken, head, key_number, ring, seal, unseal

logger = structlog.get_logger("klas.resealing")
BATCH, BATCH_OF_FILES = 200, 20
_ASIDE = ".resealing"
_SEALED = r"^k[0-9]{1,4}\.[A-Za-z0-9_=-]{38,}$"
Progress = Callable[[str], None]


@dataclass
class Outcome:
    """What became of values or files: sealed anew, and those that could not be opened."""

    done: int = 0
    broken: int = 0
    passed_over: bool = False

    def add(self, other: "Outcome") -> None:
        """Count another's in."""
        self.done += other.done
        self.broken += other.broken
        self.passed_over |= other.passed_over


def sealed_fields(apps: Any = installed) -> list[SealedField]:
    """Every sealed column there is, as fields of its model."""
    return [
        field
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedField)
    ]


def reseal_columns(
    *, apps: Any = installed, from_plain: bool = False, tell: Progress = lambda line: None
) -> Outcome:
    """Seal with the current key whatever columns hold that is not.

    Args:
        from_plain: only what is not sealed at all; else what is sealed with another key.
    """
    whole = Outcome()
    for field in sealed_fields(apps):
        of_field = _reseal_column(field, from_plain=from_plain, tell=tell)
        if of_field.done:
            logger.info("resealed", column=field.place, rows=of_field.done)
        whole.add(of_field)
    return whole


def reseal_files(*, from_plain: bool = False, tell: Progress = lambda line: None) -> Outcome:
    """The same for stored files."""
    whole, current = Outcome(), ring().current
    for path in stored_files():
        name = path.relative_to(settings.MEDIA_ROOT).as_posix()
        try:
            stored = path.read_bytes()
        except FileNotFoundError:  # taken away meanwhile
            continue
        number = key_number(stored)
        if number == current or (from_plain and number is not None):
            continue
        try:
            content = stored if from_plain else unseal(stored, place=PLACE, row=name)
        except SealBroken as error:
            whole.broken += 1
            tell(str(error))
            continue
        _replace(path, seal(content, place=PLACE, row=name))
        whole.done += 1
        if whole.done % 100 == 0:
            tell(f"filer: {whole.done}")
    if whole.done:
        tell(f"filer: {whole.done}, klart")
        logger.info("resealed", column=PLACE, rows=whole.done)
    return whole


def key_use() -> dict[int | None, int]:
    """How many values and files are sealed with each key; None: with none."""
    use: dict[int | None, int] = {}
    for field in sealed_fields():
        column, table = _names(field)
        as_text = _as_text(field, column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT substring({as_text} from '^k([0-9]{{1,4}})[.]')::int, count(*) "  # nosec B608  # noqa: S608 - names of ours
                f"FROM {table} WHERE {_holds_something(field, column)} GROUP BY 1"
            )
            for number, count in cursor.fetchall():
                use[number] = use.get(number, 0) + count
    for path in stored_files():
        with path.open("rb") as file:
            number = key_number(file.read(8))
        use[number] = use.get(number, 0) + 1
    return use


def stored_files() -> Iterator[Path]:
    """Every stored file; what a killed run left aside is removed on the way."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.name.endswith(_ASIDE):
            path.unlink(missing_ok=True)
        elif path.is_file():
            yield path


def _reseal_column(field: SealedField, *, from_plain: bool, tell: Progress) -> Outcome:
    column, table = _names(field)
    key = connection.ops.quote_name(field.model._meta.pk.attname)
    wanted = f"{_holds_something(field, column)} AND {_is_to_do(field, column, from_plain)}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {wanted}")  # nosec B608  # noqa: S608 - names of ours
        (left,) = cursor.fetchone()
    outcome, last = Outcome(), 0
    batch = BATCH_OF_FILES if isinstance(field, models.BinaryField) else BATCH
    while left and outcome.done + outcome.broken < left:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('klas.resealing', 'on', true)")
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {wanted} "  # nosec B608  # noqa: S608 - names of ours
                f"ORDER BY {key} LIMIT {batch} FOR NO KEY UPDATE SKIP LOCKED",
                [last],
            )
            rows = cursor.fetchall()
            for row, stored in rows:
                try:
                    anew = _sealed_anew(field, stored, row, from_plain=from_plain)
                except SealBroken as error:
                    outcome.broken += 1
                    tell(str(error))
                    continue
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # nosec B608  # noqa: S608 - names of ours
                    [anew, row],
                )
                outcome.done += 1
        if not rows:
            outcome.passed_over = True
            break
        last = rows[-1][0]
        tell(f"{field.place}: {outcome.done} av {left}")
    return outcome


def _sealed_anew(field: SealedField, stored: Any, row: int, *, from_plain: bool) -> Any:
    if from_plain:
        content = stored.encode() if isinstance(stored, str) else bytes(stored)
    else:
        content = field.unsealed(stored, row)
    return field.sealed(content, row)


def _names(field: SealedField) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(str(field.column)), quote(field.model._meta.db_table)


def _as_text(field: SealedField, column: str) -> str:
    is_bytes = isinstance(field, models.BinaryField)
    return f"encode(substring({column} for 8), 'escape')" if is_bytes else column


def _holds_something(field: SealedField, column: str) -> str:
    """SQL: there is a value, and it is not one of those that are stored as they are."""
    if isinstance(field, models.BinaryField):
        return f"length({column}) > 0"
    empty = ", ".join(f"'{value}'" for value in field.stored_as_they_are)
    return f"{column} NOT IN ({empty})"


def _is_to_do(field: SealedField, column: str, from_plain: bool) -> str:
    if from_plain:
        is_bytes = isinstance(field, models.BinaryField)
        return f"substring({column} for 1) <> 'k'" if is_bytes else f"{column} !~ '{_SEALED}'"
    current = head(ring().current).decode()
    return f"substring({column} for {len(current)}) <> '{current}'"


def _replace(path: Path, content: bytes) -> None:
    """Put new content in a file's place, whole or not at all."""
    aside = path.with_name(path.name + _ASIDE)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        aside.replace(path)
    else:  # taken away meanwhile
        aside.unlink()
