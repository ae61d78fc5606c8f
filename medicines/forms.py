"""Forms of the register."""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from medicines.queries import LONGEST_SEARCH

ANIMALS = {"": None, "people": False, "animals": True}


class ProductSearchForm(KlasForm):
    """What to search for, and whether for people, animals or both (GET)."""

    mark_optional = False
    looks = {"q": Look(width="two-thirds"), "species": Look(inline=False, small=True)}

    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Namn, aktiv substans eller ATC-kod"),
        required=False,
        max_length=LONGEST_SEARCH,
        help_text=_("Du behöver inte stava exakt. Skriv aldrig uppgifter om en patient här."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "data-typeahead-url": reverse_lazy("medicines:suggest"),
            }
        ),
    )
    species = forms.ChoiceField(
        label=_("Läkemedel för"),
        required=False,
        choices=[("", _("Människor och djur")), ("people", _("Människor")), ("animals", _("Djur"))],
    )

    @property
    def veterinary(self) -> bool | None:
        """Return True for animals, False for people, None for both. The form must be valid."""
        return ANIMALS[self.cleaned_data["species"]]
