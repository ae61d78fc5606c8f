"""Forms of the pharmacy's pages: search and filter. An application's own stand in `sections`."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import SearchPurpose
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look

_PERSONAL_NUMBER = _(
    "Här går det inte att söka på personnummer. Ta bort det och skriv läkemedel, referensnummer "
    "eller diarienummer."
)


class ReferenceSearchForm(KlasForm):
    """Find a motivation: its number, and why (POST; the purpose is kept in the access log)."""

    reference = forms.CharField(
        label=_("Referensnummer"),
        max_length=40,
        help_text=_(
            "Det står på patientens lapp och börjar på KL. Små bokstäver går bra, och bindestreck "
            "och mellanslag spelar ingen roll."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.ChoiceField(
        label=_("Varför söker du?"),
        choices=SearchPurpose.choices,
        widget=forms.RadioSelect,
        help_text=_("Sökningen och skälet sparas i åtkomstloggen."),
        error_messages={"required": _("Välj varför du söker")},
    )

    looks: ClassVar = {"reference": Look(width=20)}


class DuplicateForm(KlasForm):
    """Why an application is sent although there is a licence or case already."""

    duplicate_reason = NoPersonalNumberField(
        label=_("Varför ansöker ni ändå?"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Handläggaren läser svaret. Skriv inget om patientens hälsa."),
        error_messages={"required": _("Skriv varför ni ansöker ändå")},
    )

    looks: ClassVar = {"duplicate_reason": Look(rows=3)}


NOBODY = "ingen"


class AssignForm(KlasForm):
    """Who at the pharmacy looks after an application."""

    assignee = forms.ChoiceField(
        label=_("Vem är ansvarig?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vem som är ansvarig"),
            "invalid_choice": _("Personen arbetar inte längre här. Välj någon annan."),
        },
    )

    def __init__(self, *args: Any, people: Iterable[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["assignee"])
        named = [
            (str(person.pk), f"{person.user.name}, {person.get_role_display()}")
            for person in people
        ]
        field.choices = [*named, (NOBODY, _("Ingen"))]


class WithdrawForm(KlasForm):
    """Why an application is withdrawn; the agency reads it."""

    reason = NoPersonalNumberField(
        label=_("Varför återkallar ni ansökan?"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Läkemedelsverket läser skälet. Skriv kort, och inget om patientens hälsa."),
        error_messages={"required": _("Skriv varför ni återkallar ansökan")},
    )

    looks: ClassVar = {"reason": Look(rows=3)}


class InboxFilterForm(KlasForm):
    """Narrow a list of the inbox (GET)."""

    mark_optional = False
    looks: ClassVar = {"q": Look(width="one-half")}

    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Sök i listan"),
        required=False,
        max_length=100,
        help_text=_("Läkemedel, referensnummer eller diarienummer."),
        error_messages={"personal_number": _PERSONAL_NUMBER},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    mine = forms.BooleanField(label=_("Visa bara dem jag är ansvarig för"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)
