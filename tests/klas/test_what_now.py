"""“Vad händer nu?”: public, plain, the same for everybody, and kept by any cache."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klas.what_now import READERS
from tests import factories
from tests.conftest import ActingClient


@pytest.mark.parametrize("reader", list(READERS))
def test_says_what_happens_who_answers_and_where_to_report(
    client: ActingClient, reader: str
) -> None:
    html = client.get(reverse("what_now_for", args=[reader])).content.decode()
    for words in (
        "Kontakta ett apotek.",
        "Apoteket ansöker.",
        "Läkemedelsverket beslutar.",
        str(READERS[reader].fetch_title),
        "Vem svarar på vad?",
        "licensgruppen@lakemedelsverket.se",
        "Rapportera misstänkta biverkningar",
    ):
        assert words in html


def test_animal_owners_and_units_are_spoken_to_in_their_own_words(client: ActingClient) -> None:
    pages = {
        reader: client.get(reverse("what_now_for", args=[reader])).content.decode()
        for reader in READERS
    }
    assert "Veterinären" in pages["djur"]
    assert "Veterinären" not in pages["person"]
    assert "rekvisition" not in pages["person"]
    assert "rekvirerar" in pages["vard"]


def test_the_page_without_a_reader_asks_whom_it_is_for(client: ActingClient) -> None:
    html = client.get(reverse("what_now")).content.decode()
    for reader in READERS:
        assert f'href="{reverse("what_now_for", args=[reader])}"' in html


def test_an_unknown_reader_is_not_found(client: ActingClient, db: None) -> None:
    assert client.get("/vad-hander-nu/KL-2026-000001-X/").status_code == 404


def test_english_is_an_address_of_its_own(client: ActingClient) -> None:
    swedish = client.get(reverse("what_now_for", args=["person"]))
    english = client.get(reverse("what_now_in_english", args=["person"]))
    assert '<html lang="sv"' in swedish.content.decode()
    assert '<html lang="en"' in english.content.decode()
    assert english["Content-Language"] == "en"
    assert reverse("what_now_in_english", args=["person"]) in swedish.content.decode()


def test_no_session_no_cookie_no_query_and_any_cache_may_keep_it(client: ActingClient) -> None:
    # No database is given to this test: a query would fail it.
    response = client.get(reverse("what_now_for", args=["person"]))
    assert not response.cookies
    assert "Vary" not in response.headers
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=3600"}
    assert "<form" not in response.content.decode()


@pytest.mark.django_db
def test_is_the_same_for_who_is_signed_in(client: ActingClient, acting: Any) -> None:
    doctor = acting(factories.AssignmentFactory(prescriber=True))
    doctor.cookies["klas_language"] = "en"
    address = reverse("what_now_for", args=["person"])
    assert doctor.get(address).content == client.get(address).content


@pytest.mark.django_db
def test_everything_else_still_demands_a_sign_in(client: ActingClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("home"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:sign_in"))
    assert not queries.captured_queries
