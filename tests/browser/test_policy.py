"""Every page as it is served: the Content-Security-Policy in force, nothing bypassed.

The journeys bypass the policy for axe's script; here nothing is, and a browser that stops anything,
says anything in the console or asks another host for anything fails.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import Assignment
from applications.models import Application
from decisions.examples.load import load
from decisions.models import Case
from medicines.models import LicenceProduct
from motivations.models import Motivation, ReasonTemplate
from tests.browser.conftest import be_signed_in

# Tells of everything that the policy stops, also what Chromium is silent about.
TELL = (
    "addEventListener('securitypolicyviolation', event => console.error("
    "`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
)
EVERYBODY = [
    "start",
    "what_now",
    "accessibility",
    "accounts:choose_assignment",
    "accounts:profile",
    "notifications:list",
    "notifications:settings",
]
SEARCH = ["medicines:search"]
PAGES: dict[str, list[str]] = {
    "lakare": [
        *SEARCH,
        "motivations:list",
        "motivations:new",
        "motivations:ending_licences",
        "motivations:templates",
    ],
    "tandlakare": [*SEARCH, "motivations:list", "motivations:new"],
    "utan-legitimation": [*SEARCH, "motivations:list", "motivations:new"],
    "medarbetare": [
        *SEARCH,
        "motivations:shared",
        "motivations:workplace",
        "motivations:new",
    ],
    "farmaceut": [*SEARCH, "applications:inbox", "applications:search"],
    "apotekspersonal": [*SEARCH, "applications:inbox", "applications:search"],
    "handlaggare": [*SEARCH, "decisions:queue", "decisions:letters"],
    "utredare": [*SEARCH, "decisions:queue"],
    "beslutsfattare": [*SEARCH, "decisions:queue", "decisions:letters"],
    "drift": ["klas:access_log"],
}


class Watched:
    """A page that is listened to."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        context.set_default_timeout(20_000)
        context.add_init_script(TELL)
        self.page: Page = context.new_page()
        self.base = base
        self.wrong: list[str] = []
        self.scripts: set[str] = set()
        self.page.on("console", lambda message: self.complain(message.text))
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("request", lambda request: self._demand_own_host(request.url))
        self.page.on("response", self._note_script)

    def complain(self, what: str) -> None:
        self.wrong.append(f"{urlsplit(self.page.url).path}: {what}")

    def _note_failure(self, request: Any) -> None:
        # Going on to the next page breaks off the favicon; what the policy stops says otherwise.
        if request.failure != "net::ERR_ABORTED":
            self.complain(f"failed: {request.url} {request.failure}")

    def _demand_own_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.base:
            self.complain(f"asks {url}")

    def _note_script(self, response: Any) -> None:
        if response.request.resource_type == "script" and response.ok:
            self.scripts.add(urlsplit(response.url).path)

    def open(self, path: str) -> None:
        """Open a page: 200, the policy's header on it, and the scripts at work."""
        response = self.page.goto(self.base + path)
        assert response is not None
        if response.status != 200:
            self.complain(f"{path} answers {response.status}")
        if "content-security-policy" not in response.headers:
            self.complain(f"{path} has no policy")
        # Module scripts have run when a page is loaded.
        if "govuk-frontend-supported" not in (self.page.get_attribute("body", "class") or ""):
            self.complain("the scripts did not start")

    def sign_in(self, key: str) -> None:
        be_signed_in(self.page, self.base, key)


def watched(browser: Browser, base: str, **wishes: Any) -> Watched:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **wishes)
    return Watched(context, base)


@pytest.fixture
def demo(transactional_db: None) -> None:
    assert load(say=lambda line: None)


def assignment_of(key: str) -> Assignment:
    return Assignment.objects.filter(user__subject=f"SE5590000003-{key}").earliest("pk")


def object_pages(key: str) -> Iterator[str]:
    """Pages about one thing each that the person works with."""
    by = assignment_of(key)
    if key != "drift":
        yield reverse("medicines:product", args=[LicenceProduct.objects.earliest("pk").pk])
    if key == "lakare":
        own = Motivation.objects.filter(author=by)
        draft = own.filter(status="draft").earliest("pk")
        for name in ("detail", "product", "attachments", "check", "discard"):
            yield reverse(f"motivations:{name}", args=[draft.pk])
        for name in ("choose_template", "new_template"):
            yield reverse(f"motivations:{name}", args=[draft.pk])
        template = ReasonTemplate.objects.earliest("pk")
        for name in ("template", "edit_template", "delete_template"):
            yield reverse(f"motivations:{name}", args=[template.pk])
        for slug in ("patient", "behandling", "motivering", "hantering"):
            yield reverse("motivations:section", args=[draft.pk, slug])
        waiting = own.filter(status="submitted").earliest("pk")
        for name in ("detail", "receipt", "withdraw"):
            yield reverse(f"motivations:{name}", args=[waiting.pk])
    elif key in ("farmaceut", "apotekspersonal"):
        theirs = Application.objects.filter(pharmacy=by.pharmacy)
        decided = theirs.filter(status="decided").earliest("pk")
        yield reverse("applications:detail", args=[decided.pk])
        yield reverse("decisions:pharmacy_decision", args=[decided.pk])
        yield reverse("applications:motivation", args=[decided.motivation_id])
    elif key in ("handlaggare", "utredare", "beslutsfattare"):
        cases = Case.objects.order_by("pk")
        for status in ("registered", "in_review", "proposed", "decided"):
            yield reverse("decisions:case", args=[cases.filter(status=status)[0].pk])
        yield reverse("decisions:assess", args=[cases.filter(status="in_review")[0].pk])
        if key == "beslutsfattare":
            yield reverse("decisions:countersign", args=[cases.filter(status="proposed")[0].pk])


def test_every_role_s_pages_keep_the_policy(
    chromium: Browser, live_server: Any, demo: None
) -> None:
    wrong: list[str] = []
    for key, names in PAGES.items():
        visitor = watched(chromium, live_server.url)
        visitor.sign_in(key)
        for path in [*(reverse(name) for name in EVERYBODY + names), *object_pages(key)]:
            visitor.open(path)
        assert any(re.search(r"/js/klas[.\w]*\.js$", script) for script in visitor.scripts)
        wrong += [f"{key} {complaint}" for complaint in visitor.wrong]
        visitor.page.context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("query", "wishes"),
    [
        ("(forced-colors: active)", {"forced_colors": "active"}),
        ("(prefers-reduced-motion: reduce)", {"reduced_motion": "reduce"}),
    ],
    ids=["forced-colours", "less-motion"],
)
def test_who_asks_for_own_colours_or_less_motion(
    chromium: Browser, live_server: Any, people: Any, query: str, wishes: dict[str, Any]
) -> None:
    visitor = watched(chromium, live_server.url, **wishes)
    visitor.sign_in("lakare")
    assert visitor.page.evaluate("query => matchMedia(query).matches", query)
    for name in EVERYBODY + PAGES["lakare"]:
        visitor.open(reverse(name))
        found = visitor.page.evaluate(MOVING if "reduced_motion" in wishes else UNSEEN_BUTTONS)
        assert found == [], f"{name}: {found}"
    visitor.page.context.close()
    assert not visitor.wrong, "\n".join(visitor.wrong)


# Things with an animation or a transition that lasts long enough to be seen (over 10 ms).
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one)
  const lasts = [style.animationDuration, style.transitionDuration].join(', ').split(', ')
  return lasts.some(text => parseFloat(text) * (text.endsWith('ms') ? 1 : 1000) > 10)
}).map(one => one.className)"""
# Buttons whose edge has the colour of the page, which forced colours paint over.
UNSEEN_BUTTONS = """() => [...document.querySelectorAll('.govuk-button')].filter(one => {
  const style = getComputedStyle(one)
  return style.borderStyle === 'none' && style.outlineStyle === 'none'
}).map(one => one.textContent)"""
