"""Runs one whole installation from a terminal: database, web and worker, until it is stopped.

For demonstrations and development. In production each part is a service of its own
(docs/operations.md).
"""

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from klas.cluster import Cluster
from klas.postgres import WEB_THREADS, PostgresError
from klas.process import die_with_parent
from klas.secret import make_data_dir

HOST = "127.0.0.1"
READY_SECONDS = 120
STOP_SECONDS = 15
# A part that lives this long (s) has started well; one that dies sooner this often never will.
STEADY_SECONDS = 20
QUICK_DEATHS_ALLOWED = 8
LONGEST_PAUSE = 5.0
LOG_KEPT_BYTES = 20_000_000


class RunError(Exception):
    """The run cannot go on; the text is one line for the person at the terminal."""


class Stopped(BaseException):
    """Ctrl-C or SIGTERM arrived. Not an Exception: no step may take it for its own error."""


@dataclass
class Part:
    """One child process that is kept alive."""

    name: str
    command: list[str]
    stop_signal: signal.Signals
    orphan_signal: signal.Signals
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    start_again_at: float = 0.0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only us; we stop the parts in order
                preexec_fn=die_with_parent(self.orphan_signal),  # noqa: PLW1509
            )
        self.started = time.monotonic()
        self.start_again_at = 0.0

    def stop(self) -> None:
        """Ask it to finish, wait, and end its whole process group if it does not."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None


class Supervisor:
    """One run of one installation. `data_dir`: its data; `port`: where it serves on loopback."""

    def __init__(
        self, data_dir: Path, port: int, *, say: Callable[[str], None] | None = None
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port
        self.say = say or (lambda line: print(line, flush=True))
        embedded = not os.environ.get("DATABASE_URL")
        self.cluster = Cluster(self.data_dir, say=self.say) if embedded else None
        manage = [sys.executable, str(Path(__file__).resolve().parent.parent / "manage.py")]
        self.worker = Part(
            name="Bakgrundsarbetaren",
            command=[*manage, "procrastinate", "worker"],
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGKILL,  # its jobs are rolled back and taken again
            log=self.data_dir / "worker.log",
            environment={"KLAS_PROCESS": "worker"},
        )
        self.web = Part(
            name="Webben",
            command=_gunicorn(port),
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGQUIT,
            log=self.data_dir / "web.log",
            environment={"KLAS_PROCESS": "web"},
        )

        # The demo's own identity provider. It lacks no data: killed, it is only started again.
        self.test_provider = Part(
            name="Testinloggningen",
            command=[*manage, "test_provider"],
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGKILL,
            log=self.data_dir / "test-provider.log",
        )
        is_demo = os.environ.get("KLAS_DEMO") == "1"
        self.parts = [*([self.test_provider] if is_demo else []), self.worker, self.web]

    def run(self, prepare: Callable[["Supervisor"], None], ready: Callable[[], None]) -> None:
        """Start everything, call `ready` when it is healthy, and stay until stopped.

        `prepare` brings the database and files up to date between the start of the database and
        of the rest. Returns after Ctrl-C or SIGTERM, with everything stopped.
        Raises RunError or PostgresError, likewise with everything stopped.
        """
        os.umask(0o077)
        make_data_dir(self.data_dir)
        with _stop_signals(), _only_run(self.data_dir) as lock:
            try:
                _check_port_is_free(self.port)
                self._start_database()
                prepare(self)
                with self.step("Startar webb och bakgrundsarbetare"):
                    for part in self.parts:
                        part.start()
                    self._wait_until_healthy()
                ready()
                while True:
                    self._look_after()
                    time.sleep(0.2)
            except Stopped:
                self.say("\nStoppar …")
            finally:
                # A second Ctrl-C must not leave half of it running; every wait below is bounded.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                _write(lock, f"stopping {os.getpid()}")
                self._stop()
            self.say("Allt är stoppat.")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Say what a long step does, and when it is done how long it took."""
        self.say(f"{text} …")
        began = time.monotonic()
        yield
        self.say(f"  klart ({time.monotonic() - began:.1f} s)".replace(".", ","))

    def _start_database(self) -> None:
        if self.cluster is not None:
            with self.step("Startar databasen"):
                self.cluster.start()

    def _stop(self) -> None:
        for part in reversed(self.parts):
            part.stop()
        if self.cluster is not None:
            self.cluster.stop()

    def _look_after(self) -> None:
        """Start again whatever has died. Raises RunError when it does not help."""
        server = self.cluster.process if self.cluster else None
        if self.cluster is not None and server is not None and server.poll() is not None:
            self.say(f"Databasen avslutades ({_how(server.returncode)}). Startar om …")
            self.cluster.start()
            # Its connections are gone; a fresh worker is surer than one that noticed or not.
            self.worker.stop()
            self.worker.start()
            self.say("Databasen är igång igen.")
        for part in self.parts:
            self._keep_alive(part)

    def _keep_alive(self, part: Part) -> None:
        now = time.monotonic()
        if part.process is None or part.process.poll() is None:
            return
        if part.start_again_at:
            if now >= part.start_again_at:
                part.start()
            return
        lived = now - part.started
        part.quick_deaths = part.quick_deaths + 1 if lived < STEADY_SECONDS else 1
        how = _how(part.process.returncode)
        if part.quick_deaths > QUICK_DEATHS_ALLOWED:
            raise RunError(f"{part.name} avslutas gång på gång ({how}). Loggen: {part.log}")
        self.say(f"{part.name} avslutades ({how}). Startar om …")
        part.start_again_at = now + min(LONGEST_PAUSE, 0.25 * 2 ** (part.quick_deaths - 1))

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        reason = "svarar inte"
        while time.monotonic() < deadline:
            status, reason = _health(self.port)
            if status == http.client.OK:
                return
            self._look_after()
            time.sleep(0.2)
        raise RunError(
            f"Systemet kom inte igång på {READY_SECONDS} sekunder: {reason}."
            f" Loggar: {self.web.log} och {self.worker.log}"
        )


def _gunicorn(port: int) -> list[str]:
    workers = min(8, len(os.sched_getaffinity(0)) if sys.platform == "linux" else 2)
    command = [sys.executable, "-m", "gunicorn", "klas.wsgi:application"]
    command += ["--chdir", str(Path(__file__).resolve().parent.parent)]
    command += ["--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(workers), "--threads", str(WEB_THREADS)]
    command += ["--graceful-timeout", "8", "--log-level", "warning", "--no-control-socket"]
    # Workers touch a file to show they live: in memory, so that a slow disk kills none of them.
    memory = Path("/dev/shm")  # nosec B108  # noqa: S108 - gunicorn makes files of its own there
    return [*command, *(["--worker-tmp-dir", str(memory)] if memory.is_dir() else [])]


def _health(port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        body = answer.read()
        parts = json.loads(body)
        unwell = [f"{name}: {state}" for name, state in parts.items() if state != "ok"]
        return answer.status, ", ".join(unwell)
    except (OSError, http.client.HTTPException):
        return 0, "webben svarar inte"
    except ValueError:
        return answer.status, f"/healthz svarade {answer.status}"
    finally:
        connection.close()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"kod {code}"


def _check_port_is_free(port: int) -> None:
    """Raises RunError when somebody else listens; gives a just killed run's web 3 s to let go."""
    deadline = time.monotonic() + 3
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return
            except PermissionError:
                raise RunError(
                    f"Port {port} kräver särskild behörighet. Välj en över 1023 med KLAS_PORT."
                ) from None
            except OSError:
                if time.monotonic() > deadline:
                    raise RunError(
                        f"Port {port} är upptagen. Välj en annan: KLAS_PORT={port + 1} make run"
                    ) from None
        time.sleep(0.2)


@contextmanager
def _only_run(data_dir: Path) -> Iterator[IO[str]]:
    """Hold the data folder's lock. Raises RunError when another run holds it and goes on."""
    deadline = time.monotonic() + 2
    with (data_dir / "run.lock").open("a+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                lock.seek(0)
                state, _, pid = lock.read().partition(" ")
                allowed = 3 * STOP_SECONDS if state == "stopping" else 0
                if time.monotonic() > deadline + allowed:
                    raise RunError(
                        f"En annan körning (process {pid}) använder redan {data_dir}."
                        " Stoppa den, eller ange en annan mapp: KLAS_DATA=… make run"
                    ) from None
                time.sleep(0.2)
        _write(lock, f"running {os.getpid()}")
        yield lock


def _write(lock: IO[str], text: str) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(text)
    lock.flush()


@contextmanager
def _stop_signals() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    if "MAKELEVEL" in os.environ:
        # `make run` killed hard takes us down in good order instead of leaving us behind.
        die_with_parent(signal.SIGTERM, parent=os.getppid())()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


__all__ = ["PostgresError", "RunError", "Supervisor"]
