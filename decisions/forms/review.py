"""What is sent to others before a decision: to the pharmacy, to a colleague; and precedents."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.before import Sought
from klas import clock, formats
from klas.fields import Icd10Field, NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.policy import policy
from klas.working_days import add_working_days
from motivations.enums import LicenceKind, Outcome


class CommunicationForm(KlasForm):
    """What speaks against an application, to the pharmacy (FL 25 §)."""

    text = NoPersonalNumberField(
        label=_("Vad talar emot ansökan?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_(
            "Apoteket läser det här. Skriv vilka krav som inte verkar vara uppfyllda och vad som "
            "saknas."
        ),
        error_messages={"required": _("Skriv vad som talar emot ansökan")},
    )
    due_on = forms.DateField(
        label=_("Svar senast"), error_messages={"required": _("Skriv sista dagen att svara")}
    )
    confirmed = forms.BooleanField(
        label=_("Texten innehåller inget om patientens hälsa eller behandling"),
        help_text=_("Apoteket får aldrig läsa det som förskrivaren har skrivit om patienten."),
        error_messages={
            "required": _("Läs igenom texten och bekräfta att den inte handlar om patientens hälsa")
        },
    )
    looks: ClassVar = {"text": Look(rows=8), "due_on": Look(width=10)}

    @classmethod
    def fresh(cls) -> "CommunicationForm":
        """A form with the usual last day."""
        usual = add_working_days(clock.today(), policy.hearing_working_days)
        return cls(initial={"due_on": usual})

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= clock.today():
            raise ValidationError(_("Sista dagen att svara ska ligga framåt i tiden."))
        return day


class CommunicationAnswerForm(KlasForm):
    """The pharmacy's answer."""

    answer = NoPersonalNumberField(
        label=_("Ert svar"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Har ni inget att tillägga kan ni skriva det."),
        error_messages={"required": _("Skriv ert svar, eller att ni inte har något att tillägga")},
    )
    looks: ClassVar = {"answer": Look(rows=8)}


class ReferralForm(KlasForm):
    """A question to a colleague, and the last day for the opinion."""

    to = forms.TypedChoiceField(label=_("Vem ska yttra sig?"), coerce=int)
    question = forms.CharField(
        label=_("Vad ska yttrandet handla om?"),
        widget=forms.Textarea,
        max_length=4000,
        error_messages={"required": _("Skriv vad du vill att kollegan yttrar sig om")},
    )
    due_on = forms.DateField(
        label=_("Yttrande senast"), error_messages={"required": _("Skriv sista dagen")}
    )
    looks: ClassVar = {"question": Look(rows=5), "due_on": Look(width=10)}

    def __init__(self, *args: Any, colleagues: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {one.pk: one for one in colleagues}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Välj kollega")),
            *((one.pk, f"{one.user.name}, {one.get_role_display().lower()}") for one in colleagues),
        ]

    @classmethod
    def fresh(cls, colleagues: Sequence[Assignment]) -> "ReferralForm":
        """A form with the usual last day."""
        usual = add_working_days(clock.today(), policy.referral_working_days)
        return cls(initial={"due_on": usual}, colleagues=colleagues)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < clock.today():
            raise ValidationError(_("Sista dagen har redan varit. Välj en dag framåt i tiden."))
        return day

    def consultant(self) -> Assignment:
        """The colleague chosen; the form must be valid."""
        return self.colleagues[self.cleaned_data["to"]]


class OpinionForm(KlasForm):
    """A colleague's opinion."""

    opinion = forms.CharField(
        label=_("Ditt yttrande"),
        widget=forms.Textarea,
        max_length=8000,
        help_text=_("Syns bara inom Läkemedelsverket. Det går inte att ändra när det är lämnat."),
        error_messages={"required": _("Skriv ditt yttrande innan du lämnar det")},
    )
    looks: ClassVar = {"opinion": Look(rows=8)}


class PrecedentFilter(KlasForm):
    """What precedents are looked for by."""

    mark_optional = False

    words = forms.CharField(label=_("Ord i praxisnoteringen"), required=False, max_length=200)
    about = forms.CharField(label=_("Läkemedel eller substans"), required=False, max_length=200)
    atc = forms.CharField(label=_("ATC-kod"), required=False, max_length=8)
    icd10 = Icd10Field(label=_("Diagnoskod (ICD-10-SE)"), required=False, max_length=8)
    outcome = forms.ChoiceField(
        label=_("Beslut"),
        required=False,
        choices=[
            ("", _("Alla")),
            *(
                (outcome.value, outcome.label)
                for outcome in Outcome
                if outcome not in (Outcome.DISMISSED, Outcome.CLOSED)
            ),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=[("", _("Alla")), *LicenceKind.choices]
    )
    looks: ClassVar = {"atc": Look(width=10), "icd10": Look(width=10)}

    def clean_atc(self) -> str:
        text: str = self.cleaned_data["atc"].strip()
        return formats.normalise_atc(text) if text else ""

    def sought(self) -> Sought:
        """What is looked for; the form must be valid."""
        return Sought(**{name: self.cleaned_data[name] for name in self.fields})
