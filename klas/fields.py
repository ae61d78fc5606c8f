"""Form fields of the domain: checked in one place, shown the way people write them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from klas import formats


class PersonalNumberField(forms.CharField):
    """Personnummer or samordningsnummer; cleaned to twelve digits."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return formats.parse_personal_number(text).digits12 if text else ""

    def display(self, value: str) -> str:
        """The number as ÅÅÅÅMMDD-NNNN; what was typed when it is no number."""
        try:
            return formats.parse_personal_number(value).display
        except ValidationError:
            return value


class HsaIdField(forms.CharField):
    """The HSA-id of a care unit; cleaned to capitals."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return formats.normalise_hsa_id(text) if text else ""


class NoPersonalNumberField(forms.CharField):
    """Free text that others may read, and where a personnummer therefore must not stand."""

    default_error_messages = {
        "personal_number": _(
            "Texten innehåller ett personnummer. Ta bort det och peka inte ut någon."
        )
    }

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if holds_personal_number(text):
            raise ValidationError(self.error_messages["personal_number"], code="personal_number")
        return text


def demand_no_person(text: str) -> None:
    """The same demand on any text, as a validator."""
    NoPersonalNumberField(required=False).clean(text)


class Icd10Field(forms.CharField):
    """A diagnosis code of ICD-10-SE, cleaned to G40.4. Its form is checked, not the list."""

    default_error_messages = {
        "form": _("Skriv koden som en bokstav, två siffror och eventuellt en siffra till: G40.4")
    }

    def clean(self, value: Any) -> str:
        compact = re.sub(r"[\s.]+", "", super().clean(value)).upper()
        if not compact:
            return ""
        if not re.fullmatch(r"[A-Z]\d{2}[0-9A-Z]{0,2}", compact):
            raise ValidationError(self.error_messages["form"], code="form")
        return f"{compact[:3]}.{compact[3:]}" if compact[3:] else compact


_LIKE_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[\s+-]?\d{4}(?!\d)")


def holds_personal_number(text: str) -> bool:
    """Whether something in a text is a personnummer or samordningsnummer, however written."""
    for match in _LIKE_PERSONAL_NUMBER.finditer(text):
        try:
            formats.parse_personal_number(match.group())
        except ValidationError:
            continue
        return True
    return False
