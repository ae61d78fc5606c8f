"""Form fields for what stands on a pack."""

import calendar
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_BATCH = re.compile(r"[\x21-\x7e]*[A-Za-z0-9][\x21-\x7e]*")


class BatchField(forms.CharField):
    """A batch number as it stands on the pack; spaces are taken away (GS1 has none)."""

    default_error_messages = {
        "form": _("Skriv batchnumret som det står på förpackningen, med bokstäver och siffror")
    }

    def clean(self, value: Any) -> str:
        text = re.sub(r"\s+", "", super().clean(value))
        if text and not _BATCH.fullmatch(text):
            raise ValidationError(self.error_messages["form"], code="form")
        if len(text) > 20:
            raise ValidationError(
                _("Batchnumret får vara högst 20 tecken. Du har skrivit %(n)s."),
                code="max_length",
                params={"n": len(text)},
            )
        return text


class ExpiryField(forms.DateField):
    """A last day of use; packs often name the month only, which means its last day."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            month = re.fullmatch(r"\s*(\d{4})-?(0[1-9]|1[0-2])\s*", value, re.ASCII)
            if month and int(month[1]) > 0:
                year, number = int(month[1]), int(month[2])
                return date(year, number, calendar.monthrange(year, number)[1])
        return super().to_python(value)
