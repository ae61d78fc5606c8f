"""Chromium, a served site, and a worker process: journeys as people make them."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from psycopg.conninfo import make_conninfo

from accounts.demo import PEOPLE, subject_of
from accounts.models import Assignment
from decisions.examples.people import load_people
from klas.documents import RenderedDocument
from tests.conftest import ActingClient

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("KLAS_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = files("axe_core_python").joinpath("axe.min.js").read_text()
NUMBERS = re.compile(r"\d+")
# Who has looked at which page under which title, in this run.
LOOKED_AT: set[tuple[str, str, str]] = set()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Sync Playwright keeps an event loop in the thread that the tests' own queries run in.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives Chromium and needs its rows committed."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A real worker process on the test database, alive for one test."""
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "1"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_issued(model: type[RenderedDocument], *, count: int, seconds: float = 60) -> None:
    """Wait until the worker has rendered so many documents.

    Raises:
        AssertionError: it has not in that time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if model.objects.filter(issued_at__isnull=False).count() >= count:
            return
        time.sleep(0.2)
    waiting = list(model.objects.filter(issued_at__isnull=True).values_list("pk", "last_error"))
    raise AssertionError(f"not rendered in {seconds} s: {waiting}")


def be_signed_in(page: Page, base: str, key: str, *, assignment: str = "") -> None:
    """Give the browser a session of the example person; `assignment` is its role, unit."""
    usable = Assignment.objects.filter(user__subject=f"SE5590000003-{key}").order_by("pk")
    [chosen] = [
        one for one in usable if f"{one.get_role_display()}, {one.unit_name}".startswith(assignment)
    ]
    client = ActingClient().act_as(chosen)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


@dataclass
class Visitor:
    """Somebody at a browser. Every page they open is looked at: `look` fails on what is wrong."""

    page: Page
    base: str
    has_javascript: bool
    complaints: list[str] = field(default_factory=list)
    who: str = ""

    def __post_init__(self) -> None:
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium says so itself of 4xx pages that a journey goes to on purpose.
        # That a preloaded font is not drawn within seconds tells of a busy machine only.
        noise = ("Failed to load resource", "preloaded using link preload but not used")
        if message.type in {"error", "warning"} and not any(n in message.text for n in noise):
            self.complaints.append(message.text)

    def sign_in(self, key: str, *, assignment: str = "") -> "Visitor":
        """Be signed in as one of `accounts.demo.PEOPLE`, with that assignment or the only one.

        Without the way over the provider, which has journeys of its own (test_single_sign_on.py).
        """
        self.who = key
        be_signed_in(self.page, self.base, key, assignment=assignment)
        return self.open("/hem/")

    def sign_in_over_provider(self, key: str, *, way: str = "SITHS", fault: str = "") -> "Visitor":
        """From the page for signing in, over the test provider's page, and back."""
        self.follow(f"Logga in med {way}")
        return self.choose_at_provider(key, fault=fault)

    def choose_at_provider(self, key: str, *, fault: str = "") -> "Visitor":
        """Be somebody at the test provider's page, where this browser is."""
        if fault:
            self.page.locator("summary").click()
            self.page.locator("select[name=fault]").select_option(fault)
        self.page.locator(f"button[value='{key}']").first.click()
        self.page.wait_for_load_state()
        return self.look()

    def open(self, path: str) -> "Visitor":
        self.page.goto(self.base + path)
        return self.look()

    def press(self, name: str, *, exact: bool = False) -> "Visitor":
        """Press a button, and look at the page it leads to."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def follow(self, name: str, *, exact: bool = False) -> "Visitor":
        """Follow a link in the content, and look at the page it leads to."""
        words = re.compile(rf"^\s*{re.escape(name)}\s*$" if exact else re.escape(name))
        self.page.get_by_role("main").locator("a", has_text=words).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def fill(self, label: str, value: str) -> "Visitor":
        self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, label: str) -> "Visitor":
        """Tick a radio or checkbox by its label."""
        self.page.get_by_label(label).first.check()
        return self

    def select(self, label: str, value: str) -> "Visitor":
        self.page.get_by_label(label).first.select_option(value)
        return self

    @property
    def text(self) -> str:
        return self.page.get_by_role("main").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    def download(self, link_name: str) -> bytes:
        """The bytes behind a link, fetched with the session of this browser."""
        link = self.page.get_by_role("main").get_by_role("link", name=link_name).first
        response = self.page.request.get(self.base + str(link.get_attribute("href")))
        assert response.status == 200, f"{link_name}: {response.status}"
        assert response.headers["content-type"] == "application/pdf"
        return response.body()

    def look(self) -> "Visitor":
        """No complaint in the console, no sideways scroll at 320 px, nothing for axe to say.

        A page that somebody has looked at before as the same person, under the same title, is not
        looked at again, whatever its numbers are.
        """
        assert not self.complaints, f"{self.path}: {self.complaints}"
        seen = (self.who, NUMBERS.sub("#", self.path), NUMBERS.sub("#", self.page.title()))
        if not self.has_javascript or seen in LOOKED_AT:
            return self
        LOOKED_AT.add(seen)
        self._no_sideways_scroll()
        violations = run_axe(self.page)
        assert not violations, f"{self.path}: {violations}"
        return self

    def _no_sideways_scroll(self) -> None:
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if before:
            self.page.set_viewport_size(before)
        assert width <= 320, f"{self.path} is {width} px wide at 320"


def person(key: str) -> Assignment:
    """An example person in their first assignment."""
    subject = next(subject_of(one) for one in PEOPLE if one.key == key)
    return Assignment.objects.filter(user__subject=subject).earliest("pk")


def run_axe(page: Page) -> list[str]:
    """axe-core's findings on a page, from serious to minor, as “rule: where”."""
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}})", AXE_TAGS
    )
    return [
        f"{violation['id']}: {[node['target'] for node in violation['nodes']][:3]}"
        for violation in result["violations"]
    ]


# For journeys over pages that are walked without JavaScript elsewhere, or tested by a client, which
# has none: every area of the service is walked both ways once.
SCRIPT_ONLY = pytest.mark.parametrize("with_script", [True], ids=["script"], indirect=True)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def with_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def people(transactional_db: None) -> Any:
    """The registers' example units and the example people."""
    from decisions.examples.load import load_registers

    load_registers()
    return load_people()


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, people: Any, with_script: bool) -> Iterator[Any]:
    """`visitor()` is somebody new at a browser, with or without JavaScript."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def new() -> Visitor:
        # The policy is bypassed for axe's script only; test_policy.py walks with it in force.
        context = chromium.new_context(
            java_script_enabled=with_script,
            bypass_csp=True,
            viewport={"width": 1280, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitors.append(Visitor(context.new_page(), live_server.url, with_script))
        return visitors[-1]

    yield new
    for context in contexts:
        context.close()
    assert not [complaint for one in visitors for complaint in one.complaints]
