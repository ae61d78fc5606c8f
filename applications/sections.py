"""The pages of an application (domain §5)."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import ContactWay
from applications.rules import is_same_rate
from klas import clock
from klas.countries import country_choices
from klas.fields import NoPersonalNumberField
from klas.forms import Look
from klas.policy import policy
from klas.presentation import quantity
from klas.sections import Answers, Section, SectionForm
from medicines.models.facts import FACT_FIELDS
from motivations.enums import QuantityUnit
from motivations.kinds import Kind

RENEWAL, PRODUCT, LICENCE, CONFIRM = "fornyelse", "lakemedel", "licens", "kontroll"
# Put beside the answers of a draft so that the forms can compare with what was asked for.
MOTIVATION = "_motivation"

SAME = [("yes", _("Ja, exakt det läkemedlet")), ("no", _("Nej, det skiljer sig"))]


def _countries() -> list[tuple[str, Any]]:
    return [("", _("Välj land")), *country_choices()]


class OrderedProductForm(SectionForm):
    """The exact product that the pharmacy can order, held against the motivation's."""

    same_product = forms.ChoiceField(
        label=_("Är det läkemedlet i motiveringen som ni kan beställa?"),
        choices=SAME,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Läkemedlets namn"), max_length=300, required=False)
    substances = forms.CharField(label=_("Aktiv substans"), max_length=2000, required=False)
    form = forms.CharField(label=_("Läkemedelsform"), max_length=200, required=False)
    strength = forms.CharField(label=_("Styrka"), max_length=500, required=False)
    mah = forms.CharField(
        label=_("Innehavare av godkännandet eller ansvarigt företag"),
        max_length=200,
        required=False,
    )
    country = forms.ChoiceField(label=_("Godkännandeland"), choices=_countries, required=False)
    approval_number = forms.CharField(
        label=_("Godkännandenummer i det landet"), max_length=60, required=False
    )
    difference_reason = forms.CharField(
        label=_("Varför ett annat läkemedel?"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
    )
    contacted_on = forms.DateField(
        label=_("Vilken dag var ni i kontakt med förskrivaren om skillnaden?"), required=False
    )
    contacted_how = forms.ChoiceField(
        label=_("Hur?"),
        choices=[("", _("Välj")), *ContactWay.choices],
        required=False,
    )
    supplier = forms.CharField(label=_("Leverantör"), max_length=200)
    supplied_from = forms.ChoiceField(label=_("Land det köps från"), choices=_countries)
    pack_size = forms.CharField(
        label=_("Förpackningsstorlek"), max_length=100, help_text=_("Till exempel 100 tabletter.")
    )
    packs = forms.IntegerField(label=_("Antal förpackningar"), min_value=1, max_value=100_000)
    lead_time_days = forms.IntegerField(
        label=_("Leveranstid"),
        min_value=0,
        max_value=730,
        help_text=_("Ungefär, från beställning."),
    )
    available = forms.BooleanField(
        label=_("Vi har kontrollerat med leverantören att läkemedlet går att beställa")
    )

    DIFFERENT: ClassVar = ("name", "substances", "form", "strength", "mah")
    conditional: ClassVar = {
        "same_product": {
            "no": (
                *DIFFERENT,
                "country",
                "approval_number",
                "difference_reason",
                "contacted_on",
                "contacted_how",
            )
        }
    }
    demanded: ClassVar = dict.fromkeys(
        (*DIFFERENT, "difference_reason", "contacted_on", "contacted_how")
    )
    looks: ClassVar = {
        "contacted_on": Look(width=10),
        "packs": Look(width=5),
        "lead_time_days": Look(width=3, suffix=_("dagar")),
        "pack_size": Look(width=20),
        "difference_reason": Look(rows=3),
    }

    def clean_contacted_on(self) -> Any:
        day = self.cleaned_data["contacted_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Datumet ligger i framtiden. Skriv dagen ni var i kontakt."))
        return day

    def product_facts(self, asked_for: dict[str, str]) -> dict[str, str]:
        """The facts of the product applied for: the motivation's, or those typed here."""
        if self.cleaned_data["same_product"] == "yes":
            return {fact: asked_for.get(fact, "") for fact in FACT_FIELDS}
        typed = {fact: self.cleaned_data.get(fact, "") for fact in FACT_FIELDS}
        return {**typed, "atc": asked_for.get("atc", "")}


_CHANGED = _(
    "Då går det inte att förnya på samma licensmotivering. Kasta utkastet och be förskrivaren "
    "skriva en ny licensmotivering. Förskrivaren kan utgå från den gamla och ändra."
)


class RenewalForm(SectionForm):
    """That nothing has changed, and when and how the prescriber said so (domain §5)."""

    unchanged = forms.ChoiceField(
        label=_("Är allt som i licensmotiveringen?"),
        choices=[
            (
                "yes",
                _(
                    "Ja: samma patient (eller djur eller vårdenhet), samma läkemedel, samma mängd "
                    "per tid och samma indikation"
                ),
            ),
            ("no", _("Nej, något har ändrats")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Apoteket ser inte indikationen. Fråga förskrivaren."),
    )
    asked_on = forms.DateField(label=_("Vilken dag frågade ni förskrivaren?"))
    asked_how = forms.ChoiceField(label=_("Hur?"), choices=[("", _("Välj")), *ContactWay.choices])
    asked_who = NoPersonalNumberField(
        label=_("Vem svarade?"), max_length=160, help_text=_("Namn och befattning.")
    )

    looks: ClassVar = {"asked_on": Look(width=10)}

    def clean_unchanged(self) -> str:
        answer: str = self.cleaned_data["unchanged"]
        if answer == "no":
            raise ValidationError(_CHANGED)
        return answer

    def clean_asked_on(self) -> Any:
        day, today = self.cleaned_data["asked_on"], clock.today()
        if day > today:
            raise ValidationError(_("Datumet ligger i framtiden. Skriv dagen ni frågade."))
        if (today - day).days > policy.renewal_asked_days:
            raise ValidationError(
                _("Det är för länge sedan. Fråga igen: svaret får vara högst %(days)s dagar."),
                params={"days": policy.renewal_asked_days},
            )
        return day


class RenewedProductForm(OrderedProductForm):
    """The licence's product, which can be ordered still. Another product is another motivation."""

    same_product = forms.ChoiceField(
        label=_("Är det läkemedlet i licensen som ni kan beställa?"),
        choices=SAME,
        widget=forms.RadioSelect,
    )
    # Django takes away what a parent declares when it is None here.
    name = substances = form = strength = mah = country = approval_number = None  # type: ignore[assignment]
    difference_reason = contacted_on = contacted_how = None  # type: ignore[assignment]

    conditional: ClassVar = {}
    demanded: ClassVar = {}
    looks: ClassVar = {
        name: look
        for name, look in OrderedProductForm.looks.items()
        if name not in {"contacted_on", "difference_reason"}
    }

    def clean_same_product(self) -> str:
        answer: str = self.cleaned_data["same_product"]
        if answer == "no":
            raise ValidationError(_CHANGED)
        return answer


class LicenceForm(SectionForm):
    """What is applied for: how it is handed out, how much, how long."""

    route = forms.ChoiceField(label=_("Hur ska läkemedlet lämnas ut?"), widget=forms.RadioSelect)
    quantity = forms.DecimalField(label=_("Mängd"), min_value=0, max_digits=12, decimal_places=3)
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices]
    )
    months = forms.IntegerField(label=_("Hur länge ska licensen gälla?"))

    looks: ClassVar = {
        "quantity": Look(width=10),
        "months": Look(width=2, suffix=_("månader")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        routes = self.answers.get(MOTIVATION, {}).get("routes", [])
        self.fields["route"].choices = routes  # type: ignore[attr-defined]

    def clean_quantity(self) -> Any:
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise ValidationError(_("Mängden måste vara större än noll"))
        return quantity

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        if not 1 <= months <= policy.longest_treatment_months:
            raise ValidationError(
                _("En licens kan gälla 1 till %(longest)s månader. Du har skrivit %(months)s."),
                params={"longest": policy.longest_treatment_months, "months": months},
            )
        return months


class RenewedLicenceForm(LicenceForm):
    """The same, as much a month as in the licence that is renewed."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        before = self.answers.get(MOTIVATION, {})
        quantity, months = cleaned.get("quantity"), cleaned.get("months")
        if quantity and cleaned.get("unit") and cleaned["unit"] != before["unit"]:
            self.add_error("unit", _("Välj samma enhet som i licensen som förnyas."))
        elif (
            quantity
            and months
            and not is_same_rate(
                quantity, months, as_in=(Decimal(before["quantity"]), int(before["months"]))
            )
        ):
            self.add_error(
                "quantity",
                _(
                    "Mängden per månad är en annan än i licensen som förnyas. Rätta mängden eller "
                    "tiden. Behövs en annan mängd: be förskrivaren skriva en ny licensmotivering."
                ),
            )
        return cleaned


class _Shown(forms.HiddenInput):
    """Says what the page shows now, whatever was answered before."""

    def __init__(self, shown: int) -> None:
        super().__init__()
        self.shown = shown

    def format_value(self, value: Any) -> str:
        return str(self.shown)


class ConfirmForm(SectionForm):
    """The completeness checklist and the fee."""

    product_checked = forms.BooleanField(
        label=_("Namn, form, styrka och företag stämmer med det vi kan beställa")
    )
    quantity_checked = forms.BooleanField(
        label=_("Mängd och tid är rimliga mot doseringen i motiveringen")
    )
    customer_informed = forms.BooleanField(
        label=_("Kunden vet att vi ansöker och ungefär när beslut väntas")
    )
    quality_documents = forms.ChoiceField(
        label=_("Finns dokument som styrker tillverkningen (GMP)?"),
        choices=[
            ("known", _("Behövs inte: läkemedlet är godkänt i landet det köps från")),
            ("attached", _("Ja, de är bifogade under Kvalitetsdokument")),
            ("on_request", _("Ja, vi har dem och lämnar dem på begäran")),
            ("none", _("Nej")),
        ],
        widget=forms.RadioSelect,
    )
    fee_accepted = forms.BooleanField(label=_("Vi betalar ansökningsavgiften"))
    # What was shown when the fee was accepted; blank for who was shown none.
    fee = forms.IntegerField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Meddelande till Läkemedelsverket"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )

    looks: ClassVar = {"message": Look(rows=3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As charged, when it has been sent.
        self.charged = self.answers.get(MOTIVATION, {}).get("fee") or policy.fee_on(clock.today())
        self.fields["fee_accepted"].label = fee_label(self.charged)
        self.fields["fee"].widget = _Shown(self.charged)
        if self.initial.get("fee") not in (None, "", self.charged, str(self.charged)):
            self.initial["fee_accepted"] = False

    def clean_fee(self) -> int:
        shown: int | None = self.cleaned_data["fee"]
        if shown not in (None, self.charged):
            self.add_error(
                "fee_accepted",
                _("Avgiften har ändrats och är nu %(fee)s. Läs och godkänn den nya avgiften.")
                % {"fee": quantity(self.charged, _("kr"))},
            )
        return self.charged


class SupplementAnswerForm(SectionForm):
    """What the pharmacy answers; what it changes in the application is changed there."""

    answer = NoPersonalNumberField(
        label=_("Ert svar"),
        widget=forms.Textarea,
        max_length=8000,
        help_text=_(
            "Svara på frågorna i ordning. Ändrar ni något i ansökan räcker det att skriva vad ni "
            "har ändrat. Skriv inget om patientens hälsa."
        ),
        error_messages={"required": _("Skriv ert svar på frågorna")},
    )


ANSWER = Section(
    "svar",
    _("Svar på frågorna"),
    SupplementAnswerForm,
    _("Svaret läser bara ni och Läkemedelsverket. Förskrivaren ser det inte."),
)
SECTIONS = (
    Section(PRODUCT, _("Läkemedlet som kan beställas"), OrderedProductForm),
    Section(LICENCE, _("Licensen"), LicenceForm),
    Section(CONFIRM, _("Kontroll och avgift"), ConfirmForm),
)


RENEWAL_SECTIONS = (
    Section(RENEWAL, _("Förnyelsen"), RenewalForm),
    Section(PRODUCT, _("Läkemedlet som kan beställas"), RenewedProductForm),
    Section(LICENCE, _("Licensen"), RenewedLicenceForm),
    Section(CONFIRM, _("Kontroll och avgift"), ConfirmForm),
)


def sections_of(answers: Answers) -> tuple[Section, ...]:
    """The pages of an application, by what stands beside its answers.

    An answer to the agency begins with the answer.
    """
    beside = answers.get(MOTIVATION, {})
    pages = RENEWAL_SECTIONS if beside.get("renewed") else SECTIONS
    return (ANSWER, *pages) if beside.get("answering") else pages


def fee_label(fee: int) -> str:
    """The checkbox that accepts a fee of so many SEK."""
    return _("Vi betalar ansökningsavgiften, %(fee)s") % {"fee": quantity(fee, _("kr"))}


def section(answers: Answers, slug: str) -> Section:
    """The section with a slug, of an application with such answers.

    Raises:
        KeyError: there is no such section.
    """
    return {section.slug: section for section in sections_of(answers)}[slug]


def routes_of(kind: Kind, motivation_answers: Answers) -> list[tuple[str, str]]:
    """The choices of how to hand out, as the kind allows for what the motivation says.

    Args:
        motivation_answers: the open answers of the motivation's version.
    """
    return [(route.value, str(route.label)) for route in kind.routes(motivation_answers)]
