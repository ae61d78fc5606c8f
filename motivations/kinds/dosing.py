"""A dosage as people write it, read only when every word of it is understood."""

import re
from dataclasses import dataclass
from fractions import Fraction

from medicines.sameness import folded
from motivations.enums import QuantityUnit

_WORDS = {
    "en halv": "0.5", "ett halvt": "0.5", "halv": "0.5", "en": "1", "ett": "1", "tva": "2",
    "tre": "3", "fyra": "4", "fem": "5", "sex": "6", "sju": "7", "atta": "8", "nio": "9",
    "tio": "10", "tolv": "12", "fjorton": "14",
}  # fmt: skip
_UNITS: dict[str, str] = {
    QuantityUnit.TABLET: r"tabl?(?:ett(?:er|en)?|s)?\.?",
    QuantityUnit.CAPSULE: r"kaps(?:el|lar|eln)?\.?",
    QuantityUnit.MILLILITRE: r"ml|milliliter",
    QuantityUnit.MILLIGRAM: r"mg|milligram",
    QuantityUnit.GRAM: r"g|gram",
    QuantityUnit.DOSE: r"dos(?:er)?|puff(?:ar)?",
    QuantityUnit.AMPOULE: r"amp(?:ull(?:er)?)?\.?|(?:injektions)?flask(?:a|or)",
    QuantityUnit.PLASTER: r"(?:depot)?plaster",
    QuantityUnit.SUPPOSITORY: r"supp(?:ositori(?:um|er))?\.?|stolpiller",
    QuantityUnit.SACHET: r"dospas(?:e|ar)",
}
# Units that a dosage without any unit word ("2 x 3") must be meant in.
COUNTED = frozenset(
    {
        QuantityUnit.TABLET,
        QuantityUnit.CAPSULE,
        QuantityUnit.PLASTER,
        QuantityUnit.SUPPOSITORY,
        QuantityUnit.SACHET,
    }
)
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = rf"({'|'.join(_UNITS.values())}|st\.?|stycken)"
_AMOUNT = rf"({_NUMBER}) ?{_UNIT}?"
_A_DAY = r"(?:dagligen|(?:om|per) (?:dagen|dag|dygnet|dygn)|varje (?:dag|dygn)|/ ?(?:dag|dygn|d))"
_HOUR = (
    r"(?:(?:pa|till|vid|varje|var) )?(?:morgon(?:en)?|frukost(?:en)?|formiddag(?:en)?|lunch(?:en)?"
    r"|middag(?:en)?|eftermiddag(?:en)?|kvall(?:en)?|natt(?:en)?|sanggaende(?:t)?)"
)
_HOURS = rf"{_HOUR}(?:(?:,| och|,? \+) {_HOUR})*"
_LENGTH = rf"(?:i|under) ({_NUMBER}) (dagar|dygn|dag|veckor|vecka|manader|manad)"
_IDLE = re.compile(
    r"^(?:ges|ge|tas|tag|intas) |\b(?:peroralt|oralt|p\.o\.|tills ?vidare|(?:i samband )?med "
    r"(?:mat|maltid|vatten))\b"
)
_DAYS = {"d": Fraction(1), "v": Fraction(7), "m": Fraction("30.4")}


@dataclass(frozen=True)
class Dosage:
    """What is taken in a day and night, in which unit ("" = not said), for how many days."""

    daily: Fraction
    unit: str
    days: Fraction | None = None


def read_dosage(text: str) -> Dosage | None:
    """The dosage that a text states, None when any word of it is not understood.

    >>> read_dosage("1 tablett morgon och kväll").daily
    Fraction(2, 1)
    """
    plain = _plain(text)
    length = re.search(rf",? {_LENGTH}$", plain)
    if length:
        plain = plain[: length.start()]
    plain = " ".join(_IDLE.sub("", plain).split()).strip(" ,")
    found = _whole(plain) or _sum_of_hours(plain)
    if found is None:
        return None
    return Dosage(*found, days=_days(length) if length else None)


def highest_daily(text: str) -> Dosage | None:
    """The highest amount a day that a text allows (“högst 4 tabletter per dygn”), if it says so."""
    found = re.findall(rf"(?:hogst|max(?:imalt|\.)?) {_AMOUNT} {_A_DAY}", _plain(text))
    if len(found) != 1:
        return None
    return Dosage(_value(found[0][0]), _unit(found[0][1]))


def says_a_number(text: str) -> bool:
    """Whether a text holds any figure or number word at all."""
    return bool(re.search(r"\d", _plain(text)))


def says_a_dose(text: str) -> bool:
    """Whether a text states an amount of substance or of liquid, or one per kg."""
    return bool(re.search(r"\b(?:m?g|ug|ml|mikrogram|milligram|kg|ie|enheter)\b|μg", _plain(text)))


def says_per_kg(text: str) -> bool:
    """Whether a text states a dose per kg of weight."""
    return bool(re.search(r"(?:/|per ) ?kg\b|\bkg kroppsvikt", _plain(text)))


def _plain(text: str) -> str:
    """Small letters, no accents, number words and halves as figures, one space between."""
    text = re.sub(r"(\d) ?½|\b(\d+) 1/2\b", r"\1\2,5", text)
    text = re.sub(r"½|(?<![\d/.,])1/2(?![\d/])", "0,5", text)
    plain = folded(text).strip(" .")
    return re.sub(
        rf"\b(?:{'|'.join(_WORDS)})\b", lambda match: _WORDS[match.group()], plain
    ).replace("×", "x")


def _whole(text: str) -> tuple[Fraction, str] | None:
    """Amount and unit of a text that is one statement."""
    if found := re.fullmatch(rf"{_AMOUNT} ?[x*] ?({_NUMBER})(?: {_UNIT})?(?: {_A_DAY})?", text):
        amount, unit, times, second = found.groups()
        return _value(amount) * _value(times), _unit(unit or second)
    if found := re.fullmatch(rf"{_AMOUNT},? ({_NUMBER}) (?:ganger|gang|ggr) ?{_A_DAY}", text):
        amount, unit, times = found.groups()
        return _value(amount) * _value(times), _unit(unit)
    if found := re.fullmatch(rf"{_AMOUNT} {_A_DAY}", text):
        return _value(found[1]), _unit(found[2])
    if found := re.fullmatch(rf"{_AMOUNT} var (\d+)(?::?[ed]e?)? timme", text):
        hours = int(found[3])
        return (_value(found[1]) * 24 / hours, _unit(found[2])) if hours else None
    if found := re.fullmatch(rf"{_AMOUNT} varannan (?:dag|dygn)", text):
        return _value(found[1]) / 2, _unit(found[2])
    if found := re.fullmatch(rf"({_NUMBER}(?: ?([+-]) ?{_NUMBER})(?: ?\2 ?{_NUMBER}){{1,2}})"
                             rf"(?: {_UNIT})?", text):  # fmt: skip
        return sum(map(_value, re.findall(_NUMBER, found[1])), Fraction(0)), _unit(found[3])
    return None


def _sum_of_hours(text: str) -> tuple[Fraction, str] | None:
    """“1 tablett på morgonen och 2 tabletter till kvällen”: each amount times its hours."""
    part = rf"{_AMOUNT} ({_HOURS})"
    if not re.fullmatch(rf"{part}(?:(?:,| och|,? \+) {part})*", text):
        return None
    total, units = Fraction(0), set()
    for amount, unit, hours in re.findall(part, text):
        total += _value(amount) * len(re.findall(_HOUR, hours))
        units.add(_unit(unit))
    units = units - {""} or {""}
    return (total, units.pop()) if len(units) == 1 else None


def _value(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def _unit(text: str | None) -> str:
    for unit, pattern in _UNITS.items():
        if text and re.fullmatch(pattern, text):
            return str(unit)
    return ""


def _days(length: re.Match[str]) -> Fraction:
    return _value(length[1]) * _DAYS[length[2][0]]
