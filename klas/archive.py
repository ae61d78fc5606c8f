"""Archive packages: one ZIP with JSON lines, files and a manifest of their SHA-256.

Written aside and put in place when whole. What it holds is as secret as the database: rows as they
are stored (what is sealed there is sealed here too), and files as they lay.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

MANIFEST = "MANIFEST.sha256"


class Archive:
    """A package that is being written; `with Archive(name) as archive:`. An error leaves nothing.

    After `close`, `manifest` is the SHA-256 of the manifest, which holds the hash of all the rest.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.path: Path = settings.ARCHIVE_DIR / name
        self.manifest = ""
        self.files = 0
        self._lines: list[str] = []
        self._aside = self.path.with_name(f".{name}.{os.getpid()}")

    def __enter__(self) -> Self:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        return self

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add a member of text, line by line."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as member:
            for line in lines:
                content = f"{line}\n".encode()
                digest.update(content)
                member.write(content)
        self._lines.append(f"{digest.hexdigest()}  {name}")

    def add_file(self, name: str, content: bytes) -> None:
        """Add a file."""
        self._zip.writestr(name, content)
        self._lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        self.files += 1

    def close(self) -> None:
        """Write the manifest, and put the package in place; on the disk when this returns."""
        manifest = "".join(f"{line}\n" for line in self._lines).encode()
        self._zip.writestr(MANIFEST, manifest)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._aside.rename(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.manifest = hashlib.sha256(manifest).hexdigest()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.manifest:
            self._zip.close()
            self._file.close()
        if error is not None:
            for path in (self._aside, self.path):
                with suppress(FileNotFoundError):
                    path.unlink()


def manifest_of(path: Path) -> tuple[str, list[str]]:
    """The SHA-256 of a package's manifest, and the members that are not what it says.

    Raises:
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    with zipfile.ZipFile(path) as package:
        manifest = package.read(MANIFEST)
        told = dict(line.split("  ", 1)[::-1] for line in manifest.decode().splitlines())
        wrong = [name for name in package.namelist() if name != MANIFEST and name not in told]
        for name, expected in told.items():
            digest = hashlib.sha256()
            try:
                with package.open(name) as member:
                    while block := member.read(1 << 20):
                        digest.update(block)
            except (KeyError, zipfile.BadZipFile):
                wrong.append(name)
                continue
            if digest.hexdigest() != expected:
                wrong.append(name)
        return hashlib.sha256(manifest).hexdigest(), wrong
