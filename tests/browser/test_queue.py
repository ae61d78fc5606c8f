"""An officer's morning: filter, keep the filter, share out, remind, save as a file, go away."""

from datetime import timedelta
from typing import Any

from decisions.models import Case
from decisions.services import cases
from klas import clock
from tests import factories
from tests.browser.test_main_line import NewVisitor


def test_an_officer_works_with_the_queue(visitor: NewVisitor, people: Any) -> None:
    officer, colleague = people["handlaggare"], people["handlaggare2"]
    made = [factories.case() for _ in range(3)]
    waiting = factories.asked(cases.take(made[2], by=officer))
    desk = visitor().sign_in("handlaggare")

    desk.open("/arenden/?flik=open")
    desk.page.locator("summary", has_text="Filtrera ärendena").click()
    desk.fill("Läkemedel eller nummer", "ospolot").press("Visa")
    assert "Ärendekö: 3 ärenden" in desk.text
    desk.page.locator("summary", has_text="Spara urvalet").click()
    desk.fill("Namn på urvalet", "Ospolot").press("Spara urvalet")
    assert "Urvalet ”Ospolot” är sparat" in desk.page.content()
    assert "Sparade urval: Ospolot" in desk.text

    desk.page.locator(f"[name=case][value='{made[0].pk}']").check()
    desk.page.locator(f"[name=case][value='{made[1].pk}']").check()
    desk.press("Fördela valda")
    assert "Fördela 2 ärenden" in desk.text
    desk.select("Ge till", str(colleague.pk)).press("Fördela", exact=True)
    assert f"{colleague.user.name} har fått 2 ärenden" in desk.text
    assert Case.objects.filter(assignee=colleague).count() == 2

    desk.open("/arenden/").follow("Ospolot")
    desk.page.get_by_label("Alla ärenden i urvalet").check()
    desk.press("Påminn om komplettering").press("Skicka påminnelser")
    assert "En påminnelse är skickad" in desk.text
    assert "Det gick inte i 2 ärenden" in desk.text
    assert waiting.events.filter(action="supplement_reminded").exists()

    desk.open("/arenden/?flik=mine")
    link = desk.page.get_by_role("link", name="CSV")
    file = desk.page.request.get(desk.base + str(link.get_attribute("href")))
    assert waiting.dnr in file.text()
    assert made[0].dnr not in file.text()

    desk.follow("Anmäl att du är borta")
    until = clock.today() + timedelta(days=3)
    desk.fill("Borta till och med", until.isoformat()).press("Anmäl")
    desk.open("/arenden/")
    assert "Du är anmäld som borta" in desk.text
    assert desk.page.get_by_role("button", name="Ta nästa ärende").count() == 0
