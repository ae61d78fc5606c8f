"""The same once more, in Chromium, with and without JavaScript: copy, renew, use a template."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from klas import clock
from motivations.models import Motivation
from motivations.services import drafts
from tests import factories
from tests.browser.conftest import SCRIPT_ONLY, Visitor

NewVisitor = Callable[[], Visitor]


def sent_by(doctor: Any) -> Motivation:
    """A motivation sent a while ago, so that it is not the first thing that waits."""
    with clock.at(clock.now() - timedelta(days=1)):
        return factories.motivation(by=doctor)


def fill_declarations(doctor: Visitor) -> None:
    doctor.follow("Apotek och hantering")
    assert doctor.page.get_by_label("Normal").is_checked()
    assert not doctor.page.get_by_label("Patienten vet").is_checked()
    doctor.choose("Patienten vet").choose("Behandlingen är inte forskning")
    doctor.press("Spara och fortsätt").follow("Fortsätt till översikten")


def send(doctor: Visitor) -> None:
    doctor.follow("Granska och skicka").press("Skicka licensmotivering")
    assert "Licensmotiveringen är skickad" in doctor.text


def test_copy(visitor: NewVisitor, people: Any) -> None:
    sent_by(people["lakare"])
    doctor = visitor().sign_in("lakare").open("/motiveringar/")
    doctor.press("Kopiera")
    assert "Utkastet är en kopia." in doctor.text
    assert "5 av 7" in doctor.text or "6 av 7" in doctor.text
    fill_declarations(doctor)
    send(doctor)
    assert Motivation.objects.filter(status="submitted").count() == 2


@SCRIPT_ONLY
def test_renew_from_a_licence_that_ends(visitor: NewVisitor, people: Any) -> None:
    licensed = factories.licensed(by=people["lakare"], days_left=20)
    doctor = visitor().sign_in("lakare").open("/motiveringar/").follow("licens som snart går ut")
    assert "20 dagar kvar" in doctor.text
    doctor.press("Förnya")
    assert licensed.licence_number in doctor.text

    doctor.follow("Motivering", exact=True)
    assert doctor.page.get_by_label("Fortsatt behandling").is_checked()
    doctor.press("Spara och fortsätt")
    assert "Beskriv effekten hittills." in doctor.text
    assert "Skriv vad som har ändrats sedan den förra licensen" in doctor.text
    doctor.fill("Vilken effekt", "Anfallsfri sedan i maj.")
    doctor.fill("Vad har ändrats", "Inget har ändrats.").press("Spara och fortsätt")
    doctor.open(f"/motiveringar/{Motivation.objects.get(renews=licensed).pk}/")
    fill_declarations(doctor)
    send(doctor)
    doctor.open("/motiveringar/licenser-som-gar-ut/").follow("Öppna förnyelsen")
    assert f"Förnyar licens: {licensed.licence_number}" in doctor.text
    assert "Inget har ändrats." in doctor.text


@SCRIPT_ONLY
def test_save_and_use_a_template(visitor: NewVisitor, people: Any) -> None:
    author = people["lakare"]
    product = factories.individual_answers()["lakemedel"]
    first, second = (
        factories.draft(by=author, answers={"lakemedel": product}) for _number in range(2)
    )
    doctor = visitor().sign_in("lakare").open(f"/motiveringar/{first.pk}/avsnitt/motivering/")
    doctor.fill("Förklara varför", "Prövat två i full dos.")
    doctor.fill("Varför väljer du just", "Stöd i riktlinjer.")
    doctor.press("Spara texterna som mall")
    assert "Inget om en viss patient får stå i en mall" in doctor.text
    doctor.fill("Vad ska mallen heta?", "Epilepsi, vuxna").press("Spara mallen")
    assert "är sparad för Ospolot" in doctor.text

    doctor.open(f"/motiveringar/{second.pk}/avsnitt/motivering/")
    doctor.fill("Förklara varför", "Mitt eget skäl.")
    doctor.press("Använd Epilepsi, vuxna")
    assert "Mallen har fyllt i: Varför väljer du just det här läkemedlet?" in doctor.text
    assert doctor.page.get_by_label("Förklara varför").input_value() == "Mitt eget skäl."
    saved = drafts.read_section(second, "motivering").answers
    assert (saved["why_not_text"], saved["choice_reason"]) == (
        "Mitt eget skäl.",
        "Stöd i riktlinjer.",
    )

    doctor.press("Alla mallar").follow("Epilepsi, vuxna")
    doctor.press("Ändra mallen").fill("Vad ska mallen heta?", "Epilepsi").press("Spara mallen")
    doctor.follow("Ta bort mallen").press("Ta bort mallen")
    assert "Du har inga mallar än" in doctor.text


def test_the_page_that_the_slip_leads_to(visitor: NewVisitor) -> None:
    reader = visitor().open("/vad-hander-nu/").follow("Läkemedlet är till mitt djur")
    assert "Veterinären" in reader.text
    reader.follow("In English")
    assert reader.page.locator("html").get_attribute("lang") == "en"
