"""Work in a process of its own: what comes back, and what cannot happen to us."""

import json
import signal
import sys

import pytest

from klas.apart import Failed, Interrupted, apart

WORK = "tests.klas.apart_work"


def do(name: str, content: bytes = b"", *arguments: str, seconds: int = 20) -> bytes:
    return apart(f"{WORK}:{name}", content, *arguments, seconds=seconds, memory=500_000_000)


def test_bytes_and_arguments_go_in_and_bytes_come_out() -> None:
    assert do("shout", b"hej\0", "!") == b"HEJ\0!"


def test_a_failure_is_told_by_its_kind_and_says_nothing_of_the_content() -> None:
    with pytest.raises(Failed) as caught:
        do("fail", b"HEMLIGT")
    assert str(caught.value) == "LookupError"


def test_it_ends_when_it_has_computed_for_too_long() -> None:
    with pytest.raises(Failed, match=f"signal {signal.SIGXCPU:d}"):
        do("compute_for_ever", seconds=1)


def test_it_ends_when_nothing_comes_of_it_and_that_says_nothing_of_the_file() -> None:
    with pytest.raises(Interrupted, match="timeout"):
        do("wait_for_ever", seconds=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_being_stopped_from_outside_says_nothing_of_the_file(number: signal.Signals) -> None:
    with pytest.raises(Interrupted):
        do("be_stopped", b"", str(int(number)))


def test_an_installation_that_lacks_something_says_nothing_of_the_file() -> None:
    with pytest.raises(Interrupted):
        do("be_installed_badly")
    with pytest.raises(Interrupted):
        apart("klas.no_such_module:work", b"", seconds=20, memory=500_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory so")
def test_it_cannot_take_all_memory() -> None:
    with pytest.raises(Failed, match="MemoryError"):
        do("take_everything")


def test_it_can_crash() -> None:
    with pytest.raises(Failed, match="signal"):
        do("crash")


def test_it_has_no_secrets_and_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAS_SECRET_KEY", "HEMLIGT")
    monkeypatch.setenv("DATABASE_URL", "postgresql://klas:HEMLIGT@db/klas")
    assert "HEMLIGT" not in do("environment").decode()


def test_it_starts_without_django() -> None:
    assert json.loads(do("loaded")) == []
