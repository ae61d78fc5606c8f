"""A doctor at work: the acting person, their browser, and what a page says."""

import html
import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.models import Assignment
from klas.access import Role
from motivations.kinds.individual import INDIVIDUAL
from motivations.models import Motivation
from motivations.services import drafts
from tests import factories
from tests.conftest import ActingClient


@pytest.fixture
def doctor(db: None) -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def browser(doctor: Assignment, acting: Any) -> ActingClient:
    """A browser in which the doctor has signed in."""
    return acting(doctor)


@pytest.fixture
def colleague(doctor: Assignment) -> Assignment:
    """A care colleague at the doctor's unit."""
    return factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit)


@pytest.fixture
def at_work(colleague: Assignment, acting: Any) -> ActingClient:
    """The colleague's browser."""
    return acting(colleague)


@pytest.fixture
def begun(doctor: Assignment, colleague: Assignment) -> Motivation:
    """A whole draft that the colleague has written for the doctor."""
    motivation = drafts.start(kind=INDIVIDUAL, by=colleague, author=doctor)
    answers = factories.individual_answers(factories.ProductFactory())
    for slug, section in answers.items():
        drafts.save_section(motivation, slug, answers=section, opened_revision=0, by=colleague)
    motivation.refresh_from_db()
    return motivation


class Page:
    """A page as its reader has it."""

    def __init__(self, response: HttpResponse) -> None:
        self.html = response.content.decode()
        self.status = response.status_code

    @property
    def text(self) -> str:
        """The text of the page without its markup."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.html)).split())

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.html, re.S)
        return html.unescape(found[1]).strip() if found else ""

    def hidden(self, name: str) -> str:
        """The value of the last hidden field with a name."""
        found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.html)
        assert found, f"no hidden field {name}"
        return found[-1]

    def __contains__(self, words: str) -> bool:
        return words in self.text


@pytest.fixture
def read() -> type[Page]:
    """`read(response)` gives a page to ask about."""
    return Page


@pytest.fixture
def key() -> Any:
    """`key()` is a form's key, new each time."""
    return lambda: str(uuid.uuid4())
