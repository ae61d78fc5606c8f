"""The embedded PostgreSQL server: made, started, stopped.

The server is a child of the process that starts it and dies with it. What a killed run leaves
behind (a lock file, a server, a half-made cluster) is cleared away at the next start.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from klas import postgres
from klas.postgres import PostgresError
from klas.process import die_with_parent
from klas.secret import make_data_dir

START_SECONDS = 30
STOP_SECONDS = 20
# No TCP; and an error in the server's log may show neither the statement nor the row: both hold
# values, that is personal data.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
FALLBACK_ROOT = Path("/var/tmp")  # nosec B108  # noqa: S108 — the folder below it is checked for its owner


class Cluster:
    """One embedded server. Only one process may hold it at a time: the caller sees to that."""

    def __init__(
        self, data_dir: Path, *, throwaway: bool = False, say: Callable[[str], None] = print
    ) -> None:
        """`throwaway`: for tests; fast, and lost at a power cut. `say` gets lines for people."""
        self.data_dir = data_dir.resolve()
        self.throwaway = throwaway
        self.say = say
        self.account = postgres.cluster_account()
        self.socket_dir = postgres.socket_dir(self.data_dir)
        self.url = postgres.embedded_url(self.data_dir)
        self.process: subprocess.Popen[bytes] | None = None
        self.as_root = os.geteuid() == 0
        self.base = self.data_dir
        self.bin = Path()

    @property
    def home(self) -> Path:
        """The server's own data folder."""
        return self.base / "postgres"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"

    def start(self) -> None:
        """Start the server and see to it that the database exists; return when it answers.

        Raises PostgresError, with one line for people, when that is not possible.
        """
        make_data_dir(self.data_dir)
        self.base = self._choose_base()
        self.bin = self._reachable_binaries()
        postgres.claim_private_dir(
            self.socket_dir, owner=self.account.pw_uid, group=self.account.pw_gid
        )
        self._stop_leftover()
        if not (self.home / "PG_VERSION").exists():
            self._make()
        self._check_version()
        self._start_server()
        self._create_database()

    def stop(self) -> None:
        """Stop the server: clients are cut off, everything committed is kept."""
        if self.process is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def remove(self) -> None:
        """Stop the server and delete all its files: for throw-away clusters."""
        self.stop()
        for folder in {self.socket_dir, self._fallback(), self.data_dir}:
            shutil.rmtree(folder, ignore_errors=True)

    # Where -----------------------------------------------------------------------------------

    def _fallback(self) -> Path:
        return FALLBACK_ROOT / f"klas-{postgres.path_key(self.data_dir)}"

    def _choose_base(self) -> Path:
        """The data folder, or, when the server's account cannot reach it, one in /var/tmp."""
        if not self.as_root or self._reaches(self.data_dir):
            return self.data_dir
        base = self._fallback()
        belongs = self.data_dir / "cluster-elsewhere"
        if base.exists() and not belongs.exists():
            # The data folder it belonged to was deleted, so what lies here was to go with it.
            self.base = base
            postgres.claim_private_dir(base, owner=0, group=0, mode=0o711)
            self._stop_leftover()
            shutil.rmtree(base)
        postgres.claim_private_dir(base, owner=0, group=0, mode=0o711)
        belongs.write_text(f"{base}\n")
        self.say(
            f"Användaren {self.account.pw_name} når inte {self.data_dir}: databasen ligger i {base}"
        )
        return base

    def _reachable_binaries(self) -> Path:
        """The folder of the programs; copied next to the cluster if its account cannot run them."""
        found = postgres.binaries()
        if not self.as_root or self._reaches(found):
            return found
        copy = self.base / f"pginstall-{_version(found).replace('.', '-')}"
        if not copy.exists():
            self.say(f"Kopierar PostgreSQL till {copy}, där {self.account.pw_name} når den …")
            aside = copy.with_name(f"{copy.name}.new")
            shutil.rmtree(aside, ignore_errors=True)
            shutil.copytree(found.parent, aside, symlinks=True)
            for path in (aside, *aside.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
                    if path.parent.name == "bin":
                        path.chmod(0o755)
            aside.rename(copy)
        return copy / "bin"

    def _reaches(self, folder: Path) -> bool:
        # Asked of the kernel, not computed from mode bits: ACLs and mounts count too.
        asked = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            stderr=subprocess.DEVNULL,
            check=False,
            **self._as_account(),
        )
        return asked.returncode == 0

    def _as_account(self) -> dict[str, Any]:
        as_account: dict[str, Any] = {"cwd": "/"}
        if self.as_root:
            as_account |= {
                "user": self.account.pw_uid,
                "group": self.account.pw_gid,
                "extra_groups": [],
            }
        return as_account

    # Start -----------------------------------------------------------------------------------

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._as_account(),
        )

    def _make(self) -> None:
        """Make an empty cluster, aside and then moved: a killed initdb leaves nothing usable."""
        aside = self.base / "postgres.new"
        shutil.rmtree(aside, ignore_errors=True)
        postgres.claim_private_dir(aside, owner=self.account.pw_uid, group=self.account.pw_gid)
        arguments = ["-D", str(aside), "-U", postgres.ROLE, "-A", "trust", "--data-checksums"]
        arguments += ["--encoding=UTF8", "--locale=C.UTF-8"]
        made = self._run("initdb", *arguments, *(["--no-sync"] if self.throwaway else []))
        if made.returncode:
            raise PostgresError(f"Databasen kunde inte skapas: {_last_line(made.stdout)}")
        aside.rename(self.home)

    def _check_version(self) -> None:
        made_by = (self.home / "PG_VERSION").read_text().strip()
        ours = _version(self.bin).partition(".")[0]
        if made_by != ours:
            raise PostgresError(
                f"Databasen i {self.home} är gjord med PostgreSQL {made_by}, men programmet är"
                f" version {ours}. Ange PG_BIN för version {made_by} eller en annan KLAS_DATA."
            )

    def _start_server(self) -> None:
        options = {**SERVER_OPTIONS, "unix_socket_directories": str(self.socket_dir)}
        if self.throwaway:
            options |= THROWAWAY_OPTIONS
        command = [str(self.bin / "postgres"), "-D", str(self.home)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + START_SECONDS
        with self.log.open("wb") as log:
            while True:
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C reaches us first; we stop it last
                    preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509
                    **self._as_account(),
                )
                if self._answers(deadline):
                    return
                self.stop()
                # After kill -9 the dead server's children hold its memory for a moment.
                if time.monotonic() > deadline:
                    said = _last_line(self.log.read_text(errors="replace"))
                    raise PostgresError(f"Databasen startade inte ({self.log}): {said}")
                time.sleep(0.5)

    def _answers(self, deadline: float) -> bool:
        while self.process is not None and self.process.poll() is None:
            try:
                psycopg.connect(self._maintenance_url(), connect_timeout=5).close()
                return True
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
        return False

    def _maintenance_url(self) -> str:
        return psycopg.conninfo.make_conninfo(self.url, dbname="postgres")

    def _create_database(self) -> None:
        with psycopg.connect(self._maintenance_url(), autocommit=True) as connection:
            name = postgres.DATABASE
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _stop_leftover(self) -> None:
        """Stop a server that outlived its run; forget a lock file whose server is gone."""
        lock = self.home / "postmaster.pid"
        try:
            pid = int(lock.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if not _is_postgres(pid):
            lock.unlink(missing_ok=True)  # its number may be another program's by now
            return
        self.say("Stoppar en databas som blev kvar från en avbruten körning …")
        self.bin = self.bin if self.bin.name else self._reachable_binaries()
        for mode in ("fast", "immediate"):
            stopped = self._run(
                "pg_ctl", "stop", "-D", str(self.home), "-m", mode, "-w", "-t", str(STOP_SECONDS)
            )
            if stopped.returncode == 0:
                return
        raise PostgresError(f"En databas körs redan i {self.home} och går inte att stoppa.")


def _version(folder: Path) -> str:
    said = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+(\.\d+)?)", said.stdout)
    if found is None:
        raise PostgresError(f"{folder / 'postgres'} går inte att köra: {_last_line(said.stderr)}")
    return found[1]


def _is_postgres(pid: int) -> bool:
    try:
        if Path("/proc/self").exists():
            return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
        asked = subprocess.run(
            ["/bin/ps", "-p", str(pid), "-o", "comm="],
            capture_output=True,
            text=True,
            check=False,
        )
        return Path(asked.stdout.strip()).name == "postgres"
    except OSError:
        return False


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "inget meddelande"
