"""The rules of single fields, held against oracles of their own."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from klas.rows import RowsField
from motivations.enums import LicenceKind
from motivations.kinds import KINDS
from motivations.kinds.animals import FoodForm
from motivations.kinds.individual import PatientForm, TreatmentForm
from motivations.kinds.withdrawal import Foodstuff, least_withdrawal
from tests import kinds

# Age and weight


def patient_form(born: date, today: date, *, weight: str = "") -> PatientForm:
    """A patient known by date of birth, judged on a day."""
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=ZoneInfo("Europe/Stockholm"))
    with time_machine.travel(noon, tick=False):
        form = PatientForm(
            {
                "identified_by": "birth_date",
                "birth_date": born.isoformat(),
                "no_number_reason": "Nyanländ",
                "name": "Vera Provpatient",
                "weight": weight,
            }
        )
        form.is_valid()
    return form


def twelfth_birthday(born: date) -> date:
    """29 February is followed by 1 March where the year has none."""
    try:
        return born.replace(year=born.year + 12)
    except ValueError:
        return date(born.year + 12, 3, 1)


@given(born=st.dates(date(1990, 1, 1), date(2020, 12, 31)), days=st.integers(-400, 400))
@example(born=date(2012, 2, 29), days=0)
@example(born=date(2012, 2, 29), days=-1)
@example(born=date(2012, 3, 1), days=-1)
@example(born=date(2011, 2, 28), days=0)
@example(born=date(2011, 12, 31), days=-1)
@example(born=date(2012, 1, 1), days=0)
def test_weight_is_demanded_until_the_twelfth_birthday(born: date, days: int) -> None:
    birthday = twelfth_birthday(born)
    today = birthday + timedelta(days)
    form = patient_form(born, today)
    assert ("weight" in form.errors) == (today < birthday), (born, today)
    assert "weight" not in patient_form(born, today, weight="31,5").errors


@pytest.mark.parametrize(
    ("today", "is_demanded"),
    [(date(2024, 2, 28), True), (date(2024, 2, 29), False), (date(2024, 3, 1), False)],
)
def test_a_child_of_the_leap_day(today: date, is_demanded: bool) -> None:
    assert ("weight" in patient_form(date(2012, 2, 29), today).errors) == is_demanded


def test_a_coordination_number_has_the_age_of_its_birth_date() -> None:
    """Born 31 July 2021, written with day 91."""
    noon = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Stockholm"))
    for number, is_child in (("20210791-9967", True), ("19730288-9931", False)):
        with time_machine.travel(noon, tick=False):
            form = PatientForm(
                {"identified_by": "personal_number", "personal_number": number, "name": "Vera"}
            )
            assert ("weight" in form.errors) == is_child


@given(day=st.dates(date(2026, 11, 21), date(2100, 1, 1)))
def test_nobody_is_born_tomorrow(day: date) -> None:
    errors = patient_form(day, date(2026, 11, 20)).errors["birth_date"]
    assert "ligger i framtiden" in errors[0]


# Withdrawal periods (EU 2019/6 article 115)

# Foodstuff → (where nothing is authorised, the least where zero is), from the regulation's text.
ARTICLE_115 = {"meat": (28, 1), "milk": (7, 1), "eggs": (10, 1), "fish": (500, 25)}


def oracle(foodstuff: str, authorised: int | None) -> int:
    if foodstuff == "honey":
        return 0
    unauthorised, least = ARTICLE_115[foodstuff]
    if authorised is None:
        return unauthorised
    # One and a half times, a begun day counted as whole, in whole numbers.
    return max((3 * authorised + 1) // 2, least)


@given(
    foodstuff=st.sampled_from([food.value for food in Foodstuff]),
    authorised=st.none() | st.integers(0, 10_000),
    beside=st.integers(-3, 3),
)
@example(foodstuff="meat", authorised=0, beside=0)
@example(foodstuff="fish", authorised=16, beside=0)
@example(foodstuff="fish", authorised=17, beside=-1)
@example(foodstuff="eggs", authorised=1, beside=-1)
def test_no_period_below_article_115_passes(
    foodstuff: str, authorised: int | None, beside: int
) -> None:
    least = oracle(foodstuff, authorised)
    assert least_withdrawal(foodstuff, authorised) == least
    period = least + beside
    if period < 0:
        return
    form = FoodForm(
        {
            "food_producing": "aquatic" if foodstuff == "fish" else "land",
            "cascade_step": "other_member_state",
            "withdrawal": [
                {
                    "foodstuff": foodstuff,
                    "longest_authorised": "" if authorised is None else str(authorised),
                    "period": str(period),
                }
            ],
        },
        answers={"djur": {"species": "other"}},
    )
    assert ("withdrawal" not in form.errors) == (period >= least)
    if period < least:
        unit = "dygnsgrader" if foodstuff == "fish" else "dygn"
        assert f"minst {least} {unit}" in " ".join(form.errors["withdrawal"])


def test_the_oracle_knows_every_foodstuff() -> None:
    assert {*ARTICLE_115, "honey"} == {food.value for food in Foodstuff}


# Dosage × time against quantity

SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f"])


def treatment_form(daily: str, months: str, amount: str, **more: str) -> TreatmentForm:
    form = TreatmentForm(
        {
            "dosage": "Enligt recept",
            "regularity": "regular",
            "daily_amount": daily,
            "months": months,
            "amount": amount,
            "unit": "ml",
            **more,
        }
    )
    form.is_valid()
    return form


def typed(thousandths: int, space: str = "") -> str:
    """A number of thousandths as people write it: “1 234,5”."""
    whole, part = divmod(thousandths, 1000)
    text = f"{whole:,}".replace(",", space)
    return f"{text},{part:03d}" if part else text


@given(
    daily=st.integers(1, 99_999),
    months=st.integers(1, 12),
    side=st.sampled_from([-1, 1]),
    beside=st.integers(-3, 3),
    space=SPACES,
)
def test_the_quantity_is_questioned_exactly_outside_the_tolerance(
    daily: int, months: int, side: int, beside: int, space: str
) -> None:
    """At the border itself, a thousandth to each side, with commas and spaces."""
    expected = Fraction(daily) * months * Fraction(304, 10)
    border = expected * (10 + side) / 10
    amount = int(border) + beside
    if amount < 1:
        return
    is_right = abs(amount - expected) <= expected / 10
    form = treatment_form(typed(daily, space), str(months), typed(amount, space))
    assert set(form.errors) == (set() if is_right else {"amount_explanation"})
    assert form.cleaned_data["amount"] == Decimal(amount) / 1000
    assert form.cleaned_data["daily_amount"] == Decimal(daily) / 1000
    explained = treatment_form(
        typed(daily), str(months), typed(amount), amount_explanation="Dosen ökas."
    )
    assert not explained.errors


@pytest.mark.parametrize(
    ("amount", "is_right"),
    [("300,96", True), ("300.96", True), ("300,97", False), ("246,24", True), ("246,23", False)],
)
def test_just_at_ten_per_cent(amount: str, is_right: bool) -> None:
    """3 a day for three months is 273.6; a tenth of it is 27.36."""
    assert (not treatment_form("3", "3", amount).errors) == is_right


@pytest.mark.parametrize(
    ("typed_number", "number"),
    [
        ("1 094", "1094"),
        ("1\u00a0094", "1094"),
        ("1094,50", "1094.50"),
        ("1 094,5", "1094.5"),
        ("1094.5", "1094.5"),
    ],
)
def test_numbers_as_people_write_them(typed_number: str, number: str) -> None:
    form = treatment_form("3", "12", typed_number)
    assert form.cleaned_data.get("amount") == Decimal(number)


@pytest.mark.parametrize("wrong", ["tre", "1,2,3", "1.000,5", "½", "-5", "0", "NaN", "∞"])
def test_what_is_no_number_is_answered_with_what_to_do(wrong: str) -> None:
    messages = treatment_form("3", "12", wrong).errors["amount"]
    assert re.search(r"med siffror, till exempel 2,5|måste vara minst", messages[0]), messages


@given(months=st.integers(-5, 40))
def test_treatment_is_one_to_twelve_months(months: int) -> None:
    form = treatment_form("3", str(months), str(abs(months) * 91 or 91))
    assert ("months" not in form.errors) == (1 <= months <= 12)


# What is said of what is typed


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LicenceKind)
@given(text=st.text(max_size=40), chance=st.randoms(use_true_random=False))
def test_every_error_is_a_swedish_sentence(kind: LicenceKind, text: str, chance: Any) -> None:
    """Whatever stands in any field of any kind; no message of the framework's own slips through."""
    for section in KINDS[kind].sections:
        answers = kinds.ANSWERS[kind](None)
        fields = section.form_class(answers=answers).fields
        name = chance.choice(sorted(fields))
        rows = isinstance(fields[name], RowsField)
        value = [dict.fromkeys(fields[name].columns, text)] if rows else text
        answers[section.slug][name] = value
        for messages in section.bind(answers).errors.values():
            for message in messages:
                assert re.match(r"[A-ZÅÄÖ\d”]", message), message
                assert not re.search(
                    r"giltig|vänligen|detta fält|enter a|this field|%\(", message.lower()
                ), message
