"""Sections that every licence kind has: product, clinical text, handling (domain §4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.enums import Profession
from klas import formats
from klas.countries import country_choices
from klas.fields import Icd10Field, NoPersonalNumberField
from klas.forms import Look
from klas.rows import RowsField
from klas.sections import Answers, Secrecy, SectionForm
from medicines.fields import ApprovedProductsField
from medicines.models import LicenceProduct
from pharmacies.fields import PharmacyField
from pharmacies.models import Pharmacy

PRODUCT, CLINICAL, HANDLING = "lakemedel", "motivering", "hantering"
# Put beside the answers of a draft, so that the forms can ask what only one profession is asked, or
# only who renews a licence.
AUTHOR = "_author"
# What is open of every kind when documents are given out: which product, and that it was told of.
PUBLIC = frozenset(
    f"{PRODUCT}.{name}"
    for name in (
        "name",
        "substances",
        "form",
        "strength",
        "mah",
        "atc",
        "approved_elsewhere",
        "country",
        "approval_number",
        "withdrawn_by_authority",
        "approved_in_sweden",
    )
) | {f"{HANDLING}.{name}" for name in ("pharmacy", "informed", "not_research")}
# What the Swedish register held when the product was saved (`motivations.queries.known_product`).
APPROVED = "approved_in_sweden"

ELSEWHERE = [("yes", _("Ja, i ett annat land")), ("no", _("Nej, inte i något land"))]
WITHDRAWN = [("no", _("Nej")), ("yes", _("Ja"))]


def author_profession(answers: Answers) -> str:
    """The profession of a draft's author; "" where answers are frozen."""
    return str(answers.get(AUTHOR, {}).get("profession", ""))


def is_renewal(answers: Answers) -> bool:
    """Whether a draft renews a licence; False where answers are frozen."""
    return bool(answers.get(AUTHOR, {}).get("renews"))


class WordedForm(SectionForm):
    """A section shared between kinds, worded by each.

    Attributes:
        left_out: fields that a kind does not ask.
        labels, helps: its own label and help by field.
    """

    left_out: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[Mapping[str, Any]] = {}
    helps: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.left_out:
            del self.fields[name]
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)


def _countries() -> list[tuple[str, Any]]:
    return [("", _("Välj land")), *country_choices()]


class ProductForm(SectionForm):
    """The exact product, from the register or by hand.

    `register` is the chosen product's key; the facts then come from the register and are shown,
    not typed. Changing between the two clears the facts (`motivations.services.product`).
    """

    register = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Läkemedlets namn"), max_length=300)
    substances = forms.CharField(
        label=_("Aktiv substans"),
        max_length=2000,
        help_text=_("Skriv alla aktiva substanser, med kommatecken mellan."),
    )
    form = forms.CharField(
        label=_("Läkemedelsform"), max_length=200, help_text=_("Till exempel tablett eller kräm.")
    )
    strength = forms.CharField(
        label=_("Styrka"), max_length=500, help_text=_("Till exempel 25 mg eller 10 mg/ml.")
    )
    mah = forms.CharField(
        label=_("Innehavare av godkännandet eller ansvarigt företag"), max_length=200
    )
    atc = forms.CharField(label=_("ATC-kod"), max_length=8, required=False)
    approved_elsewhere = forms.ChoiceField(
        label=_("Är läkemedlet godkänt i ett annat land?"),
        choices=ELSEWHERE,
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(
        label=_("Godkännandeland"),
        choices=_countries,
        required=False,
    )
    approval_number = forms.CharField(
        label=_("Godkännandenummer i det landet"),
        max_length=60,
        required=False,
        help_text=_("Läkemedlets nummer i det landets register (ursprungs-id)."),
    )
    not_approved_comment = forms.CharField(
        label=_("Vad är det för läkemedel, och varför är det inte godkänt någonstans?"),
        widget=forms.Textarea,
        required=False,
        max_length=2000,
    )
    withdrawn_by_authority = forms.ChoiceField(
        label=_("Har en myndighet dragit in godkännandet?"),
        choices=WITHDRAWN,
        widget=forms.RadioSelect,
        help_text=_(
            "Licens beviljas då restriktivt, och du behöver skriva varför just det behövs."
        ),
    )

    approved_in_sweden = ApprovedProductsField(
        label=_("Godkänt och säljs i Sverige, med samma substans och form")
    )

    conditional: ClassVar = {
        "approved_elsewhere": {
            "yes": ("country", "approval_number"),
            "no": ("not_approved_comment",),
        }
    }
    # Exactly one of the two ways: an active field is filled, an inactive one is empty [klas].
    demanded: ClassVar = {
        "country": _("Välj landet där läkemedlet är godkänt"),
        "approval_number": _("Fyll i läkemedlets godkännandenummer i det landet"),
        "not_approved_comment": _("Berätta varför läkemedlet inte är godkänt någonstans"),
    }
    looks: ClassVar = {"withdrawn_by_authority": Look(inline=True), "atc": Look(width=10)}
    FACTS: ClassVar = ("name", "substances", "form", "strength", "mah", "atc")

    def clean_atc(self) -> str:
        text: str = self.cleaned_data["atc"]
        return formats.normalise_atc(text) if text.strip() else ""

    def clean_register(self) -> str:
        """Keep the key of a product that is still in the register."""
        key: str = self.cleaned_data["register"]
        if key and not (key.isdigit() and LicenceProduct.objects.filter(pk=key).exists()):
            raise ValidationError(
                _("Läkemedlet finns inte kvar i registret. Sök igen eller skriv in det för hand.")
            )
        return key


WHY_NOT_APPROVED = [
    ("none", _("Det finns inget godkänt läkemedel för indikationen")),
    ("shortage", _("Det godkända läkemedlet går inte att få (restnoterat)")),
    ("no_effect", _("Godkända läkemedel har inte haft tillräcklig effekt")),
    ("adverse_reaction", _("Biverkning av eller allergi mot godkända läkemedel")),
    ("unsuitable", _("Form eller styrka på godkända läkemedel passar inte")),
    ("other", _("Annat skäl")),
]
# So many products approved in Sweden stand in the question; the product section lists them all.
NAMED = 3
AND = _("och")
TREATMENT = [("new", _("Ny behandling")), ("continued", _("Fortsatt behandling"))]


class ClinicalForm(WordedForm):
    """The clinical text: the author's and the agency's alone (domain §4, 1–5).

    `in_templates` are the texts that a prescriber can keep and use again, for any patient.
    """

    secrecy = Secrecy.CLINICAL
    not_copied: ClassVar = ("changes",)
    in_renewal: ClassVar = {"treatment": "continued", "effect_so_far": ""}
    in_templates: ClassVar = ("indication", "why_not_category", "why_not_text", "choice_reason")

    indication = forms.CharField(
        label=_("Vilken indikation ska behandlas?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Diagnos och svårighetsgrad, och vad behandlingen ska åstadkomma."),
    )
    icd10 = Icd10Field(
        label=_("Diagnoskod (ICD-10-SE)"),
        required=False,
        help_text=_("Om det finns en, till exempel G40.4."),
    )
    why_not_category = forms.ChoiceField(
        label=_("Varför kan godkända läkemedel inte användas?"),
        choices=WHY_NOT_APPROVED,
        widget=forms.RadioSelect,
    )
    shortage_product = forms.CharField(
        label=_("Vilket läkemedel är restnoterat?"), max_length=300, required=False
    )
    why_not_text = forms.CharField(
        label=_("Förklara varför"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Nämn de godkända läkemedel du har övervägt."),
    )
    approved_in_sweden_reason = forms.CharField(
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Läkemedelsverket beviljar inte licens när ett godkänt läkemedel räcker."),
    )
    earlier_therapy = RowsField(
        label=_("Tidigare behandling och resultat"),
        required=False,
        columns={
            "product": forms.CharField(label=_("Läkemedel"), max_length=300),
            "period": forms.CharField(label=_("Period"), max_length=100),
            "result": forms.CharField(label=_("Resultat"), max_length=1000),
        },
        row_label=_("Behandling"),
        add_label=_("Lägg till en behandling"),
        max_rows=30,
    )
    no_earlier_therapy = forms.CharField(
        label=_("Om ingen tidigare behandling har getts: varför?"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )
    choice_reason = forms.CharField(
        label=_("Varför väljer du just det här läkemedlet?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Vetenskapligt stöd, riktlinjer eller beprövad erfarenhet."),
    )
    treatment = forms.ChoiceField(
        label=_("Är behandlingen ny eller fortsatt?"),
        choices=TREATMENT,
        widget=forms.RadioSelect,
    )
    effect_so_far = forms.CharField(
        label=_("Vilken effekt har behandlingen haft hittills?"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
    )
    changes = forms.CharField(
        label=_("Vad har ändrats sedan den förra licensen?"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_(
            "Till exempel dosen, sjukdomen eller andra läkemedel. Skriv det också om inget har "
            "ändrats."
        ),
    )
    restrictive_reason = forms.CharField(
        label=_("Varför behövs ett läkemedel vars godkännande har dragits in?"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
    )

    conditional: ClassVar = {
        "why_not_category": {"shortage": ("shortage_product",)},
        "treatment": {"continued": ("effect_so_far",)},
    }
    demanded: ClassVar = {
        "shortage_product": _("Skriv vilket läkemedel som är restnoterat"),
        "approved_in_sweden_reason": _("Skriv varför det godkända läkemedlet inte räcker"),
        "effect_so_far": _("Beskriv effekten hittills. Den krävs vid fortsatt behandling."),
        "changes": _(
            "Skriv vad som har ändrats sedan den förra licensen, eller att inget har ändrats"
        ),
        "restrictive_reason": _(
            "Skriv varför läkemedlet behövs trots att godkännandet har dragits in"
        ),
    }
    # One of the two about earlier therapy is demanded.
    looks: ClassVar = {
        "icd10": Look(width=10),
        "earlier_therapy": Look(optional=False),
        "no_earlier_therapy": Look(optional=False, rows=3),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = self.answers.get(PRODUCT, {})
        if product.get("withdrawn_by_authority") != "yes":
            del self.fields["restrictive_reason"]
        if product.get(APPROVED):
            self.fields["approved_in_sweden_reason"].label = _why_not(product[APPROVED])
        else:
            del self.fields["approved_in_sweden_reason"]
        # What has been sent is shown with the question that its author was asked.
        if not is_renewal(self.answers) and "changes" not in self.answers.get(CLINICAL, {}):
            del self.fields["changes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "earlier_therapy" not in self.errors and not (
            cleaned.get("earlier_therapy") or cleaned.get("no_earlier_therapy")
        ):
            self.add_error(
                "earlier_therapy",
                _("Skriv vilka behandlingar som prövats, eller varför ingen har getts"),
            )
        return cleaned


def _why_not(approved: list[dict[str, Any]]) -> str:
    """The question that products approved in Sweden put to the prescriber."""
    names = list(dict.fromkeys(str(product["name"]) for product in approved))
    named, others = names[:NAMED], len(names) - NAMED
    if others > 0:
        named.append(ngettext("%(count)s till", "%(count)s till", others) % {"count": others})
    together = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {AND} {named[-1]}"
    return ngettext(
        "Varför räcker inte %(names)s, som är godkänt och säljs i Sverige?",
        "Varför räcker inte %(names)s, som är godkända och säljs i Sverige?",
        len(names),
    ) % {"names": together}


URGENCY = [("normal", _("Normal")), ("urgent", _("Medicinskt brådskande"))]


class HandlingForm(WordedForm):
    """Urgency, pharmacy, message, and the declarations (domain §4, “Handling”).

    A dentist may prescribe for odontological purposes only, and says so [seed].
    Why it is urgent is told in clinical words, so that answer belongs to the clinical layer.
    """

    field_secrecy: ClassVar = {"urgent_reason": Secrecy.CLINICAL}
    # How urgent it is, and what is declared, holds for one occasion.
    not_copied: ClassVar[tuple[str, ...]] = (
        "urgency", "urgent_reason", "urgent_phone", "informed", "odontological", "not_research",
    )  # fmt: skip

    urgency = forms.ChoiceField(
        label=_("Hur bråttom är det?"), choices=URGENCY, widget=forms.RadioSelect, initial="normal"
    )
    urgent_reason = forms.CharField(
        label=_("Varför är det medicinskt brådskande?"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_("Visas för Läkemedelsverket, inte för apotek."),
    )
    urgent_phone = forms.CharField(
        label=_("Telefon där du nås"), max_length=40, required=False, help_text=_("Direktnummer.")
    )
    pharmacy = PharmacyField(
        label=_("Vilket apotek ska ansöka?"),
        required=False,
        max_length=200,
        help_text=_(
            "Skriv apotekets namn eller GLN. Apoteket ser din motivering i sin inkorg, men alla "
            "apotek kan söka fram den. Välj gärna tillsammans med patienten."
        ),
    )
    message = NoPersonalNumberField(
        label=_("Meddelande till apoteket"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text=_("Alla apotek kan läsa det. Skriv inget om patientens hälsa."),
    )
    informed = forms.BooleanField(
        label=_(
            "Patienten vet att uppgifterna registreras och att läkemedlet inte är godkänt i Sverige"
        )
    )
    odontological = forms.BooleanField(label=_("Behandlingen har ett odontologiskt ändamål"))
    not_research = forms.BooleanField(
        label=_("Behandlingen är inte forskning, läkemedelsprövning eller compassionate use"),
        help_text=_(
            "Ska effekten utvärderas systematiskt behövs en klinisk läkemedelsprövning, och för "
            "läkemedel under utveckling söker tillverkaren ett compassionate use-program."
        ),
    )

    conditional: ClassVar = {"urgency": {"urgent": ("urgent_reason", "urgent_phone")}}
    demanded: ClassVar = {
        "urgent_reason": _("Skriv varför det är medicinskt brådskande"),
        "urgent_phone": _("Skriv ett telefonnummer där du nås"),
    }
    looks: ClassVar = {"urgent_phone": Look(width=20), "message": Look(count=1000)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_dentist = author_profession(self.answers) == Profession.DENTIST
        # What has been sent is shown with the question that its author was asked.
        if not is_dentist and "odontological" not in self.answers.get(HANDLING, {}):
            del self.fields["odontological"]


def chosen_pharmacy(gln: str) -> Pharmacy | None:
    """The pharmacy that the handling section names."""
    return Pharmacy.objects.filter(gln=gln).first() if gln else None
