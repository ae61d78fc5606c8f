"""The installation's own secret key, made at the first start."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def make_data_dir(path: Path) -> None:
    """Create the folder of an installation's data if it is missing.

    Nobody else may list it. Started as root, the database runs as an ordinary user who must be
    able to pass through, so the folder is then 0711 and everything in it is closed by itself.
    """
    path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def load_or_create_secret(path: Path) -> str:
    """Return the secret stored in `path`; make it (mode 0600) when there is none.

    Raises OSError when the folder cannot be written.
    """
    secret = read_or_make(path, lambda: secrets.token_urlsafe(64)).strip()
    if len(secret) < 50:
        raise ValueError(f"Hemligheten i {path} är för kort. Ta bort filen så skapas en ny.")
    return secret


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return what `path` holds; when there is none, what `make` gives, written to it (mode 0600).

    Several processes may start at once: all of them get the same text, because the file is
    written aside and linked into place, which only one can do.
    Raises OSError when the folder cannot be written.
    """
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        make_data_dir(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its text counts
            os.link(aside, path)
    finally:
        aside.unlink()
    return path.read_text(encoding="ascii")
