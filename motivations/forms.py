"""Forms of the prescriber's pages that are not sections of a motivation."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from medicines.queries import LONGEST_SEARCH
from motivations.enums import MotivationStatus
from motivations.kinds import Kind


class KindForm(KlasForm):
    """Which kind of licence a new motivation is for, of those the person may write."""

    kind = forms.ChoiceField(label=_("Vad gäller licensen?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code.value, kind.title) for kind in kinds]  # type: ignore[attr-defined]
        self.looks = {  # type: ignore[misc]
            "kind": Look(hints={kind.code.value: kind.description for kind in kinds})
        }


class PrescriberForm(KlasForm):
    """For which prescriber a care colleague begins a motivation (GET); the address names nobody."""

    def __init__(self, *args: Any, prescribers: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.ChoiceField(
            label=_("För vilken förskrivare skriver du?"),
            widget=forms.RadioSelect,
            choices=[(str(one.pk), one.user.name) for one in prescribers],
        )
        hints = {str(one.pk): one.user.get_profession_display() for one in prescribers}
        self.looks = {"for": Look(hints=hints)}  # type: ignore[misc]


class HandOverForm(KlasForm):
    """What a colleague says to the author when a draft is ready to be read through."""

    message = NoPersonalNumberField(
        label=_("Meddelande till förskrivaren"),
        required=False,
        widget=forms.Textarea,
        max_length=300,
        help_text=_("Skriv kort vad som återstår, och inget om patienten."),
    )

    looks = {"message": Look(rows=3, count=300)}


class MotivationFilterForm(KlasForm):
    """What “Mina ärenden” shows (GET). The text stands in the address: nothing of the patient."""

    mark_optional = False

    q = NoPersonalNumberField(
        label=_("Läkemedel eller referensnummer"), required=False, max_length=LONGEST_SEARCH
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Alla")), *MotivationStatus.choices],
    )


class FindProductForm(KlasForm):
    """The search for the product of a draft (GET), with suggestions while typing."""

    mark_optional = False
    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Namn, aktiv substans eller ATC-kod"),
        required=False,
        max_length=LONGEST_SEARCH,
        help_text=_("Du behöver inte stava exakt. Skriv aldrig uppgifter om en patient här."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, veterinary: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        species = "animals" if veterinary else "people"
        address = f"{reverse_lazy('medicines:suggest')}?species={species}"
        self.fields["q"].widget.attrs["data-typeahead-url"] = address


class WithdrawForm(KlasForm):
    """Why a motivation is taken back."""

    reason = NoPersonalNumberField(
        label=_("Varför tar du tillbaka licensmotiveringen?"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Skriv kort, och inget om patientens hälsa."),
        error_messages={"required": _("Skriv varför du tar tillbaka licensmotiveringen")},
    )

    looks = {"reason": Look(rows=3)}
