"""What officers write on a case: notes and the assessment."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import Conclusion
from decisions.models import Assessment
from decisions.services.cases import AssessmentFacts
from klas.forms import KlasForm, Look


class NoteForm(KlasForm):
    """An internal note (FL 27 §)."""

    text = forms.CharField(
        label=_("Ny anteckning"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Syns bara inom Läkemedelsverket. Den går inte att ändra efteråt."),
        error_messages={"required": _("Skriv anteckningen innan du sparar den")},
    )
    mention = forms.TypedChoiceField(
        label=_("Nämn en kollega"),
        coerce=int,
        required=False,
        help_text=_("Kollegan får en avisering. Du kan också skriva @ och namnet i anteckningen."),
    )
    looks: ClassVar = {"text": Look(rows=3)}

    def __init__(self, *args: Any, colleagues: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {one.pk: one for one in colleagues}
        self.fields["mention"].choices = [  # type: ignore[attr-defined]
            ("", _("Ingen")),
            *((one.pk, f"{one.user.name}, {one.get_role_display().lower()}") for one in colleagues),
        ]

    def mentioned(self) -> list[Assignment]:
        """The colleague chosen, if any; the form must be valid."""
        chosen = self.cleaned_data["mention"]
        return [self.colleagues[chosen]] if chosen else []


class AssessmentForm(KlasForm):
    """The three requirements and the weighing; may be saved unfinished (domain §6)."""

    need = forms.ChoiceField(
        label=_("Är behovet styrkt?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Godkända läkemedel räcker inte till för patienten."),
    )
    need_text = forms.CharField(label=_("Bedömning av behovet"), widget=forms.Textarea)
    ground = forms.ChoiceField(
        label=_("Finns vetenskaplig grund?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Studier, riktlinjer eller beprövad erfarenhet ger stöd för behandlingen."),
    )
    ground_text = forms.CharField(
        label=_("Bedömning av den vetenskapliga grunden"), widget=forms.Textarea
    )
    manufacture = forms.ChoiceField(
        label=_("Är tillverkningen dokumenterad?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Dokument visar tillverkning enligt EU:s regler (GMP)."),
    )
    manufacture_text = forms.CharField(
        label=_("Bedömning av tillverkningen"), widget=forms.Textarea
    )
    benefit_risk = forms.CharField(
        label=_("Nytta mot risk"),
        widget=forms.Textarea,
        help_text=_("Din samlade bedömning av nyttan mot riskerna för patienten."),
    )

    REQUIREMENTS: ClassVar = ("need", "ground", "manufacture")
    TEXTS: ClassVar = ("need_text", "ground_text", "manufacture_text", "benefit_risk")
    looks: ClassVar = {
        "need": Look(size="m", optional=False),
        "ground": Look(size="m", optional=False),
        "manufacture": Look(size="m", optional=False),
        "need_text": Look(rows=3, optional=False),
        "ground_text": Look(rows=3, optional=False),
        "manufacture_text": Look(rows=3, optional=False),
        "benefit_risk": Look(size="m", rows=4, optional=False),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.TEXTS:
            self.fields[name].required = False

    @classmethod
    def showing(cls, assessment: Assessment) -> "AssessmentForm":
        """The form with what has been saved."""
        return cls(initial={name: getattr(assessment, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.REQUIREMENTS:
            if cleaned.get(name) == Conclusion.NOT_SHOWN and not cleaned.get(f"{name}_text"):
                self.add_error(f"{name}_text", _("Skriv vad som saknas när kravet inte är styrkt"))
        return cleaned

    def facts(self) -> AssessmentFacts:
        """What was concluded; the form must be valid."""
        return AssessmentFacts(**{name: self.cleaned_data[name] or "" for name in self.fields})
