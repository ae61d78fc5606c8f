"""The code of a pack: whatever a scanner sends or a person types."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.ean import calc_check_digit

from klas.errors import Refused
from licences.gs1 import PackCode, fold_batch, gtin_spellings, read_pack_code

GS = "\x1d"
# GS1 General Specifications, character set 82, without brackets (they mark the identifiers).
CHARACTERS = "".join(c for c in map(chr, range(0x21, 0x7B)) if c not in "#$@[\\]^`()")
VALUES = st.text(CHARACTERS, min_size=1, max_size=20)
DATES = st.dates(date(2026, 1, 1), date(2060, 12, 31))
NUMBERS = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013d}" + calc_check_digit(f"{n:013d}"))


def gtin14(body: str = "0340093001234") -> str:
    return body + calc_check_digit(body)


WHOLE = PackCode(gtin14(), "AB-12", date(2027, 12, 31), "S1")


@pytest.mark.parametrize(
    "text",
    [
        f"]d201{gtin14()}17271231{GS}10AB-12{GS}21S1",
        f"]D201{gtin14()}1727123110AB-12{GS}21S1",
        f"{GS}01{gtin14()}21S1{GS}1727123110AB-12",
        f"01{gtin14()}17271231" + "10AB-12{GS}21S1",
        f"01{gtin14()}17271231" + r"10AB-12\x1d21S1",
        f"01{gtin14()}1727123110AB-12|21S1",
        f"01{gtin14()}1727123110AB-12^21S1",
        f"(01){gtin14()}(17)271231(10)AB-12(21)S1",
        f"(01) {gtin14()} (17) 271231\n(10) AB-12 (21) S1",
        f"(21)S1(10)AB-12(17)271231(01){gtin14()}",
        # production date, count, and national numbers are read past
        f"(01){gtin14()}(11)260101(17)271231(10)AB-12(21)S1(30)5(710)123(711)4(712)5(719)6",
        f"01{gtin14()}1126010117271231{GS}30100{GS}710123{GS}719A1{GS}10AB-12{GS}21S1",
    ],
)
def test_every_way_of_writing_a_code_says_the_same(text: str) -> None:
    assert read_pack_code(text) == WHOLE


def test_a_day_of_zeros_is_the_last_of_the_month() -> None:
    assert read_pack_code("(17)280200(10)A1").expires_on == date(2028, 2, 29)


def test_the_digits_of_a_linear_bar_code_are_a_gtin() -> None:
    ean = gtin14()[1:]
    assert read_pack_code(ean) == PackCode(gtin=gtin14())
    assert read_pack_code(f" {ean[:4]} {ean[4:]}") == PackCode(gtin=gtin14())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "gick inte att läsa"),
        ("hej", "gick inte att läsa"),
        ("(17)279931", "gick inte att läsa"),
        ("(10)A(B)C", "gick inte att läsa"),
        ("(10)AB(10)CD", "gick inte att läsa"),
        ("(01)٠٣٤٠٠٩٣٠٠١٢٣٤٥", "gick inte att läsa"),
        ("(01)03400930012349", "kontrollsiffra"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_pack_code(text)


@given(gtin=NUMBERS, batch=VALUES, expires=DATES, serial=VALUES, scanned=st.booleans())
def test_a_generated_code_is_read_back(
    gtin: str, batch: str, expires: date, serial: str, scanned: bool
) -> None:
    day = f"{expires:%y%m%d}"
    if scanned:
        code = f"]d201{gtin}17{day}10{batch}{GS}21{serial}"
    else:
        code = f"(01){gtin}(17){day}(10){batch}(21){serial}"
    assert read_pack_code(code) == PackCode(gtin, batch, expires, serial)


@given(st.text(max_size=80) | st.text("()0123456789]d\x1d|A", max_size=60))
@example("(")
@example("]d2")
@example("(01)")
@example("0" * 300)
def test_rubbish_is_refused_or_read_but_never_breaks(text: str) -> None:
    try:
        code = read_pack_code(text)
    except Refused:
        return
    assert isinstance(code, PackCode)
    assert len(code.gtin) in (0, 14)
    assert len(code.batch) <= 20
    assert len(code.serial) <= 20


@given(VALUES)
def test_a_batch_is_the_same_however_it_is_spelled(batch: str) -> None:
    spelled = " ".join(batch.lower())
    assert fold_batch(spelled) == fold_batch(batch) == fold_batch(f"-{batch}-")


def test_a_gtin_is_looked_for_in_the_lengths_that_registers_use() -> None:
    assert gtin_spellings("03400930012345") == ["03400930012345", "3400930012345"]
    assert gtin_spellings("00000073513537")[-1] == "73513537"
    assert gtin_spellings("13400930012342") == ["13400930012342"]
