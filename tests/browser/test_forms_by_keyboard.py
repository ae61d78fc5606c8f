"""The patient's section by keyboard alone: no mouse, and one always sees where one is."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from motivations.kinds.individual import INDIVIDUAL
from motivations.models import DraftSection
from motivations.services import drafts
from motivations.views.addresses import section_address
from tests.browser.conftest import be_signed_in

# The stop that has focus: what it is, and whether anything that can be seen marks it.
STOP = """() => {
  const one = document.activeElement
  const labelled = one.type === 'radio' || one.type === 'checkbox'
  const shown = [getComputedStyle(one)]
  // The pack draws radios and checkboxes by their label; the input itself is see-through.
  if (labelled && one.labels[0]) shown.push(getComputedStyle(one.labels[0], '::before'))
  const clear = /^(transparent|rgba\\(.*, 0\\))$/
  const outlined = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    && !clear.test(style.outlineColor)
  const seen = (style, index) => (index > 0 || !labelled || style.opacity !== '0')
    && (outlined(style) || style.boxShadow !== 'none')
  const box = one.getBoundingClientRect()
  return {
    tag: one.tagName, name: one.name || '', value: one.value || '', type: one.type || '',
    text: (one.textContent || '').trim(),
    seen: shown.some(seen),
    on_screen: box.bottom > 0 && box.top < innerHeight && box.right > 0,
  }
}"""


class Keyboard:
    """Somebody who has only the keyboard. Every stop must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[str] = []

    def tab(self) -> dict[str, Any]:
        self.page.keyboard.press("Tab")
        stop: dict[str, Any] = self.page.evaluate(STOP)
        what = f"{stop['tag']} {stop['name'] or stop['text']} {stop['value']}"
        assert stop["tag"] != "BODY", f"focus is lost after {self.stops}"
        assert stop["seen"], f"focus is not seen at {what}"
        assert stop["on_screen"], f"focus is off the screen at {what}"
        self.stops.append(what)
        return stop

    def tab_to(self, *, name: str = "", text: str = "", within: int = 40) -> dict[str, Any]:
        """Press Tab until a field with the name, or a thing with the text, has focus."""
        for _ in range(within):
            stop = self.tab()
            if (name and stop["name"] == name) or (text and stop["text"] == text):
                return stop
        raise AssertionError(f"no {name or text} among {self.stops}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.fixture
def page(chromium: Browser, live_server: Any, people: Any, with_script: bool) -> Any:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=with_script
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_the_patient_is_filled_in_and_saved(page: Page, live_server: Any, people: Any) -> None:
    draft = drafts.start(kind=INDIVIDUAL, by=people["lakare"])
    keyboard = Keyboard(page)
    be_signed_in(page, live_server.url, "lakare")
    address = section_address(draft, INDIVIDUAL.section("patient"))
    page.goto(live_server.url + address)

    keyboard.stops.clear()
    first = keyboard.tab()
    assert first["text"] == "Hoppa till innehållet", "the skip link comes first"
    keyboard.press("Enter")
    assert page.url.endswith("#main-content")

    keyboard.tab_to(name="identified_by")
    keyboard.press("Space")
    assert page.locator("input[name=identified_by]").first.is_checked()
    keyboard.tab_to(name="personal_number")
    keyboard.type("195704289999")
    keyboard.tab_to(name="name")
    keyboard.type("Vera Provpatient")
    keyboard.tab_to(text="Spara och fortsätt")
    keyboard.press("Enter")
    page.wait_for_url(lambda url: address not in url)

    saved = DraftSection.objects.get(motivation=draft, slug="patient").answers
    assert saved["identified_by"] == "personal_number"
    assert saved["personal_number"].replace("-", "")[-10:] == "5704289999"
    assert saved["name"] == "Vera Provpatient"
