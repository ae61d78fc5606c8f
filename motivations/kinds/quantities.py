"""Advice on dosage, time and quantity where they do not seem to be about the same thing."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.pack import in_sentence
from klas.policy import policy
from klas.presentation import number
from klas.sections import Answers, SectionAnswers
from medicines.sameness import FormGroup, form_group
from motivations.enums import QuantityUnit
from motivations.kinds.advising import Hint, Text, thin
from motivations.kinds.common import PRODUCT
from motivations.kinds.dosing import COUNTED, Dosage, highest_daily, read_dosage, says_a_number

# What is never handed out in parts.
_WHOLE = COUNTED | {QuantityUnit.DOSE, QuantityUnit.AMPOULE, QuantityUnit.PACK}
_TABLETS = {
    FormGroup.TABLET,
    FormGroup.TABLET_DISSOLVED,
    FormGroup.TABLET_CHEWED,
    FormGroup.LOZENGE,
    FormGroup.SUBLINGUAL,
    FormGroup.ORAL_PROLONGED,
    FormGroup.ORAL_ENTERIC,
    FormGroup.MOUTH,
    FormGroup.VAGINAL,
}
_CAPSULES = {
    FormGroup.CAPSULE,
    FormGroup.ORAL_PROLONGED,
    FormGroup.ORAL_ENTERIC,
    FormGroup.INHALATION,
    FormGroup.VAGINAL,
}
# Units that belong to some forms only.
_FORMS_OF: Mapping[str, set[FormGroup]] = {
    QuantityUnit.TABLET: _TABLETS,
    QuantityUnit.CAPSULE: _CAPSULES,
    QuantityUnit.PLASTER: {FormGroup.PATCH},
    QuantityUnit.SUPPOSITORY: {FormGroup.SUPPOSITORY, FormGroup.VAGINAL},
}
_KNOWN_FORMS = frozenset(FormGroup)
DAYS_A_MONTH = Decimal("30.4")
# The explanation may be short (“Svinn vid uppdragning”), but not a word or two.
_EXPLAINED: Mapping[str, Text] = {
    "amount_explanation": gettext_lazy(
        "Handläggaren frågar hur mängden är räknad. Skriv till exempel att dosen ska ökas, att "
        "något går till spillo eller vilken förpackning som finns."
    )
}


def quantity_advice(answers: Answers, slug: str) -> Iterator[Hint]:
    """Hints on a section's `amount` and `unit`, held against the product's form."""
    section = answers.get(slug, {})
    amount, unit = _number(section.get("amount")), str(section.get("unit") or "")
    if amount and unit in _WHOLE and amount.denominator != 1:
        text = _("%(amount)s %(unit)s går inte att lämna ut. Skriv ett helt antal, avrundat uppåt.")
        yield Hint(slug, "amount", text % {"amount": _said(amount), "unit": _unit_word(unit)})
    form = str(answers.get(PRODUCT, {}).get("form") or "")
    group = form_group(form)
    if unit in _FORMS_OF and group in _KNOWN_FORMS and group not in _FORMS_OF[unit]:
        text = _(
            "Mängden står i %(unit)s, men läkemedlets form är %(form)s. Byt enhet eller läkemedel."
        )
        yield Hint(slug, "unit", text % {"unit": _unit_word(unit), "form": in_sentence(form)})


def treatment_advice(answers: Answers, slug: str, *, is_one: bool = True) -> Iterator[Hint]:
    """Hints on dosage, time and quantity of a treatment section.

    Args:
        is_one: whether the dosage is one patient's, so that it can be held against the quantity.
    """
    section = answers.get(slug, {})
    dosage = str(section.get("dosage") or "").strip()
    if dosage and not says_a_number(dosage):
        yield Hint(
            slug,
            "dosage",
            _(
                "Doseringen säger inte hur mycket. Handläggaren frågar efter dos, hur ofta och "
                "under vilken tid. Skriv till exempel 1 tablett morgon och kväll."
            ),
        )
    read = read_dosage(dosage)
    if read and is_one and _same_unit(read, section):
        yield from _daily(section, slug, read)
        yield from _course(section, slug, read)
    if read and read.days:
        yield from _length(section, slug, read.days)
    highest = highest_daily(dosage)
    if highest and is_one and _same_unit(highest, section):
        yield from _highest(section, slug, highest)
    if _differs(section):
        yield from thin(answers, slug, _EXPLAINED, fewest=policy.advice_fewest_words_explanation)
    yield from quantity_advice(answers, slug)


def _daily(section: SectionAnswers, slug: str, read: Dosage) -> Iterator[Hint]:
    daily = _number(section.get("daily_amount"))
    if section.get("regularity") != "regular" or not daily:
        return
    if abs(read.daily - daily) > daily * Fraction(policy.quantity_tolerance):
        text = _(
            "Doseringen blir %(read)s per dygn, men du har skrivit %(daily)s. Handläggaren frågar "
            "vilket som gäller. Rätta det som är fel."
        )
        yield Hint(slug, "daily_amount", text % {"read": _said(read.daily), "daily": _said(daily)})


def _course(section: SectionAnswers, slug: str, read: Dosage) -> Iterator[Hint]:
    """A varying dosage that is understood all the same, with a quantity far from it."""
    amount, days = _number(section.get("amount")), read.days or _days(section)
    if section.get("regularity") != "varying" or not amount or not days:
        return
    needed, factor = read.daily * days, policy.advice_quantity_factor
    if amount > needed * factor or amount * factor < needed:
        text = _(
            "Doseringen blir ungefär %(needed)s, men du har skrivit %(amount)s. Handläggaren "
            "frågar varför. Ändra mängden, eller skriv i doseringen hur den ska räcka."
        )
        yield Hint(slug, "amount", text % {"needed": _said(needed), "amount": _said(amount)})


def _highest(section: SectionAnswers, slug: str, highest: Dosage) -> Iterator[Hint]:
    amount, days = _number(section.get("amount")), _days(section)
    if not amount or not days:
        return
    most = highest.daily * days
    if amount > most * (1 + Fraction(policy.quantity_tolerance)):
        text = _(
            "Med högsta dosen varje dag går det åt %(most)s, men du har skrivit %(amount)s. "
            "Handläggaren frågar varför. Ändra mängden, eller skriv hur den är räknad."
        )
        yield Hint(slug, "amount", text % {"most": _said(most), "amount": _said(amount)})


def _length(section: SectionAnswers, slug: str, said: Fraction) -> Iterator[Hint]:
    """A length in the dosage that is far from the length of treatment."""
    days, factor = _days(section), policy.advice_quantity_factor
    # A month is the shortest that can be asked for.
    if days and (said > days * Fraction(5, 4) or (days > 31 and said * factor < days)):
        text = _(
            "Doseringen gäller %(days)s dygn, men behandlingstiden är %(months)s månader. "
            "Handläggaren frågar vilket som gäller. Rätta det som är fel."
        )
        values = {"days": _said(said), "months": _said(_number(section.get("months")) or said)}
        yield Hint(slug, "months", text % values)


def _differs(section: SectionAnswers) -> bool:
    """Whether daily amount times time is not the quantity, so that it has to be explained."""
    daily, days = _number(section.get("daily_amount")), _days(section)
    amount = _number(section.get("amount"))
    if section.get("regularity") != "regular" or not (daily and days and amount):
        return False
    return abs(amount - daily * days) > daily * days * Fraction(policy.quantity_tolerance)


def _same_unit(read: Dosage, section: SectionAnswers) -> bool:
    unit = str(section.get("unit") or "")
    return read.unit == unit if read.unit else unit in COUNTED


def _days(section: SectionAnswers) -> Fraction | None:
    months = _number(section.get("months"))
    return months * Fraction(DAYS_A_MONTH) if months else None


def _number(answer: object) -> Fraction | None:
    """A number as typed or stored; None when it is none, or not above zero."""
    try:
        amount = Decimal("".join(str(answer or "").split()).replace(",", "."))
    except InvalidOperation:
        return None
    # Longer figures than any form takes would only cost time.
    if not amount.is_finite() or amount <= 0 or not -9 < amount.adjusted() < 12:
        return None
    return Fraction(amount)


def _said(amount: Fraction) -> str:
    return str(number(round(Decimal(amount.numerator) / Decimal(amount.denominator), 2)))


def _unit_word(unit: str) -> str:
    return str(QuantityUnit(unit).label)
