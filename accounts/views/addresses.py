"""Addresses of the sign-in: the ways in, the way back, and where one goes afterwards."""

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.oidc import keys, providers

logger = structlog.get_logger("klas.sign_in")
NEXT = "next"
# Asks the provider to have the person show who they are, whomever it knows already.
AS_OTHER = "annan"
# The signed-in person proves who they are once more.
AGAIN = "igen"


@dataclass(frozen=True)
class Way:
    """A link that begins signing in."""

    provider: providers.Provider
    url: str


def ways(goes_to: str, **options: str) -> list[Way]:
    """A link for each provider; none when sign-in is not set up, or wrongly (the log says how).

    Args:
        options: `annan="1"`, `igen="1"`.
    """
    try:
        usable = keys.usable_providers()
    except providers.WrongSetup as error:
        logger.error("sign_in_wrongly_set_up", reason=str(error))
        return []
    query = {NEXT: goes_to, **options} if goes_to else options
    return [
        Way(
            provider,
            reverse("accounts:begin", args=[provider.slug])
            + (f"?{urlencode(query)}" if query else ""),
        )
        for provider in usable.values()
    ]


def address_of_emergency(goes_to: str, **options: str) -> str:
    """The page of the emergency sign-in; "" while that is off."""
    if not settings.KLAS_BREAK_GLASS:
        return ""
    query = {NEXT: goes_to, **options} if goes_to else options
    return reverse("accounts:break_glass") + (f"?{urlencode(query)}" if query else "")


def own_address(request: HttpRequest, path: str) -> str:
    """The whole address of a page of ours, as the providers know it.

    In the demo it is the one that the person came by: 127.0.0.1, localhost or a test's own port.
    """
    return request.build_absolute_uri(path) if settings.DEMO else f"{settings.BASE_URL}{path}"


def safe_next(request: HttpRequest, url: str) -> str:
    """An address to go on to, if it is one of ours; else ""."""
    allowed = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if allowed else ""
