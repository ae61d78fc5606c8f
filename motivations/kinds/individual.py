"""Individual licence: one named patient, one product (domain §3, §4)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas import formats
from klas.fields import PersonalNumberField
from klas.forms import Look
from klas.policy import policy
from klas.sections import Answers, Secrecy, Section, SectionAnswers, SectionForm
from motivations.enums import LicenceKind, QuantityUnit, SearchedBy
from motivations.kinds.advising import (
    Hint,
    clinical_advice,
    diagnosis_advice,
    handling_advice,
    ongoing_advice,
    product_advice,
)
from motivations.kinds.base import Kind, Route, SearchFact, SlipWords, Words
from motivations.kinds.common import (
    CLINICAL,
    HANDLING,
    PRODUCT,
    PUBLIC,
    ClinicalForm,
    HandlingForm,
    ProductForm,
    WordedForm,
)
from motivations.kinds.dosing import says_a_dose, says_per_kg
from motivations.kinds.quantities import DAYS_A_MONTH, treatment_advice

PATIENT, TREATMENT = "patient", "behandling"

IDENTIFIED_BY = [
    ("personal_number", _("Personnummer eller samordningsnummer")),
    ("reserve_number", _("Reservnummer")),
    ("birth_date", _("Födelsedatum, när inget nummer finns")),
]


class PatientForm(SectionForm):
    """Who the patient is: number first, else reserve number, else date of birth with a reason."""

    secrecy = Secrecy.IDENTITY

    identified_by = forms.ChoiceField(
        label=_("Hur identifieras patienten?"), choices=IDENTIFIED_BY, widget=forms.RadioSelect
    )
    personal_number = PersonalNumberField(
        label=_("Personnummer eller samordningsnummer"),
        required=False,
        help_text=_("ÅÅÅÅMMDD-NNNN"),
    )
    reserve_number = forms.CharField(
        label=_("Reservnummer"),
        max_length=20,
        required=False,
        help_text=_("Regionens reservnummer, som det står i journalen."),
    )
    birth_date = forms.DateField(
        label=_("Födelsedatum"),
        required=False,
        help_text=_("ÅÅÅÅ-MM-DD. Behövs bara när patienten saknar personnummer."),
    )
    no_number_reason = forms.CharField(
        label=_("Varför finns inget nummer?"), max_length=300, required=False
    )
    name = forms.CharField(label=_("Patientens namn"), max_length=120)
    protected_identity = forms.BooleanField(
        label=_("Patienten har skyddade personuppgifter"), required=False
    )
    weight = forms.DecimalField(
        label=_("Vikt"),
        required=False,
        min_value=Decimal("0.3"),
        max_value=Decimal("400"),
        max_digits=5,
        decimal_places=2,
        help_text=_("Krävs när patienten är under 12 år."),
    )

    # The date of birth belongs to two of the choices, so it stands by itself.
    conditional: ClassVar = {
        "identified_by": {
            "personal_number": ("personal_number",),
            "reserve_number": ("reserve_number",),
            "birth_date": ("no_number_reason",),
        }
    }
    demanded: ClassVar = {
        "personal_number": _("Skriv patientens personnummer"),
        "reserve_number": _("Skriv patientens reservnummer"),
        "no_number_reason": _("Skriv varför patienten saknar personnummer och reservnummer"),
    }
    BIRTH_DATE_WORDS: ClassVar = {
        "reserve_number": _("Skriv födelsedatum. Reservnumret säger inte hur gammal patienten är."),
        "birth_date": _("Skriv patientens födelsedatum"),
    }
    looks: ClassVar = {
        "personal_number": Look(width=20),
        "reserve_number": Look(width=20),
        "birth_date": Look(width=10, optional=False),
        "weight": Look(width=5, suffix="kg"),
    }

    @staticmethod
    def not_asked(answers: SectionAnswers) -> set[str]:
        """Questions that the other answers leave no room for, besides the conditional ones."""
        return {"birth_date"} if answers.get("identified_by") == "personal_number" else set()

    def clean_birth_date(self) -> date | None:
        day: date | None = self.cleaned_data["birth_date"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("Födelsedatumet ligger i framtiden. Kontrollera årtalet."))
        if day is not None and day.year < 1900:
            raise ValidationError(_("Födelsedatumet är för länge sedan. Kontrollera årtalet."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        way = cleaned.get("identified_by")
        if way in self.BIRTH_DATE_WORDS:
            self.demand("birth_date", self.BIRTH_DATE_WORDS[way])
        else:
            # An answer to a way that was not chosen says nothing, right or wrong.
            self.errors.pop("birth_date", None)
            cleaned["birth_date"] = None
        born = _born(cleaned)
        if born and _age(born, timezone.localdate()) < policy.weight_needed_under_years:
            self.demand("weight", _("Skriv vikten. Den krävs när patienten är under 12 år."))
        return cleaned


def _born(cleaned: dict[str, Any]) -> date | None:
    if cleaned.get("personal_number"):
        return formats.parse_personal_number(cleaned["personal_number"]).birth_date
    return cleaned.get("birth_date")


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


REGULARITY = [
    ("regular", _("Samma mängd varje dygn")),
    ("varying", _("Vid behov, i kurer eller med varierande dos")),
]


class TreatmentForm(WordedForm):
    """Dosage, length and quantity; the three are held against each other."""

    dosage = forms.CharField(
        label=_("Dosering"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Så som den ska stå på receptet."),
    )
    regularity = forms.ChoiceField(
        label=_("Hur tas läkemedlet?"), choices=REGULARITY, widget=forms.RadioSelect
    )
    daily_amount = forms.DecimalField(
        label=_("Mängd per dygn"),
        required=False,
        min_value=Decimal("0.001"),
        max_digits=9,
        decimal_places=3,
        help_text=_("I samma enhet som den totala mängden."),
    )
    months = forms.IntegerField(
        label=_("Behandlingstid"),
        help_text=_("Högst 12 månader. En licens gäller i högst ett år."),
    )
    amount = forms.DecimalField(
        label=_("Total mängd för hela tiden"),
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
    )
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices]
    )
    amount_explanation = forms.CharField(
        label=_("Varför skiljer sig mängden från doseringen?"),
        widget=forms.Textarea,
        max_length=500,
        required=False,
        help_text=_("Behövs bara om den totala mängden inte är dygnsmängden gånger tiden."),
    )

    conditional: ClassVar = {"regularity": {"regular": ("daily_amount",)}}
    demanded: ClassVar = {"daily_amount": _("Skriv hur mycket patienten tar per dygn")}
    looks: ClassVar = {
        "dosage": Look(rows=3),
        "daily_amount": Look(width=5),
        "months": Look(width=2, suffix=_("månader")),
        "amount": Look(width=10),
        "amount_explanation": Look(rows=2, optional=False),
    }

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        if not 1 <= months <= policy.longest_treatment_months:
            raise ValidationError(
                _("Behandlingstiden kan vara 1–%(longest)s månader. Du har skrivit %(months)s."),
                params={"longest": policy.longest_treatment_months, "months": months},
            )
        return months

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        daily, months, amount = (cleaned.get(key) for key in ("daily_amount", "months", "amount"))
        if daily and months and amount and not cleaned.get("amount_explanation"):
            self._question_amount(daily, months, amount)
        return cleaned

    def _question_amount(self, daily: Decimal, months: int, amount: Decimal) -> None:
        expected = daily * months * DAYS_A_MONTH
        if abs(amount - expected) <= expected * policy.quantity_tolerance:
            return
        message = _(
            "%(daily)s per dygn i %(months)s månader blir ungefär %(expected)s, men du har skrivit "
            "%(amount)s. Ändra mängden, eller förklara skillnaden."
        )
        self.add_error(
            "amount_explanation",
            ValidationError(
                message,
                code="quantity_differs",
                params={
                    "daily": _comma(daily),
                    "months": months,
                    "expected": _comma(expected.quantize(Decimal(1))),
                    "amount": _comma(amount),
                },
            ),
        )


def _comma(amount: Decimal) -> str:
    return format(amount.normalize(), "f").replace(".", ",")


def _subject_label(answers: Answers) -> str:
    return str(answers.get(PATIENT, {}).get("name") or "")


def _subject_line(answers: Answers) -> str:
    patient = answers[PATIENT]
    number = patient.get("personal_number") or ""
    if number:
        number = formats.parse_personal_number(number).display
    else:
        number = patient.get("reserve_number") or str(_("född %s") % patient["birth_date"])
    return f"{patient['name']}, {number}"


def _search_facts(answers: Answers) -> tuple[SearchFact, ...]:
    patient = answers[PATIENT]
    return tuple(
        SearchFact(by, str(patient[by]))
        for by in (SearchedBy.PERSONAL_NUMBER, SearchedBy.RESERVE_NUMBER)
        if patient.get(by)
    )


def _identity(answers: Answers) -> str:
    patient = answers[PATIENT]
    if patient.get("personal_number"):
        return formats.parse_personal_number(patient["personal_number"]).display
    if patient.get("reserve_number"):
        return "".join(patient["reserve_number"].casefold().split())
    return " ".join(f"{patient['name']} {patient['birth_date']}".casefold().split())


def treatment_quantity(answers: Answers) -> tuple[str, str]:
    """Amount and unit of a treatment section."""
    treatment = answers[TREATMENT]
    return str(treatment["amount"]), str(treatment["unit"])


def treatment_months(answers: Answers) -> int:
    """Months of a treatment section."""
    return int(answers[TREATMENT]["months"])


def _weight_advice(answers: Answers) -> Iterator[Hint]:
    """Hints where dose and weight do not meet: a child's dose, a dose per kg."""
    patient = answers.get(PATIENT, {})
    dosage = str(answers.get(TREATMENT, {}).get("dosage") or "")
    weight = str(patient.get("weight") or "").strip()
    if dosage and weight and _is_child(patient) and not says_a_dose(dosage):
        yield Hint(
            TREATMENT,
            "dosage",
            gettext(
                "Patienten är ett barn. Handläggaren frågar efter dosen i förhållande till "
                "vikten. Skriv den också, till exempel 10 mg per kg och dygn."
            ),
        )
    if not weight and says_per_kg(dosage):
        yield Hint(
            PATIENT,
            "weight",
            gettext("Dosen är per kg, men vikten saknas. Handläggaren frågar efter den."),
        )


def _is_child(patient: SectionAnswers) -> bool:
    try:
        number = str(patient.get("personal_number") or "")
        if patient.get("identified_by") == "personal_number":
            born = formats.parse_personal_number(number).birth_date
        else:
            born = date.fromisoformat(str(patient.get("birth_date") or ""))
    except (ValidationError, ValueError):
        return False
    return _age(born, timezone.localdate()) < policy.weight_needed_under_years


def _treatment_advice(answers: Answers) -> Iterator[Hint]:
    return treatment_advice(answers, TREATMENT)


DENTISTS = {
    Profession.DENTIST: _(
        "Du skriver som tandläkare. Behandlingen ska ha ett odontologiskt ändamål, och det ska "
        "framgå av din motivering."
    )
}

INDIVIDUAL = Kind(
    code=LicenceKind.INDIVIDUAL,
    description=_("För en namngiven patient och ett läkemedel."),
    professions=frozenset({Profession.DOCTOR, Profession.DENTIST}),
    sections=(
        Section(PATIENT, _("Patient"), PatientForm),
        Section(PRODUCT, _("Läkemedel"), ProductForm),
        Section(TREATMENT, _("Behandling"), TreatmentForm),
        Section(
            CLINICAL,
            _("Motivering"),
            ClinicalForm,
            _("Texten här läser bara du och Läkemedelsverket. Apotek ser den aldrig."),
        ),
        Section(HANDLING, _("Apotek och hantering"), HandlingForm),
    ),
    subject_title=_("Patient"),
    subject_label=_subject_label,
    subject_line=_subject_line,
    identity=_identity,
    quantity=treatment_quantity,
    period_months=treatment_months,
    routes=lambda answers: (Route.PRESCRIPTION,),
    words=Words(
        call=_(
            "Du eller patienten hör av er till vilket apotek som helst och uppger referensnumret."
        ),
        fetch_title=_("Patienten hämtar läkemedlet."),
        fetch=_("När licensen är beviljad går det på vilket öppenvårdsapotek som helst."),
        slip=_(
            "Skriv ut den här sidan och ge den till patienten. Den innehåller inga uppgifter om "
            "patienten eller behandlingen utöver läkemedlets namn."
        ),
        slip_link=_("Kvitto att skriva ut till patienten"),
        granted=_(
            "Licensen är beviljad. Patienten kan hämta läkemedlet på vilket öppenvårdsapotek som "
            "helst när du har skrivit recept. Fråga apoteket om leveranstiden."
        ),
        take_home=SlipWords(
            reader="person",
            link=_("Lapp till patienten (PDF)"),
            title=_("Till dig som behöver ett licensläkemedel"),
            why=_(
                "Du behöver ett läkemedel som inte är godkänt i Sverige. Därför behövs en "
                "licens: ett tillstånd för apoteket att sälja läkemedlet."
            ),
            fetch=_("Hämta läkemedlet på vilket öppenvårdsapotek som helst."),
            treatment=_("läkaren eller tandläkaren som har skrivit licensmotiveringen."),
        ),
    ),
    advisers=(
        product_advice,
        _weight_advice,
        _treatment_advice,
        clinical_advice,
        ongoing_advice,
        diagnosis_advice,
        handling_advice,
    ),
    search_facts=_search_facts,
    any_pharmacy=True,
    reminders=DENTISTS,
    public=PUBLIC,
)
