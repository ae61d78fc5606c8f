"""The test provider as a process, and a person who walks through it without a browser."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.urls import reverse

from accounts.oidc import discovery

ROOT = Path(__file__).resolve().parents[1]
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture(scope="session")
def provider_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A test provider of this test run, started when first asked for; the file with its address."""
    file = tmp_path_factory.mktemp("provider") / "address"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "test_provider", "--file", str(file)],
        cwd=ROOT,
        env=os.environ | {"KLAS_DEMO": "1"},
    )
    deadline = time.monotonic() + 60
    while not file.exists() or not file.read_text():
        assert process.poll() is None, "the test provider ended"
        assert time.monotonic() < deadline, "the test provider did not start"
        time.sleep(0.05)
    yield file
    process.terminate()
    process.wait(20)


@pytest.fixture
def provider(provider_file: Path, settings: Any) -> Iterator[str]:
    """Sign-in goes through the test provider; its address."""
    settings.TEST_PROVIDER_FILE = provider_file
    discovery.forget()
    yield provider_file.read_text()
    discovery.forget()


def at_provider(address: str, *, browser: requests.Session | None = None, **sent: str) -> str:
    """Open the provider's page, send its form, and return where it leads."""
    with browser or requests.Session() as here:
        page = here.get(address, timeout=10)
        assert page.status_code == 200, page.text
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
        answer = here.post(address, {**fields, **sent}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def leave(client: Client, begin: str) -> str:
    """Follow a link that begins signing in; the provider's address that we lead to."""
    # The provider leads back to this machine only.
    client.defaults["SERVER_NAME"] = "127.0.0.1"
    away = client.get(begin)
    assert away.status_code == 302, away.content
    return str(away["Location"])


def go_and_come_back(client: Client, begin: str, **sent: str) -> Any:
    """Follow a link that begins signing in, be somebody there, and come back; our answer.

    `sent` is what is chosen on the provider's page: `person`, or `person="annan"` and `subject`.
    """
    back = urlsplit(at_provider(leave(client, begin), **sent))
    return client.get(f"{back.path}?{back.query}")


def sign_in(client: Client, subject: str = "", *, goes_to: str = "", **sent: str) -> Any:
    """Sign in with SITHS as the person with that HSA-id, or as `sent` says."""
    begin = reverse("accounts:begin", args=[sent.pop("way", "siths")])
    chosen = {"person": "annan", "subject": subject, "name": "Namn Namnsson", **sent}
    query = f"?next={goes_to.replace('?', '%3F').replace('&', '%26')}" if goes_to else ""
    return go_and_come_back(client, begin + query, **chosen)
