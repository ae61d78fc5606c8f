"""The harness: what every test stands on (docs/architecture.md, “Tests”)."""

import ipaddress
import os
import random
import socket
import time
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.utils.http import urlencode
from hypothesis import settings as hypothesis_settings

from accounts.middleware import SESSION_KEY
from accounts.models import Assignment
from klas import reauthentication
from tests.provider import provider, provider_file

__all__ = ["provider", "provider_file"]

# Machines are noisy: a property is judged by what it says, not by how long it took.
# In CI the examples are the same for the same code; on a desk they differ each time.
hypothesis_settings.register_profile("klas", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("klas")


class UndefinedInTemplate(str):
    """What an undefined template variable turns into: a failure that names it.

    `{{ missing }}` is an error in a test. Variables that may be absent are tested with `{% if %}`,
    which never reaches here.
    """

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, missing: object) -> str:
        raise AssertionError(f"undefined template variable: {missing}")


@pytest.fixture(autouse=True)
def _undefined_variables_fail(settings: Any) -> Iterator[None]:
    from django.template import engines

    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, UndefinedInTemplate("%s")
    yield
    engine.string_if_invalid = before


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """No manifest: nothing is collected in a test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def shuffled(rows: list[Any]) -> list[Any]:
    """The rows in an order that is never the one they came in."""
    order = list(range(len(rows)))
    random.shuffle(order)
    if order == sorted(order):
        order.reverse()
    return [rows[place] for place in order]


@pytest.fixture(autouse=True)
def _unordered_querysets_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leans on the order of rows must ask for one: PostgreSQL promises none."""
    fetch_all = QuerySet._fetch_all

    def fetch_all_shuffled(self: QuerySet[Any]) -> None:
        is_fresh = self._result_cache is None
        fetch_all(self)
        rows = self._result_cache
        if is_fresh and isinstance(rows, list) and len(rows) > 1 and not self.ordered:
            self._result_cache = shuffled(rows)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_all_shuffled)


def is_on_this_machine(family: int, address: Any) -> bool:
    """Whether a socket's address is a file or loopback; the database's own client asks not here."""
    if family == socket.AF_UNIX:
        return True
    host = address[0] if isinstance(address, tuple) else address
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return bool(host == "localhost")


@pytest.fixture(autouse=True)
def refused_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Addresses that somebody tried to reach. A test ends with none, also if it was caught."""
    refused: list[Any] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def demand_near(one: socket.socket, address: Any) -> None:
        if not is_on_this_machine(one.family, address):
            refused.append(address)
            raise AssertionError(f"a test reaches out to {address}")

    def near_connect(self: socket.socket, address: Any) -> None:
        demand_near(self, address)
        connect(self, address)

    def near_connect_ex(self: socket.socket, address: Any) -> int:
        demand_near(self, address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", near_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", near_connect_ex)
    yield refused
    assert not refused, f"a test reached out to {refused}"


class InlineFinder(HTMLParser):
    """Collects what the Content-Security-Policy would stop: script and style in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        is_data = attributes.get("type") in ("application/json", "application/ld+json")
        if tag == "style" or (tag == "script" and "src" not in attributes and not is_data):
            self.found.append(f"<{tag}>")
        for name, value in attributes.items():
            address = "".join((value or "").split()).lower()
            if name == "style" or name.startswith("on") or address.startswith("javascript:"):
                self.found.append(f"<{tag} {name}>")


def inline_code(html: str) -> list[str]:
    """Inline script, style and handlers of a page, as “<tag attribute>”."""
    finder = InlineFinder()
    finder.feed(html)
    finder.close()
    return finder.found


def demand_strict_page(path: str, response: Any) -> None:
    """A page carries the policy and nothing that it forbids; other content is left alone.

    Raises:
        AssertionError: naming the path, and what stands in the page.
    """
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    policy = response.headers.get("Content-Security-Policy", "")
    assert "script-src 'self'" in policy, f"{path}: no Content-Security-Policy"
    assert "unsafe" not in policy, f"{path}: {policy}"
    body = b"".join(response) if response.streaming else response.content
    found = inline_code(body.decode(response.charset))
    assert not found, f"{path}: {found}"


class ActingClient(Client):
    """A test client that acts as an assignment: `client.act_as(assignment)`.

    Every page that it gets is looked at: `demand_strict_page`.
    """

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        demand_strict_page(request.get("PATH_INFO", ""), response)
        return response

    def post(
        self, path: str, data: Any = None, content_type: str = MULTIPART_CONTENT, **more: Any
    ) -> Any:
        """As a browser: what holds no file is no multipart, which is counted as an upload."""
        given = data.values() if isinstance(data, Mapping) else []
        values = [one for value in given for one in (value if isinstance(value, list) else [value])]
        has_file = any(hasattr(value, "read") for value in values)
        if content_type == MULTIPART_CONTENT and isinstance(data, Mapping) and not has_file:
            content_type = "application/x-www-form-urlencoded"
            data = data.urlencode() if isinstance(data, QueryDict) else urlencode(data, doseq=True)
        return super().post(path, data, content_type, **more)

    def act_as(self, assignment: Assignment) -> "ActingClient":
        self.force_login(assignment.user)
        session = self.session
        session[SESSION_KEY] = assignment.pk
        session[reauthentication.SESSION_KEY] = int(time.time())
        session.save()
        return self

    def prove_long_ago(self) -> None:
        """Who is signed in showed who they are too long ago to sign anything."""
        session = self.session
        session[reauthentication.SESSION_KEY] = 0
        session.save()


@pytest.fixture
def client() -> ActingClient:
    return ActingClient()


@pytest.fixture
def acting() -> Any:
    """`acting(assignment)` gives a client that acts as it."""
    return lambda assignment: ActingClient().act_as(assignment)
