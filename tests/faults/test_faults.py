"""Each part is killed in turn; the installation comes back by itself or starts again."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from klas import postgres
from tests.faults.installation import (
    PATIENCE,
    ROOT,
    Installation,
    free_port,
    parent_of,
    run_environment,
    wait_for,
)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
    pytest.mark.xdist_group("faults"),
]


def refused(data_dir: Path, port: int, **environment: str) -> str:
    """Run where it cannot; return what it said."""
    tried = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "run"],
        env=run_environment(data_dir, port, **environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert tried.returncode == 1
    assert "Traceback" not in tried.stderr
    return tried.stderr.strip().splitlines()[-1]


def test_a_killed_worker_is_replaced(running: Installation) -> None:
    newest = "SELECT max(id) FROM procrastinate_workers"
    before = running.ask(newest)
    old = running.kill("worker")
    wait_for(lambda: running.restarted("worker", old=old), "a new worker")
    wait_for(lambda: running.ask(newest) > before, "its registration")
    wait_for(running.is_well, "health")
    assert "Bakgrundsarbetaren avslutades (signal 9). Startar om" in running.said()


def test_a_killed_web_is_replaced(running: Installation) -> None:
    old = running.kill("web")
    wait_for(lambda: running.restarted("web", old=old), "a new web")
    wait_for(running.is_well, "health")
    assert "Webben avslutades (signal 9). Startar om" in running.said()


def test_a_killed_database_comes_back_with_everything_that_was_committed(
    running: Installation,
) -> None:
    migrations = "SELECT count(*) FROM django_migrations"
    before = running.ask(migrations)
    old = running.kill("database")
    wait_for(lambda: running.restarted("database", old=old), "a new database")
    wait_for(running.is_well, "health")
    assert running.ask(migrations) == before > 0


def test_when_the_run_itself_is_killed_nothing_is_left_and_it_starts_again(
    running: Installation,
) -> None:
    assert running.process is not None
    parts = running.parts()
    assert set(parts) == {"database", "web", "worker"}
    running.process.kill()
    running.process.wait()
    for name, pid in parts.items():
        wait_for(partial(is_gone, pid), f"the end of {name}")
    running.start()
    assert running.is_well()


def test_when_make_is_killed_the_run_stops_in_good_order(installation: Installation) -> None:
    # The shell stands for make: `make run` killed hard must not leave a run nobody can see.
    if installation.process is not None:
        installation.stop()
    shell = ("/bin/sh", "-c", '"$@"; exit $?', "make")
    installation.start(below=shell, MAKELEVEL="1")
    assert installation.process is not None
    (supervisor,) = children(installation.process.pid)
    installation.process.kill()
    installation.process.wait()
    installation.process = None
    wait_for(partial(is_gone, supervisor), "the end of the run")
    assert "Allt är stoppat." in installation.said()


def is_gone(pid: int) -> bool:
    return parent_of(pid) is None


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_stop_all_of_it(running: Installation, number: signal.Signals) -> None:
    parts = running.parts()
    assert running.stop(number) == 0
    assert [name for name, pid in parts.items() if parent_of(pid) is not None] == []
    assert list(postgres.socket_dir(running.data_dir).iterdir()) == []
    assert running.said().rstrip().endswith("Allt är stoppat.")


def test_two_copies_run_side_by_side_and_collisions_are_told_in_one_line(
    running: Installation, tmp_path: Path
) -> None:
    beside = Installation(running.data_dir.with_name("beside"))
    try:
        assert "KLAS_PORT" in refused(beside.data_dir, running.port)
        assert "KLAS_DATA" in refused(running.data_dir, beside.port)
        beside.start()
        assert beside.is_well()
        assert running.is_well()
        assert beside.ask("SHOW data_directory") != running.ask("SHOW data_directory")
        assert beside.stop() == 0
        assert running.is_well()
    finally:
        beside.remove()


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    nowhere = f"postgresql://klas@127.0.0.1:{free_port()}/klas"
    assert "DATABASE_URL" in refused(tmp_path / "data", free_port(), DATABASE_URL=nowhere)


@pytest.mark.parametrize("port", ["0", "65536", "åtta"])
def test_a_port_that_is_none_is_told_in_one_line(tmp_path: Path, port: str) -> None:
    said = refused(tmp_path / "data", free_port(), KLAS_PORT=port)
    assert port in said
    assert "KLAS_PORT" in said


def test_the_data_folder_is_closed_to_others(running: Installation) -> None:
    for path in running.data_dir.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert running.data_dir.stat().st_mode & 0o077 == (0o011 if os.geteuid() == 0 else 0)
