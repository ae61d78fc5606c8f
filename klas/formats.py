"""Written forms of the numbers and codes that KLAS stores, and how they are checked (domain §8).

Three functions per code: `normalise_…` takes what a person typed and returns the stored form or
raises `ValidationError`; `validate_…` is the same check as a Django model validator and demands
the stored form itself. Spaces, hyphens and small letters are forgiven where they carry no meaning.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import ean, luhn

from klas.countries import COUNTRIES

PERSONAL_NUMBER = "personnummer"
COORDINATION_NUMBER = "samordningsnummer"
# A samordningsnummer is a personnummer with 60 added to the day (SFS 2022:1697).
COORDINATION_DAY_OFFSET = 60
HSA_ID_MAX_LENGTH = 31

_IGNORED = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212.]+")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_PERSONAL_NUMBER = re.compile(r"(?P<century>\d{2})?(?P<short>\d{6})(?P<mark>[-+]?)(?P<last>\d{4})")
_HSA_ID = re.compile(r"SE(?P<organisation>\d{10})-[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?")
# Any level of the ATC tree from the first letter to the substance; ATCvet has a Q in front.
ATC_PATTERN = r"^Q?[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?$"
_ATC = re.compile(ATC_PATTERN)


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A checked personnummer or samordningsnummer.

    `digits12` is the stored form (YYYYMMDDNNNC, a samordningsnummer keeps its day + 60), `kind` is
    "personnummer" or "samordningsnummer", `display` is for screens and paper (YYYYMMDD-NNNC).
    """

    digits12: str
    kind: str
    birth_date: date
    display: str

    @property
    def is_coordination_number(self) -> bool:
        return self.kind == COORDINATION_NUMBER


def _error(message: object, code: str) -> ValidationError:
    return ValidationError(message, code=code)  # type: ignore[arg-type]


def parse_personal_number(text: str, *, today: date | None = None) -> PersonalNumber:
    """Read a personnummer or samordningsnummer as people write it (domain §8).

    In: 10 or 12 digits with spaces, a hyphen or a plus sign anywhere they are usual; `today`
    (default: the Swedish date now) settles the century of ten digits: the latest birth date not in
    the future, a hundred years earlier with a plus sign. Out: `PersonalNumber`.
    Raises `ValidationError` that says what is wrong: length, date, future, check digit.
    """
    today = today or timezone.localdate()
    compact = _BLANKS.sub("", _DASHES.sub("-", text or ""))
    if not compact:
        raise _error(_("Skriv personnumret eller samordningsnumret."), "empty")
    match = _PERSONAL_NUMBER.fullmatch(compact) if compact.isascii() else None
    if match is None:
        if re.search(r"[^0-9+-]", compact):
            raise _error(
                _("Personnumret får bara innehålla siffror. Skriv det som ÅÅÅÅMMDD-NNNN."),
                "characters",
            )
        raise _error(
            _("Personnumret ska ha 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN."), "length"
        )
    short, last = match["short"], match["last"]
    day = int(short[4:6])
    kind = COORDINATION_NUMBER if day > COORDINATION_DAY_OFFSET else PERSONAL_NUMBER
    if kind == COORDINATION_NUMBER:
        day -= COORDINATION_DAY_OFFSET
    if match["century"]:
        year = int(match["century"] + short[:2])
        birth_date = _calendar_date(year, int(short[2:4]), day)
        if birth_date > today:
            raise _error(
                _("Födelsedatumet ligger i framtiden. Kontrollera årtalet och datumet."), "future"
            )
    else:
        birth_date = _birth_date_from_two_digits(
            short, day, century_back=match["mark"] == "+", today=today
        )
    if birth_date.year < 1800:
        raise _error(_("Årtalet är för långt tillbaka. Kontrollera födelseåret."), "date")
    if last.startswith("000"):
        raise _error(
            _("Siffrorna före kontrollsiffran kan inte vara 000. Jämför med legitimationen."),
            "serial",
        )
    if not luhn.is_valid(short + last):
        raise _error(_("Kontrollsiffran stämmer inte. Jämför med legitimationen."), "check_digit")
    digits = f"{birth_date.year:04d}{short[2:]}{last}"
    return PersonalNumber(digits, kind, birth_date, f"{digits[:8]}-{digits[8:]}")


def _calendar_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _error(
            _("Datumet i numret finns inte i kalendern. Kontrollera år, månad och dag."), "date"
        ) from None


def _birth_date_from_two_digits(short: str, day: int, *, century_back: bool, today: date) -> date:
    """Return the latest possible birth date, or the one a century before when marked with plus."""
    month = int(short[2:4])
    year = today.year - today.year % 100 + int(short[:2])
    # Compared as numbers, since 29 February does not exist in every century's candidate.
    if (year, month, day) > (today.year, today.month, today.day):
        year -= 100
    if century_back:
        year -= 100
    return _calendar_date(year, month, day)


def _digits(text: str, length: int, message: object) -> str:
    """Return the digits of `text` without spaces and hyphens, or raise when not `length` digits."""
    compact = _IGNORED.sub("", text or "")
    if len(compact) != length or not (compact.isascii() and compact.isdigit()):
        raise _error(message, "length")
    return compact


def normalise_organisation_number(text: str) -> str:
    """Return an organisationsnummer as ten digits (`16` in front is dropped). Luhn checked."""
    compact = _IGNORED.sub("", text or "")
    if len(compact) == 12 and compact.startswith("16"):
        compact = compact[2:]
    number = _digits(
        compact,
        10,
        _("Organisationsnumret ska ha 10 siffror. Skriv det som NNNNNN-NNNN."),
    )
    if not luhn.is_valid(number):
        raise _error(
            _("Organisationsnumrets kontrollsiffra stämmer inte. Kontrollera siffrorna."),
            "check_digit",
        )
    return number


def display_organisation_number(number: str) -> str:
    """Return ten digits as people read them: NNNNNN-NNNN."""
    return f"{number[:6]}-{number[6:]}" if len(number) == 10 else number


def normalise_gln(text: str) -> str:
    """Return a GLN (GS1 location number) as 13 digits. Raises on length or check digit."""
    number = _digits(text, 13, _("GLN ska ha 13 siffror. Kontrollera att alla siffror är med."))
    if not ean.is_valid(number):
        raise _error(_("Kontrollsiffran i GLN stämmer inte. Kontrollera siffrorna."), "check_digit")
    return number


def normalise_hsa_id(text: str) -> str:
    """Return an HSA-id in capitals: SE, the organisation's ten digits, a hyphen and a suffix.

    At most 31 characters; the organisation's number is Luhn checked. Raises `ValidationError`.
    """
    compact = _DASHES.sub("-", _BLANKS.sub("", text or "")).upper()
    match = _HSA_ID.fullmatch(compact) if compact.isascii() else None
    if match is None or len(compact) > HSA_ID_MAX_LENGTH:
        raise _error(
            _(
                "HSA-id ska börja med SE och tio siffror, följt av bindestreck och en kod, "
                "högst 31 tecken. Exempel: SE2321000016-1003."
            ),
            "form",
        )
    if not luhn.is_valid(match["organisation"]):
        raise _error(
            _(
                "De tio siffrorna i HSA-id är inte ett organisationsnummer som stämmer. "
                "Kontrollera siffrorna."
            ),
            "check_digit",
        )
    return compact


def normalise_prescriber_code(text: str) -> str:
    """Return a förskrivarkod as seven digits."""
    return _digits(
        text, 7, _("Förskrivarkoden ska ha 7 siffror. Den står på ditt legitimationsbevis.")
    )


def normalise_workplace_code(text: str) -> str:
    """Return an arbetsplatskod as 13 digits."""
    return _digits(text, 13, _("Arbetsplatskoden ska ha 13 siffror. Fråga din region om koden."))


def normalise_npl_id(text: str) -> str:
    """Return an NPL-id (the Swedish national product register) as 14 digits, date first."""
    message = _("NPL-id ska ha 14 siffror och börja med ett datum. Exempel: 19580101000013.")
    number = _digits(text, 14, message)
    try:
        date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        raise _error(message, "date") from None
    return number


def normalise_atc(text: str) -> str:
    """Return an ATC or ATCvet code (any level of the tree) in capitals without spaces."""
    code = _IGNORED.sub("", text or "").upper()
    if not _ATC.fullmatch(code):
        raise _error(
            _("ATC-koden ser ut som P01AB01, för djur som QP52AA01. Kontrollera koden."), "form"
        )
    return code


def is_veterinary_atc(code: str) -> bool:
    """Tell whether a stored code belongs to ATCvet."""
    return code.startswith("Q")


def normalise_country(text: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in capitals."""
    code = (text or "").strip().upper()
    if code not in COUNTRIES:
        raise _error(
            _("Landskoden finns inte. Skriv två bokstäver enligt ISO 3166, till exempel FR."),
            "unknown",
        )
    return code


def fold_words(text: str) -> str:
    """Return the words of a text in small letters without accents, one space between them.

    Whatever is neither letter nor digit parts words: “Prov-Ägare,  ÅSA” gives “prov agare asa”.
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    kept = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def normalise_reserve_number(text: str) -> str:
    """Return a reservnummer (each region has its own form) as capitals and digits only.

    Raises `ValidationError` when there are none.
    """
    compact = fold_words(text).replace(" ", "").upper()
    if not compact:
        raise _error(_("Skriv reservnumret som det står i journalen."), "empty")
    return compact


def _demand_stored_form(value: str, normalise: Callable[[str], str]) -> None:
    stored = normalise(value)
    if stored != value:
        raise _error(
            _("Skriv koden utan mellanslag och skiljetecken: %(stored)s.") % {"stored": stored},
            "not_normalised",
        )


def validate_personal_number(value: str) -> None:
    """Model validator: twelve digits, checked. The number itself is never echoed."""
    if parse_personal_number(value).digits12 != value:
        raise _error(_("Skriv personnumret med tolv siffror utan bindestreck."), "not_normalised")


def validate_organisation_number(value: str) -> None:
    """Model validator: ten digits, Luhn."""
    _demand_stored_form(value, normalise_organisation_number)


def validate_gln(value: str) -> None:
    """Model validator: thirteen digits, GS1 check digit."""
    _demand_stored_form(value, normalise_gln)


def validate_hsa_id(value: str) -> None:
    """Model validator: HSA-id in capitals."""
    _demand_stored_form(value, normalise_hsa_id)


def validate_prescriber_code(value: str) -> None:
    """Model validator: förskrivarkod, seven digits."""
    _demand_stored_form(value, normalise_prescriber_code)


def validate_workplace_code(value: str) -> None:
    """Model validator: arbetsplatskod, thirteen digits."""
    _demand_stored_form(value, normalise_workplace_code)


def validate_npl_id(value: str) -> None:
    """Model validator: NPL-id, fourteen digits."""
    _demand_stored_form(value, normalise_npl_id)


def validate_atc(value: str) -> None:
    """Model validator: ATC or ATCvet code in capitals."""
    _demand_stored_form(value, normalise_atc)


def validate_country(value: str) -> None:
    """Model validator: ISO 3166-1 alpha-2 code in capitals."""
    _demand_stored_form(value, normalise_country)
