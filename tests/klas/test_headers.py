"""Headers of every answer, reports of what the policy stopped, security.txt and robots.txt."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any
from urllib import robotparser

import pytest
from django.urls import reverse
from django.utils import timezone

from klas import csp_reports, limits
from klas.access import Role
from klas.limits import Limit
from klas.policy import Rate, policy
from tests import factories
from tests.faults.installation import ROOT

REPORT = reverse("csp_report")


@pytest.mark.django_db
def test_every_answer_says_what_browsers_may_do(client: Any) -> None:
    for address in ("/", "/finns-inte/", "/healthz", reverse("motivations:list")):
        headers = client.get(address).headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Reporting-Endpoints"] == f'csp="{REPORT}"'
        policy_header = headers["Content-Security-Policy"]
        assert f"report-uri {REPORT}" in policy_header
        assert "report-to csp" in policy_header


@pytest.mark.django_db
def test_nobody_stores_what_depends_on_who_is_signed_in(acting: Any, client: Any) -> None:
    signed_in = acting(factories.acting_as(Role.PRESCRIBER))
    for name in ("motivations:list", "accounts:profile", "home", "start"):
        assert signed_in.get(reverse(name))["Cache-Control"] == "private, no-store", name
    assert "max-age=3600" in client.get(reverse("what_now"))["Cache-Control"]


# Reports


def report(client: Any, content: Any, content_type: str = "application/csp-report") -> int:
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    code: int = client.generic("POST", REPORT, body, content_type=content_type).status_code
    return code


class Log:
    """Stands for the logger: keeps what would be written."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def warning(self, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, **fields})


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(csp_reports, "logger", log)
    return log


@pytest.mark.django_db
def test_of_a_report_only_directive_and_host_are_logged(client: Any, log: Log) -> None:
    secret = "https://klas.example/motiveringar/?namn=Vera"
    old = {
        "document-uri": secret,
        "referrer": secret,
        "script-sample": "Vera",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?19121212-1212",
    }
    assert report(client, {"csp-report": old}) == 204
    new = {"documentURL": secret, "effectiveDirective": "style-src", "blockedURL": "inline"}
    assert (
        report(client, [{"type": "csp-violation", "body": new}], "application/reports+json") == 204
    )
    odd = {"effective-directive": "img-src Vera", "blocked-uri": "http://a b/Vera"}
    assert report(client, {"csp-report": odd}) == 204
    assert log.lines == [
        {"event": "csp_blocked", "directive": "script-src-elem", "blocked": "evil.example"},
        {"event": "csp_blocked", "directive": "style-src", "blocked": "inline"},
        {"event": "csp_blocked", "directive": "img-src", "blocked": ""},
    ]


@pytest.mark.django_db
def test_what_is_no_small_report_is_refused(
    client: Any, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert report(client, {}, "application/json") == 415
    assert report(client, "{") == 400
    assert report(client, b"\xff\xfe") == 400
    assert report(client, "[" * 9_000) == 400
    assert report(client, "x" * (policy.csp_report_max_bytes + 1)) == 413
    for shape in ([], [1, None], {"csp-report": 1}, {"csp-report": {"effective-directive": 1}}):
        assert report(client, shape) == 204
    many = [{"body": {"effectiveDirective": "img-src"}}] * 50
    assert report(client, many, "application/reports+json") == 204
    assert len(log.lines) == 20
    monkeypatch.setattr(limits, "CSP_REPORTS", Limit("few", address=Rate(1, 10)))
    assert [report(client, {}), report(client, {})] == [204, 429]


# Files that programs ask for


@pytest.mark.django_db
def test_security_txt_says_whom_to_tell_for_less_than_a_year(client: Any, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:sakerhet@example.se"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:sakerhet@example.se"
    assert fields["Canonical"] == f"{settings.BASE_URL}/.well-known/security.txt"
    ahead = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=360) < ahead < timedelta(days=365)


@pytest.mark.django_db
def test_search_engines_read_the_public_pages_only(client: Any) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[-1] == "Disallow: /"
    robots = robotparser.RobotFileParser()
    robots.parse(lines)
    for name in ("statistics:public", "what_now"):
        assert robots.can_fetch("any", reverse(name)), name
    for name in ("motivations:list", "licences:find", "accounts:sign_in", "decisions:queue"):
        assert not robots.can_fetch("any", reverse(name)), name
    for name in ("start", "accessibility", "verification:check"):
        assert f"Allow: {reverse(name)}$" in lines


# The settings of an installation in service

IN_SERVICE = {
    "KLAS_DEMO": "0",
    "KLAS_TLS": "1",
    "KLAS_PROXIES": "1",
    "KLAS_SECRET_KEY": "en-nyckel-ur-ett-valv-0123456789-abcdefghijklmnopqrstuvwxyz",
    "KLAS_SEARCH_KEY": "en-annan-nyckel-ur-ett-valv-0123456789-abcdefghijklmnopqrstu",
    "KLAS_HOSTS": "klas.example.se",
    "KLAS_BASE_URL": "https://klas.example.se",
    "KLAS_SECURITY_CONTACT": "mailto:sakerhet@example.se",
    "KLAS_REGISTERS": "https://hosp.example.se/legitimation",
    "KLAS_OIDC_SITHS_ISSUER": "https://idp.example.se",
    "KLAS_OIDC_SITHS_CLIENT_ID": "klas",
}


def in_service(*command: str, key_file: Any, **more: str) -> subprocess.CompletedProcess[str]:
    # What the browser tests ask of Django is no setting of a service.
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=ROOT,
        env={**inherited, **IN_SERVICE, "KLAS_OIDC_KEY_FILE": str(key_file), **more},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    path = tmp_path_factory.mktemp("keys") / "klas.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_djangos_own_checks_find_nothing_in_service(key_file: Any) -> None:
    command = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    done = in_service(*command, key_file=key_file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout
    without = in_service(*command, key_file=key_file, KLAS_TLS="0")
    assert without.returncode == 1
    assert "security.W016" in without.stderr


def test_over_tls_cookies_are_bound_to_the_host_and_browsers_told_to_stay(key_file: Any) -> None:
    program = """
import django; django.setup()
from django.conf import settings
from django.test import Client
plain = Client().get("/robots.txt", HTTP_HOST="klas.example.se")
safe = Client().get("/robots.txt", HTTP_HOST="klas.example.se", HTTP_X_FORWARDED_PROTO="https")
print(plain.status_code, plain["Location"])
print(safe.status_code, safe["Strict-Transport-Security"])
for name in ("SESSION", "CSRF", "LANGUAGE"):
    print(getattr(settings, f"{name}_COOKIE_NAME"), getattr(settings, f"{name}_COOKIE_SECURE"))
from klas import kept_forms
print(kept_forms.COOKIE)
"""
    done = in_service("-c", program, key_file=key_file, DJANGO_SETTINGS_MODULE="klas.settings")
    assert done.stdout.splitlines() == [
        "301 https://klas.example.se/robots.txt",
        "200 max-age=63072000; includeSubDomains; preload",
        "__Host-klas_session True",
        "__Host-klas_csrf True",
        "__Host-klas_language True",
        "__Host-klas_kept",
    ], done.stderr
