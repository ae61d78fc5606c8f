"""Supplements, there and back: the officer asks doctor or pharmacy, and goes on with or without."""

from datetime import timedelta

import pytest

from accounts.models import Assignment
from applications.models import ApplicationSupplement
from decisions.models import Case, Letter
from decisions.services import question_texts
from klas import clock
from tests.browser.conftest import SCRIPT_ONLY, Visitor, wait_until_issued
from tests.browser.test_main_line import NewVisitor, apply_for, take_and_assess, write_and_send
from tests.pdftext import pdf_text


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


def ask_the_pharmacy(officer: Visitor) -> None:
    """The officer asks with a question of the library, and one in their own words."""
    officer.follow("Begär komplettering av apoteket")
    officer.page.locator("[name=library]").select_option(label="Lagerfrågan")
    officer.press("Lägg till den valda frågan")
    assert (
        "Hur lagras Ospolot?" in officer.page.locator("[name=questions-0-question]").input_value()
    )
    officer.press("Lägg till en fråga")
    officer.page.locator("[name=questions-1-question]").fill("Hur många förpackningar?")
    officer.press("Skicka frågorna")
    assert "Frågorna är skickade till apoteket" in officer.text


@pytest.fixture
def library(people: None) -> None:
    """A question that can be chosen; the tables are emptied between journeys."""
    chief = Assignment.objects.filter(role="decision_maker").order_by("pk").first()
    assert chief is not None
    question_texts.add(
        place="pharmacy", kind="", topic="Lagerfrågan", text="Hur lagras {produkt}?", by=chief
    )


@SCRIPT_ONLY
def test_the_agency_asks_the_pharmacy_and_accepts_its_answer(
    visitor: NewVisitor, worker: None, library: None
) -> None:
    doctor, pharmacist, officer = visitor(), visitor(), visitor()
    reference = write_and_send(doctor)
    dnr = apply_for(reference, pharmacist)
    take_and_assess(officer)
    ask_the_pharmacy(officer)

    pharmacist.open("/apotek/?tab=skickade").follow(dnr)
    assert "Hur lagras Ospolot?" in pharmacist.text
    pharmacist.follow("Svara på kompletteringen")
    pharmacist.follow("Svar på frågorna")
    pharmacist.fill("Ert svar", "HEMLIGTAPOTEKSSVAR: i kylskåp, åtta.")
    pharmacist.press("Spara och gå till översikten")
    pharmacist.follow("Läkemedlet som kan beställas")
    pharmacist.fill("Antal förpackningar", "8").press("Spara och gå till översikten")
    pharmacist.follow("Granska och skicka svaret")
    assert "Det här har ni ändrat" in pharmacist.text
    pharmacist.press("Skicka svaret")
    assert "Svaret är skickat" in pharmacist.text

    doctor.open("/motiveringar/").follow(reference)
    assert "HEMLIGTAPOTEKSSVAR" not in doctor.page.content()
    assert "Hur lagras" not in doctor.page.content()

    officer.open("/arenden/?flik=mine").follow(dnr)
    assert "Komplettering har kommit." in officer.text
    assert "HEMLIGTAPOTEKSSVAR" in officer.text
    officer.page.locator("summary", has_text="Ändringar i ansökan, version 2").click()
    officer.press("Godta svaret på fråga 1")
    assert "Svaret är godtaget" in officer.text
    assert "Besvarad och godtagen" in officer.text


@SCRIPT_ONLY
def test_unanswered_reminded_enjoined_and_dismissed(
    visitor: NewVisitor, worker: None, library: None
) -> None:
    doctor, pharmacist, officer = visitor(), visitor(), visitor()
    dnr = apply_for(write_and_send(doctor), pharmacist)
    take_and_assess(officer)
    ask_the_pharmacy(officer)
    officer.press("Skicka påminnelse")
    assert "Påminnelsen är skickad" in officer.text

    let_the_last_day_pass()
    officer.open("/arenden/?flik=waiting")
    assert "Svarstiden har gått ut" in officer.text
    officer.follow(dnr).follow("Förelägg apoteket att komplettera ansökan")
    officer.fill("Vad saknas?", "Uppgift om hur läkemedlet lagras.").press("Skicka föreläggandet")
    assert "Föreläggandet är skickat" in officer.text
    wait_until_issued(Letter, count=1)
    pharmacist.open("/apotek/?tab=skickade").follow(dnr)
    injunction = pdf_text(pharmacist.download("Öppna föreläggandet"))
    assert "Uppgift om hur läkemedlet lagras." in injunction

    let_the_last_day_pass()
    officer.open("/arenden/?flik=waiting").follow(dnr)
    officer.press("Sluta vänta och förbered avvisning")
    assert officer.page.get_by_label("Avvisning", exact=True).is_checked()
    officer.press("Förhandsgranska")
    assert "avvisar ansökan" in officer.text
    officer.press("Besluta", exact=True)
    pharmacist.open("/apotek/?tab=beslutade").follow(dnr)
    assert "Avvisning" in pharmacist.text


def let_the_last_day_pass() -> None:
    """Time goes by: the last day to answer was yesterday."""
    yesterday = clock.today() - timedelta(days=1)
    ApplicationSupplement.objects.filter(status="open").update(due_on=yesterday)
    Case.objects.filter(status="waiting").update(answer_due_on=yesterday)
