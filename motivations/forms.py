"""Forms of the prescriber's pages that are not sections of a motivation."""

from copy import deepcopy
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.fields import NoPersonalNumberField, demand_no_person
from klas.forms import KlasForm, Look
from klas.sections import SectionAnswers
from medicines.queries import LONGEST_SEARCH
from motivations.enums import LicenceKind, MotivationStatus, Outcome, Urgency
from motivations.kinds import Kind
from motivations.kinds.common import ClinicalForm
from motivations.models import Motivation
from motivations.queries import (
    WAITS_FOR_AUTHOR,
    day_begins,
    matching,
    waits_for_pharmacy_long,
)


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


class OwnPatientForm(KlasForm):
    """Whom one's own motivations are searched for (POST: it never stands in an address)."""

    text = forms.CharField(
        label=_("Personnummer, reservnummer, djurägare eller vårdenhet"),
        max_length=160,
        help_text=_("Skriv hela numret eller hela namnet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Skriv vem du söker")},
    )


YOU, PHARMACY = "you", "pharmacy"
WAITS_FOR = [
    ("", _("Alla")),
    (YOU, _("Dig")),
    (PHARMACY, _("Ett apotek, sedan flera dagar")),
]


class MotivationFilterForm(KlasForm):
    """What a list of motivations shows (GET). All stands in the address: nothing of a patient."""

    mark_optional = False

    q = NoPersonalNumberField(
        label=_("Läkemedel eller referensnummer"), required=False, max_length=LONGEST_SEARCH
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Alla")), *MotivationStatus.choices]
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=[("", _("Alla")), *LicenceKind.choices]
    )
    outcome = forms.ChoiceField(
        label=_("Beslut"), required=False, choices=[("", _("Alla")), *Outcome.choices]
    )
    waits_for = forms.ChoiceField(label=_("Väntar på"), required=False, choices=WAITS_FOR)
    sent_from = forms.DateField(label=_("Skickad från och med"), required=False)
    sent_to = forms.DateField(label=_("Skickad till och med"), required=False)
    urgent = forms.BooleanField(label=_("Bara medicinskt brådskande"), required=False)

    # What only the author knows of a motivation (domain §7).
    OWN = ("outcome", "waits_for")

    looks = {"sent_from": Look(width=10), "sent_to": Look(width=10), "urgent": Look(small=True)}

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if own else self.OWN:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("sent_from"), cleaned.get("sent_to")
        if first and last and last < first:
            self.add_error("sent_to", _("Perioden slutar innan den börjar. Ändra ett av datumen."))
        return cleaned

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return self.has_more or bool(self.data.get("q"))

    @property
    def has_more(self) -> bool:
        """Whether anything but the text is asked for."""
        return any(self.data.get(name) for name in self.fields if name != "q")

    def filter(self, motivations: QuerySet[Motivation], *, today: date) -> QuerySet[Motivation]:
        """Those asked for; a filter that is wrong is left out, and says so itself."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        motivations = matching(motivations, text=wanted.pop("q", ""))
        return motivations.filter(*(self._asks(name, wanted[name], today) for name in wanted))

    def _asks(self, name: str, value: Any, today: date) -> Q:
        match name:
            case "waits_for":
                return WAITS_FOR_AUTHOR if value == YOU else waits_for_pharmacy_long(today)
            case "sent_from":
                return Q(submitted_at__gte=day_begins(value))
            case "sent_to":
                return Q(submitted_at__lt=day_begins(value, days=1))
            case "urgent":
                return Q(urgency=Urgency.URGENT)
        return Q(**{name: value})


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


class TemplateTitleForm(KlasForm):
    """What a new reason template is called."""

    title = NoPersonalNumberField(
        label=_("Vad ska mallen heta?"),
        max_length=100,
        help_text=_("Till exempel ”Epilepsi, vuxna”. Skriv inget om en viss patient."),
        error_messages={"required": _("Skriv vad mallen ska heta")},
    )


class TemplateForm(TemplateTitleForm):
    """A reason template: its name, and the texts that the clinical section lets it keep."""

    field_order = ("title", *ClinicalForm.in_templates)
    looks = {name: Look(optional=False) for name in ClinicalForm.in_templates}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ClinicalForm.in_templates:
            field = deepcopy(ClinicalForm.base_fields[name])
            field.required = False
            if not isinstance(field, forms.ChoiceField):
                field.validators.append(demand_no_person)
            self.fields[name] = field

    @property
    def texts(self) -> SectionAnswers:
        """The texts, once they are valid."""
        return {name: self.cleaned_data[name] for name in ClinicalForm.in_templates}


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
