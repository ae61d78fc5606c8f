"""Work in a process of its own: what comes back, and what cannot happen to us."""

import json
import sys

import pytest

from klas.apart import Failed, apart

WORK = "tests.klas.apart_work"


def do(name: str, content: bytes = b"", *arguments: str, seconds: int = 20) -> bytes:
    return apart(f"{WORK}:{name}", content, *arguments, seconds=seconds, memory=500_000_000)


def test_bytes_and_arguments_go_in_and_bytes_come_out() -> None:
    assert do("shout", b"hej\0", "!") == b"HEJ\0!"


def test_a_failure_is_told_by_its_kind_and_says_nothing_of_the_content() -> None:
    with pytest.raises(Failed) as caught:
        do("fail", b"HEMLIGT")
    assert str(caught.value) == "LookupError"


@pytest.mark.parametrize("name", ["compute_for_ever", "wait_for_ever"])
def test_it_ends_when_its_time_is_over(name: str) -> None:
    with pytest.raises(Failed):
        do(name, seconds=1)


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
