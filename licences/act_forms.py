"""Forms of what the agency does with a licence after the decision."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from decisions.corrections import DAYS, PRODUCT_PARTS, value_of
from decisions.enums import CorrectedPart, CorrectionHearing, Hearing, RevocationGround
from decisions.models import Decision
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.presentation import number
from licences.enums import SafetyAct
from licences.oversight import FoundProduct
from licences.services.correcting import CorrectionFacts
from licences.services.revoking import RevocationFacts
from motivations.enums import QuantityUnit

_READ_BY_ALL = _("Apoteken och förskrivaren läser det. Peka inte ut någon patient.")


def _reason(label: Any, missing: Any) -> forms.CharField:
    return NoPersonalNumberField(
        label=label,
        widget=forms.Textarea,
        max_length=4000,
        help_text=_READ_BY_ALL,
        error_messages={"required": missing},
    )


def _instruction() -> forms.CharField:
    return NoPersonalNumberField(
        label=_("Vad ska apoteken göra?"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Till exempel: lägg förpackningarna åt sidan. Står i brevet och på licensen."),
    )


class SuspendForm(KlasForm):
    """Why a licence is stopped, and what the pharmacies are to do."""

    reason = _reason(_("Varför stoppas licensen?"), _("Skriv varför licensen stoppas"))
    instruction = _instruction()
    looks: ClassVar = {"reason": Look(rows=5), "instruction": Look(rows=4)}


class LiftForm(KlasForm):
    """Why a stopped licence holds again."""

    reason = _reason(_("Varför gäller licensen igen?"), _("Skriv varför licensen gäller igen"))
    instruction = _instruction()
    looks: ClassVar = {"reason": Look(rows=5), "instruction": Look(rows=4)}


class RevokeForm(KlasForm):
    """A proposal to revoke a licence (FL 25, 32, 37 §§)."""

    ground = forms.ChoiceField(
        label=_("På vilken grund återkallas licensen?"),
        choices=RevocationGround.choices,
        widget=forms.RadioSelect,
        help_text=_("Bara på någon av de här grunderna (37 § förvaltningslagen)."),
        error_messages={"required": _("Välj grunden för att återkalla licensen")},
    )
    reasons = _reason(_("Skäl för beslutet"), _("Skriv skälen för att återkalla licensen"))
    hearing = forms.ChoiceField(
        label=_("Har apoteket fått del av det som talar för att licensen återkallas?"),
        choices=[
            (Hearing.HEARD.value, _("Ja, och apoteket har haft tid att svara")),
            (Hearing.EXCEPTION.value, _("Nej, undantag gäller (25 § förvaltningslagen)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj om apoteket har hörts, eller om undantag gäller")},
    )
    hearing_text = NoPersonalNumberField(
        label=_("Hur och när, och vad apoteket svarade, eller skälet för undantag"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={
            "required": _("Skriv hur apoteket har hörts, eller skälet för undantag"),
        },
    )
    instruction = _instruction()
    suspend_meanwhile = forms.BooleanField(
        label=_("Stoppa licensen nu, tills återkallelsen är kontrasignerad"), required=False
    )
    looks: ClassVar = {
        "reasons": Look(rows=6),
        "hearing_text": Look(rows=3),
        "instruction": Look(rows=4),
    }

    def __init__(self, *args: Any, has_clause: bool, is_active: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_clause:
            ground: Any = self.fields["ground"]
            ground.choices = [
                choice
                for choice in RevocationGround.choices
                if choice[0] != RevocationGround.CLAUSE
            ]
            ground.help_text = _(
                "Bara på någon av de här grunderna (37 § förvaltningslagen). Beslutet säger inget "
                "om när licensen får återkallas, så den grunden kan inte väljas."
            )
        if not is_active:
            del self.fields["suspend_meanwhile"]

    def facts(self) -> RevocationFacts:
        """What is proposed; the form must be valid."""
        data = self.cleaned_data
        names = ("ground", "reasons", "hearing", "hearing_text", "instruction")
        return RevocationFacts(**{name: data[name] for name in names})


class CorrectForm(KlasForm):
    """How one part of a decision is to read, and why it was wrong (FL 36 §)."""

    right = forms.CharField(label=_("Hur ska det stå?"), required=False)
    reason = NoPersonalNumberField(
        label=_("Vad är fel, och varför är det ett uppenbart skrivfel?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Bara skrivfel, räknefel och liknande får rättas. Står i brevet."),
        error_messages={"required": _("Skriv vad som är fel och varför det är ett skrivfel")},
    )
    hearing = forms.ChoiceField(
        label=_("Har apoteket fått yttra sig?"),
        choices=CorrectionHearing.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj om apoteket har fått yttra sig")},
    )
    hearing_text = NoPersonalNumberField(
        label=_("Hur och när, eller varför det inte behövs"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv hur apoteket har hörts, eller varför inte")},
    )
    looks: ClassVar = {"reason": Look(rows=3), "hearing_text": Look(rows=3)}

    def __init__(self, *args: Any, part: CorrectedPart, decision: Decision, **kwargs: Any) -> None:
        """`decision` as it reads now."""
        super().__init__(*args, **kwargs)
        self.part = part
        right = _field_for(part)
        right.label = _("Hur ska det stå?")
        right.required = False
        right.initial = value_of(decision, part)
        self.fields["right"] = right
        if part in DAYS or part == CorrectedPart.QUANTITY:
            self.looks = {**self.looks, "right": Look(width=10, optional=False)}  # type: ignore[misc]
        else:
            self.looks = {**self.looks, "right": Look(rows=6, optional=False)}  # type: ignore[misc]
        self.order_fields(["right", "reason", "hearing", "hearing_text"])

    def facts(self) -> CorrectionFacts:
        """What is corrected; the form must be valid."""
        data = self.cleaned_data
        return CorrectionFacts(
            part=self.part.value,
            right=_stored(data["right"]),
            reason=data["reason"],
            hearing=data["hearing"],
            hearing_text=data["hearing_text"],
        )


class SafetySearch(KlasForm):
    """Words of a product, a substance or a company (GET)."""

    mark_optional = False
    q = NoPersonalNumberField(
        label=_("Läkemedel, substans eller företag"),
        max_length=200,
        help_text=_("Alla ord ska finnas med. Till exempel: ospolot, eller sultiam desitin."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Skriv ord ur läkemedlets namn, substans eller företag")},
    )
    looks: ClassVar = {"q": Look(width="two-thirds")}


class SafetyForm(KlasForm):
    """Which products' licences, what is to be done with them, and why."""

    products = forms.TypedMultipleChoiceField(
        label=_("Vilka läkemedel gäller det?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst ett läkemedel")},
    )
    act = forms.ChoiceField(
        label=_("Vad ska göras?"),
        choices=SafetyAct.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad som ska göras med licenserna")},
    )
    reason = _reason(_("Skäl"), _("Skriv skälet"))
    instruction = _instruction()
    q = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "id_searched"}))
    looks: ClassVar = {"reason": Look(rows=5), "instruction": Look(rows=4)}

    def __init__(self, *args: Any, found: list[FoundProduct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {one.product.pk: one for one in found}
        choices: Any = self.fields["products"]
        choices.choices = [
            (one.product.pk, f"{one.product.product_line}: {_in_force(one)}") for one in found
        ]

    def clean_products(self) -> list[FoundProduct]:
        """The products that are meant."""
        chosen: list[int] = self.cleaned_data["products"]
        if any(key not in self.found for key in chosen):
            raise ValidationError(_("Sök igen och välj läkemedel"), code="unknown")
        return [self.found[key] for key in chosen]


def _in_force(one: FoundProduct) -> str:
    words = ngettext(
        "%(n)s licens som inte har gått ut", "%(n)s licenser som inte har gått ut", one.in_force
    )
    return words % {"n": number(one.in_force)}


def _field_for(part: CorrectedPart) -> forms.Field:
    """The kind of field that a part of a decision is written in."""
    if part in DAYS:
        return forms.DateField()
    if part == CorrectedPart.QUANTITY:
        return forms.DecimalField(max_digits=12, decimal_places=3)
    if part == CorrectedPart.UNIT:
        return forms.ChoiceField(choices=QuantityUnit.choices)
    if part == CorrectedPart.PROVISIONS or part in PRODUCT_PARTS:
        return forms.CharField(max_length=300 if part in PRODUCT_PARTS else 500)
    if part == CorrectedPart.SUBJECT:
        return forms.CharField(max_length=1000)
    return forms.CharField(max_length=8000, widget=forms.Textarea)


def _stored(value: Any) -> str:
    """A cleaned value as a correction stores it."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return str(value).strip()
