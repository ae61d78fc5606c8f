"""Check digits over the public test numbers, nobody's own.

Read from the folder `personnummer` of KLAS_SHARED_DATA (default: beside the checkout) when it is
there, otherwise from the numbers below.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from klas import formats

TODAY = date(2026, 11, 20)
SHARED = os.environ.get("KLAS_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
FOLDER = Path(SHARED) / "personnummer"
FORMS = ("long_format", "short_format", "separated_format", "separated_long")


def _number(twelve: str, kind: str, *, valid: bool) -> dict[str, Any]:
    # The published lists mark who is over a hundred with a plus sign.
    mark = "+" if twelve < "1926" else "-"
    return {
        "long_format": twelve,
        "short_format": twelve[2:],
        "separated_format": f"{twelve[2:8]}{mark}{twelve[8:]}",
        "separated_long": f"{twelve[:8]}{mark}{twelve[8:]}",
        "type": kind,
        "valid": valid,
    }


_KNOWN = [
    *(
        _number(twelve, "ssn", valid=True)
        for twelve in (
            "190905271474", "200002292399", "195704289999", "194608239986", "190901219931",
            "200004059937",
        )
    ),
    *(_number(twelve, "con", valid=True) for twelve in ("197302889931", "202107919967")),
    *(_number(twelve, "ssn", valid=False) for twelve in ("201509160006", "197004289895")),
    *(_number(twelve, "con", valid=False) for twelve in ("194205669899", "197210869924")),
]  # fmt: skip
_KNOWN_INTERIM = [{"long_format": "20000101T220", "separated_format": "000101-T220"}]
_KNOWN_ORGANISATIONS = [{"short_format": "8572090606", "separated_format": "857209-0606"}]


def _published(name: str, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not FOLDER.is_dir():
        return known
    rows: list[dict[str, Any]] = json.loads((FOLDER / name).read_text())
    return rows


NUMBERS = _published("list.json", _KNOWN)
INTERIM = _published("interim.json", _KNOWN_INTERIM)
ORGANISATIONS = _published("orgnumber.json", _KNOWN_ORGANISATIONS)
# The lists count a space as wrong; we forgive it (domain §8).
TYPED = [
    (row[form], row["valid"], row["type"])
    for row in NUMBERS
    for form in FORMS
    if " " not in row[form]
]
RIGHT = sorted({row["long_format"] for row in NUMBERS if row["valid"]})
KINDS = {"ssn": "personnummer", "con": "samordningsnummer"}


def refused(typed: str) -> str:
    """What is said of a number that is refused."""
    with pytest.raises(ValidationError) as caught:
        formats.parse_personal_number(typed, today=TODAY)
    return " ".join(str(message) for message in caught.value.messages)


def test_there_are_numbers_of_every_sort() -> None:
    assert len(NUMBERS) >= 12
    assert {(row["type"], row["valid"]) for row in NUMBERS} == {
        (kind, valid) for kind in KINDS for valid in (True, False)
    }
    assert INTERIM
    assert ORGANISATIONS


@pytest.mark.parametrize(("typed", "valid", "kind"), TYPED)
def test_each_is_understood_or_refused_however_it_is_written(
    typed: str, valid: bool, kind: str
) -> None:
    if not valid:
        assert refused(typed).endswith(".")
        return
    parsed = formats.parse_personal_number(typed, today=TODAY)
    assert parsed.kind == KINDS[kind]
    # Ten digits without a mark are of the latest century that they can be.
    assert parsed.digits12[2:] in {number[2:] for number in RIGHT}
    assert parsed.digits12 in RIGHT or typed.isdigit()


@pytest.mark.parametrize("number", RIGHT)
def test_every_wrong_digit_is_refused(number: str) -> None:
    for place in range(2, 12):
        for digit in "0123456789".replace(number[place], ""):
            wrong = number[:place] + digit + number[place + 1 :]
            refused(wrong)
            refused(wrong[2:])


@given(number=st.sampled_from(RIGHT), place=st.integers(2, 10))
def test_two_neighbours_that_change_places_are_refused(number: str, place: int) -> None:
    one, other = number[place], number[place + 1]
    # The one thing that the check digit cannot see (Luhn).
    assume(one != other and {one, other} != {"0", "9"})
    refused(number[:place] + other + one + number[place + 2 :])


@pytest.mark.parametrize("row", INTERIM, ids=lambda row: row["long_format"])
def test_an_interim_number_is_refused_with_words(row: dict[str, Any]) -> None:
    for form in ("long_format", "separated_format"):
        assert "bara innehålla siffror" in refused(row[form])


@pytest.mark.parametrize("row", ORGANISATIONS, ids=lambda row: row["short_format"])
def test_an_organisation_s_number_is_nobody_s(row: dict[str, Any]) -> None:
    number = row["short_format"]
    refused(number)
    assert formats.normalise_organisation_number(row["separated_format"]) == number
    for place in range(10):
        for digit in "0123456789".replace(number[place], ""):
            with pytest.raises(ValidationError, match="kontrollsiffra"):
                formats.normalise_organisation_number(number[:place] + digit + number[place + 1 :])
