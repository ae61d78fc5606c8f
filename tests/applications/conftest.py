"""People of two pharmacies, and forms sent the way a browser sends them."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Assignment
from applications.models import Application
from tests import factories


@pytest.fixture
def pharmacist() -> Assignment:
    return factories.AssignmentFactory(pharmacist=True)


@pytest.fixture
def colleague(pharmacist: Assignment) -> Assignment:
    """Staff without a licence to practise, at the same pharmacy."""
    return factories.AssignmentFactory(staff=True, pharmacy=pharmacist.pharmacy)


@pytest.fixture
def stranger() -> Assignment:
    """A pharmacist at another pharmacy."""
    return factories.AssignmentFactory(pharmacist=True)


def url(name: str, pk: int | None = None, *more: Any) -> str:
    return reverse(f"applications:{name}", args=[part for part in (pk, *more) if part is not None])


def text_of(response: HttpResponse) -> str:
    """The page as it is read: without tags, spaces together."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def hidden(response: HttpResponse) -> dict[str, str]:
    """The hidden fields of the page's own form (key, revision), as the browser would send them."""
    found = re.findall(
        r'<input type="hidden" name="(_\w+)" value="([^"]*)"', response.content.decode()
    )
    return dict(found)


def press(client: Client, address: str, **fields: Any) -> HttpResponse:
    """Open the page and send its form with its hidden fields."""
    return client.post(address, {**hidden(client.get(address)), **fields})


def status_of(application: Application) -> str:
    application.refresh_from_db()
    return str(application.status)
