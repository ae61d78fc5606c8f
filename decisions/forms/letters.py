"""Printing letters, changing their texts, and verifying them."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decisions.enums import LetterReason
from decisions.models import Letter
from decisions.services import letter_texts
from klas import clock
from klas.errors import Refused
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look


class PrintForm(KlasForm):
    """Which letters to print."""

    letters = forms.ModelMultipleChoiceField(
        label=_("Brev"),
        queryset=Letter.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj minst ett brev"),
            "invalid_choice": _("Ett av breven är redan utskrivet. Välj om."),
        },
    )

    def __init__(self, *args: Any, letters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letters"].queryset = letters  # type: ignore[attr-defined]

    @classmethod
    def choosing_none(cls) -> "PrintForm":
        """The form of who has asked for all that waits: nothing is chosen, and that is right."""
        form = cls({}, letters=Letter.objects.none())
        form.fields["letters"].required = False
        form.full_clean()
        return form


class BatchPostedForm(KlasForm):
    """When a batch was posted."""

    posted_on = forms.DateField(
        label=_("Dag då breven postades"),
        error_messages={"required": _("Skriv dagen då breven postades")},
    )
    looks: ClassVar = {"posted_on": Look(width=10)}


class ReprintForm(KlasForm):
    """Why letters are printed once more."""

    reason = NoPersonalNumberField(
        label=_("Varför skriver du ut igen?"),
        max_length=300,
        help_text=_("Till exempel att skrivaren krånglade, eller att brevet kom i retur."),
        error_messages={"required": _("Skriv varför brevet skrivs ut igen")},
    )


class LetterTextForm(KlasForm):
    """A new wording of a letter's text."""

    wording = NoPersonalNumberField(
        label=_("Ny text"),
        widget=forms.Textarea,
        max_length=2_000,
        error_messages={"required": _("Skriv texten")},
    )
    reason = NoPersonalNumberField(
        label=_("Varför ändras texten?"),
        max_length=300,
        help_text=_("För den som ska publicera den."),
        error_messages={"required": _("Skriv varför texten ändras")},
    )
    from_day = forms.DateField(
        label=_("Gäller brev från och med"),
        error_messages={"required": _("Skriv den första dagen som texten ska gälla")},
    )
    looks: ClassVar = {"wording": Look(rows=6), "from_day": Look(width=10)}

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def clean_wording(self) -> str:
        # One paragraph: where it stands in the letter is the template's business.
        wording = " ".join(self.cleaned_data["wording"].split())
        try:
            letter_texts.demand_fillable(self.key, wording)
        except Refused as error:
            raise ValidationError(str(error)) from error
        return wording

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data["from_day"]
        if day < clock.today():
            raise ValidationError(
                _("Dagen har passerat. Brev som redan är beställda behåller sin text.")
            )
        return day


class PreviewForm(KlasForm):
    """In which letter a wording is tried (GET)."""

    mark_optional = False

    slag = forms.ChoiceField(label=_("Brev"))
    arende = NoPersonalNumberField(
        label=_("Ärende"),
        required=False,
        max_length=30,
        help_text=_("Diarienummer. Lämna tomt för det senaste brevet."),
    )
    looks: ClassVar = {"arende": Look(width=20)}

    def __init__(self, *args: Any, letters: tuple[LetterReason, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slag"].choices = [  # type: ignore[attr-defined]
            (reason.value, reason.label) for reason in letters
        ]


class VerifyForm(KlasForm):
    """A letter's number and code, as they stand in it."""

    n = forms.CharField(
        label=_("Diarienummer eller licensnummer"),
        max_length=40,
        help_text=_("Till exempel 5.8.1-2026-000123"),
        error_messages={"required": _("Skriv numret som står i brevet")},
    )
    k = forms.CharField(
        label=_("Kontrollkod"),
        max_length=40,
        help_text=_("Tolv tecken, sist i brevet. Mellanslag spelar ingen roll."),
        error_messages={"required": _("Skriv kontrollkoden som står sist i brevet")},
    )
    looks: ClassVar = {"n": Look(width=20), "k": Look(width=20)}
