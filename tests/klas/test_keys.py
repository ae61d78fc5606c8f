"""Rings of keys: where they come from, and what is said when they are not as they must be."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from klas.checks import keys_are_there
from klas.keys import KeysMissing, KeySource

LONG = "k" * 43


@given(st.dictionaries(st.integers(1, 9999), st.just(LONG), min_size=1, max_size=5))
def test_the_highest_number_is_the_current_key(secrets: dict[int, str]) -> None:
    lines = [f"{number} {secret}" for number, secret in secrets.items()]
    for text in ("\n".join(lines), ",".join(lines).replace(" ", ":")):
        ring = KeySource(text, Path("/nowhere")).ring()
        assert ring.secrets == secrets
        assert ring.current == max(secrets)


def test_a_secret_alone_is_key_1() -> None:
    assert KeySource(LONG, Path("/nowhere")).ring().secrets == {1: LONG}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 short", "Nyckel 1 är för kort"),
        ("one two three", "går inte att läsa"),
        (f"0 {LONG}", "går inte att läsa"),
        (f"1 {LONG}\n1 {LONG}", "går inte att läsa"),
        ("# nothing", "finns inga nycklar"),
    ],
)
def test_a_wrong_ring_says_what_is_wrong_but_no_secret(text: str, said: str) -> None:
    with pytest.raises(KeysMissing, match=said) as refused:
        KeySource(text, Path("/nowhere")).ring()
    assert LONG not in str(refused.value)


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    source = KeySource("", tmp_path / "keys")
    assert source.make()
    assert not source.make(), "a ring that is there is never replaced"
    first = source.ring()
    assert source.add() == 2
    assert source.ring().current == 2
    assert source.ring().secrets[1] == first.secrets[1]
    assert source.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_ring_from_the_environment_is_not_added_to() -> None:
    with pytest.raises(KeysMissing, match="från miljön"):
        KeySource(LONG, Path("/nowhere")).add()


class TestCheck:
    def test_missing_keys_are_an_error_that_says_what_to_do(
        self, settings: Any, tmp_path: Path
    ) -> None:
        settings.SEAL_KEYS = KeySource("", tmp_path / "keys")
        settings.SEARCH_KEYS = KeySource("short", tmp_path)
        seal, search = keys_are_there(None)
        assert (seal.id, search.id) == ("klas.E001", "klas.E002")
        assert "manage.py make_keys" in seal.msg
        assert "för kort" in search.msg

    def test_keys_that_others_may_read_are_an_error(self, settings: Any, tmp_path: Path) -> None:
        settings.SEAL_KEYS = KeySource("", tmp_path / "keys")
        call_command("make_keys", stdout=StringIO())
        assert keys_are_there(None) == []
        settings.SEAL_KEYS.path.chmod(0o644)
        (problem,) = keys_are_there(None)
        assert "chmod 600" in problem.msg
