"""Forms of the pharmacy's pages: search and filter. An application's own stand in `sections`."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.desk import Desk
from applications.enums import SearchPurpose, SearchWay
from klas.fields import NoPersonalNumberField, PersonalNumberField
from klas.forms import KlasForm, Look

_PERSONAL_NUMBER = _(
    "Här går det inte att söka på personnummer. Ta bort det och skriv läkemedel, referensnummer "
    "eller diarienummer."
)


def _typed(**attributes: str) -> forms.TextInput:
    """A field that the browser neither remembers nor corrects."""
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **attributes})


def _second() -> forms.CharField:
    return forms.CharField(
        label=_("Läkemedel eller förskrivare"),
        max_length=200,
        required=False,
        help_text=_("Läkemedlets namn, förskrivarens namn eller förskrivarkoden. Hela ord."),
        widget=_typed(),
    )


class SearchForm(KlasForm):
    """Find a motivation: by what, and why (POST; the purpose is kept in the access log).

    The ways open to everybody at a pharmacy; nothing here points out a person.
    """

    way = forms.ChoiceField(
        label=_("Vad söker du på?"),
        choices=[(way, way.label) for way in (SearchWay.REFERENCE, SearchWay.CARE_UNIT)],
        widget=forms.RadioSelect,
        initial=SearchWay.REFERENCE,
        error_messages={"required": _("Välj vad du söker på")},
    )
    reference = forms.CharField(
        label=_("Referensnummer"),
        max_length=40,
        required=False,
        help_text=_(
            "Det står på patientens lapp och börjar på KL. Små bokstäver går bra, och bindestreck "
            "och mellanslag spelar ingen roll."
        ),
        widget=_typed(),
    )
    care_unit = forms.CharField(
        label=_("Vårdenhetens HSA-id eller namn"),
        max_length=160,
        required=False,
        help_text=_(
            "Hittar generella licensmotiveringar. Skriv hela namnet, så som det står i "
            "motiveringen."
        ),
        widget=_typed(),
    )
    purpose = forms.ChoiceField(
        label=_("Varför söker du?"),
        choices=SearchPurpose.choices,
        widget=forms.RadioSelect,
        help_text=_("Sökningen och skälet sparas i åtkomstloggen."),
        error_messages={"required": _("Välj varför du söker")},
    )

    # Per way the field of what is searched for, and the one of the fact that must fit too.
    conditional: ClassVar = {
        "way": {SearchWay.REFERENCE: ("reference",), SearchWay.CARE_UNIT: ("care_unit",)}
    }
    demanded: ClassVar = {"reference": None, "care_unit": None}
    looks: ClassVar = {
        "reference": Look(width=20, optional=False),
        "care_unit": Look(optional=False),
    }

    @property
    def asked(self) -> tuple[str, str]:
        """What a right form asks for: the text, and the other fact ("" for the ways without)."""
        first, *more = self.conditional["way"][self.cleaned_data["way"]]
        return self.cleaned_data[first], self.cleaned_data[more[0]] if more else ""

    def complain(self, text: str) -> None:
        """Say at the way's own field that the search did not succeed."""
        self.add_error(self.conditional["way"][self.cleaned_data["way"]][0], text)


class PersonSearchForm(SearchForm):
    """The same with the ways that point out a person: for pharmacists only (domain §5)."""

    way = forms.ChoiceField(
        label=_("Vad söker du på?"),
        choices=SearchWay.choices,
        widget=forms.RadioSelect,
        initial=SearchWay.REFERENCE,
        error_messages={"required": _("Välj vad du söker på")},
    )
    personal_number = PersonalNumberField(
        label=_("Personnummer eller samordningsnummer"),
        required=False,
        help_text=_("ÅÅÅÅMMDD-NNNN"),
        widget=_typed(inputmode="numeric"),
    )
    fact = _second()
    reserve_number = forms.CharField(
        label=_("Reservnummer"),
        max_length=20,
        required=False,
        help_text=_("Regionens reservnummer, som det står i journalen."),
        widget=_typed(),
    )
    reserve_fact = _second()
    owner = forms.CharField(
        label=_("Djurägarens namn"),
        max_length=160,
        required=False,
        help_text=_("Hela namnet, eller namnet på den veterinära verksamheten."),
        widget=_typed(),
    )
    owner_product = forms.CharField(
        label=_("Läkemedel"),
        max_length=200,
        required=False,
        help_text=_("Läkemedlets namn. Hela ord."),
        widget=_typed(),
    )

    field_order = ("way", "purpose")
    conditional: ClassVar = {
        "way": {
            **SearchForm.conditional["way"],
            SearchWay.PERSONAL_NUMBER: ("personal_number", "fact"),
            SearchWay.RESERVE_NUMBER: ("reserve_number", "reserve_fact"),
            SearchWay.OWNER: ("owner", "owner_product"),
        }
    }
    _SECOND = _("Skriv läkemedlets namn, eller förskrivarens namn eller kod")
    demanded: ClassVar = {
        **SearchForm.demanded,
        "personal_number": None,
        "fact": _SECOND,
        "reserve_number": None,
        "reserve_fact": _SECOND,
        "owner": None,
        "owner_product": None,
    }
    looks: ClassVar = {
        **SearchForm.looks,
        "personal_number": Look(width=20, optional=False),
        "fact": Look(optional=False),
        "reserve_number": Look(width=20, optional=False),
        "reserve_fact": Look(optional=False),
        "owner": Look(optional=False),
        "owner_product": Look(optional=False),
    }


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

    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Sök i listan"),
        required=False,
        max_length=100,
        help_text=_("Läkemedel, referensnummer eller diarienummer."),
        error_messages={"personal_number": _PERSONAL_NUMBER},
        widget=_typed(),
    )
    mine = forms.BooleanField(label=_("Visa bara dem jag är ansvarig för"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class ChainFilterForm(InboxFilterForm):
    """The same over several pharmacies, or one of them."""

    pharmacy = forms.ChoiceField(
        label=_("Apotek"),
        required=False,
        help_text=_("De apotek där du arbetar."),
        error_messages={"invalid_choice": _("Välj ett av apoteken i listan")},
    )

    def __init__(self, *args: Any, chain: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["pharmacy"])
        named = [(str(one.pharmacy_id), one.unit_name) for one in chain.assignments]
        field.choices = [("", _("Alla mina apotek")), *named]
