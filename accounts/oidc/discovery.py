"""What a provider says of itself, asked for seldom (OpenID Connect Discovery 1.0)."""

import time
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accounts.oidc.providers import Provider, is_safe
from accounts.oidc.trouble import SignInTrouble, Trouble

KEPT_SECONDS = 3600
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True)
class Metadata:
    """A provider's addresses; those it lacks are ""."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    takes_claims: bool
    names_itself: bool


# By issuer: when it was asked for, and the answer. Each process asks for itself.
_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def metadata_of(provider: Provider) -> Metadata:
    """The provider's addresses.

    Raises:
        SignInTrouble: it does not answer, or its answer cannot be trusted.
    """
    known = _metadata.get(provider.issuer)
    if known and time.monotonic() - known[0] < KEPT_SECONDS:
        return known[1]
    found = _checked(
        provider, get_json(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    )
    _metadata[provider.issuer] = (time.monotonic(), found)
    return found


def keys_of(provider: Provider, *, anew: bool = False) -> KeySet:
    """The keys that the provider signs with; `anew` asks also when they are known.

    Raises:
        SignInTrouble: as `metadata_of`.
    """
    known = _keys.get(provider.issuer)
    if known and not anew and time.monotonic() - known[0] < KEPT_SECONDS:
        return known[1]
    try:
        found = KeySet.import_key_set(get_json(metadata_of(provider).jwks_uri))  # type: ignore[arg-type]
    except (JoseError, KeyError, ValueError, TypeError) as error:
        raise SignInTrouble(Trouble.FAILED, "keys_unreadable") from error
    _keys[provider.issuer] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask everything anew the next time."""
    _metadata.clear()
    _keys.clear()


def get_json(address: str, **headers: str) -> dict[str, Any]:
    """An object fetched from a provider. Raises SignInTrouble."""
    try:
        answer = requests.get(
            address, headers=headers, timeout=settings.OIDC_TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        raise SignInTrouble(Trouble.PROVIDER_DOWN, type(error).__name__) from error
    if answer.status_code != requests.codes.ok:
        raise SignInTrouble(Trouble.PROVIDER_DOWN, f"http_{answer.status_code}")
    try:
        found = answer.json()
    except ValueError as error:
        raise SignInTrouble(Trouble.PROVIDER_DOWN, "not_json") from error
    if not isinstance(found, dict):
        raise SignInTrouble(Trouble.PROVIDER_DOWN, "not_an_object")
    return found


def _checked(provider: Provider, found: dict[str, Any]) -> Metadata:
    if found.get("issuer") != provider.issuer:
        raise SignInTrouble(Trouble.FAILED, "issuer_differs")
    addresses = {name: str(found.get(name) or "") for name in (*_NEEDED, *_OPTIONAL)}
    for name, address in addresses.items():
        if (address or name in _NEEDED) and not is_safe(address):
            raise SignInTrouble(Trouble.FAILED, f"{name}_unsafe")
    if "S256" not in found.get("code_challenge_methods_supported", ["S256"]):
        raise SignInTrouble(Trouble.FAILED, "no_pkce")
    return Metadata(
        **addresses,
        takes_claims=found.get("claims_parameter_supported") is True,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )
