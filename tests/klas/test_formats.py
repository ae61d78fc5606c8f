"""Numbers and codes: what people type is understood, and errors say what to do."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import ean, luhn

from klas import countries, formats

TODAY = date(2026, 11, 20)

# Test numbers published by Skatteverket and the personnummer project; nobody's.
PUBLIC_NUMBERS = ["190905271474", "200002292399", "195704289999", "194608239986", "200004059937"]


def message_of(function, *arguments, **named) -> str:
    with pytest.raises(ValidationError) as caught:
        function(*arguments, **named)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize("number", PUBLIC_NUMBERS)
@pytest.mark.parametrize(
    "write", [str, lambda n: f"{n[:8]}-{n[8:]}", lambda n: f" {n[:8]} {n[8:]}"]
)
def test_twelve_digits_are_understood_however_they_are_spaced(number: str, write) -> None:
    parsed = formats.parse_personal_number(write(number), today=TODAY)
    assert parsed.digits12 == number
    assert parsed.kind == "personnummer"
    assert parsed.display == f"{number[:8]}-{number[8:]}"
    assert parsed.birth_date == date(int(number[:4]), int(number[4:6]), int(number[6:8]))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("000229-2399", "200002292399"),
        ("0002292399", "200002292399"),
        ("570428–9999", "195704289999"),
        ("090527+1474", "190905271474"),
        ("090527 + 1474", "190905271474"),
    ],
)
def test_ten_digits_get_the_latest_century_and_plus_the_one_before(
    typed: str, expected: str
) -> None:
    assert formats.parse_personal_number(typed, today=TODAY).digits12 == expected


def test_ten_digits_are_of_this_century_only_up_to_today() -> None:
    body = "261120123"
    number = body + luhn.calc_check_digit(body)
    assert formats.parse_personal_number(number, today=TODAY).birth_date == date(2026, 11, 20)
    day_before = formats.parse_personal_number(number, today=date(2026, 11, 19))
    assert day_before.birth_date == date(1926, 11, 20)


def test_a_leap_day_in_ten_digits_is_found_in_the_century_that_has_it() -> None:
    body = "000229239"
    number = body + luhn.calc_check_digit(body)
    assert formats.parse_personal_number(number, today=TODAY).birth_date == date(2000, 2, 29)
    assert "finns inte i kalendern" in message_of(
        formats.parse_personal_number, f"{number[:6]}+{number[6:]}", today=TODAY
    )


def test_a_coordination_number_keeps_its_day_but_gives_the_birth_date() -> None:
    body = "701063239"
    parsed = formats.parse_personal_number(body + luhn.calc_check_digit(body), today=TODAY)
    assert parsed.kind == "samordningsnummer"
    assert parsed.is_coordination_number
    assert parsed.birth_date == date(1970, 10, 3)
    assert parsed.digits12.startswith("19701063")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Skriv personnumret"),
        ("195704289998", "Kontrollsiffran stämmer inte. Jämför med legitimationen."),
        ("19570428999", "10 eller 12 siffror"),
        ("1957042899999", "10 eller 12 siffror"),
        ("19571328-9999", "finns inte i kalendern"),
        ("19570431-9999", "finns inte i kalendern"),
        ("20991231-1234", "ligger i framtiden"),
        ("19000428T999", "bara innehålla siffror"),
        ("１９５７０４２８９９９９", "bara innehålla siffror"),
        ("20150916-0006", "kan inte vara 000"),
        ("16570428-9999", "för långt tillbaka"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(typed: str, says: str) -> None:
    message = message_of(formats.parse_personal_number, typed, today=TODAY)
    assert says in message
    assert "ogiltig" not in message.lower()


@given(
    birth=st.dates(date(1850, 1, 1), TODAY),
    serial=st.integers(1, 999),
    coordination=st.booleans(),
)
@example(birth=date(1900, 2, 28), serial=1, coordination=True)
def test_every_number_made_by_the_rule_is_read_back(
    birth: date, serial: int, coordination: bool
) -> None:
    day = birth.day + (60 if coordination else 0)
    body = f"{birth:%y%m}{day:02d}{serial:03d}"
    ten = body + luhn.calc_check_digit(body)
    twelve = f"{birth.year:04d}{ten[2:]}"
    parsed = formats.parse_personal_number(twelve, today=TODAY)
    assert (parsed.digits12, parsed.birth_date) == (twelve, birth)
    assert parsed.is_coordination_number == coordination
    assert formats.parse_personal_number(parsed.display, today=TODAY) == parsed


@given(place=st.integers(0, 11), digit=st.integers(0, 9), number=st.sampled_from(PUBLIC_NUMBERS))
def test_one_wrong_digit_never_gives_the_same_or_another_day_s_number(
    place: int, digit: int, number: str
) -> None:
    assume(number[place] != str(digit))
    wrong = number[:place] + str(digit) + number[place + 1 :]
    try:
        parsed = formats.parse_personal_number(wrong, today=TODAY)
    except ValidationError:
        return
    # Only the century is outside the check digit.
    assert place < 2
    assert parsed.digits12[2:] == number[2:]


@given(text=st.text(max_size=20))
def test_any_text_is_a_number_or_a_message(text: str) -> None:
    try:
        digits = formats.parse_personal_number(text, today=TODAY).digits12
    except ValidationError:
        return
    assert len(digits) == 12
    assert digits.isascii()
    assert digits.isdigit()


@pytest.mark.parametrize(
    ("normalise", "typed", "stored"),
    [
        (formats.normalise_organisation_number, "556016-0680", "5560160680"),
        (formats.normalise_organisation_number, "16 556016-0680", "5560160680"),
        (formats.normalise_gln, "952 0000000 011", "9520000000011"),
        (formats.normalise_hsa_id, "se2321000016-1003", "SE2321000016-1003"),
        (formats.normalise_hsa_id, " SE2321000016–ABC ", "SE2321000016-ABC"),
        (formats.normalise_prescriber_code, "123 45 67", "1234567"),
        (formats.normalise_workplace_code, "9900000000001", "9900000000001"),
        (formats.normalise_npl_id, "19580101-000013", "19580101000013"),
        (formats.normalise_atc, "p01 ab01", "P01AB01"),
        (formats.normalise_atc, "qp52aa01", "QP52AA01"),
        (formats.normalise_atc, "A05BA", "A05BA"),
        (formats.normalise_country, " fr ", "FR"),
    ],
)
def test_codes_are_stored_in_one_form(normalise, typed: str, stored: str) -> None:
    assert normalise(typed) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    ("normalise", "typed", "says"),
    [
        (formats.normalise_organisation_number, "556016-0681", "kontrollsiffra stämmer inte"),
        (formats.normalise_organisation_number, "556016", "10 siffror"),
        (formats.normalise_gln, "9520000000012", "Kontrollsiffran i GLN stämmer inte"),
        (formats.normalise_gln, "952", "13 siffror"),
        (formats.normalise_hsa_id, "SE2321000016", "bindestreck och en kod"),
        (formats.normalise_hsa_id, "SE2321000017-1", "stämmer"),
        (formats.normalise_hsa_id, "SE2321000016-" + "A" * 19, "högst 31 tecken"),
        (formats.normalise_hsa_id, "SE2321000016-Å1", "bindestreck och en kod"),
        (formats.normalise_prescriber_code, "12345", "7 siffror"),
        (formats.normalise_workplace_code, "99", "13 siffror"),
        (formats.normalise_npl_id, "19581301000013", "börja med ett datum"),
        (formats.normalise_atc, "P01A1", "P01AB01"),
        (formats.normalise_country, "ZZ", "ISO 3166"),
    ],
)
def test_a_wrong_code_says_what_to_do(normalise, typed: str, says: str) -> None:
    message = message_of(normalise, typed)
    assert says in message
    assert "ogiltig" not in message.lower()


DIGITS = st.text("0123456789", min_size=1, max_size=20)
SPACED = st.sampled_from(["", " ", "-", "\u00a0", "–"])


def _in_pieces(digits: str, between: str) -> str:
    return between.join([digits[:4], digits[4:]])


def accepts(normalise: Callable[[str], str], typed: str) -> bool:
    try:
        return bool(normalise(typed))
    except ValidationError:
        return False


@given(digits=DIGITS, between=SPACED)
def test_codes_of_digits_have_just_their_length(digits: str, between: str) -> None:
    """Förskrivarkod and arbetsplatskod have no check digit; GLN has one of GS1's."""
    typed = _in_pieces(digits, between)
    assert accepts(formats.normalise_prescriber_code, typed) == (len(digits) == 7)
    assert accepts(formats.normalise_workplace_code, typed) == (len(digits) == 13)
    right_gln = len(digits) == 13 and ean.calc_check_digit(digits[:-1]) == digits[-1]
    assert accepts(formats.normalise_gln, typed) == right_gln


@given(body=st.text("0123456789", min_size=12, max_size=12), data=st.data())
def test_every_wrong_digit_of_a_gln_is_refused(body: str, data: st.DataObject) -> None:
    # An oracle of its own: weights 1 and 3 from the left (GS1 General Specifications 7.9).
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    gln = body + str(-total % 10)
    assert formats.normalise_gln(gln) == gln
    place = data.draw(st.integers(0, 12))
    digit = data.draw(st.sampled_from("0123456789".replace(gln[place], "")))
    assert not accepts(formats.normalise_gln, gln[:place] + digit + gln[place + 1 :])


@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)), rest=st.integers(0, 999_999))
def test_an_npl_id_begins_with_a_day(day: date, rest: int) -> None:
    npl_id = f"{day:%Y%m%d}{rest:06d}"
    assert formats.normalise_npl_id(f" {npl_id[:8]} {npl_id[8:]} ") == npl_id
    assert not accepts(formats.normalise_npl_id, npl_id[:-1])
    assert not accepts(formats.normalise_npl_id, npl_id + "0")
    assert not accepts(formats.normalise_npl_id, f"{npl_id[:4]}13{npl_id[6:]}")
    assert not accepts(formats.normalise_npl_id, f"{npl_id[:6]}32{npl_id[8:]}")


@given(
    body=st.text("0123456789", min_size=9, max_size=9),
    suffix=st.text("ABCXYZ0189-", max_size=20),
    small=st.booleans(),
)
def test_an_hsa_id_is_an_organisation_and_a_code(body: str, suffix: str, small: bool) -> None:
    number = body + luhn.calc_check_digit(body)
    hsa_id = f"SE{number}-{suffix}"
    right = 0 < len(suffix) <= 18 and not suffix.startswith("-") and not suffix.endswith("-")
    assert accepts(formats.normalise_hsa_id, hsa_id.lower() if small else hsa_id) == right
    if right:
        wrong = str((int(number[-1]) + 1) % 10)
        assert "stämmer" in message_of(formats.normalise_hsa_id, f"SE{body}{wrong}-{suffix}")


@given(text=st.text(max_size=30))
@pytest.mark.parametrize(
    "normalise",
    [
        formats.parse_personal_number,
        formats.normalise_organisation_number,
        formats.normalise_gln,
        formats.normalise_hsa_id,
        formats.normalise_prescriber_code,
        formats.normalise_workplace_code,
        formats.normalise_npl_id,
        formats.normalise_atc,
        formats.normalise_country,
    ],
)
def test_whatever_is_typed_is_understood_or_answered_in_a_sentence(
    normalise: Callable[[str], object], text: str
) -> None:
    try:
        normalise(text)
    except ValidationError as error:
        for message in error.messages:
            assert re.fullmatch(r"[A-ZÅÄÖ][^\n]+\.", message), message
            assert not re.search(r"ogiltig|vänligen|enter a|valid|%\(", message.lower()), message


def test_hsa_id_of_31_characters_is_the_longest() -> None:
    longest = "SE2321000016-" + "A" * 18
    assert formats.normalise_hsa_id(longest) == longest


@pytest.mark.parametrize(
    ("validate", "stored", "typed"),
    [
        (formats.validate_organisation_number, "5560160680", "556016-0680"),
        (formats.validate_gln, "9520000000011", "952 0000000011"),
        (formats.validate_hsa_id, "SE2321000016-1003", "se2321000016-1003"),
        (formats.validate_prescriber_code, "1234567", "123 4567"),
        (formats.validate_workplace_code, "9900000000001", "99 00000000001"),
        (formats.validate_npl_id, "19580101000013", "19580101-000013"),
        (formats.validate_atc, "P01AB01", "p01ab01"),
        (formats.validate_country, "FR", "fr"),
        (formats.validate_personal_number, "195704289999", "570428-9999"),
    ],
)
def test_what_is_stored_must_be_in_the_stored_form(validate, stored: str, typed: str) -> None:
    validate(stored)
    message_of(validate, typed)


def test_a_refused_personal_number_is_not_repeated_in_the_message() -> None:
    assert "570428" not in message_of(formats.validate_personal_number, "570428-9999")


def test_countries_have_names_in_both_languages_and_swedish_order() -> None:
    from django.utils import translation

    with translation.override("sv"):
        assert countries.country_name("FR") == "Frankrike"
        names = [name for _code, name in countries.country_choices()]
        assert names[-1] == "Östtimor"
        assert names.index("Zimbabwe") < names.index("Åland") < names.index("Österrike")
    with translation.override("en"):
        assert countries.country_name("FR") == "France"
    assert countries.country_name("") == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Prov-Ägare,  ÅSA ", "prov agare asa"),
        ("Straße", "strasse"),
        ("—", ""),
        ("", ""),
    ],
)
def test_a_name_is_the_same_however_it_is_written(typed: str, words: str) -> None:
    assert formats.fold_words(typed) == words


@given(st.text())
def test_folded_words_are_folded_no_further(text: str) -> None:
    folded = formats.fold_words(text)
    assert formats.fold_words(folded) == folded
    assert formats.fold_words(f" {text.swapcase()}-".lower()) == formats.fold_words(text.lower())


@given(st.from_regex(r"[0-9A-Z]{6,14}", fullmatch=True), st.sampled_from("-  ."), st.integers(1, 5))
def test_a_reserve_number_is_the_same_however_it_is_spaced(
    number: str, mark: str, place: int
) -> None:
    written = f" {number[:place]}{mark}{number[place:]}".lower()
    assert formats.normalise_reserve_number(written) == number


def test_a_reserve_number_has_letters_or_digits() -> None:
    assert "Skriv reservnumret" in message_of(formats.normalise_reserve_number, " - ")
