"""The decision, and sending it back."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decisions.enums import Hearing
from decisions.models import Case, Decision
from decisions.rules import latest_valid_to
from decisions.services.deciding import DecisionFacts
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.policy import policy
from motivations.enums import Outcome, QuantityUnit

OUTCOMES = [
    (outcome.value, outcome.label)
    for outcome in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION, Outcome.REJECTED)
]
GRANTING = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION)


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
        help_text=_("Krävs innan ansökan avslås (25 § förvaltningslagen)."),
    )
    hearing_text = forms.CharField(
        label=_("Hur och när, eller skälet för undantag"),
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
        help_text=_("Krävs vid avslag och förbehåll. Skriv så att apoteket förstår varför."),
    )
    provisions = forms.CharField(
        label=_("Bestämmelser"),
        max_length=500,
        required=False,
        help_text=_("Krävs vid avslag och förbehåll. Till exempel HSLF-FS 2018:25 5 §."),
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
        help_text=_(
            "Kort och utan uppgifter om patienten. Hjälper den som får ett liknande ärende."
        ),
    )

    conditional: ClassVar = {
        "outcome": {
            Outcome.GRANTED_WITH_RESERVATION.value: ("reservation",),
            Outcome.REJECTED.value: ("hearing", "hearing_text"),
        }
    }
    looks: ClassVar = {
        "outcome": Look(size="m"),
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
    }

    def __init__(self, *args: Any, may_dismiss: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_dismiss:
            dismissed = (Outcome.DISMISSED.value, Outcome.DISMISSED.label)
            self.fields["outcome"].choices = [*OUTCOMES, dismissed]  # type: ignore[attr-defined]

    @classmethod
    def for_case(
        cls,
        case: Case,
        *,
        earlier: Decision | None,
        dismissal: Mapping[str, str] | None = None,
    ) -> "DecisionForm":
        """A new decision, filled in with what was applied for.

        Args:
            earlier: a proposal that was sent back, which it then starts from.
            dismissal: what a dismissal says, when the application may be dismissed.
        """
        application, start = case.application, clock.today()
        months = application.months or policy.longest_treatment_months
        initial: dict[str, Any] = {
            "quantity": application.quantity,
            "unit": application.unit,
            "valid_from": start,
            "valid_to": _end_of(start, months=months),
        }
        initial |= dismissal or {}
        if earlier is not None:
            proposed = {name: getattr(earlier, name) for name in cls.base_fields}
            initial |= {name: value for name, value in proposed.items() if value}
        if initial["quantity"] is not None:
            initial["quantity"] = format(initial["quantity"].normalize(), "f")
        return cls(initial=initial, may_dismiss=dismissal is not None)

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
        if outcome == Outcome.GRANTED_WITH_RESERVATION:
            self.demand("reservation", _("Skriv vilket förbehåll som gäller"))
        else:
            self._empty(reservation="")
        if outcome != Outcome.GRANTED:
            self.demand("reasons", _("Skriv skälen. De krävs när beslutet går emot apoteket."))
            self.demand(
                "provisions", _("Skriv bestämmelserna. De krävs när beslutet går emot apoteket.")
            )
        if outcome == Outcome.REJECTED:
            self._demand_hearing()
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

    def _demand_hearing(self) -> None:
        self.demand(
            "hearing",
            _("Välj om apoteket har fått del av det som talar emot, eller om undantag gäller"),
        )
        if self.cleaned_data.get("hearing") == Hearing.EXCEPTION:
            self.demand("hearing_text", _("Skriv skälet för att apoteket inte har fått yttra sig"))

    def _empty(self, **values: Any) -> None:
        """Clean away what belongs to another outcome, right or wrong."""
        for name, value in values.items():
            self.errors.pop(name, None)
            self.cleaned_data[name] = value


def _end_of(start: date, *, months: int) -> date:
    """The day before the same day so many months on, at most the longest licence."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            end = date(start.year + year, month + 1, day)
        except ValueError:
            continue
        break
    return min(end - timedelta(days=1), latest_valid_to(start))


class SendBackForm(KlasForm):
    """Why a proposal goes back to the one who made it."""

    reason = forms.CharField(
        label=_("Vad behöver ändras?"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv vad som behöver ändras")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}
