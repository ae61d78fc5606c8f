"""What a sealed value is found by."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from klas.blind import blind


@given(st.text(), st.text())
def test_only_the_very_same_value_is_found(one: str, other: str) -> None:
    assert (blind("owner", one) == blind("owner", other)) == (one == other)


@given(st.text())
def test_the_same_value_of_another_kind_is_something_else(value: str) -> None:
    assert blind("owner", value) != blind("care_unit", value)


def test_it_takes_the_key_to_know_what_a_value_is_found_by(settings: Any) -> None:
    before = blind("personal_number", "195704289999")
    assert len(before) == 32
    settings.SEARCH_KEY = "another key"
    assert blind("personal_number", "195704289999") != before
