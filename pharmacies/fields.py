"""A form field for a pharmacy."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pharmacies.models import Pharmacy
from pharmacies.queries import find_pharmacy


class PharmacyField(forms.CharField):
    """A pharmacy by GLN, name, or “name, town”; cleaned to its GLN."""

    default_error_messages = {
        "several": _("Flera apotek passar. Skriv GLN för det du menar: %(names)s"),
        "unknown": _("Inget apotek heter så. Kontrollera namnet, eller lämna fältet tomt."),
    }

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        if not text:
            return ""
        found = find_pharmacy(text)
        if len(found) == 1:
            return found[0].gln
        if found:
            names = "; ".join(f"{pharmacy.name} ({pharmacy.gln})" for pharmacy in found[:3])
            raise ValidationError(
                self.error_messages["several"], code="several", params={"names": names}
            )
        raise ValidationError(self.error_messages["unknown"], code="unknown")

    def display(self, value: str) -> str:
        """The pharmacy's name; what was typed when it is no GLN."""
        pharmacy = Pharmacy.objects.filter(gln=value).first()
        return f"{pharmacy.name}, {pharmacy.city}" if pharmacy else value
