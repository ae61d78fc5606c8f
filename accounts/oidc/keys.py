"""The private key that we prove to the providers who we are with (`private_key_jwt`, RFC 7523)."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from accounts.oidc.providers import Provider, WrongSetup, configured
from klas.secret import read_or_make

ClientKey = ECKey | RSAKey
_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_SHORTEST_RSA = 2048


def client_key() -> ClientKey:
    """The key of `KLAS_OIDC_KEY` or `KLAS_OIDC_KEY_FILE`; in the demo one made at the first start.

    Raises:
        WrongSetup: there is none, or it cannot be used.
    """
    text = str(settings.OIDC.get("KLAS_OIDC_KEY", ""))
    file = str(settings.OIDC.get("KLAS_OIDC_KEY_FILE", ""))
    if not text and file:
        try:
            text = Path(file).read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise WrongSetup(f"KLAS_OIDC_KEY_FILE: {file} går inte att läsa.") from error
    if not text and settings.DEMO:
        text = read_or_make(settings.DATA_DIR / "oidc-client-key", _new_key)
    if not text:
        raise WrongSetup("KLAS_OIDC_KEY_FILE saknas: en privat nyckel i PEM, RSA eller EC P-256.")
    return _imported(text)


def usable_providers() -> dict[str, Provider]:
    """The configured providers, with our key at hand to use them with. Raises WrongSetup."""
    found = configured()
    if found:
        client_key()
    return found


def algorithm_of(key: ClientKey) -> str:
    """What the key signs with."""
    return "RS256" if isinstance(key, RSAKey) else _ALGORITHMS[key.curve_name]


def key_id(key: ClientKey) -> str:
    """The key's thumbprint (RFC 7638), which it is published under."""
    return key.thumbprint()


def published() -> dict[str, Any]:
    """Our public keys as a JWK set, for the providers."""
    key = client_key()
    facts = {"use": "sig", "kid": key_id(key), "alg": algorithm_of(key)}
    return {"keys": [{**key.as_dict(private=False), **facts}]}


@lru_cache(maxsize=4)
def _imported(text: str) -> ClientKey:
    try:
        kind = load_pem_private_key(text.encode(), None)
        if isinstance(kind, RSAPrivateKey) and kind.key_size < _SHORTEST_RSA:
            raise WrongSetup(f"KLAS_OIDC_KEY: RSA-nyckeln ska ha minst {_SHORTEST_RSA} bitar.")
        key = RSAKey.import_key(text) if isinstance(kind, RSAPrivateKey) else ECKey.import_key(text)
    except (JoseError, ValueError, TypeError) as error:
        raise WrongSetup("KLAS_OIDC_KEY: ange en privat nyckel i PEM, RSA eller EC.") from error
    if isinstance(key, ECKey) and key.curve_name not in _ALGORITHMS:
        raise WrongSetup("KLAS_OIDC_KEY: använd kurvan P-256, P-384 eller P-521.")
    return key


def _new_key() -> str:
    return ECKey.generate_key("P-256").as_pem(private=True).decode("ascii")
