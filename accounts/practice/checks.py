"""What `manage.py check --deploy` says of the registers."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def registers_are_configured(**_kwargs: Any) -> list[CheckMessage]:
    """In service a register must answer for every licence, and over TLS."""
    if not settings.KLAS_REGISTERS:
        return [
            Error(
                "No register of licences to practise is configured.",
                hint="Set KLAS_REGISTERS (docs/operations.md).",
                id="accounts.E101",
            )
        ]
    return [
        Error(f"{where} is asked without TLS.", hint="Use https.", id="accounts.E102")
        for where in settings.KLAS_REGISTERS
        if where.startswith("http://")
    ]
