"""The test provider demands of us what a real one does: else its tests would prove little."""

import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from accounts.oidc import keys
from accounts.oidc.providers import DEMO_CLIENT
from tests.conftest import ActingClient
from tests.provider import at_provider, leave

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: ActingClient, provider: str) -> str:
    """The address that we lead a person to."""
    return leave(client, reverse("accounts:begin", args=["siths"]))


def changed(address: str, **new: str) -> str:
    parts = urlsplit(address)
    query = {name: value[0] for name, value in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode({**query, **new})).geturl()


@pytest.mark.parametrize(
    "new",
    [
        {"redirect_uri": "https://ond.invalid/logga-in/svar/siths/"},
        {"redirect_uri": "http://127.0.0.1/annat/"},
        {"client_id": "annan"},
        {"code_challenge_method": "plain"},
        {"nonce": ""},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
    ids="-".join,
)
def test_it_answers_only_what_may_be_asked(page: str, new: dict[str, str]) -> None:
    assert requests.get(changed(page, **new), timeout=10).status_code == 400


def test_it_is_not_reached_by_another_name(page: str) -> None:
    answer = requests.get(page, headers={"Host": "ond.invalid"}, timeout=10)
    assert answer.status_code == 403


def exchange(provider: str, page: str, client: ActingClient, **wrong: Any) -> int:
    """The status of exchanging a fresh code; `wrong` changes what is sent."""
    back = parse_qs(urlsplit(at_provider(page, person="lakare")).query)
    [pending] = client.session["oidc_pending"].values()
    endpoint = f"{provider}/siths/token"
    now = int(time.time())
    claims = {
        "iss": DEMO_CLIENT,
        "sub": DEMO_CLIENT,
        "aud": endpoint,
        "exp": now + 60,
        "jti": wrong.pop("jti", f"a{now}{id(back)}"),
    } | wrong.pop("claims", {})
    key = wrong.pop("key", keys.client_key())
    assertion = jwt.encode({"alg": "ES256", "kid": keys.client_key().thumbprint()}, claims, key)
    sent = {
        "grant_type": "authorization_code",
        "code": back["code"][0],
        "redirect_uri": pending["redirect_uri"],
        "code_verifier": pending["verifier"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    } | wrong
    return requests.post(endpoint, sent, timeout=10).status_code


def test_a_code_is_exchanged_by_us_alone(page: str, provider: str, client: ActingClient) -> None:
    assert exchange(provider, page, client, jti="once") == 200
    refused = [
        {"jti": "once"},
        {"claims": {"aud": "https://annan.invalid"}},
        {"claims": {"exp": 1}},
        {"claims": {"iss": "annan"}},
        {"key": ECKey.generate_key("P-256")},
        {"code_verifier": "fel"},
        {"code": "fel"},
        {"redirect_uri": "http://127.0.0.1/logga-in/svar/annan/"},
        {"client_assertion": "fel"},
    ]
    for wrong in refused:
        assert exchange(provider, page, client, **wrong) == 400, wrong


def test_userinfo_and_sign_out_demand_its_own_tokens(provider: str) -> None:
    bearer = {"Authorization": "Bearer fel"}
    assert requests.get(f"{provider}/siths/userinfo", headers=bearer, timeout=10).status_code == 401
    out = f"{provider}/siths/end_session?id_token_hint=fel"
    assert requests.get(out, timeout=10).status_code == 400
    assert requests.get(f"{provider}/annat/jwks", timeout=10).status_code == 404
