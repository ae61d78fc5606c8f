"""Signing in and out over the test provider, as people do it, with the policy in force."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import PersonSession
from accounts.sessions import SessionStore
from klas import reauthentication
from motivations.models import Motivation
from tests import factories
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.usefixtures("provider")


def forget_the_proof() -> None:
    """Everybody's identity was proven long ago."""
    for row in PersonSession.objects.all():
        data = row.get_decoded() | {reauthentication.SESSION_KEY: 0}
        row.session_data = SessionStore().encode(data)
        row.save()


def test_in_signed_once_more_and_out_at_both_ends(visitor: Any, people: Any) -> None:
    answers = factories.individual_answers(factories.ProductFactory())
    draft = factories.draft(by=people["lakare"], answers=answers)
    astrid: Visitor = visitor()
    astrid.who = "lakare"
    astrid.open("/profil/")
    assert astrid.path == "/logga-in/?next=/profil/"
    astrid.sign_in_over_provider("lakare")
    assert astrid.path == "/profil/"
    assert "Astrid Exempelsson" in astrid.page.locator("header").inner_text()

    # What is sent is signed: the provider asks once more, and one is back on the same page.
    forget_the_proof()
    check = f"/motiveringar/{draft.pk}/granska/"
    astrid.open(check).press("Skicka licensmotivering")
    assert "Bekräfta att det är du" in astrid.text
    astrid.follow("Bekräfta med SITHS")
    assert "Fortsätt som Astrid Exempelsson" in astrid.text
    astrid.choose_at_provider("avbryt").follow("Försök igen").choose_at_provider("lakare")
    assert astrid.path == check
    assert "Du har bekräftat vem du är." in astrid.text
    astrid.press("Skicka licensmotivering")
    assert Motivation.objects.get(pk=draft.pk).reference in astrid.text

    astrid.page.get_by_role("button", name="Logga ut").click()
    astrid.page.wait_for_url("**/logga-ut/klart/")
    assert "Du är utloggad" in astrid.look().text
    astrid.follow("Logga in igen").follow("Logga in med SITHS")
    assert "Fortsätt som" not in astrid.text, "signed out at the provider too"


def test_what_stops_one_and_what_to_do(visitor: Any, people: Any) -> None:
    person: Visitor = visitor()
    stops = (
        ("avbryt", "", "Du avbröt innan du hade visat vem du är"),
        ("loa2", "", "Din legitimation räcker inte till"),
        ("utan-uppdrag", "", "Du har inget uppdrag i KLAS"),
        ("okant-apotek", "", "Vi känner inte till apoteket"),
        ("lakare", "nonce", "Inloggningen kunde inte slutföras"),
    )
    person.open("/logga-in/").follow("Logga in med SITHS")
    for key, fault, told in stops:
        person.choose_at_provider(key, fault=fault)
        assert told in person.text
        # The page's own button leads to the provider again, where one may be somebody else.
        person.page.get_by_role("main").locator("a.govuk-button").click()
        person.page.wait_for_load_state()
    # The last one was known there already: straight in.
    assert "Astrid Exempelsson" in person.page.locator("header").inner_text()

    person.open("/logga-in/med/siths/?annan=1&next=/profil/").choose_at_provider("lakare2")
    assert "Välj uppdrag" in person.text
    person.page.get_by_role("button", name="Välj").first.click()
    person.page.wait_for_load_state()
    assert person.path == "/profil/"

    person.open("/logga-in/med/siths/?annan=1").choose_at_provider("utan-legitimation")
    assert "Du saknar giltig legitimation" in person.text
    person.follow("Fortsätt till KLAS")
    assert "Disa" in person.page.locator("header").inner_text()

    person.open("/logga-in/med/e-legitimation/?next=/profil/").choose_at_provider("drift")
    assert person.path == "/profil/"


def test_the_policy_lets_signing_in_and_out_through(
    chromium: Browser, live_server: Any, people: Any
) -> None:
    """No form leads to another site; links and what follows by itself do."""
    context = chromium.new_context()
    page: Page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server.url}/logga-in/")
    page.get_by_role("button", name="Logga in med SITHS").click()
    page.locator("button[value='farmaceut']").click()
    page.wait_for_url(f"{live_server.url}/apotek/**")
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/logga-ut/klart/")
    assert urlsplit(page.url).netloc == urlsplit(live_server.url).netloc
    context.close()
    assert not [text for text in complaints if "Content Security" in text]
