"""`manage.py check --deploy`: can anybody sign in?"""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

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
