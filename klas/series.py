"""Numbers without gaps, and the reference number of a motivation."""

import re

from django.db import connection
from stdnum.exceptions import ValidationError as NumberError
from stdnum.iso7064 import mod_37_36


def next_number(series: str, year: int) -> int:
    """The next number of a series in a year, from 1.

    Taken under a row lock that lasts to the end of the transaction: a roll-back gives the number
    back, so a series has no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO klas_series (name, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (name, year) DO UPDATE SET last = klas_series.last + 1 RETURNING last",
            [series, year],
        )
        number: int = cursor.fetchone()[0]
    return number


def format_reference(year: int, number: int) -> str:
    """A motivation's reference number, e.g. ``KL-2026-004217-B`` (check character: ISO 7064)."""
    body = f"KL{year:04d}{number:06d}"
    return f"KL-{year:04d}-{number:06d}-{mod_37_36.calc_check_digit(body)}"


def normalise_reference(text: str) -> str:
    """The reference number meant by what somebody typed: case, spaces and hyphens are forgiven.

    Raises:
        ValueError: it is no reference number; `args[0]` is ``"form"`` when the shape is wrong and
            ``"check"`` when the check character does not fit.
    """
    compact = "".join(character for character in text.upper() if character.isalnum())
    # Some type only what comes after "KL"; a zero read as the letter O is put right.
    compact = compact if compact.startswith("KL") else f"KL{compact}"
    body, check = compact[2:-1].replace("O", "0").replace("I", "1"), compact[-1:]
    if len(body) != 10 or not body.isdigit():
        raise ValueError("form")
    try:
        mod_37_36.validate(f"KL{body}{check}")
    except NumberError as error:
        raise ValueError("check") from error
    return f"KL-{body[:4]}-{body[4:]}-{check}"


def format_dnr(year: int, number: int) -> str:
    """The agency's case number (diarienummer), e.g. ``5.8.1-2026-000123``."""
    return f"5.8.1-{year:04d}-{number:06d}"


def normalise_dnr(text: str) -> str:
    """The case number meant by what somebody typed: spaces, hyphens and points are forgiven.

    Raises:
        ValueError: it is no case number; `args[0]` is ``"form"``.
    """
    match = re.fullmatch(r"581(\d{4})(\d{6})", _compact(text), re.ASCII)
    if match is None:
        raise ValueError("form")
    return f"5.8.1-{match[1]}-{match[2]}"


def normalise_licence(text: str) -> str:
    """The licence number meant by what somebody typed: case, spaces and hyphens are forgiven.

    Raises:
        ValueError: it is no licence number; `args[0]` is ``"form"``.
    """
    match = re.fullmatch(r"L(\d{4})(\d{6})", _compact(text), re.ASCII)
    if match is None:
        raise ValueError("form")
    return f"L-{match[1]}-{match[2]}"


def format_licence(year: int, number: int) -> str:
    """A licence's number, e.g. ``L-2026-000123``."""
    return f"L-{year:04d}-{number:06d}"


def _compact(text: str) -> str:
    """What was typed, without spaces, hyphens and points; the letter O is read as a zero."""
    return re.sub(r"[\s.\-–]+", "", text.upper()).replace("O", "0")
