"""Signing out at the provider too (OpenID Connect RP-Initiated Logout 1.0).

The ID token that the provider wants back says who the person is, and sessions lie in the database:
so it is kept enciphered there, with a key that does not.
"""

from base64 import urlsafe_b64encode
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from accounts.oidc import discovery
from accounts.oidc.flow import Proof
from accounts.oidc.providers import Provider, WrongSetup, configured
from accounts.oidc.trouble import SignInTrouble

SESSION_KEY = "oidc"


def remember(request: HttpRequest, proof: Proof) -> None:
    """Keep what signing out at the provider takes."""
    request.session[SESSION_KEY] = {
        "provider": proof.provider,
        "id_token": _cipher().encrypt(proof.id_token.encode()).decode(),
    }


def provider_of(request: HttpRequest) -> Provider | None:
    """The provider that this session was begun with, while it is configured."""
    kept = request.session.get(SESSION_KEY)
    try:
        return configured().get(kept["provider"]) if kept else None
    except WrongSetup:
        return None


def way_out(request: HttpRequest, *, back: str) -> str:
    """Where the person signs out at the provider, and comes `back` from; "" when nowhere."""
    provider = provider_of(request)
    if provider is None:
        return ""
    try:
        address = discovery.metadata_of(provider).end_session_endpoint
        id_token = _cipher().decrypt(request.session[SESSION_KEY]["id_token"]).decode()
    except (SignInTrouble, InvalidToken):
        return ""
    query = {
        "id_token_hint": id_token,
        "client_id": provider.client_id,
        "post_logout_redirect_uri": back,
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}" if address else ""


def _cipher() -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.oidc.leaving")
    return Fernet(urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
