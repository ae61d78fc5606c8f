"""The harness bites: each of its rules is broken here once, on purpose."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from klas.middleware import WriteOnGet
from klas.models import Series
from pharmacies.models import Pharmacy
from tests import factories
from tests.conftest import ActingClient, inline_code, is_on_this_machine, shuffled

PAGES = {
    "plain": "<p>Hej</p><script type='module' src='/static/js/klas.js'></script>",
    "script": "<script>alert(1)</script>",
    "style": "<style>p {color: red}</style>",
    "style-attribute": "<p style='color: red'>Hej</p>",
    "handler": "<button ONCLICK='go()'>Hej</button>",
    "address": "<a href=' java\nscript:go()'>Hej</a>",
}


def page(request: Any, name: str) -> HttpResponse:
    return HttpResponse(PAGES[name])


def without_policy(request: Any) -> HttpResponse:
    response = HttpResponse("<p>Hej</p>")
    response._csp_exempt = True  # type: ignore[attr-defined]  # what django-csp's decorator sets
    return response


def writes(request: Any) -> HttpResponse:
    Series.objects.create(name="x", year=2026, last=1)
    return HttpResponse("<p>Hej</p>")


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    view.login_required = False  # type: ignore[attr-defined]
    return view


urlpatterns = [
    path("sida/<slug:name>/", public(page)),
    path("utan/", public(without_policy)),
    path("skriver/", public(writes)),
]


class TestTemplates:
    def test_an_undefined_variable_fails_and_is_named(self) -> None:
        template = engines["django"].from_string("<p>{{ person.nmae }}</p>")
        with pytest.raises(AssertionError, match=r"person\.nmae"):
            template.render({"person": object()})

    def test_a_variable_that_may_be_absent_is_asked_for(self) -> None:
        template = engines["django"].from_string("{% if missing %}ja{% else %}nej{% endif %}")
        assert template.render({}) == "nej"


class TestSockets:
    FAR = ("192.0.2.1", 443)  # an address for documentation (RFC 5737)

    @pytest.mark.parametrize("way", ["connect", "connect_ex"])
    def test_another_machine_is_out_of_reach(
        self, way: str, refused_connections: list[Any]
    ) -> None:
        with socket.socket() as one, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
            getattr(one, way)(self.FAR)
        assert refused_connections == [self.FAR]
        refused_connections.clear()

    def test_it_is_remembered_when_somebody_catches_it(
        self, refused_connections: list[Any]
    ) -> None:
        with socket.socket() as one, suppress(Exception):
            one.connect(self.FAR)
        assert refused_connections == [self.FAR]
        refused_connections.clear()

    def test_this_machine_is_not(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()

    @pytest.mark.parametrize(
        ("family", "address", "near"),
        [
            (socket.AF_UNIX, "/run/x", True),
            (socket.AF_INET, ("127.0.0.2", 80), True),
            (socket.AF_INET6, ("::1", 80, 0, 0), True),
            (socket.AF_INET, ("localhost", 80), True),
            (socket.AF_INET, ("0.0.0.0", 80), False),
            (socket.AF_INET6, ("2001:db8::1", 80, 0, 0), False),
            (socket.AF_INET, ("lakemedelsverket.se", 80), False),
        ],
    )
    def test_what_this_machine_is(self, family: int, address: Any, near: bool) -> None:
        assert is_on_this_machine(family, address) is near


@pytest.mark.urls("tests.house.test_harness")
class TestPages:
    @pytest.mark.parametrize("name", sorted(set(PAGES) - {"plain"}))
    def test_code_in_a_page_fails_and_names_the_path(self, name: str) -> None:
        with pytest.raises(AssertionError, match=f"/sida/{name}/"):
            ActingClient().get(f"/sida/{name}/")

    def test_a_page_without_is_let_through(self) -> None:
        assert ActingClient().get("/sida/plain/").status_code == 200

    def test_a_page_without_the_policy_fails(self) -> None:
        with pytest.raises(AssertionError, match="/utan/: no Content-Security-Policy"):
            ActingClient().get("/utan/")

    @pytest.mark.django_db
    def test_a_get_that_writes_fails(self) -> None:
        with pytest.raises(WriteOnGet), transaction.atomic():
            ActingClient().get("/skriver/")
        assert not Series.objects.filter(name="x").exists()

    def test_data_for_scripts_is_no_code(self) -> None:
        assert inline_code('<script type="application/json">{"a": 1}</script>') == []


class TestOrder:
    @pytest.mark.parametrize("count", [2, 3, 20])
    def test_shuffled_is_never_as_it_came_and_loses_nothing(self, count: int) -> None:
        rows = list(range(count))
        for _ in range(50):
            assert shuffled(rows) != rows
            assert sorted(shuffled(rows)) == rows

    @pytest.mark.django_db
    def test_rows_without_an_order_come_in_another(self) -> None:
        made = [factories.PharmacyFactory().pk for _ in range(3)]
        unordered = Pharmacy.objects.order_by().filter(pk__in=made)
        assert [row.pk for row in unordered] != made
        assert sorted(row.pk for row in unordered) == made
        assert list(unordered.values_list("pk", flat=True)) != made

    @pytest.mark.django_db
    def test_rows_with_an_order_keep_it(self) -> None:
        made = [factories.PharmacyFactory().pk for _ in range(3)]
        assert [row.pk for row in Pharmacy.objects.order_by("pk")] == made
        by_pk = Pharmacy.objects.order_by("-pk").filter(pk__in=made)
        assert list(by_pk.values_list("pk", flat=True)) == made[::-1]
