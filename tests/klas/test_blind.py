"""What a sealed value is found by."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from klas.blind import blind, blinds
from klas.keys import KeySource

OLD, NEW = "o" * 43, "n" * 43


@given(st.text(), st.text())
def test_only_the_very_same_value_is_found(one: str, other: str) -> None:
    assert (blind("owner", one) == blind("owner", other)) == (one == other)


@given(st.text())
def test_the_same_value_of_another_kind_is_something_else(value: str) -> None:
    assert blind("owner", value) != blind("care_unit", value)


def test_it_takes_the_key_to_know_what_a_value_is_found_by(settings: Any) -> None:
    before = blind("personal_number", "195704289999")
    assert len(before) == 32
    settings.SEARCH_KEYS = KeySource(OLD, Path())
    assert blind("personal_number", "195704289999") != before


def test_while_a_key_is_replaced_both_are_asked_and_the_new_one_is_written(settings: Any) -> None:
    settings.SEARCH_KEYS = KeySource(OLD, Path())
    before = blind("owner", "olle")
    settings.SEARCH_KEYS = KeySource(f"1 {OLD}\n2 {NEW}", Path())
    assert sorted(blinds("owner", "olle")) == sorted([before, blind("owner", "olle")])
    assert blind("owner", "olle") != before
