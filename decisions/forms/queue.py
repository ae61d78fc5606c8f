"""What of the queue, and of the letters, is shown and chosen."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import CaseStatus
from decisions.models import Letter
from decisions.queue import ENDED_ORDERS, OPEN_ORDERS, TABS, UNASSIGNED, Wanted
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from motivations.enums import LicenceKind, Urgency


class QueueFilter(KlasForm):
    """What of the queue to show (GET)."""

    mark_optional = False
    looks: ClassVar = {name: Look(small=True) for name in ("first_time", "duplicate", "requested")}

    flik = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Läkemedel eller nummer"),
        required=False,
        min_length=3,
        max_length=100,
        error_messages={"min_length": _("Skriv minst tre tecken att söka på")},
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=[("", _("Alla")), *LicenceKind.choices]
    )
    urgency = forms.ChoiceField(
        label=_("Angelägenhet"), required=False, choices=[("", _("Alla")), *Urgency.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Alla")), *CaseStatus.choices]
    )
    assignee = forms.ChoiceField(label=_("Handläggare"), required=False)
    first_time = forms.BooleanField(label=_("Första gången på licens"), required=False)
    duplicate = forms.BooleanField(label=_("Dubblett"), required=False)
    requested = forms.BooleanField(label=_("Apoteket begär avgörande"), required=False)

    def __init__(self, *args: Any, officers: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            ("", _("Alla")),
            (UNASSIGNED, _("Ingen")),
            *((str(officer.pk), officer.user.name) for officer in officers),
        ]

    def wanted(self) -> Wanted:
        """What is asked for; a filter that is not right is left out, and says so itself."""
        self.is_valid()
        cleaned = self.cleaned_data
        tab = cleaned.get("flik", "")
        tab = tab if tab in TABS else next(iter(TABS))
        orders = ENDED_ORDERS if tab == "decided" else OPEN_ORDERS
        order = cleaned.get("sort", "")
        order = order if order in orders else orders[0]
        filters = {
            name: value for name, value in cleaned.items() if value and name not in ("flik", "sort")
        }
        return Wanted(tab, order, filters)


class LetterFilter(KlasForm):
    """Which letters to show (GET)."""

    mark_optional = False
    flik = forms.CharField(required=False, widget=forms.HiddenInput)
    dnr = NoPersonalNumberField(label=_("Diarienummer"), required=False, max_length=30)


class PostedForm(KlasForm):
    """Which letters were posted, and when."""

    letters = forms.ModelMultipleChoiceField(
        label=_("Brev"),
        queryset=Letter.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj minst ett brev"),
            "invalid_choice": _("Ett av breven är redan markerat som postat. Välj om."),
        },
    )
    posted_on = forms.DateField(
        label=_("Dag då breven postades"),
        error_messages={"required": _("Skriv dagen då breven postades")},
    )
    looks: ClassVar = {"posted_on": Look(width=10)}

    def __init__(self, *args: Any, letters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letters"].queryset = letters  # type: ignore[attr-defined]

    def clean_posted_on(self) -> date:
        day: date = self.cleaned_data["posted_on"]
        if day > clock.today():
            raise ValidationError(
                _("Datumet ligger i framtiden. Skriv dagen då breven lämnades till posten.")
            )
        return day
