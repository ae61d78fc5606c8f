"""Nothing that a request carries gets into the logs, whatever becomes of the request."""

import json
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from klas.access import Role
from tests import factories
from tests.conftest import ActingClient
from tests.klas.test_logs import Read, read

__all__ = ["read"]
PLANTED = "SECRET19121212"


def fails(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    own = request.POST.get("field", PLANTED)
    try:
        raise IntegrityError(f"Key (personnummer)=({own}) already exists")
    except IntegrityError as error:
        raise ValueError(own) from error


urlpatterns = [path("fails/<slug:what>/", fails), path("", include("klas.urls"))]


@pytest.mark.django_db
def test_what_a_request_carries_is_in_no_log_line(settings: Any, read: Read) -> None:
    settings.ROOT_URLCONF = __name__
    acting = ActingClient(raise_request_exception=False).act_as(
        factories.acting_as(Role.PRESCRIBER)
    )
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    carried = {
        "headers": {
            "Authorization": f"Bearer {PLANTED}",
            "Cookie-Like": PLANTED,
            "User-Agent": PLANTED,
            "Referer": f"http://testserver/{PLANTED}/",
            "X-Forwarded-For": PLANTED,
        },
        "query_params": {"state": PLANTED, "n": PLANTED, "k": PLANTED},
    }
    codes = []
    for client in (acting, Client(raise_request_exception=False), strict):
        client.cookies["planted"] = PLANTED
        client.cookies["klas_kept"] = PLANTED
        for address in (
            f"/fails/{PLANTED}/",
            f"/{PLANTED}/",
            "/kontrollera/",
            "/profil/",
            f"/logga-in/svar/{PLANTED}/",
            "/csp-rapport/",
            "/sprak/",
        ):
            codes.append(client.get(address, **carried).status_code)
            fields = {"field": PLANTED, "email": PLANTED, "language": PLANTED, "_key": PLANTED}
            codes.append(client.post(address, fields, **carried).status_code)
            body = f'{{"{PLANTED}": ['
            codes.append(client.post(address, body, "application/json", **carried).status_code)
    codes.append(strict.get("/", headers={"Host": f"{PLANTED}.example"}).status_code)
    assert {200, 302, 400, 403, 404, 405, 422, 500} <= set(codes)
    lines = read()
    assert len([line for line in lines if line["event"] == "request"]) >= 50
    failed = [line for line in lines if line["event"] == "request_failed"]
    assert failed[0]["exception"] == "builtins.ValueError"
    assert any("fails" in place for place in failed[0]["trace"])
    assert PLANTED.lower() not in json.dumps(lines).lower()


def test_the_service_itself_logs_so() -> None:
    """Django calls our configuration, as it only does when there is something to configure."""
    import logging

    from klas.logs import StderrHandler

    assert any(isinstance(handler, StderrHandler) for handler in logging.getLogger().handlers)
    assert logging.getLogger("django.request").level == logging.CRITICAL
