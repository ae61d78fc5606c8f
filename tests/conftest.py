"""The harness: what every test stands on (docs/architecture.md, “Tests”)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import settings as hypothesis_settings

from accounts.middleware import SESSION_KEY
from accounts.models import Assignment

# Machines are noisy: a property is judged by what it says, not by how long it took.
hypothesis_settings.register_profile("klas", deadline=None)
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


class ActingClient(Client):
    """A test client that acts as an assignment: `client.act_as(assignment)`."""

    def act_as(self, assignment: Assignment) -> "ActingClient":
        self.force_login(assignment.user)
        session = self.session
        session[SESSION_KEY] = assignment.pk
        session.save()
        return self


@pytest.fixture
def client() -> ActingClient:
    return ActingClient()


@pytest.fixture
def acting() -> Any:
    """`acting(assignment)` gives a client that acts as it."""
    return lambda assignment: ActingClient().act_as(assignment)
