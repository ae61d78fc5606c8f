"""Whether an ID token holds (OpenID Connect Core 1.0, 3.1.3.7)."""

from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from accounts.oidc import discovery
from accounts.oidc.providers import Provider
from accounts.oidc.trouble import SignInTrouble, Trouble

# Signatures with a key pair only: with a shared secret or none, anybody could have made the token.
ALGORITHMS = ("PS256", "RS256", "ES256", "ES384")
LEEWAY_SECONDS = 30


def claims_of(
    provider: Provider, id_token: str, *, nonce: str, access_token: str = ""
) -> dict[str, Any]:
    """The claims of a token that the provider has signed for us, for this sign-in, just now.

    A key that is not known makes the provider's keys be asked for once more: it may have changed.

    Raises:
        SignInTrouble: it does not hold.
    """
    try:
        try:
            token = _decoded(id_token, discovery.keys_of(provider))
        except InvalidKeyIdError:
            token = _decoded(id_token, discovery.keys_of(provider, anew=True))
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        # The kind and the claim's name; the text of an error may hold what the token says.
        claim = getattr(error, "claim", None)
        reason = type(error).__name__ + (f":{claim}" if isinstance(claim, str) else "")
        raise SignInTrouble(Trouble.FAILED, reason) from error
    return dict(claims)


def _decoded(id_token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    return jwt.decode(id_token, keys, registry=registry)
