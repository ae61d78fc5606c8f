"""What is done round the queue: give cases away, be away, keep a filter."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.presentation import swedish_date


def officer_label(officer: Assignment, *, today: date) -> str:
    """An officer's name, and until when they are away."""
    absence = getattr(officer, "absence", None)
    if absence is None or absence.until < today:
        return officer.user.name
    return _now("%(name)s (borta till %(day)s)") % {
        "name": officer.user.name,
        "day": swedish_date(absence.until),
    }


class AssignForm(KlasForm):
    """Who gets the cases; why, when somebody has them already."""

    to = forms.ChoiceField(
        label=_("Ge till"), error_messages={"required": _("Välj vem som ska få ärendena")}
    )
    reason = NoPersonalNumberField(
        label=_("Varför byter ärendet handläggare?"),
        widget=forms.Textarea,
        max_length=500,
        required=False,
        help_text=_("Skälet syns i ärendets händelser."),
    )
    looks: ClassVar = {"reason": Look(rows=2, optional=False)}

    def __init__(
        self, *args: Any, officers: Sequence[Assignment], taken: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.officers = {str(officer.pk): officer for officer in officers}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Välj handläggare")),
            *((key, officer_label(one, today=today)) for key, one in self.officers.items()),
        ]
        if not taken:
            del self.fields["reason"]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("Skriv varför ärendet byter handläggare"))
        return reason

    def chosen(self) -> Assignment:
        """Who gets them; the form must be valid."""
        return self.officers[self.cleaned_data["to"]]


class AbsenceForm(KlasForm):
    """Until when an officer is away."""

    until = forms.DateField(
        label=_("Borta till och med"),
        error_messages={"required": _("Skriv sista dagen borta")},
    )
    looks: ClassVar = {"until": Look(width=10)}

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day < clock.today():
            raise ValidationError(_("Dagen har redan varit. Skriv sista dagen borta."))
        return day


class SavedViewForm(KlasForm):
    """The name of a saved filter, and whether the queue begins with it."""

    name = NoPersonalNumberField(
        label=_("Namn på urvalet"),
        max_length=60,
        error_messages={"required": _("Skriv ett namn på urvalet")},
    )
    is_start = forms.BooleanField(label=_("Öppna kön med det här urvalet"), required=False)
    looks: ClassVar = {"name": Look(width=20), "is_start": Look(small=True)}
