"""To the provider and back: authorization code with PKCE and `private_key_jwt`."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from django.conf import settings

from accounts.oidc import discovery, keys, tokens
from accounts.oidc.pending import Pending
from accounts.oidc.providers import Provider
from accounts.oidc.trouble import SignInTrouble, Trouble

ASSERTION_SECONDS = 60
# So much may our clock and the provider's differ when we hold its moment against ours.
CLOCK_SECONDS = 30
# What a provider may answer instead of a code (RFC 6749 4.1.2.1, Core 3.1.2.6); else FAILED.
_ANSWERS = {
    "access_denied": Trouble.CANCELLED,
    "temporarily_unavailable": Trouble.PROVIDER_DOWN,
    "server_error": Trouble.PROVIDER_DOWN,
    "unmet_authentication_requirements": Trouble.LOW_ASSURANCE,
}


@dataclass(frozen=True)
class Proof:
    """Who somebody is, as a provider has proven it; what it did not say is "".

    Attributes:
        proven_at: when the person showed it, in seconds; 0 when the provider does not say.
        id_token: as it came, for signing out there.
    """

    provider: str
    acr: str
    proven_at: int
    subject: str
    personal_number: str
    name: str
    pharmacy: str
    id_token: str


def begin(
    provider: Provider, *, redirect_uri: str, goes_to: str, again: int | None, anew: bool
) -> tuple[str, str, Pending]:
    """The address to lead the person to, the state, and what to remember under it.

    Args:
        goes_to: where in our service the person goes afterwards.
        again: whose identity is to be proven once more (the user's key).
        anew: ask the provider to have the person show who they are, even if it knows them.

    Raises:
        SignInTrouble: the provider does not answer.
    """
    metadata = discovery.metadata_of(provider)
    verifier, nonce = generate_token(64), generate_token(43)
    asked: dict[str, Any] = {"acr_values": " ".join(provider.acr_values), "ui_locales": "sv"}
    if metadata.takes_claims:
        asked["claims"] = json.dumps(_asked_claims(provider))
    if anew:
        asked |= {"prompt": "login", "max_age": 0}
    with _session(provider, metadata, redirect_uri) as session:
        address, state = session.create_authorization_url(
            metadata.authorization_endpoint,
            state=generate_token(43),
            code_verifier=verifier,
            nonce=nonce,
            **asked,
        )
    pending = Pending(
        provider=provider.slug,
        nonce=nonce,
        verifier=verifier,
        redirect_uri=redirect_uri,
        started=int(time.time()),
        next=goes_to,
        again=again,
    )
    return address, state, pending


def finish(provider: Provider, pending: Pending, answer: Mapping[str, str]) -> Proof:
    """Who the person is, from what the provider answered.

    Raises:
        SignInTrouble: they cancelled, the level is too low, or the answer cannot be trusted.
    """
    metadata = discovery.metadata_of(provider)
    if answer.get("iss", "" if metadata.names_itself else provider.issuer) != provider.issuer:
        raise SignInTrouble(Trouble.FAILED, "another_issuer")  # RFC 9207
    if error := answer.get("error"):
        trouble = _ANSWERS.get(error, Trouble.FAILED)
        raise SignInTrouble(trouble, f"answer:{error}" if error in _ANSWERS else "answer:error")
    token = _exchange(provider, metadata, pending, answer.get("code", ""))
    id_token, access_token = str(token.get("id_token", "")), str(token.get("access_token", ""))
    claims = tokens.claims_of(provider, id_token, nonce=pending.nonce, access_token=access_token)
    acr = str(claims.get("acr", ""))
    if acr not in provider.acr_values:
        raise SignInTrouble(Trouble.LOW_ASSURANCE, "acr")
    proven_at = int(claims.get("auth_time") or 0)
    if pending.again is not None and proven_at < pending.started - CLOCK_SECONDS:
        raise SignInTrouble(Trouble.FAILED, "not_proven_anew")
    claims |= _more_claims(provider, metadata, claims, access_token)
    return proof_of(provider, claims, acr=acr, proven_at=proven_at, id_token=id_token)


def proof_of(
    provider: Provider, claims: Mapping[str, Any], *, acr: str, proven_at: int, id_token: str = ""
) -> Proof:
    """What the claims say, by the provider's names for it."""
    names = provider.claims
    parts = (_first(claims, names.given_name), _first(claims, names.family_name))
    return Proof(
        provider=provider.slug,
        acr=acr,
        proven_at=proven_at,
        subject=_first(claims, names.subject),
        personal_number=_first(claims, names.personal_number),
        name=_first(claims, names.name) or " ".join(part for part in parts if part),
        pharmacy=_first(claims, names.pharmacy),
        id_token=id_token,
    )


def _first(claims: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = claims.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _asked_claims(provider: Provider) -> dict[str, Any]:
    """The claims that we ask for by name, and the level of assurance as a demand (Core 5.5.1.1)."""
    wanted: dict[str, Any] = dict.fromkeys(provider.claims.all())
    level = {"acr": {"essential": True, "values": list(provider.acr_values)}}
    return {"id_token": {**wanted, **level, "auth_time": {"essential": True}}, "userinfo": wanted}


def _session(provider: Provider, metadata: discovery.Metadata, redirect_uri: str) -> OAuth2Session:
    key = keys.client_key()
    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=key,
        token_endpoint_auth_method="private_key_jwt",  # noqa: S106 - the name of a method
        scope=provider.scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )
    session.register_client_auth_method(
        PrivateKeyJWT(
            metadata.token_endpoint,
            claims={"exp": int(time.time()) + ASSERTION_SECONDS},
            headers={"kid": keys.key_id(key)},
            alg=keys.algorithm_of(key),
        )
    )
    return session


def _exchange(
    provider: Provider, metadata: discovery.Metadata, pending: Pending, code: str
) -> dict[str, Any]:
    try:
        with _session(provider, metadata, pending.redirect_uri) as session:
            token: dict[str, Any] = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=pending.verifier,
                timeout=settings.OIDC_TIMEOUT,
                allow_redirects=False,
            )
    except OAuthError as error:
        raise SignInTrouble(Trouble.FAILED, "code_refused") from error
    except requests.RequestException as error:
        raise SignInTrouble(Trouble.PROVIDER_DOWN, type(error).__name__) from error
    except ValueError as error:
        raise SignInTrouble(Trouble.FAILED, "no_token") from error
    return token


def _more_claims(
    provider: Provider, metadata: discovery.Metadata, claims: Mapping[str, Any], access_token: str
) -> dict[str, Any]:
    """What the provider tells at its userinfo address only, when the token does not say who it is.

    Claims that the signed token has count before these.
    """
    names = provider.claims
    if _first(claims, names.subject) or _first(claims, names.personal_number):
        return {}
    if not metadata.userinfo_endpoint or not access_token:
        return {}
    told = discovery.get_json(metadata.userinfo_endpoint, Authorization=f"Bearer {access_token}")
    if told.get("sub") != claims["sub"]:
        raise SignInTrouble(Trouble.FAILED, "userinfo_of_another")
    return {name: value for name, value in told.items() if name not in claims}
