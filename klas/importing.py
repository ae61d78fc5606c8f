"""Files read into registers: every row accounted for, and all or nothing written.

An importer reads its files into rows, hands each row's fate to an `Account`, and writes only when
no row was wrong. `Account.table()` is what the command prints: per file, rows in = fates out.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import connection, models

MAX_ERRORS_SHOWN = 20
TRUE_WORDS = {"1", "ja", "true", "yes"}
FALSE_WORDS = {"", "0", "nej", "false", "no"}


class Fate(StrEnum):
    """What became of a row."""

    NEW = "nya"
    CHANGED = "ändrade"
    UNCHANGED = "oförändrade"
    SKIPPED = "överhoppade"


@dataclass
class FileAccount:
    """The rows of one file: how many were read, and the fate of each."""

    name: str
    read: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def row(self, fate: Fate) -> None:
        """Note the fate of one row."""
        self.fates[fate] += 1

    def skip(self, reason: str) -> None:
        """Note a row that was left out, and why."""
        self.fates[Fate.SKIPPED] += 1
        self.reasons[reason] += 1


class Account:
    """All files of one import, the errors in them, and what happened to rows no longer there."""

    def __init__(self) -> None:
        self.files: dict[str, FileAccount] = {}
        self.errors: list[str] = []
        self.notes: Counter[str] = Counter()

    def file(self, name: str) -> FileAccount:
        """Return the account of the file `name`, opened when first asked for."""
        return self.files.setdefault(name, FileAccount(name))

    def error(self, name: str, line: int, message: str) -> None:
        """Note that line `line` (from 1) of the file `name` cannot be used."""
        self.errors.append(f"{name}, rad {line}: {message}")

    def raise_errors(self) -> None:
        """Raise CommandError naming file and line of the first errors, when there are any."""
        if not self.errors:
            return
        shown = self.errors[:MAX_ERRORS_SHOWN]
        if len(self.errors) > len(shown):
            shown.append(f"… och {len(self.errors) - len(shown)} fel till.")
        raise CommandError("\n".join([*shown, "Ingenting har ändrats."]))

    @property
    def changed_anything(self) -> bool:
        """Tell whether any row was new or changed, or any earlier row marked or removed."""
        return bool(self.notes) or any(
            account.fates[Fate.NEW] or account.fates[Fate.CHANGED]
            for account in self.files.values()
        )

    def check(self) -> None:
        """Raise CommandError when a file's fates do not add up to its rows (our fault)."""
        for account in self.files.values():
            if account.read != sum(account.fates.values()):
                raise CommandError(
                    f"{account.name}: {account.read} rader lästes men "
                    f"{sum(account.fates.values())} redovisades. Ingenting har ändrats."
                )

    def table(self) -> str:
        """Return the table of rows per file and fate, with a line per reason and note."""
        width = max([len("fil"), *(len(name) for name in self.files)])
        heads = ["rader", *(fate.value for fate in Fate)]
        lines = [f"{'fil':<{width}}  " + "  ".join(f"{head:>11}" for head in heads)]
        for account in self.files.values():
            numbers = [account.read, *(account.fates[fate] for fate in Fate)]
            lines.append(
                f"{account.name:<{width}}  "
                + "  ".join(f"{_thousands(number):>11}" for number in numbers)
            )
            lines.extend(
                f"{'':<{width}}  överhoppade, {reason}: {_thousands(count)}"
                for reason, count in sorted(account.reasons.items())
            )
        lines.extend(f"{note}: {_thousands(count)}" for note, count in sorted(self.notes.items()))
        if not self.changed_anything:
            lines.append("Ingenting har ändrats: registret stämmer redan med filerna.")
        return "\n".join(lines)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8 (with or without mark) or else Windows-1252.

    Line ends become "\\n". Raises CommandError when the file cannot be read or is neither.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"Kan inte läsa {path}: {error.strerror}.") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise CommandError(f"{path} är varken UTF-8 eller Windows-1252. Spara filen som UTF-8.")


def read_csv(
    path: Path, account: Account, *, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, values by column) for each row of a CSV file with a header line.

    Separator comma or semicolon (told from the header). Values come stripped; columns not in the
    file are "". Rows of the wrong width become errors of `account`. Raises CommandError on a
    missing or unknown column.
    """
    text = read_text(path)
    head = text.split("\n", 1)[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    try:
        columns = [column.strip() for column in next(reader, [])]
        _check_columns(path, columns, required, optional)
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            account.file(path.name).read += 1
            if len(values) != len(columns):
                account.error(
                    path.name,
                    reader.line_num,
                    f"raden har {len(values)} kolumner i stället för {len(columns)}.",
                )
                continue
            row = dict.fromkeys(optional, "")
            row.update(
                (column, " ".join(value.split()))
                for column, value in zip(columns, values, strict=True)
            )
            yield reader.line_num, row
    except csv.Error as error:
        raise CommandError(f"{path.name}, rad {reader.line_num}: {error}.") from error


def _check_columns(
    path: Path, columns: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    missing = [column for column in required if column not in columns]
    unknown = [column for column in columns if column not in (*required, *optional)]
    problems = []
    if missing:
        problems.append(f"kolumner saknas: {', '.join(missing)}")
    if unknown:
        problems.append(f"okända kolumner: {', '.join(unknown)}")
    if len(set(columns)) != len(columns):
        problems.append("en kolumn står två gånger")
    if problems:
        raise CommandError(f"{path.name}, rad 1: {'; '.join(problems)}.")


def cell(
    account: Account,
    name: str,
    line: int,
    column: str,
    *,
    text: str,
    parse: Callable[[str], Any],
) -> Any:
    """Return `parse(text)`; a ValidationError or ValueError becomes an error of the account.

    An empty cell is returned as "" without parsing.
    """
    if not text:
        return ""
    try:
        return parse(text)
    except ValidationError as error:
        account.error(name, line, f"{column}: {' '.join(str(m) for m in error.messages)}")
    except ValueError as error:
        account.error(name, line, f"{column}: {error}")
    return ""


def boolean(text: str) -> bool:
    """Return a yes/no cell (1, ja, true, yes / 0, nej, false, no, empty). Raises ValueError."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("skriv 1 eller 0.")


def check_lengths(
    account: Account, name: str, line: int, model: type[models.Model], values: Mapping[str, object]
) -> None:
    """Note an error for every text that is longer than its column in the database."""
    for field_name, value in values.items():
        limit = getattr(model._meta.get_field(field_name), "max_length", None)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            account.error(name, line, f"{field_name}: högst {limit} tecken, här är {len(value)}.")


def only_one_import(register: str) -> None:
    """Wait until no other transaction imports into `register`; held to the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"klas import {register}"])


def upsert(
    model: type[models.Model],
    key: str,
    rows: Mapping[str, tuple[int, Mapping[str, object]]],
    account: FileAccount,
) -> None:
    """Create or change one object per row by its unique field `key`, noting each row's fate.

    In: `rows` by key: (line, values by field, the key's among them). Objects not named are left.
    """
    stored = {
        getattr(obj, key): obj
        for obj in model._default_manager.select_for_update().filter(**{f"{key}__in": list(rows)})
    }
    for value, (_line, values) in rows.items():
        obj = stored.get(value)
        if obj is None:
            model._default_manager.create(**values)
            account.row(Fate.NEW)
        elif any(getattr(obj, name) != new for name, new in values.items()):
            for name, new in values.items():
                setattr(obj, name, new)
            obj.save()
            account.row(Fate.CHANGED)
        else:
            account.row(Fate.UNCHANGED)
