"""`manage.py check --deploy`: can anybody sign in, and who answers for licences to practise?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Warned

from accounts.oidc import keys, providers


@register(Tags.security, deploy=True)
def sign_in_is_set_up(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error when no identity provider is configured, or what is configured cannot work."""
    try:
        if not keys.usable_providers():
            return [
                Error(
                    "Ingen inloggning är inkopplad.",
                    hint="Ange KLAS_OIDC_SITHS_ISSUER eller KLAS_OIDC_ELEG_ISSUER "
                    "(docs/operations.md).",
                    id="accounts.E001",
                )
            ]
    except providers.WrongSetup as error:
        return [Error(str(error), hint="Se docs/operations.md.", id="accounts.E002")]
    return []


@register(Tags.security, deploy=True)
def licences_are_answered_for(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error when no register is configured, or when one is asked without TLS."""
    if not settings.KLAS_REGISTERS:
        return [
            Error(
                "Inget register över legitimationer är angivet.",
                hint="Ange KLAS_REGISTERS (docs/operations.md).",
                id="accounts.E003",
            )
        ]
    return [
        Error(f"Registret {where} tillfrågas utan TLS.", hint="Ange https.", id="accounts.E004")
        for where in settings.KLAS_REGISTERS
        if where.startswith("http://")
    ]


@register(Tags.security, deploy=True)
def emergency_sign_in_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning while people can get in by password."""
    if not settings.KLAS_BREAK_GLASS:
        return []
    hint = "Ta bort KLAS_BREAK_GLASS när den vanliga inloggningen fungerar."
    return [Warned("Nödinloggningen är på.", hint=hint, id="accounts.W005")]
