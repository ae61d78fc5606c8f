"""A whole installation, run as a person runs it, that a test can hurt."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from klas import postgres

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90  # seconds: the machine may be busy with the other tests
# What the test run itself is told, and an installation of its own must not hear.
NOT_INHERITED = ("DATABASE_URL", "MAKELEVEL", "MAKEFLAGS", "KLAS_DATA", "KLAS_PORT")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of `manage.py run`. Without example data: what is tested is the machinery."""
    kept = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    own = {"KLAS_DATA": str(data_dir), "KLAS_PORT": str(port), "KLAS_DEMO": "0"}
    return {**kept, **own, **more}


@contextlib.contextmanager
def passable_folder() -> Iterator[Path]:
    """A temporary folder of its own, not pytest's, which are closed to others.

    As root the database runs as somebody else, who must be able to pass through.
    """
    with tempfile.TemporaryDirectory(prefix="klas-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


def wait_for(question: Callable[[], T], what: str) -> T:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


def parent_of(pid: int) -> int | None:
    """The number of a process's parent, or None when it is gone (or a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[1])


def children_of(pid: int) -> dict[int, str]:
    """The living children of a process, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if parent_of(int(folder.name)) == pid:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                command = (folder / "cmdline").read_text().replace("\0", " ")
                found[int(folder.name)] = command
    return found


@contextlib.contextmanager
def worker(*options: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on this test's database; killed hard at the end of the block."""
    address = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    own = {"DATABASE_URL": address, "KLAS_PROCESS": "worker"}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "procrastinate", "worker", *options],
        env={**os.environ, **own, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class Installation:
    """One data folder and one port; `start` and `stop` may be called again and again."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.output = data_dir.with_name(f"{data_dir.name}.output")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, below: tuple[str, ...] = (), **environment: str) -> None:
        """Start it and return when it says its address. `below`: a command it is a child of."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*below, sys.executable, str(ROOT / "manage.py"), "run"],
                env=run_environment(self.data_dir, self.port, **environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_for(self._is_up, "start")
        except AssertionError:
            self.remove()
            raise

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return f"http://127.0.0.1:{self.port}/" in self.said()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and return the exit code, with nothing of it left running."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def said(self) -> str:
        return self.output.read_text()

    def health(self) -> tuple[int, dict[str, Any]]:
        """(status, body) of /healthz; (0, {}) when the web does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def is_well(self) -> bool:
        return self.health()[0] == http.client.OK

    def be_well(self) -> None:
        """Start it unless it runs and is well already."""
        if self.process is not None and self.process.poll() is not None:
            self.process = None
        if self.process is None:
            self.start()
        wait_for(self.is_well, "health")

    def parts(self) -> dict[str, int]:
        """The process numbers of the supervisor's children, by what they are."""
        assert self.process is not None
        names = {"postgres -D": "database", "gunicorn": "web", "procrastinate worker": "worker"}
        return {
            name: pid
            for pid, command in children_of(self.process.pid).items()
            for sign, name in names.items()
            if sign in command
        }

    def kill(self, part: str) -> int:
        """kill -9 one part; return the number it had."""
        pid = self.parts()[part]
        os.kill(pid, signal.SIGKILL)
        return pid

    def restarted(self, part: str, *, old: int) -> bool:
        return self.parts().get(part, old) != old

    def ask(self, query: str) -> Any:
        """The first value of a query to its database."""
        with psycopg.connect(postgres.embedded_url(self.data_dir)) as connection:
            row = connection.execute(query).fetchone()
            return row[0] if row else None

    def remove(self) -> None:
        """End it at once and delete its socket's folder; its data folder is the caller's."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        shutil.rmtree(postgres.socket_dir(self.data_dir), ignore_errors=True)
