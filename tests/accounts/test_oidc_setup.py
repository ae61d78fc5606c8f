"""What an operator configures, and what `check --deploy` says of it."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command
from django.urls import reverse
from joserfc.jwk import ECKey, RSAKey

from accounts.checks import sign_in_is_set_up
from accounts.oidc import discovery, flow, keys, people, providers
from accounts.oidc.providers import WrongSetup
from accounts.oidc.trouble import SignInTrouble
from accounts.testprovider.server import Provider

SITHS = {"KLAS_OIDC_SITHS_ISSUER": "https://idp.invalid", "KLAS_OIDC_SITHS_CLIENT_ID": "klas"}
ELEG = {"KLAS_OIDC_ELEG_ISSUER": "https://eleg.invalid", "KLAS_OIDC_ELEG_CLIENT_ID": "klas2"}


def proof(settings: Any, claims: dict[str, Any], **more: str) -> flow.Proof:
    """What claims of the first configured provider say."""
    settings.OIDC = more or SITHS
    provider = next(iter(providers.configured().values()))
    return flow.proof_of(provider, claims, acr="a", proven_at=1)


class TestClaims:
    def test_sambi_s_names(self, settings: Any) -> None:
        claims = {
            "employeeHsaId": "SE2321000016-AB12",
            "given_name": "Vera",
            "family_name": "Prov",
            "personalIdentityNumber": "200002292399",
            "pharmacyIdentifier": ["7350000000019"],
        }
        found = proof(settings, claims)
        assert (found.subject, found.name) == ("SE2321000016-AB12", "Vera Prov")
        assert (found.personal_number, found.pharmacy) == ("200002292399", "7350000000019")

    def test_oidc_sweden_s_names_and_no_hsa_id_from_there(self, settings: Any) -> None:
        claims = {
            "https://id.oidc.se/claim/coordinationNumber": "197302889931",
            "name": "Vera Prov",
            "employeeHsaId": "SE2321000016-AB12",
        }
        found = proof(settings, claims, **ELEG)
        assert (found.personal_number, found.name) == ("197302889931", "Vera Prov")
        assert found.subject == "", "that provider does not vouch for HSA-ids"

    def test_own_names_are_laid_over_the_usual(self, settings: Any) -> None:
        own = {**SITHS, "KLAS_OIDC_SITHS_CLAIMS": "subject=hsaid,employeeHsaId name="}
        found = proof(settings, {"employeeHsaId": "A", "name": "N", "given_name": "G"}, **own)
        assert (found.subject, found.name) == ("A", "G")

    @pytest.mark.parametrize("value", [None, "", "  ", 7, ["a", "b"], {"a": "b"}])
    def test_what_is_no_plain_text_says_nothing(self, settings: Any, value: Any) -> None:
        found = proof(settings, {"employeeHsaId": value, "name": value})
        assert (found.subject, found.name) == ("", "")

    @pytest.mark.django_db
    @pytest.mark.parametrize("number", ["", "inget", "200002292390"])
    def test_a_number_that_is_none_finds_nobody(self, settings: Any, number: str) -> None:
        assert people.person_of(proof(settings, {"personalIdentityNumber": number})) is None


class TestSetup:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"KLAS_OIDC_SITHS_ISSUER": "http://idp.invalid"},
            {"KLAS_OIDC_SITHS_CLIENT_ID": ""},
            {"KLAS_OIDC_SITHS_CLAIMS": "hsaid=x"},
            {"KLAS_OIDC_SITHS_CLAIMS": "subject= personal_number="},
        ],
    )
    def test_what_cannot_work_is_named(self, settings: Any, wrong: dict[str, str]) -> None:
        settings.OIDC = {**SITHS, **wrong}
        with pytest.raises(WrongSetup, match=next(iter(wrong))):
            providers.configured()
        assert [error.id for error in sign_in_is_set_up(None)] == ["accounts.E002"]

    def test_both_side_by_side_with_levels_of_their_own(self, settings: Any) -> None:
        settings.OIDC = {**SITHS, **ELEG, "KLAS_OIDC_ELEG_ACR": "urn:a urn:b"}
        found = providers.configured()
        assert list(found) == ["siths", "e-legitimation"]
        assert found["siths"].acr_values == providers.SAMBI_LOA3 + providers.LOA3
        assert found["e-legitimation"].acr_values == ("urn:a", "urn:b")

    def test_nothing_set_up_is_an_error_before_deployment(self, settings: Any) -> None:
        settings.OIDC, settings.DEMO = {}, False
        assert [error.id for error in sign_in_is_set_up(None)] == ["accounts.E001"]
        settings.OIDC = SITHS
        [error] = sign_in_is_set_up(None)
        assert "KLAS_OIDC_KEY_FILE" in error.msg

    def test_wrong_setup_breaks_no_page(self, settings: Any, client: Any) -> None:
        settings.OIDC, settings.DEMO = {"KLAS_OIDC_SITHS_ISSUER": "fel"}, False
        assert "inte inkopplad" in client.get(reverse("accounts:sign_in")).content.decode()
        assert client.get(reverse("accounts:begin", args=["siths"])).status_code == 404
        assert client.get(reverse("accounts:client_keys")).status_code == 404


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "algorithm"),
        [(ECKey.generate_key("P-384"), "ES384"), (RSAKey.generate_key(2048), "RS256")],
        ids=["ec", "rsa"],
    )
    def test_a_key_from_a_file_is_published_without_its_secret(
        self, settings: Any, tmp_path: Path, client: Any, key: Any, algorithm: str
    ) -> None:
        file = tmp_path / "key.pem"
        file.write_bytes(key.as_pem(private=True))
        settings.OIDC = {"KLAS_OIDC_KEY_FILE": str(file)}
        [public] = client.get(reverse("accounts:client_keys")).json()["keys"]
        assert public["alg"] == keys.algorithm_of(keys.client_key()) == algorithm
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(public)

    def test_a_key_that_cannot_be_used_is_named(self, settings: Any, tmp_path: Path) -> None:
        public = ECKey.generate_key("P-256").as_pem(private=False).decode()
        weak = rsa.generate_private_key(65537, 1024)
        short = weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        for text in ("inte en nyckel", public, short):
            settings.OIDC = {"KLAS_OIDC_KEY": text}
            with pytest.raises(WrongSetup, match="KLAS_OIDC_KEY"):
                keys.client_key()
        settings.OIDC = {"KLAS_OIDC_KEY_FILE": str(tmp_path / "saknas")}
        with pytest.raises(WrongSetup, match="KLAS_OIDC_KEY_FILE"):
            keys.client_key()


class TestDiscovery:
    GOOD = {
        "issuer": "https://idp.invalid",
        "authorization_endpoint": "https://idp.invalid/a",
        "token_endpoint": "https://idp.invalid/t",
        "jwks_uri": "https://idp.invalid/k",
    }

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"issuer": "https://idp.invalid/"}, "issuer_differs"),
            ({"token_endpoint": "http://idp.invalid/t"}, "token_endpoint_unsafe"),
            ({"jwks_uri": None}, "jwks_uri_unsafe"),
            ({"end_session_endpoint": "ftp://x"}, "end_session_endpoint_unsafe"),
            ({"code_challenge_methods_supported": ["plain"]}, "no_pkce"),
        ],
    )
    def test_what_cannot_be_trusted_is_refused(
        self, settings: Any, wrong: dict[str, Any], reason: str
    ) -> None:
        settings.OIDC = SITHS
        provider = providers.configured()["siths"]
        assert discovery._checked(provider, self.GOOD).token_endpoint == "https://idp.invalid/t"
        with pytest.raises(SignInTrouble, match=reason):
            discovery._checked(provider, {**self.GOOD, **wrong})


class TestTheTestProvider:
    def test_it_does_not_start_outside_the_demo(self, settings: Any, tmp_path: Path) -> None:
        settings.DEMO = False
        with pytest.raises(CommandError, match="KLAS_DEMO"):
            call_command("test_provider", file=tmp_path / "f", stdout=StringIO())
        assert not (tmp_path / "f").exists()

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", ""])
    def test_it_listens_to_this_machine_only(self, host: str) -> None:
        with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
            Provider(host, 0)
