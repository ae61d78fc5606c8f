"""The parts of a run, and the installer's choices, without starting all of it."""

import importlib.util
import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from klas.secret import load_or_create_secret
from klas.supervisor import QUICK_DEATHS_ALLOWED, Part, RunError, Supervisor
from tests.faults.installation import ROOT, free_port, wait_for


def part(tmp_path: Path, program: str) -> Part:
    return Part(
        name="Provdelen",
        command=[sys.executable, "-c", program],
        stop_signal=signal.SIGTERM,
        orphan_signal=signal.SIGKILL,
        log=tmp_path / "part.log",
    )


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(tmp_path, free_port(), say=said.append)


def test_a_part_that_never_starts_well_is_given_up_with_where_to_look(
    supervisor: Supervisor, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("klas.supervisor.LONGEST_PAUSE", 0.01)
    broken = part(tmp_path, "raise SystemExit(3)")
    broken.start()

    def look_after_it_for_ever() -> None:
        while True:
            supervisor._keep_alive(broken)

    with pytest.raises(RunError, match=r"gång på gång \(kod 3\).*part\.log"):
        look_after_it_for_ever()
    assert said == ["Provdelen avslutades (kod 3). Startar om …"] * QUICK_DEATHS_ALLOWED


def test_a_part_that_does_not_listen_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("klas.supervisor.STOP_SECONDS", 0.5)
    deaf = part(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(60)",
    )
    deaf.start()
    process = deaf.process
    wait_for(lambda: "ready" in deaf.log.read_text(), "its start")
    deaf.stop()
    assert process is not None
    assert process.returncode == -signal.SIGKILL


def test_a_log_that_has_grown_large_is_put_aside_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("klas.supervisor.LOG_KEPT_BYTES", 3)
    chatty = part(tmp_path, "print('hej')")
    for _ in range(2):
        chatty.start()
        assert chatty.process is not None
        chatty.process.wait()
    chatty.stop()
    assert (tmp_path / "part.log.1").read_text() == chatty.log.read_text() == "hej\n"


def test_processes_that_start_together_get_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret-key"
    found: list[str] = []
    ready = threading.Barrier(8)

    def load() -> None:
        ready.wait()
        found.append(load_or_create_secret(path))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret-key"]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/install.py, as a module that looks at an empty folder."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "tools" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


def test_missing_system_packages_are_named_in_one_line_when_apt_cannot(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install, "LIBRARIES", {"libpango-1.0-0": "libnot-there.so.0"})
    missing = install.missing_system_packages("test")
    assert missing == ["libpango-1.0-0", "chromium", "gettext"]
    assert install.missing_system_packages("run") == ["libpango-1.0-0"]
    with pytest.raises(install.InstallError) as told:
        install.install_system_packages(missing)
    assert "libpango-1.0-0 chromium gettext" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_only_some_tests_need_is_named_and_stops_nothing(
    install: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install, "OPTIONAL_TEST_PROGRAMS", {"clamav-daemon": "not-there"})
    install.install_optional_packages()
    said = capsys.readouterr().out
    assert "clamav-daemon" in said
    assert said.count("\n") == 1


def test_the_tests_run_on_the_versions_that_serve_and_every_one_has_its_hash() -> None:
    run, test = (
        (ROOT / name).read_text().splitlines()
        for name in ("requirements.lock", "requirements-test.lock")
    )
    pinned = [[line for line in lines if line[:1].isalnum()] for lines in (run, test)]
    assert set(pinned[0]) <= set(pinned[1])
    for lines in (run, test):
        for line, following in itertools.pairwise(lines):
            if line[:1].isalnum():
                assert line.endswith(" \\")
                assert following.lstrip().startswith("--hash=sha256:")
    named = [line for line in (*run, *test) if "://" in line or line.startswith("-")]
    assert named == []


@pytest.mark.parametrize("target", ["run", "test"])
def test_make_installs_before_it_starts(target: str) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", target],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # not as a part of the make that runs the tests
        capture_output=True,
        text=True,
        check=True,
    )
    first, *_, last = planned.stdout.splitlines()
    assert first == f"python3 tools/install.py {target}"
    assert {"run": "manage.py run", "test": "-m pytest"}[target] in last


@pytest.mark.parametrize(("demo", "runs"), [("1", True), ("0", False)])
def test_only_the_demo_runs_a_provider_where_anybody_signs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: str, runs: bool
) -> None:
    monkeypatch.setenv("KLAS_DEMO", demo)
    commands = [part.command for part in Supervisor(tmp_path, free_port()).parts]
    assert any("test_provider" in command for command in commands) is runs
