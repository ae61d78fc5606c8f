"""A supplement, there and back: the officer asks, the doctor answers, the officer goes on."""

from decisions.models import Letter
from tests.browser.conftest import wait_until_issued
from tests.browser.test_main_line import NewVisitor, apply_for, take_and_assess, write_and_send


def test_the_agency_asks_and_the_doctor_answers_with_a_new_version(
    visitor: NewVisitor, worker: None
) -> None:
    doctor, pharmacist, officer = visitor(), visitor(), visitor()
    reference = write_and_send(doctor)
    dnr = apply_for(reference, pharmacist)
    take_and_assess(officer)

    officer.follow("Begär komplettering av förskrivaren")
    officer.page.locator("[name=questions-0-question]").fill("Vilka doser har prövats?")
    officer.press("Lägg till en fråga")
    officer.page.locator("[name=questions-1-question]").fill("Hur följs effekten upp?")
    officer.press("Skicka frågorna")
    assert "Väntar på komplettering" in officer.text
    assert "räknas när svaret har kommit" in officer.text
    wait_until_issued(Letter, count=1)

    doctor.open("/motiveringar/").follow(reference)
    assert "Hur följs effekten upp?" in doctor.text
    doctor.follow("Svara på kompletteringen")
    doctor.follow("Svar på frågorna")
    doctor.fill("Ditt svar", "HEMLIGASVARET: 2 g per dygn i sex månader.")
    doctor.press("Spara och gå till översikten")
    doctor.follow("Behandling", exact=True)
    doctor.fill("Dosering", "1 tablett till natten").press("Spara och gå till översikten")
    doctor.follow("Granska och skicka svaret")
    assert "1 tablett morgon och kväll" in doctor.text
    assert "1 tablett till natten" in doctor.text
    doctor.press("Skicka svaret")
    assert "Svaret är skickat" in doctor.text
    assert "Beslut väntas" in doctor.text

    pharmacist.open("/apotek/").follow(dnr)
    assert "Förskrivaren har svarat på kompletteringen" in pharmacist.text
    assert "HEMLIGASVARET" not in pharmacist.page.content()

    officer.open("/arenden/?flik=mine").follow(dnr)
    assert "HEMLIGASVARET" in officer.text
    officer.page.locator("summary", has_text="Ändringar i version 2").click()
    assert "1 tablett till natten" in officer.text
    officer.follow("Besluta")
