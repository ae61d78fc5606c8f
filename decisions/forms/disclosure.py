"""What is asked for, and why something is given out or masked against the rule."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.disclosing import Documents
from decisions.enums import SecrecyGround
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look


class DisclosureForm(KlasForm):
    """Who asks, and for what."""

    requester = forms.CharField(
        label=_("Vem begär ut handlingarna?"),
        required=False,
        max_length=200,
        help_text=_("Den som frågar behöver inte säga vem den är. Fråga inte efter namnet."),
    )
    requested = NoPersonalNumberField(
        label=_("Vad begärs ut?"),
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": _("Skriv vad som begärs ut")},
    )
    looks: ClassVar = {"requested": Look(rows=2)}


class DisclosureReasonsForm(KlasForm):
    """Why what is masked is masked; and for each field that departs from the rule, why."""

    assessment = NoPersonalNumberField(
        label=_("Sekretessprövning: varför maskeras uppgifterna?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Skriv vilken skada det kan göra om uppgifterna lämnas ut."),
        error_messages={"required": _("Skriv varför uppgifterna maskeras")},
    )
    looks: ClassVar = {"assessment": Look(rows=4)}

    def __init__(self, *args: Any, documents: Documents, masked: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents, self.masked_keys = documents, masked
        for place, field in enumerate(documents.fields):
            title = {"title": field.title}
            if field.ground and field.key not in masked:
                self.fields[f"open{place}"] = NoPersonalNumberField(
                    label=_("Varför lämnas det här ut: %(title)s?") % title,
                    max_length=300,
                    error_messages={"required": _("Skriv varför det lämnas ut: %(title)s") % title},
                )
            elif field.key in masked and not field.ground:
                self.fields[f"mask{place}"] = forms.ChoiceField(
                    label=_("Bestämmelse för att maskera: %(title)s") % title,
                    choices=[("", _("Välj")), *SecrecyGround.choices],
                    error_messages={"required": _("Välj bestämmelse: %(title)s") % title},
                )

    def grounds(self) -> dict[str, str]:
        """The provision for each masked field."""
        return {
            field.key: field.ground or self.cleaned_data[f"mask{place}"]
            for place, field in enumerate(self.documents.fields)
            if field.key in self.masked_keys
        }

    def opened(self) -> dict[str, str]:
        """The reason for each field that is masked as a rule and is given out."""
        return {
            field.key: self.cleaned_data[f"open{place}"]
            for place, field in enumerate(self.documents.fields)
            if f"open{place}" in self.fields
        }
