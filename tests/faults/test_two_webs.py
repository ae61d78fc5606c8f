"""Two web processes behind one address: one session, one count of what may be done."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from klas.access import Role
from klas.policy import policy
from tests import factories
from tests.conftest import ActingClient
from tests.faults.installation import ROOT, free_port, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]
CHECK = reverse("verification:check")


@contextlib.contextmanager
def web() -> Iterator[str]:
    """A gunicorn of its own on this test's database; gives its address."""
    port = free_port()
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "klas.wsgi:application", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "2"),
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "KLAS_PROCESS": "web"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{address}/robots.txt", timeout=30).ok
    return False


def test_sessions_and_limits_are_shared() -> None:
    with web() as one, web() as other:
        for address in (one, other):
            wait_for(lambda address=address: answers(address), "web")  # type: ignore[misc]
        browser = requests.Session()

        def post(address: str, path: str, **fields: str) -> Any:
            token = browser.cookies[settings.CSRF_COOKIE_NAME]
            return browser.post(
                f"{address}{path}",
                {"csrfmiddlewaretoken": token, **fields},
                timeout=30,
                allow_redirects=False,
            )

        # Tries at both count together.
        browser.get(f"{one}{CHECK}", timeout=30)
        for number in range(policy.verifications.most):
            assert post((one, other)[number % 2], CHECK, n="x", k="y").status_code == 200
        assert [post(address, CHECK, n="x", k="y").status_code for address in (one, other)] == [
            429,
            429,
        ]

        # Signed in at one, signed in at the other; signed out at one, signed out at the other.
        person = factories.acting_as(Role.PRESCRIBER)
        name = settings.SESSION_COOKIE_NAME
        browser.cookies.set(name, ActingClient().act_as(person).cookies[name].value)
        profile = reverse("accounts:profile")
        for address in (one, other):
            page = browser.get(f"{address}{profile}", timeout=30)
            assert person.user.name in page.text
        kept = browser.cookies[name]
        assert post(one, reverse("accounts:sign_out")).status_code in {200, 302}
        browser.cookies.set(name, kept)
        gone = browser.get(f"{other}{profile}", timeout=30, allow_redirects=False)
        assert gone.status_code == 302
        assert gone.headers["Location"].startswith(reverse("accounts:sign_in"))
