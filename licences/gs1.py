"""The code of a pack (GS1 DataMatrix), scanned or typed: which product, batch, expiry and serial.

Delegated directive 2016/161 article 5 puts these four on medicines in the EU; codes from elsewhere
carry some of them and others besides.
"""

import re
from dataclasses import dataclass
from datetime import date

from biip import ParseError
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from django.utils.translation import gettext_lazy as _

from klas.errors import Refused

_SEPARATOR = "\x1d"
# How scanners that cannot send the separator (FNC1) itself write it. None of these characters may
# stand in a batch or serial number (GS1 General Specifications, character set 82).
_WRITTEN_SEPARATORS = re.compile(r"\{GS\}|<GS>|\\x1d|\\u001d|[|~^\u241d]", re.IGNORECASE)
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|e0|Q3|J1)", re.IGNORECASE)
# National numbers that GS1 has reserved but not assigned: biip does not know their length.
_RESERVED = re.compile(r"\(71[89]\)[^(]*|(?:^|\x1d)71[89][^\x1d(]*")
_SPACES = re.compile(r"[ \t\r\n\u00a0]+")

_UNREADABLE = _(
    "Koden gick inte att läsa. Skanna förpackningens fyrkantiga kod en gång till, eller fyll i "
    "batch och utgångsdatum själv."
)
_WRONG_GTIN = _(
    "Produktnumret i koden (GTIN) har fel kontrollsiffra. Skanna en gång till, eller läs av "
    "siffrorna på förpackningen."
)


@dataclass(frozen=True)
class PackCode:
    """What a code says; what it does not say is "" or None. `gtin` has fourteen digits."""

    gtin: str = ""
    batch: str = ""
    expires_on: date | None = None
    serial: str = ""


def read_pack_code(text: str) -> PackCode:
    """What a scanned or typed code says.

    Args:
        text: an element string with separators, the same in brackets as it is printed,
            ``(01)…(17)…(10)…(21)…``, or the digits of a linear bar code (EAN).

    Raises:
        Refused: it cannot be read, or the check digit of the GTIN is wrong.
    """
    code = _SYMBOLOGY.sub("", _WRITTEN_SEPARATORS.sub(_SEPARATOR, _SPACES.sub("", text)))
    code = _RESERVED.sub("", code).strip(_SEPARATOR)
    if not code or not code.isascii():
        raise Refused(_UNREADABLE)
    if re.fullmatch(r"\d{8}|\d{12,14}", code) and (gtin := _gtin(code)):
        return PackCode(gtin=gtin)
    try:
        message = _message(code)
    except ParseError as error:
        raise Refused(_UNREADABLE) from error
    gtin = _only(message, "01")
    if gtin and not _gtin(gtin):
        raise Refused(_WRONG_GTIN)
    expiry = message.element_strings.get(ai="17")
    return PackCode(
        gtin=gtin,
        batch=_only(message, "10"),
        expires_on=expiry.date if expiry and _only(message, "17") else None,
        serial=_only(message, "21"),
    )


def fold_batch(text: str) -> str:
    """A batch number as batches are compared: capitals, letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", text).upper()


def gtin_spellings(gtin: str) -> list[str]:
    """The lengths in which registers write one GTIN: 14, 13, 12 and 8 digits."""
    lengths = (14, 13, 12, 8)
    return [gtin[-length:] for length in lengths if not gtin[:-length].strip("0")]


def _message(code: str) -> GS1Message:
    if not code.startswith("("):
        return GS1Message.parse(code)
    message = GS1Message.parse_hri(code)
    # A bracket within a batch number would silently cut it short.
    if message.as_hri() != code:
        raise ParseError(code)
    return message


def _only(message: GS1Message, ai: str) -> str:
    """The value of an element; two that differ are no answer."""
    values = {element.value for element in message.element_strings.filter(ai=ai)}
    if len(values) > 1:
        raise Refused(_UNREADABLE)
    return next(iter(values), "")


def _gtin(digits: str) -> str:
    """A GTIN with fourteen digits, "" when its check digit is wrong."""
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError:
        return ""
