"""What the test provider signs."""

import base64
import json
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from accounts.testprovider.faults import Fault
from accounts.testprovider.people import levels
from accounts.testprovider.state import Grant, State

TOKEN_SECONDS = 300


def claims_of(grant: Grant, issuer: str) -> dict[str, Any]:
    """The claims of an ID token, wrong where the fault says so.

    SITHS tells who it is in the token, e-legitimation at userinfo: both ways are in use.
    """
    now = int(time.time())
    late = TOKEN_SECONDS * 2 if grant.fault is Fault.EXPIRED else 0
    claims = {
        "iss": issuer,
        "sub": subject(grant),
        "aud": "nagon-annan" if grant.fault is Fault.WRONG_AUDIENCE else grant.client_id,
        "iat": now - late,
        "exp": now - late + TOKEN_SECONDS,
        "auth_time": grant.auth_time,
        "nonce": "fel" if grant.fault is Fault.WRONG_NONCE else grant.nonce,
        "acr": grant.person.acr or levels(grant.acr_values),
    }
    told = grant.person.claims(grant.provider) if grant.provider == "siths" else {}
    return {**told, **claims}


def subject(grant: Grant) -> str:
    """What the provider itself calls the person: nothing that anybody else can use."""
    return f"{grant.provider}-{grant.person.key}"


def signed(claims: dict[str, Any], state: State, fault: Fault) -> str:
    """The claims as a signed token."""
    if fault is Fault.UNSIGNED:
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
    if fault is Fault.WRONG_KEY:
        header = {"alg": "ES256", "kid": state.key().kid}
        return jwt.encode(header, claims, ECKey.generate_key("P-256"))
    key = state.key(rotated=fault is Fault.ROTATED_KEY)
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
