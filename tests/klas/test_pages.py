"""The public pages say who does what and who answers what (domain §2)."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import RequestFactory

from klas import pages


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.klas.test_base"
    settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def visited(view: Any, method: str = "get") -> HttpResponse:
    request = getattr(RequestFactory(), method)("/")
    request.acting = None
    request.user = SimpleNamespace(is_authenticated=False)
    answer: HttpResponse = view(request)
    return answer


@pytest.mark.parametrize(
    "text",
    [
        "Förskrivaren",
        "Apoteket",
        "Läkemedelsverket",
        "E-hälsomyndigheten",
        "Patienten eller djurägaren",
        "sju arbetsdagar",
        "servicedesk@ehalsomyndigheten.se",
        "licensgruppen@lakemedelsverket.se",
        "018-17&nbsp;46&nbsp;60",
        "svarar inte privatpersoner om enskilda ärenden",
        "öppenvårdsapotek",
        "licensen avslås",
        "begär komplettering",
        "särskild information",
        "beviljas med förbehåll",
        "Finns licensläkemedlet att beställa?",
        "Hur lång leveranstid har licensläkemedlet?",
        "Kan jag överklaga?",
        "Rapportera biverkning hos människa",
        "Rapportera biverkning hos djur",
        "Logga in",
    ],
)
def test_start_page_says(text: str) -> None:
    assert text in visited(pages.start).content.decode()


def test_start_page_has_one_heading_and_marks_links_that_lead_away() -> None:
    html = visited(pages.start).content.decode()
    assert html.count("<h1") == 1
    assert html.count('href="https://') == html.count('rel="external"') == 3


@pytest.mark.parametrize("view", [pages.start, pages.accessibility])
def test_public_pages_need_no_sign_in_and_cannot_be_posted_to(view: Any) -> None:
    assert view.login_required is False
    assert visited(view).status_code == 200
    assert visited(view, "post").status_code == 405


def test_accessibility_statement_is_honest_and_says_how_to_complain() -> None:
    html = visited(pages.accessibility).content.decode()
    assert "inte granskad" in html
    assert "servicedesk@ehalsomyndigheten.se" in html
    assert "Digg" in html
