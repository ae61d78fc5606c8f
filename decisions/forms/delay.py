"""A case that takes long: the notice to the pharmacy, its request, and the answer."""

from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.working_days import is_working_day


class DelayForm(KlasForm):
    """Why a decision is late, and when it is expected."""

    reason = NoPersonalNumberField(
        label=_("Varför dröjer beslutet?"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Apoteket läser det här. Skriv inget om patientens hälsa."),
        error_messages={"required": _("Skriv varför beslutet dröjer")},
    )
    expected_on = forms.DateField(
        label=_("När väntas beslutet?"),
        error_messages={"required": _("Skriv vilken dag beslutet väntas")},
    )
    looks: ClassVar = {"reason": Look(rows=4), "expected_on": Look(width=10)}

    def clean_expected_on(self) -> date:
        day: date = self.cleaned_data["expected_on"]
        if day <= clock.today():
            raise ValidationError(_("Dagen ska ligga framåt i tiden."))
        if not is_working_day(day):
            raise ValidationError(_("Den dagen är inte en arbetsdag. Välj en annan."))
        return day


class DecisionRequestForm(KlasForm):
    """The pharmacy asks that its case be decided (FL 12 §)."""

    text = NoPersonalNumberField(
        label=_("Vad vill ni säga till Läkemedelsverket?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Skriv kort varför ärendet behöver avgöras nu. Inget om patientens hälsa."),
        error_messages={"required": _("Skriv varför ni vill att ärendet avgörs nu")},
    )
    looks: ClassVar = {"text": Look(rows=4)}


class RejectRequestForm(KlasForm):
    """Why the pharmacy's request is rejected."""

    reasons = NoPersonalNumberField(
        label=_("Skäl för att avslå begäran"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Apoteket läser skälen i beslutet. Skriv vad som återstår i ärendet."),
        error_messages={"required": _("Skriv skälen för beslutet")},
    )
    looks: ClassVar = {"reasons": Look(rows=5)}
