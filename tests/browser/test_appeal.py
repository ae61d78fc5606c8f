"""A rejection appealed: lodged, kept, with the court, remitted, and decided anew."""

from pathlib import Path

import pytest

from applications.services.issuing import issue_receipts
from decisions.enums import CaseStatus
from decisions.models import Appeal, AppealFile, Case, Licence
from decisions.services import deciding
from decisions.services.issuing import issue_letters
from decisions.tasks import issue_court_files
from klas import clock
from motivations.enums import Outcome
from motivations.services.issuing import issue_documents
from tests import factories
from tests.browser.conftest import SCRIPT_ONLY, person
from tests.browser.test_licence_acts import NewVisitor
from tests.pdftext import pdf_text

WHY = "Utlåtandet visar behovet, ÖVERKLAGANDETS ORD."
KEPT = "Inget nytt har kommit fram."


@pytest.fixture
def rejected(people: None) -> Case:
    """Elsa's application, rejected by Hugo and Karin; the letter is delivered."""
    sent = factories.application(by=person("farmaceut"))
    hugo = person("handlaggare")
    case = factories.case(of=sent, taken_by=hugo)
    deciding.decide(case, factories.facts(Outcome.REJECTED), by=hugo)
    decided = deciding.countersign(case, by=person("beslutsfattare"))
    issue_letters()
    return decided


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """The prescriber's statement, scanned."""
    path = tmp_path / "utlåtande.png"
    path.write_bytes(factories.picture(path.name).content)
    return path


@SCRIPT_ONLY
def test_lodged_kept_remitted_and_decided_anew(
    visitor: NewVisitor, rejected: Case, statement: Path
) -> None:
    elsa = visitor().sign_in("farmaceut").open("/apotek/?tab=beslutade")
    elsa.follow(str(rejected.dnr)).follow("Läs beslutet").follow("Överklaga beslutet")
    elsa.fill("Vad i beslutet ska ändras?", "Avslaget.").press("Spara och fortsätt")
    assert "Skriv varför ni anser att beslutet är fel" in elsa.text
    assert elsa.page.get_by_label("Vad i beslutet ska ändras?").input_value() == "Avslaget."
    elsa.fill("Hur ska beslutet ändras?", "Licensen ska beviljas.")
    elsa.fill("Varför är beslutet fel?", WHY).press("Spara och fortsätt")
    elsa.select("Vad är det för handling?", "statement")
    elsa.page.locator("input[type=file]").set_input_files(statement)
    elsa.press("Lägg till filen")
    assert statement.name in elsa.text
    elsa.follow("Fortsätt", exact=True)
    assert "Inget är skickat än." in elsa.text
    elsa.press("Skicka överklagandet")
    assert "Överklagandet har kommit in" in elsa.text
    number = Appeal.objects.get().number
    assert number in elsa.text

    hugo = visitor().sign_in("handlaggare").open("/arenden/")
    hugo.page.get_by_role("link", name="Överklaganden").first.click()
    hugo.look().follow(number)
    assert WHY in hugo.text
    assert statement.name in hugo.text
    assert "Ja. Apoteket fick beslutet" in hugo.text
    hugo.follow("Börja ompröva beslutet").press("Börja ompröva")
    assert "En beslutsfattare avgör om beslutet ska ändras." in hugo.text

    karin = visitor().sign_in("beslutsfattare").open("/arenden/overklaganden/").follow(number)
    karin.follow("Beslutet ändras inte").press("Skapa akten till domstolen")
    assert "Skriv skälen för beslutet" in karin.text
    karin.fill("Skäl för beslutet", KEPT).press("Skapa akten till domstolen")
    assert "Akten skapas." in karin.text
    issue_documents()
    issue_receipts()
    issue_court_files()
    assert AppealFile.objects.get().issued_at is not None

    hugo.open(hugo.path)
    words = pdf_text(hugo.download("Öppna akten"))
    assert WHY in words
    assert KEPT in words
    hugo.follow("Registrera att akten är lämnad till domstolen")
    hugo.fill("Vilken dag lämnades akten", clock.today().isoformat()).press("Spara", exact=True)
    assert "Överklagandet är lämnat till förvaltningsrätten." in hugo.text
    elsa.open(elsa.path)
    assert "Överklagandet är hos förvaltningsrätten." in elsa.text

    hugo.open("/arenden/overklaganden/?flik=domstolen").follow(number)
    hugo.follow("Registrera domstolens beslut").choose("Domstolen återförvisar")
    hugo.fill("Domstolens dag", clock.today().isoformat()).fill("Domstolens målnummer", "T 1-26")
    hugo.press("Spara domstolens beslut")
    assert "Domstolens beslut är sparat." in hugo.text
    elsa.open(elsa.path)
    assert "Ärendet är öppnat igen för ett nytt beslut." in elsa.text

    hugo.open("/arenden/?flik=mine").follow(str(rejected.dnr))
    assert "Tidigare beslut i ärendet" in hugo.text
    hugo.follow("Besluta")
    hugo.page.get_by_label("Bifall", exact=True).check()
    hugo.press("Förhandsgranska").press("Besluta", exact=True)
    rejected.refresh_from_db()
    assert (rejected.status, rejected.round) == (CaseStatus.DECIDED, 2)
    issue_letters()
    elsa.open("/apotek/?tab=beslutade").follow(str(rejected.dnr)).follow("Läs beslutet")
    assert Licence.objects.get().number in elsa.text
    assert "Överklaga beslutet" not in elsa.text
