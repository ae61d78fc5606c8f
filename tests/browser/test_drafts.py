"""A draft survives: a colleague writes and the doctor sends, two machines, a session that ends."""

import re
from collections.abc import Callable

import pytest

from accounts.models import PersonSession
from motivations.models import Motivation
from motivations.services import drafts
from tests import factories
from tests.browser.conftest import LOOKED_AT, Visitor

NewVisitor = Callable[[], Visitor]
MINE, THEIRS = "Det jag höll på att skriva", "Det den andra sparade"


def draft_of(key: str) -> Motivation:
    """A whole draft of an example person's, its product never asked for on paper."""
    from accounts.models import Assignment

    author = Assignment.objects.get(user__subject=f"SE5590000003-{key}")
    return factories.draft(
        by=author, answers=factories.individual_answers(factories.ProductFactory())
    )


def treatment(draft: Motivation) -> str:
    return f"/motiveringar/{draft.pk}/avsnitt/behandling/"


def saved_dosage(draft: Motivation) -> str:
    return str(drafts.answers_of(draft)["behandling"]["dosage"])


def fill_dosage(visitor: Visitor, text: str) -> None:
    visitor.page.locator("[name=dosage]").fill(text)


def dosage(visitor: Visitor) -> str:
    return visitor.page.locator("[name=dosage]").input_value()


def wait_until_saved(visitor: Visitor) -> None:
    visitor.page.get_by_text(re.compile(r"^Sparat \d\d:\d\d$")).wait_for()


def test_a_colleague_drafts_and_the_doctor_reads_and_sends(visitor: NewVisitor) -> None:
    colleague, doctor = visitor(), visitor()
    colleague.sign_in("medarbetare").look().follow("Skriv ny licensmotivering")
    assert "Du skriver för Astrid Exempelsson" in colleague.text
    colleague.choose("Enskild licens").press("Börja skriva")
    draft = Motivation.objects.get()
    for slug, answers in factories.individual_answers(factories.ProductFactory()).items():
        if slug != "patient":
            drafts.save_section(
                draft, slug, answers=answers, opened_revision=0, by=draft.drafted_by
            )
    colleague.follow("Patient", exact=True).choose("Personnummer eller samordningsnummer")
    colleague.page.locator("input[name=personal_number]").fill("195704289999")
    colleague.fill("Patientens namn", "Vera Provpatient").press("Spara och gå till översikten")
    colleague.follow("Granska alla svar")
    assert "Skicka licensmotivering" not in colleague.text
    colleague.follow("Lämna till förskrivaren").fill("Meddelande", "Kontrollera doseringen")
    colleague.press("Lämna till förskrivaren")

    doctor.sign_in("lakare").look().open(draft.get_absolute_url())
    assert "Lämnad av Frida Medarbetsson för genomläsning" in doctor.text
    assert "Kontrollera doseringen" in doctor.text
    doctor.follow("Granska och skicka").press("Skicka licensmotivering")
    found = re.search(r"KL-\d{4}-\d{6}-[0-9A-Z]", doctor.text)
    assert found

    colleague.open("/motiveringar/").follow("Arbetsplatsens ärenden").follow(found.group())
    assert "Vera Provpatient" in colleague.text
    assert "Svårbehandlad epilepsi" not in colleague.page.content()


def test_the_doctor_shares_and_ends_it(visitor: NewVisitor) -> None:
    doctor = visitor()
    doctor.sign_in("lakare")
    draft = draft_of("lakare")
    doctor.open(draft.get_absolute_url()).follow("Dela utkastet").press("Dela med Frida")
    assert "Utkastet är delat med Frida Medarbetsson." in doctor.text
    doctor.press("Sluta dela")
    assert "Frida Medarbetsson kan inte längre se utkastet." in doctor.text


@pytest.mark.parametrize("choice", ["Spara det jag skrev", "Behåll det som är sparat"])
def test_two_machines_side_by_side(visitor: NewVisitor, choice: str) -> None:
    here, there = visitor(), visitor()
    draft = draft_of("lakare")
    for machine in (here, there):
        machine.sign_in("lakare").open(treatment(draft))
    fill_dosage(there, THEIRS)
    there.press("Spara och gå till översikten")
    assert "Senast sparat" in there.text

    fill_dosage(here, MINE)
    if here.has_javascript:
        here.page.get_by_role("button", name="Jämför").click()  # when the autosave has been refused
        here.page.wait_for_load_state()
        here.look()
    else:
        here.press("Spara och fortsätt")
    compared = here.page.get_by_role("region", name="Jämför och välj").inner_text()
    assert THEIRS in compared
    assert MINE in compared
    assert saved_dosage(draft) == THEIRS
    here.press(choice)
    assert saved_dosage(draft) == (MINE if choice.startswith("Spara") else THEIRS)


def test_a_session_that_ends_mid_sentence_loses_nothing(visitor: NewVisitor, provider: str) -> None:
    doctor = visitor()
    draft = draft_of("lakare")
    doctor.sign_in("lakare").open(treatment(draft))
    PersonSession.objects.all().delete()
    fill_dosage(doctor, MINE)
    if doctor.has_javascript:
        doctor.page.get_by_text("Du har loggats ut.").wait_for()
        doctor.press("Logga in igen och spara")
    else:
        doctor.press("Spara och fortsätt")
    assert doctor.path.startswith("/logga-in/")
    assert MINE not in doctor.page.url + doctor.page.content()
    LOOKED_AT.clear()
    doctor.sign_in_over_provider("lakare")
    doctor.look()
    assert doctor.path == treatment(draft)
    assert "Det du skrev när du loggades ut finns kvar här. Spara det." in doctor.text
    assert dosage(doctor) == MINE
    doctor.press("Spara och gå till översikten")
    assert saved_dosage(draft) == MINE
    doctor.open(treatment(draft))
    assert "Det du skrev när du loggades ut" not in doctor.text


def test_a_session_that_ends_and_begins_again_in_another_tab(
    visitor: NewVisitor, provider: str
) -> None:
    """The page left open is of the old sign-in: with a script it saves by itself again."""
    doctor = visitor()
    draft = draft_of("lakare")
    doctor.sign_in("lakare").open(treatment(draft))
    PersonSession.objects.all().delete()
    fill_dosage(doctor, MINE)
    if doctor.has_javascript:
        doctor.page.get_by_text("Du har loggats ut.").wait_for()
    tab = Visitor(doctor.page.context.new_page(), doctor.base, doctor.has_javascript)
    tab.open("/logga-in/").sign_in_over_provider("lakare")
    if doctor.has_javascript:
        doctor.page.evaluate("dispatchEvent(new Event('focus'))")
        wait_until_saved(doctor)
    else:
        doctor.press("Spara och fortsätt")
        assert "Det du skrev när du loggades ut finns kvar här." in doctor.text
        doctor.press("Spara och gå till översikten")
    assert saved_dosage(draft) == MINE


def test_somebody_else_at_the_same_machine_gets_nothing(visitor: NewVisitor, provider: str) -> None:
    doctor = visitor()
    draft = draft_of("lakare")
    doctor.sign_in("lakare").open(treatment(draft))
    PersonSession.objects.all().delete()
    fill_dosage(doctor, MINE)
    doctor.press("Spara och gå till översikten")
    doctor.sign_in_over_provider("tandlakare")
    assert "Sidan finns inte" in doctor.text
    assert MINE not in doctor.page.content()
    doctor.sign_in("lakare").open(treatment(draft))
    assert dosage(doctor) != MINE
