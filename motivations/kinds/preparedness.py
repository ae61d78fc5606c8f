"""Preparedness licence: against a threat to people or animals, whole country or part (domain §3).

Only care units on the allow-list may write it, and every decision needs two persons (domain §6).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas.fields import NoPersonalNumberField
from klas.forms import Look
from klas.policy import policy
from klas.presentation import number
from klas.rows import RowsField
from klas.sections import Answers, Section, SectionForm
from motivations.enums import LicenceKind, QuantityUnit
from motivations.kinds.advising import (
    Hint,
    clinical_advice,
    handling_advice,
    product_advice,
    thin,
)
from motivations.kinds.base import Kind, Route, SlipWords, Words
from motivations.kinds.common import (
    CLINICAL,
    HANDLING,
    PRODUCT,
    PUBLIC,
    ClinicalForm,
    HandlingForm,
    ProductForm,
    author_profession,
)
from motivations.kinds.quantities import quantity_advice

THREAT, ORGANISATION, STOCK = "hot", "organisation", "lager"


class Threat(models.TextChoices):
    """What a preparedness licence is kept against (domain §3)."""

    PATHOGEN = "pathogen", _("Smittämne")
    TOXIN = "toxin", _("Toxin")
    CHEMICAL = "chemical", _("Kemiskt ämne")
    RADIATION = "radiation", _("Strålning")
    ANTIDOTE = "antidote", _("Förgiftning: antidot behövs")
    SERUM = "serum", _("Bett eller gift från djur: serum behövs")


HUMAN, ANIMAL = "human", "animal"
FOR_WHOM = [(HUMAN, _("Människor")), (ANIMAL, _("Djur"))]
AREAS = [("whole", _("Hela landet")), ("part", _("En del av landet"))]


class ThreatForm(SectionForm):
    """What the stock is against, for people or animals, and where.

    A vet may write for animals only, a doctor for people only [seed].
    """

    category = forms.ChoiceField(
        label=_("Vad är det för hot?"), choices=Threat.choices, widget=forms.RadioSelect
    )
    threat = NoPersonalNumberField(
        label=_("Beskriv hotet"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Alla apotek kan läsa det. Nämn ämnet eller sjukdomen."),
    )
    for_whom = forms.ChoiceField(
        label=_("Vem ska läkemedlet ges till?"), choices=FOR_WHOM, widget=forms.RadioSelect
    )
    area = forms.ChoiceField(
        label=_("Vilket område gäller det?"), choices=AREAS, widget=forms.RadioSelect
    )
    part = forms.CharField(
        label=_("Vilken del av landet?"),
        max_length=200,
        required=False,
        help_text=_("Till exempel län eller region."),
    )

    conditional: ClassVar = {"area": {"part": ("part",)}}
    demanded: ClassVar = {"part": _("Skriv vilken del av landet det gäller")}
    looks: ClassVar = {"threat": Look(rows=3)}

    def clean_for_whom(self) -> str:
        answer: str = self.cleaned_data["for_whom"]
        profession = author_profession(self.answers)
        if profession == Profession.VETERINARIAN and answer != ANIMAL:
            raise ValidationError(
                _("Som veterinär kan du bara skriva för djur. Ändra svaret."), code="profession"
            )
        if profession and profession != Profession.VETERINARIAN and answer != HUMAN:
            raise ValidationError(
                _("Som läkare kan du bara skriva för människor. Ändra svaret."), code="profession"
            )
        return answer


class OrganisationForm(SectionForm):
    """Who keeps the stock, and who answers at any hour."""

    organisation = forms.CharField(
        label=_("Organisation som ansvarar för beredskapen"), max_length=160
    )
    contact = forms.CharField(
        label=_("Funktion som nås dygnet runt"),
        max_length=160,
        help_text=_("Till exempel tjänsteman i beredskap. Skriv inte en enskild persons namn."),
    )
    contact_phone = forms.CharField(
        label=_("Telefon som besvaras dygnet runt"),
        max_length=40,
    )
    contact_email = forms.EmailField(label=_("E-post"), required=False)

    looks: ClassVar = {"contact_phone": Look(width=20)}

    def clean_contact_phone(self) -> str:
        text: str = self.cleaned_data["contact_phone"]
        if sum(character.isdigit() for character in text) < 5:
            raise ValidationError(_("Skriv telefonnumret med riktnummer"), code="phone")
        return text


class StockForm(SectionForm):
    """How much, where it is kept, and how it reaches those who need it."""

    amount = forms.DecimalField(
        label=_("Total mängd"), min_value=Decimal("0.001"), max_digits=12, decimal_places=3
    )
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices]
    )
    sites = RowsField(
        label=_("Var ska läkemedlet lagras?"),
        columns={
            "site": forms.CharField(label=_("Plats"), max_length=160),
            "city": forms.CharField(label=_("Ort"), max_length=80),
            "amount": forms.DecimalField(
                label=_("Mängd där"),
                min_value=Decimal("0.001"),
                max_digits=12,
                decimal_places=3,
            ),
        },
        looks={"amount": Look(size="", width=10)},
        row_label=_("Lagringsplats"),
        add_label=_("Lägg till en lagringsplats"),
        max_rows=50,
        help_text=_("Mängderna ska tillsammans bli den totala mängden."),
    )
    distribution = NoPersonalNumberField(
        label=_("Hur ska läkemedlet fördelas när det behövs?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Vem som beslutar, vem som kör ut och hur fort. Alla apotek kan läsa det här."),
    )

    looks: ClassVar = {"amount": Look(width=10)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        total, sites = cleaned.get("amount"), cleaned.get("sites")
        if total and sites:
            stored = sum((site["amount"] for site in sites), Decimal(0))
            if stored != total:
                self.add_error(
                    "sites",
                    ValidationError(
                        _(
                            "Lagringsplatserna har tillsammans %(stored)s, men den totala mängden "
                            "är %(total)s. Ändra så att de blir lika."
                        ),
                        code="0-amount",
                        params={"stored": number(stored), "total": number(total)},
                    ),
                )
        return cleaned


class ThreatClinicalForm(ClinicalForm):
    """The scientific ground, before anybody has fallen ill."""

    left_out: ClassVar = ("icd10",)

    labels: ClassVar = {
        "indication": _("Vilket tillstånd ska kunna behandlas eller förebyggas?"),
        "earlier_therapy": _("Andra behandlingar och motmedel, och deras effekt"),
        "no_earlier_therapy": _("Om det inte finns någon annan behandling: varför?"),
        "treatment": _("Är beredskapen ny eller fortsatt?"),
        "effect_so_far": _("Har läkemedlet använts hittills, och med vilken effekt?"),
    }
    helps: ClassVar = {
        "indication": _("Tillstånd och svårighetsgrad, och vad behandlingen ska åstadkomma."),
    }


class ThreatHandlingForm(HandlingForm):
    """Nobody is ill yet: the organisation is informed."""

    left_out: ClassVar = ("informed",)
    not_copied: ClassVar = (*HandlingForm.not_copied, "organisation_knows")
    organisation_knows = forms.BooleanField(
        label=_(
            "Organisationen vet att uttagen registreras och att läkemedlet inte är godkänt i "
            "Sverige"
        )
    )

    field_order = (
        "urgency", "urgent_reason", "urgent_phone", "pharmacy", "message", "organisation_knows",
    )  # fmt: skip
    helps: ClassVar = {
        "pharmacy": _(
            "Skriv apotekets namn eller GLN. Apoteket ser din motivering i sin inkorg, men alla "
            "apotek kan söka fram den."
        ),
        "message": _("Alla apotek kan läsa det."),
    }


def _organisation(answers: Answers) -> str:
    return str(answers.get(ORGANISATION, {}).get("organisation") or "")


def _subject_line(answers: Answers) -> str:
    threat = answers[THREAT]
    area = threat["part"] or str(dict(AREAS)["whole"]).lower()
    return f"{_organisation(answers)}, {area}"


def _quantity(answers: Answers) -> tuple[str, str]:
    return str(answers[STOCK]["amount"]), str(answers[STOCK]["unit"])


def _for_animals(answers: Answers) -> bool:
    chosen = answers.get(THREAT, {}).get("for_whom")
    return chosen == ANIMAL or author_profession(answers) == Profession.VETERINARIAN


_THREAT_ASKED = {
    "threat": _("Handläggaren frågar vad som kan hända. Skriv vilket ämne eller vilken sjukdom.")
}
_STOCK_ASKED = {
    "distribution": _(
        "Handläggaren frågar hur läkemedlet når fram. Skriv vem som beslutar, vem som kör ut och "
        "hur lång tid det tar."
    )
}


def _advice(answers: Answers) -> Iterator[Hint]:
    """Hints on what a stock is asked about besides the scientific ground."""
    fewest = policy.advice_fewest_words_explanation
    yield from thin(answers, THREAT, _THREAT_ASKED, fewest=fewest)
    yield from quantity_advice(answers, STOCK)
    yield from thin(answers, STOCK, _STOCK_ASKED, fewest=policy.advice_fewest_words)


PREPAREDNESS = Kind(
    code=LicenceKind.PREPAREDNESS,
    description=_(
        "För ett lager mot smitta, gift, kemiska ämnen eller strålning, för hela eller en del av "
        "landet."
    ),
    professions=frozenset({Profession.DOCTOR, Profession.VETERINARIAN}),
    sections=(
        Section(THREAT, _("Hot och område"), ThreatForm),
        Section(ORGANISATION, _("Organisation"), OrganisationForm),
        Section(PRODUCT, _("Läkemedel"), ProductForm),
        Section(STOCK, _("Mängd, lager och fördelning"), StockForm),
        Section(
            CLINICAL,
            _("Motivering"),
            ThreatClinicalForm,
            _("Texten här läser bara du och Läkemedelsverket. Apotek ser den aldrig."),
        ),
        Section(HANDLING, _("Apotek och hantering"), ThreatHandlingForm),
    ),
    no_renewal=lambda answers: _(
        "En beredskapslicens prövas på nytt varje gång: hotet och lagret kan ha ändrats."
    ),
    subject_title=_("Organisation"),
    subject_label=_organisation,
    subject_line=_subject_line,
    quantity=_quantity,
    # A stock is kept for as long as a licence can last.
    period_months=lambda answers: policy.longest_treatment_months,
    routes=lambda answers: (Route.REQUISITION,),
    words=Words(
        call=_("Du eller organisationen hör av er till ett apotek och uppger referensnumret."),
        fetch_title=_("Organisationen rekvirerar läkemedlet."),
        fetch=_("När licensen är beviljad lämnar apoteket ut läkemedlet mot rekvisition."),
        slip=_(
            "Skriv ut den här sidan till organisationen. Den innehåller inga uppgifter om lager "
            "eller fördelning."
        ),
        slip_link=_("Kvitto att skriva ut till organisationen"),
        granted=_(
            "Licensen är beviljad. Organisationen kan rekvirera läkemedlet från apoteket. Fråga "
            "apoteket om leveranstiden."
        ),
        take_home=SlipWords(
            reader="vard",
            link=_("Lapp till organisationen (PDF)"),
            title=_("Till organisationen"),
            why=_(
                "Organisationen behöver ett läkemedel som inte är godkänt i Sverige. Därför "
                "behövs en licens: ett tillstånd för apoteket att sälja läkemedlet."
            ),
            fetch=_("Rekvirera läkemedlet från apoteket."),
            treatment=_("den som har skrivit licensmotiveringen."),
        ),
    ),
    for_animals=_for_animals,
    advisers=(product_advice, _advice, clinical_advice, handling_advice),
    always_two_persons=True,
    only_listed_units=True,
    public=PUBLIC
    | {f"{THREAT}.{name}" for name in ("category", "for_whom")}
    | {f"{ORGANISATION}.organisation", f"{HANDLING}.organisation_knows"},
)
