"""General licence: one product for one or more care units, before patients are known (domain §3).

No patient stands anywhere on this form.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas.fields import HsaIdField, NoPersonalNumberField
from klas.forms import Look
from klas.policy import policy
from klas.rows import RowsField
from klas.sections import Answers, Section, SectionForm
from motivations.enums import LicenceKind, QuantityUnit, SearchedBy
from motivations.kinds.advising import (
    Hint,
    clinical_advice,
    handling_advice,
    product_advice,
    thin,
)
from motivations.kinds.base import Kind, Route, SearchFact, SlipWords, Unit, Words
from motivations.kinds.common import (
    CLINICAL,
    HANDLING,
    PRODUCT,
    PUBLIC,
    ClinicalForm,
    HandlingForm,
    ProductForm,
)
from motivations.kinds.individual import DENTISTS
from motivations.kinds.quantities import quantity_advice

UNITS, NEED = "vardenheter", "behov"

LARGER = [
    ("no", _("Nej, bara de vårdenheter där jag själv arbetar")),
    ("yes", _("Ja, ett sjukhus eller en större organisation")),
]


class CareUnitsForm(SectionForm):
    """The units that may requisition the product, and how well the prescriber knows them."""

    units = RowsField(
        label=_("Vilka vårdenheter ska få rekvirera läkemedlet?"),
        columns={
            "name": forms.CharField(label=_("Vårdenhet"), max_length=160),
            "hsa_id": HsaIdField(label=_("HSA-id"), max_length=40),
            "organisation": forms.CharField(label=_("Organisation"), max_length=160),
            "region": forms.CharField(label=_("Region"), max_length=80),
        },
        row_label=_("Vårdenhet"),
        add_label=_("Lägg till en vårdenhet"),
        max_rows=50,
        help_text=_("Läkemedlet lämnas bara ut till enheterna i beslutet."),
    )
    larger_organisation = forms.ChoiceField(
        label=_("Gäller det ett sjukhus eller en större organisation?"),
        choices=LARGER,
        widget=forms.RadioSelect,
    )
    insight = NoPersonalNumberField(
        label=_("Vilken kännedom och insyn har du i vården där?"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )

    conditional: ClassVar = {"larger_organisation": {"yes": ("insight",)}}
    demanded: ClassVar = {
        "insight": _("Beskriv din kännedom om och insyn i vården vid organisationen")
    }

    def clean_units(self) -> list[dict[str, Any]]:
        units: list[dict[str, Any]] = self.cleaned_data["units"]
        seen: set[str] = set()
        for index, unit in enumerate(units):
            if unit["hsa_id"] in seen:
                raise ValidationError(
                    _("Vårdenheten med HSA-id %(hsa_id)s står två gånger. Ta bort den ena raden."),
                    code=f"{index}-hsa_id",
                    params={"hsa_id": unit["hsa_id"]},
                )
            seen.add(unit["hsa_id"])
        return units


class NeedForm(SectionForm):
    """For which patients, how many and how much a year, and why not one licence each.

    Everybody at a pharmacy may read this: it is about a group, never about somebody.
    """

    patient_group = NoPersonalNumberField(
        label=_("Vilken patientgrupp gäller det?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Alla apotek kan läsa det. Beskriv gruppen, peka inte ut någon patient."),
    )
    expected_patients = forms.IntegerField(
        label=_("Ungefär hur många patienter väntas få läkemedlet på ett år?"),
        min_value=1,
        max_value=1_000_000,
    )
    amount = forms.DecimalField(
        label=_("Total mängd för ett år"),
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
    )
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices]
    )
    why_not_individual = NoPersonalNumberField(
        label=_("Varför räcker det inte med en enskild licens för varje patient?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_(
            "Till exempel att behandlingen måste börja genast. Alla apotek kan läsa det här."
        ),
    )

    looks: ClassVar = {
        "patient_group": Look(rows=3),
        "expected_patients": Look(width=10),
        "amount": Look(width=10),
    }


class GroupClinicalForm(ClinicalForm):
    """The clinical text of a group of patients."""

    labels: ClassVar = {
        "icd10": _("Diagnoskod (ICD-10-SE), om gruppen har en"),
        "earlier_therapy": _("Tidigare behandling i patientgruppen och resultat"),
        "no_earlier_therapy": _("Om gruppen inte brukar få någon tidigare behandling: varför?"),
        "treatment": _("Är användningen ny eller fortsatt på vårdenheterna?"),
        "effect_so_far": _("Vilken effekt har behandlingen haft på vårdenheterna hittills?"),
    }


class UnitsHandlingForm(HandlingForm):
    """No patient is there to be informed: the units are."""

    left_out: ClassVar = ("informed",)
    not_copied: ClassVar = (*HandlingForm.not_copied, "units_know")
    units_know = forms.BooleanField(
        label=_(
            "Vårdenheterna vet att uttagen registreras och att läkemedlet inte är godkänt i Sverige"
        )
    )

    field_order = (
        "urgency", "urgent_reason", "urgent_phone", "pharmacy", "message", "units_know",
    )  # fmt: skip
    helps: ClassVar = {
        "pharmacy": _(
            "Skriv apotekets namn eller GLN. Apoteket ser din motivering i sin inkorg, men alla "
            "apotek kan söka fram den. Bara apoteket som får licensen kan lämna ut läkemedlet."
        ),
        "message": _("Alla apotek kan läsa det. Skriv inget om någon patient."),
    }


def unit_line(unit: dict[str, Any]) -> str:
    """A care unit in decision and licence: name and HSA-id."""
    return f"{unit['name']} ({unit['hsa_id']})"


def _subject_label(answers: Answers) -> str:
    units = answers.get(UNITS, {}).get("units") or []
    names = [str(unit.get("name") or "") for unit in units]
    names = [name for name in names if name]
    if len(names) > 1:
        return str(_("%(name)s och %(others)s till")) % {"name": names[0], "others": len(names) - 1}
    return names[0] if names else ""


def _subject_line(answers: Answers) -> str:
    return ", ".join(unit_line(unit) for unit in answers[UNITS]["units"])


def _units(answers: Answers) -> tuple[Unit, ...]:
    return tuple(Unit(unit["hsa_id"], unit["name"]) for unit in answers[UNITS]["units"])


def _search_facts(answers: Answers) -> tuple[SearchFact, ...]:
    """The units' HSA-ids and names."""
    return tuple(
        SearchFact(SearchedBy.CARE_UNIT, text)
        for unit in _units(answers)
        for text in (unit.hsa_id, unit.name)
    )


def _quantity(answers: Answers) -> tuple[str, str]:
    return str(answers[NEED]["amount"]), str(answers[NEED]["unit"])


_UNITS_ASKED = {
    "insight": _(
        "Läkemedelsverket frågar hur du känner vården där. Skriv vilket ansvar du har för den och "
        "hur du följer upp behandlingen."
    )
}
_NEED_ASKED = {
    "why_not_individual": _(
        "Handläggaren frågar varför inte en licens för varje patient räcker. Skriv hur snart "
        "behandlingen måste börja, eller varför patienterna inte är kända i förväg."
    )
}


def _advice(answers: Answers) -> Iterator[Hint]:
    """Hints on what a general licence is asked about besides the clinical text."""
    fewest = policy.advice_fewest_words
    if answers.get(UNITS, {}).get("larger_organisation") == "yes":
        yield from thin(answers, UNITS, _UNITS_ASKED, fewest=fewest)
    yield from thin(answers, NEED, _NEED_ASKED, fewest=fewest)
    yield from quantity_advice(answers, NEED)


GENERAL = Kind(
    code=LicenceKind.GENERAL,
    description=_(
        "För en eller flera vårdenheter, innan patienterna är kända. Bara när det inte räcker med "
        "en enskild licens för varje patient."
    ),
    professions=frozenset({Profession.DOCTOR, Profession.DENTIST}),
    sections=(
        Section(UNITS, _("Vårdenheter"), CareUnitsForm),
        Section(PRODUCT, _("Läkemedel"), ProductForm),
        Section(NEED, _("Patientgrupp och behov"), NeedForm),
        Section(
            CLINICAL,
            _("Motivering"),
            GroupClinicalForm,
            _("Texten här läser bara du och Läkemedelsverket. Apotek ser den aldrig."),
        ),
        Section(HANDLING, _("Apotek och hantering"), UnitsHandlingForm),
    ),
    subject_title=_("Vårdenheter"),
    subject_label=_subject_label,
    subject_line=_subject_line,
    quantity=_quantity,
    # The quantity is asked for a year.
    period_months=lambda answers: policy.longest_treatment_months,
    routes=lambda answers: (Route.REQUISITION,),
    words=Words(
        call=_("Du eller en vårdenhet hör av er till ett apotek och uppger referensnumret."),
        fetch_title=_("Vårdenheterna rekvirerar läkemedlet."),
        fetch=_(
            "När licensen är beviljad lämnar apoteket som har den ut läkemedlet mot rekvisition, "
            "bara till vårdenheterna i beslutet."
        ),
        slip=_(
            "Skriv ut den här sidan till vårdenheterna. Den innehåller inga uppgifter om "
            "behandlingen utöver läkemedlets namn."
        ),
        slip_link=_("Kvitto att skriva ut till vårdenheterna"),
        granted=_(
            "Licensen är beviljad. Vårdenheterna i beslutet kan rekvirera läkemedlet från apoteket "
            "som har licensen. Fråga apoteket om leveranstiden."
        ),
        take_home=SlipWords(
            reader="vard",
            link=_("Lapp till vårdenheterna (PDF)"),
            title=_("Till vårdenheten"),
            why=_(
                "Vårdenheten behöver ett läkemedel som inte är godkänt i Sverige. Därför behövs "
                "en licens: ett tillstånd för apoteket att sälja läkemedlet."
            ),
            fetch=_(
                "Rekvirera läkemedlet från apoteket som har licensen. Det lämnas bara ut till "
                "vårdenheterna i beslutet."
            ),
            treatment=_("den som har skrivit licensmotiveringen."),
        ),
    ),
    advisers=(product_advice, _advice, clinical_advice, handling_advice),
    requisition_units=_units,
    search_facts=_search_facts,
    prescription_by_permission=True,
    reminders=DENTISTS,
    public=PUBLIC
    | {f"{UNITS}.units", f"{UNITS}.larger_organisation", f"{HANDLING}.units_know"}
    | {f"{NEED}.{name}" for name in ("expected_patients", "amount", "unit")},
)
