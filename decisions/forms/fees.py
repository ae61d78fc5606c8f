"""Which month's fees are shown, and a credit."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decisions.fee_lists import month_name
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look


class FeeFilter(KlasForm):
    """A month, and a company's name or number (GET)."""

    mark_optional = False

    manad = forms.ChoiceField(label=_("Månad"), required=False)
    q = forms.CharField(label=_("Bolag eller organisationsnummer"), required=False, max_length=100)

    def __init__(self, *args: Any, months: list[date], by_company: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["manad"].choices = [  # type: ignore[attr-defined]
            (f"{month:%Y-%m}", month_name(month)) for month in months
        ]
        if not by_company:
            del self.fields["q"]

    @property
    def month(self) -> date:
        """The month asked for; the newest when none is, or one that has no entries."""
        self.is_valid()
        chosen = self.cleaned_data.get("manad") or self.fields["manad"].choices[0][0]  # type: ignore[attr-defined]
        return date.fromisoformat(f"{chosen}-01")

    @property
    def company(self) -> str:
        """What a company is found by; "" for all."""
        self.is_valid()
        return str(self.cleaned_data.get("q", "")).strip()


class CreditForm(KlasForm):
    """How much of a charge is paid back, and why."""

    amount = forms.IntegerField(
        label=_("Belopp att kreditera"),
        min_value=1,
        error_messages={"required": _("Skriv hur många kronor som krediteras")},
    )
    reason = NoPersonalNumberField(
        label=_("Varför krediteras avgiften?"),
        widget=forms.Textarea,
        max_length=500,
        help_text=_("Apoteket läser skälet. Skriv inget om patienten."),
        error_messages={"required": _("Skriv varför avgiften krediteras")},
    )
    looks: ClassVar = {"amount": Look(width=5, suffix=_("kr")), "reason": Look(rows=3)}

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > self.left:
            raise ValidationError(
                _("Det är mer än vad som är kvar av avgiften: %(left)s kr. Skriv mindre."),
                params={"left": self.left},
            )
        return amount
