"""The decision, and sending it back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decisions.enums import Hearing, TextPlace
from decisions.models import Case, Decision
from decisions.rules import asked_until, is_reduced, latest_valid_to
from decisions.services.deciding import DecisionFacts
from decisions.services.precedents import icd10_codes
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.policy import policy
from motivations.enums import Outcome, QuantityUnit

OUTCOMES = [(outcome.value, outcome.label) for outcome in Outcome]
GRANTING = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION)
# The fields that ready-made texts are offered for.
TEXT_PLACES = (TextPlace.REASONS, TextPlace.CONDITIONS, TextPlace.SPECIAL_INFORMATION)
# In an address or a form: to dismiss or close without the assessment being finished.
UNTRIED = "utan-provning"
# Outcomes without the application being tried, which need no assessment.
UNTRIED_OUTCOMES = (Outcome.DISMISSED, Outcome.CLOSED)

REDUCED = _(
    "Licensen blir mindre eller kortare än ansökan. Skriv skäl och bestämmelser: apoteket kan "
    "överklaga."
)
NOT_HEARD = _("Välj om apoteket har fått del av det som talar emot, eller om undantag gäller")


class DecisionForm(KlasForm):
    """A decision: what is decided, why, and for how much and how long (FL 25, 32 §§, domain §6)."""

    outcome = forms.ChoiceField(
        label=_("Vad beslutar du?"), choices=OUTCOMES, widget=forms.RadioSelect
    )
    reservation = forms.CharField(
        label=_("Vilket förbehåll gäller?"), widget=forms.Textarea, max_length=2000, required=False
    )
    hearing = forms.ChoiceField(
        label=_("Har apoteket fått del av det som talar emot?"),
        choices=Hearing.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Krävs när beslutet går emot apoteket: avslag, avvisning, förbehåll, och när licensen "
            "blir mindre eller kortare än ansökan (25 § förvaltningslagen)."
        ),
    )
    hearing_text = forms.CharField(
        label=_("Skälet för undantaget"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )
    quantity = forms.DecimalField(label=_("Mängd"), max_digits=12, decimal_places=3, required=False)
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices], required=False
    )
    valid_from = forms.DateField(label=_("Gäller från och med"), required=False)
    valid_to = forms.DateField(label=_("Gäller till och med"), required=False)
    conditions = forms.CharField(
        label=_("Villkor"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Till exempel uppföljning. Står i beslutet."),
    )
    reasons = forms.CharField(
        label=_("Skäl för beslutet"),
        widget=forms.Textarea,
        max_length=8000,
        required=False,
        help_text=_(
            "Krävs för allt utom bifall till hela ansökan. Skriv så att apoteket förstår varför."
        ),
    )
    provisions = forms.CharField(
        label=_("Bestämmelser"),
        max_length=500,
        required=False,
        help_text=_("Krävs när skäl krävs. Till exempel HSLF-FS 2018:25 5 §."),
    )
    special_information = forms.CharField(
        label=_("Särskild information till förskrivaren"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Fyller du i den får förskrivaren ett brev."),
    )
    revocation_clause = forms.CharField(
        label=_("När får licensen återkallas?"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_(
            "Ett återkallelseförbehåll, till exempel om ett läkemedel godkänns i Sverige. Står i "
            "beslutet (37 § förvaltningslagen)."
        ),
    )
    precedent_note = NoPersonalNumberField(
        label=_("Praxisnotering"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_("Kort, utan namn och nummer. Hjälper den som får ett liknande ärende."),
    )
    precedent_icd10 = forms.CharField(
        label=_("Diagnoskod att hitta noteringen med (ICD-10-SE)"),
        max_length=100,
        required=False,
        help_text=_(
            "Sparas utan koppling till patientens uppgifter. Flera koder skiljs med kommatecken. "
            "Skriv en vidare kod, till exempel G40, om den exakta kan peka ut någon."
        ),
    )

    conditional: ClassVar = {
        "outcome": {
            Outcome.GRANTED_WITH_RESERVATION.value: ("reservation",),
        },
        "hearing": {Hearing.EXCEPTION.value: ("hearing_text",)},
    }
    demanded: ClassVar = {
        "hearing_text": _("Skriv skälet för att apoteket inte har fått yttra sig")
    }
    looks: ClassVar = {
        "outcome": Look(
            size="m",
            hints={
                Outcome.DISMISSED.value: _(
                    "Ansökan kan inte prövas, till exempel för att den inte är behörigt gjord."
                ),
                Outcome.CLOSED.value: _(
                    "Det finns inget kvar att besluta om, till exempel för att behandlingen inte "
                    "blir av. Återkallar apoteket ansökan avskrivs ärendet av sig självt."
                ),
            },
        ),
        "reservation": Look(rows=3, optional=False),
        "hearing": Look(optional=False),
        "hearing_text": Look(rows=3, optional=False),
        "quantity": Look(width=10, optional=False),
        "unit": Look(optional=False),
        "valid_from": Look(width=10, optional=False),
        "valid_to": Look(width=10, optional=False),
        "conditions": Look(rows=3),
        "reasons": Look(rows=6, optional=False),
        "provisions": Look(optional=False),
        "special_information": Look(rows=3),
        "revocation_clause": Look(rows=3),
        "precedent_note": Look(rows=3),
        "precedent_icd10": Look(width=20),
    }

    def __init__(self, *args: Any, case: Case, untried: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.is_untried = untried
        if untried:
            self.fields["outcome"].choices = [  # type: ignore[attr-defined]
                (value, label) for value, label in OUTCOMES if value in UNTRIED_OUTCOMES
            ]

    @classmethod
    def for_case(
        cls,
        case: Case,
        *,
        earlier: Decision | None,
        heard: bool,
        icd10: str,
        untried: bool,
        dismissal: Mapping[str, str] | None = None,
    ) -> "DecisionForm":
        """A new decision, filled in with what was applied for.

        Args:
            earlier: a proposal that was sent back, which it then starts from.
            heard: whether the pharmacy has been heard.
            icd10: the diagnosis code of the motivation, to be kept or widened for precedents.
            untried: only to dismiss or close the case, without trying the application.
            dismissal: what a dismissal says when an injunction was not followed.
        """
        application, start = case.application, clock.today()
        months = application.months or policy.longest_treatment_months
        initial: dict[str, Any] = {
            "quantity": application.quantity,
            "unit": application.unit,
            "valid_from": start,
            "valid_to": asked_until(start, months=months),
            "hearing": Hearing.HEARD if heard else "",
            "precedent_icd10": icd10,
        }
        initial |= dismissal or {}
        if earlier is not None:
            proposed = {name: getattr(earlier, name) for name in cls.base_fields}
            initial |= {name: value for name, value in proposed.items() if value}
        if initial["quantity"] is not None:
            initial["quantity"] = format(initial["quantity"].normalize(), "f")
        return cls(initial=initial, case=case, untried=untried)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome")
        if not outcome:
            return cleaned
        if outcome in GRANTING:
            self._demand_licence()
        else:
            self._empty(quantity=None, unit="", valid_from=None, valid_to=None, conditions="")
            self._empty(revocation_clause="")
        if outcome in UNTRIED_OUTCOMES:
            self._empty(special_information="", precedent_note="", precedent_icd10="")
        if outcome == Outcome.GRANTED_WITH_RESERVATION:
            self.demand("reservation", _("Skriv vilket förbehåll som gäller"))
        else:
            self._empty(reservation="")
        if outcome != Outcome.GRANTED:
            self.demand("reasons", _("Skriv skälen. De krävs när beslutet går emot apoteket."))
            self.demand(
                "provisions", _("Skriv bestämmelserna. De krävs när beslutet går emot apoteket.")
            )
        if outcome in (Outcome.GRANTED_WITH_RESERVATION, Outcome.REJECTED, Outcome.DISMISSED):
            self.demand("hearing", NOT_HEARD)
        elif outcome == Outcome.GRANTED and self._is_reduced():
            self.demand("reasons", REDUCED)
            self.demand("provisions", REDUCED)
            self.demand("hearing", NOT_HEARD)
        else:
            self._empty(hearing="", hearing_text="")
        return cleaned

    def facts(self) -> DecisionFacts:
        """What is to be decided; the form must be valid."""
        return DecisionFacts(**{name: self.cleaned_data[name] for name in self.fields})

    def _demand_licence(self) -> None:
        self.demand("quantity", _("Skriv hur stor mängd licensen gäller"))
        self.demand("unit", _("Välj vilken enhet mängden räknas i"))
        self.demand("valid_from", _("Skriv den första dagen som licensen gäller"))
        self.demand("valid_to", _("Skriv den sista dagen som licensen gäller"))
        quantity: Decimal | None = self.cleaned_data.get("quantity")
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("Mängden måste vara större än noll"))
        start, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if not start or not end:
            return
        latest = latest_valid_to(start)
        if end <= start:
            self.add_error("valid_to", _("Sista dagen måste vara efter den första dagen"))
        elif end < clock.today():
            self.add_error("valid_to", _("Sista dagen har redan varit. Kontrollera årtalet."))
        elif end > latest:
            self.add_error(
                "valid_to",
                ValidationError(
                    _("En licens gäller i högst %(days)s dagar. Sista dagen kan vara %(last)s."),
                    params={"days": policy.longest_licence_days, "last": latest.isoformat()},
                ),
            )

    def clean_precedent_icd10(self) -> str:
        return ", ".join(icd10_codes(self.cleaned_data["precedent_icd10"]))

    def _is_reduced(self) -> bool:
        asked = ("quantity", "unit", "valid_from", "valid_to")
        return is_reduced(
            self.case.application, **{name: self.cleaned_data.get(name) for name in asked}
        )

    def _empty(self, **values: Any) -> None:
        """Clean away what belongs to another outcome, right or wrong."""
        for name, value in values.items():
            self.errors.pop(name, None)
            self.cleaned_data[name] = value


class SendBackForm(KlasForm):
    """Why a proposal goes back to the one who made it."""

    reason = forms.CharField(
        label=_("Vad behöver ändras?"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv vad som behöver ändras")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}
