"""What the test provider demands of the service, as a real one does."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from authlib.oauth2.rfc7523.client import ASSERTION_TYPE
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accounts.oidc import keys
from accounts.oidc.providers import DEMO_CLIENT
from accounts.testprovider.state import Grant, State

LONGEST_ASSERTION = 600
_BACK = "/logga-in/svar/"
_ALGORITHMS = ["ES256", "ES384", "ES512", "RS256"]


class Refused(Exception):
    """The request is not answered as it wished; the text is the protocol's word for why."""


def demand_known_client(asked: Mapping[str, str]) -> None:
    """Only the demo's client, and only back to this machine.

    Raises:
        Refused: otherwise. The person is then not led there.
    """
    address = urlsplit(asked.get("redirect_uri", ""))
    if asked.get("client_id") != DEMO_CLIENT:
        raise Refused("unauthorized_client")
    if not is_loopback(address.hostname) or not address.path.startswith(_BACK):
        raise Refused("invalid_redirect_uri")


def demand_code_flow(asked: Mapping[str, str]) -> None:
    """The code flow of OpenID Connect with PKCE S256, state and nonce. Raises Refused."""
    if asked.get("response_type") != "code":
        raise Refused("unsupported_response_type")
    if "openid" not in asked.get("scope", "").split():
        raise Refused("invalid_scope")
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        raise Refused("invalid_request")
    if not asked.get("state") or not asked.get("nonce"):
        raise Refused("invalid_request")


def demand_client(sent: Mapping[str, str], state: State, *, endpoint: str) -> None:
    """The client proves with its private key who it is (RFC 7523 2.2). Raises Refused."""
    if sent.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused("invalid_client")
    try:
        ours = KeySet.import_key_set(keys.published())  # type: ignore[arg-type]
        claims = jwt.decode(sent.get("client_assertion", ""), ours, algorithms=_ALGORITHMS).claims
        expires = int(claims["exp"])
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused("invalid_client") from error
    now = time.time()
    holds = (
        claims.get("iss") == claims.get("sub") == DEMO_CLIENT
        and claims.get("aud") == endpoint
        and now < expires <= now + LONGEST_ASSERTION
    )
    if not holds or not state.use_once(str(claims.get("jti", ""))):
        raise Refused("invalid_client")


def demand_same(grant: Grant | None, sent: Mapping[str, str], provider: str) -> Grant:
    """The code is one of ours, and comes from who asked for it. Raises Refused."""
    if (
        sent.get("grant_type") != "authorization_code"
        or grant is None
        or grant.provider != provider
        or grant.redirect_uri != sent.get("redirect_uri")
        or create_s256_code_challenge(sent.get("code_verifier", "")) != grant.challenge
    ):
        raise Refused("invalid_grant")
    return grant


def is_loopback(host: str | None) -> bool:
    """Whether a host is this very machine."""
    return host in {"127.0.0.1", "localhost", "::1"}
