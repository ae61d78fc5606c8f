"""Rings of keys that lie outside the database: for what is sealed, and for what it is found by.

A ring is lines of `number secret`, in an environment variable or a file that nobody else may read.
The highest number is the current key; the others are kept until nothing uses them any more. A file
is read again as soon as it has changed, so that a key can be added beside running processes.
"""

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from klas.secret import load_or_create_secret, make_data_dir

SHORTEST = 43  # characters: thirty-two random bytes in base64
HIGHEST = 9999
_LINE = re.compile(r"(?:(\d{1,4})[\s:]+)?(\S+)")


class KeysMissing(RuntimeError):
    """There is no usable ring; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Ring:
    """Keys by number."""

    secrets: Mapping[int, str]

    @property
    def current(self) -> int:
        """The number of the key that is sealed with now."""
        return max(self.secrets)


@dataclass(frozen=True)
class KeySource:
    """Where a ring comes from: `text` (an environment variable's) if there is any, else `path`."""

    text: str
    path: Path

    @classmethod
    def of(cls, variable: str, path: Path, *, make: bool = False) -> "KeySource":
        """The source named by an environment variable, or a file.

        Args:
            make: make the file with a first key when there is neither.
        """
        text = os.environ.get(variable, "")
        if make and not text:
            load_or_create_secret(path)
        return cls(text, path)

    def ring(self) -> Ring:
        """The keys as they are now.

        Raises:
            KeysMissing: there are none, or one is not as it must be.
        """
        if self.text:
            return _parsed(self.text)
        try:
            found = self.path.stat()
        except OSError as error:
            raise KeysMissing(
                f"Nycklar saknas: {self.path} går inte att läsa. Skapa dem med "
                "”manage.py make_keys”, eller lägg tillbaka dem från säkerhetskopian."
            ) from error
        return _read(self.path, (found.st_mtime_ns, found.st_ino, found.st_size))

    def add(self) -> int:
        """Add a new key to the file, which becomes the current one; returns its number.

        Raises:
            KeysMissing: the ring comes from the environment, or cannot be read.
        """
        if self.text:
            raise KeysMissing(
                "Nycklarna kommer från miljön. Lägg till en ny nyckel där, starta om alla "
                "processer, och kör kommandot igen utan att begära en ny nyckel."
            )
        known = dict(self.ring().secrets)
        number = max(known) + 1
        known[number] = secrets.token_urlsafe(64)
        _write(self.path, "".join(f"{one} {known[one]}\n" for one in sorted(known)))
        return number

    def make(self) -> bool:
        """Make the file with a first key unless there are keys already; whether it did."""
        if self.text or self.path.exists():
            return False
        load_or_create_secret(self.path)
        return True

    def problem(self) -> str:
        """What is wrong with the ring, for whoever runs the service; "" when all is well."""
        try:
            self.ring()
        except KeysMissing as error:
            return str(error)
        if not self.text and stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            return f"{self.path} kan läsas av andra. Kör ”chmod 600 {self.path}”."
        return ""


@lru_cache(maxsize=8)
def _read(path: Path, _seen: tuple[int, int, int]) -> Ring:
    return _parsed(path.read_text(encoding="ascii"))


@lru_cache(maxsize=8)
def _parsed(text: str) -> Ring:
    found: dict[int, str] = {}
    for line in re.split(r"[\n,]", text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        # A line without a number is a ring from before there were numbers: key 1.
        number = int(match[1] or 1) if match else 0
        if match is None or not 1 <= number <= HIGHEST or number in found:
            raise KeysMissing(
                "En rad bland nycklarna går inte att läsa. Skriv en nyckel per rad: ett nummer "
                "som inget annat har, mellanslag och hemligheten."
            )
        if len(match[2]) < SHORTEST:
            raise KeysMissing(
                f"Nyckel {number} är för kort. Den ska ha minst {SHORTEST} slumpmässiga tecken."
            )
        found[number] = match[2]
    if not found:
        raise KeysMissing("Det finns inga nycklar. Skapa dem med ”manage.py make_keys”.")
    return Ring(found)


def _write(path: Path, text: str) -> None:
    """Put a file in place of another, whole or not at all, for nobody else to read."""
    make_data_dir(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        owner = path.stat()
        with contextlib.suppress(PermissionError):
            os.chown(aside, owner.st_uid, owner.st_gid)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
