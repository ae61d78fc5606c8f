"""Forms of an appeal: the party's, the registration of one by post, and the agency's acts."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.appealed import Appealed
from decisions.enums import AppealDocumentKind, CourtOutcome
from decisions.services.appeals import AppealFacts
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from motivations.file_forms import UploadForm


class AppealForm(KlasForm):
    """What a pharmacy writes in its appeal (FL 43 §)."""

    change = forms.CharField(
        label=_("Vad i beslutet ska ändras?"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv vad i beslutet som ska ändras")},
    )
    how = forms.CharField(
        label=_("Hur ska beslutet ändras?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Till exempel: licensen ska beviljas för hela mängden."),
        error_messages={"required": _("Skriv hur ni vill att beslutet ändras")},
    )
    reasons = forms.CharField(
        label=_("Varför är beslutet fel?"),
        widget=forms.Textarea,
        max_length=8000,
        help_text=_(
            "Skriv inget om patientens hälsa som du inte behöver. Medicinska skäl kan förskrivaren "
            "skriva i ett utlåtande som du bifogar i nästa steg."
        ),
        error_messages={"required": _("Skriv varför ni anser att beslutet är fel")},
    )
    looks: ClassVar = {
        "change": Look(rows=3),
        "how": Look(rows=3),
        "reasons": Look(rows=8),
    }

    def facts(self) -> AppealFacts:
        """What was written; the form must be valid."""
        return AppealFacts(**{name: self.cleaned_data[name] for name in AppealForm.base_fields})


class AppealDocumentForm(UploadForm):
    """One file of an appeal, and what it is."""

    kind = forms.ChoiceField(
        label=_("Vad är det för handling?"),
        choices=[
            ("", _("Välj")),
            *(
                (kind.value, kind.label)
                for kind in (AppealDocumentKind.STATEMENT, AppealDocumentKind.OTHER)
            ),
        ],
    )


class RegisterAppealForm(UploadForm):
    """An appeal that came by post, scanned."""

    matter = forms.ChoiceField(
        label=_("Vad överklagas?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad som överklagas")},
    )
    received_on = forms.DateField(
        label=_("Vilken dag kom överklagandet in?"),
        help_text=_("Dagen då det kom in till Läkemedelsverket, inte dagen på brevet."),
        error_messages={"required": _("Skriv vilken dag överklagandet kom in")},
    )
    change = forms.CharField(
        label=_("Vad i beslutet vill apoteket ändra, och hur?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Kort. Hela överklagandet läser du och domstolen i filen."),
        error_messages={"required": _("Skriv vad apoteket vill ändra")},
    )
    looks: ClassVar = {"received_on": Look(width=10), "change": Look(rows=3)}

    field_order = ("matter", "received_on", "change", "file")

    def __init__(self, *args: Any, appealable: Sequence[Appealed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.matter.value, one.words) for one in appealable]
        field = self.fields["matter"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            # There is nothing to choose.
            field.widget = forms.HiddenInput()
            self.initial["matter"] = choices[0][0]


class JudgeTimeForm(KlasForm):
    """Whether an appeal is in time, judged anew."""

    got_on = forms.DateField(
        label=_("Vilken dag fick apoteket del av beslutet?"),
        required=False,
        help_text=_("Fyll i om det var en annan dag än den då beslutet levererades i KLAS."),
    )
    misled = forms.BooleanField(
        label=_("Förseningen beror på att apoteket har fått fel upplysning om hur man överklagar"),
        required=False,
        help_text=_("Då ska överklagandet inte avvisas (45 § förvaltningslagen)."),
    )
    reason = forms.CharField(
        label=_("Vad bygger bedömningen på?"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv vad bedömningen bygger på")},
    )
    looks: ClassVar = {"got_on": Look(width=10), "reason": Look(rows=3)}


class ReasonsForm(KlasForm):
    """Why the agency decides as it does; the party reads it."""

    reasons = NoPersonalNumberField(
        label=_("Skäl för beslutet"),
        widget=forms.Textarea,
        max_length=8000,
        help_text=_("Apoteket läser skälen. Återge inget ur den kliniska texten."),
        error_messages={"required": _("Skriv skälen för beslutet")},
    )
    looks: ClassVar = {"reasons": Look(rows=6)}


class ForwardForm(KlasForm):
    """The day an appeal went to the court."""

    on = forms.DateField(
        label=_("Vilken dag lämnades akten till förvaltningsrätten?"),
        error_messages={"required": _("Skriv vilken dag akten lämnades till förvaltningsrätten")},
    )
    looks: ClassVar = {"on": Look(width=10)}


class CourtForm(KlasForm):
    """What the court came to."""

    outcome = forms.ChoiceField(
        label=_("Vad har domstolen beslutat?"),
        choices=CourtOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad domstolen har beslutat")},
    )
    on = forms.DateField(
        label=_("Domstolens dag för beslutet"),
        error_messages={"required": _("Skriv vilken dag domstolen beslutade")},
    )
    court_number = forms.CharField(label=_("Domstolens målnummer"), max_length=40)
    looks: ClassVar = {"on": Look(width=10), "court_number": Look(width=20)}


class WithdrawnForm(KlasForm):
    """The party has taken its appeal back."""

    reason = NoPersonalNumberField(
        label=_("Hur och när återkallade apoteket överklagandet?"),
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": _("Skriv hur och när apoteket återkallade överklagandet")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}


class NothingForm(KlasForm):
    """An act that asks for nothing."""
