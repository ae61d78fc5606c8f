"""Forms of a hand-over: to whom and why, and the answer."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from pharmacies.fields import PharmacyField

YES, NO = "yes", "no"


class OfferForm(KlasForm):
    """To which pharmacy an application is offered, and why."""

    pharmacy = PharmacyField(
        label=_("Vilket apotek?"),
        max_length=200,
        help_text=_("Apotekets namn, namn och ort, eller GLN."),
        error_messages={
            "required": _("Skriv vilket apotek som ska ta över"),
            "unknown": _("Inget apotek heter så. Kontrollera namnet eller skriv GLN."),
        },
    )
    reason = NoPersonalNumberField(
        label=_("Varför lämnar ni över ansökan?"),
        widget=forms.Textarea,
        max_length=1000,
        help_text=_(
            "Det andra apoteket och Läkemedelsverket läser skälet. Skriv inget om patientens hälsa."
        ),
        error_messages={"required": _("Skriv varför ni lämnar över ansökan")},
    )

    looks: ClassVar = {"reason": Look(rows=3)}


class AnswerForm(KlasForm):
    """Whether a pharmacy takes over an application that it is offered."""

    answer = forms.ChoiceField(
        label=_("Vill ni ta över ansökan?"),
        choices=[(YES, _("Ja, vi tar över ansökan")), (NO, _("Nej, vi avböjer"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj om ni tar över ansökan eller inte")},
    )
    available = forms.BooleanField(
        label=_("Vi har kontrollerat att vi kan beställa läkemedlet"), required=False
    )
    reason = NoPersonalNumberField(
        label=_("Varför avböjer ni?"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text=_("Apoteket som frågar läser svaret."),
    )

    conditional: ClassVar = {"answer": {YES: ("available",), NO: ("reason",)}}
    demanded: ClassVar = {
        "available": _("Kontrollera att ni kan beställa läkemedlet"),
        "reason": _("Skriv varför ni avböjer"),
    }
    looks: ClassVar = {"reason": Look(rows=3, optional=False), "available": Look(optional=False)}
