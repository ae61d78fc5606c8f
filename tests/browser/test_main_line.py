"""The main line as people walk it, in Chromium, with and without JavaScript.

A doctor writes, a pharmacist finds and applies, an officer decides: to a licence and a PDF, and to
a rejection with a letter. Every page on the way is looked at (`Visitor.look`).
"""

import re
from collections.abc import Callable

import pytest

from decisions.models import Letter, Licence
from motivations.models import MotivationDocument
from tests.browser.conftest import SCRIPT_ONLY, Visitor, wait_until_issued
from tests.pdftext import pdf_text

NewVisitor = Callable[[], Visitor]


def write_and_send(doctor: Visitor) -> str:
    """A doctor writes an individual motivation from nothing and sends it; its reference number."""
    doctor.sign_in("lakare").look().follow("Skriv ny licensmotivering")
    doctor.choose("Enskild licens").press("Börja skriva")
    doctor.follow("Patient", exact=True)
    doctor.choose("Personnummer eller samordningsnummer")
    doctor.page.locator("input[name=personal_number]").fill("195704289999")
    doctor.fill("Patientens namn", "Vera Provpatient").press("Spara och fortsätt")

    # With JavaScript the field suggests; searching works either way.
    doctor.page.locator("input[name=q]").fill("ospolt")
    doctor.page.keyboard.press("Escape")
    doctor.press("Sök", exact=True)
    doctor.page.get_by_role("button", name=re.compile("Välj.*50 mg")).first.click()
    doctor.look()
    doctor.fill("Godkännandenummer i det landet", "6005.00.00")
    doctor.page.get_by_role("group", name="Har en myndighet").get_by_label("Nej").check()
    doctor.press("Spara och fortsätt")

    doctor.fill("Dosering", "1 tablett morgon och kväll").choose("Samma mängd varje dygn")
    doctor.fill("Mängd per dygn", "2").fill("Behandlingstid", "12")
    doctor.fill("Total mängd", "730").select("Enhet", "tablet").press("Spara och fortsätt")

    doctor.fill("Vilken indikation", "Svårbehandlad epilepsi, HEMLIGORDET.")
    doctor.choose("Godkända läkemedel har inte haft").fill(
        "Förklara varför", "Prövat två i full dos."
    )
    for column, text in (("product", "Valproat"), ("period", "2024"), ("result", "Ingen effekt")):
        doctor.page.locator(f"[name=earlier_therapy-0-{column}]").fill(text)
    doctor.fill("Varför väljer du just", "Stöd i riktlinjer.").choose("Ny behandling")
    doctor.press("Spara och fortsätt")

    doctor.choose("Normal").choose("Patienten vet").choose("Behandlingen är inte forskning")
    doctor.press("Spara och fortsätt")
    if "granska" not in doctor.path:
        doctor.open(re.sub(r"avsnitt.*|bilagor.*", "", doctor.path)).follow("Granska och skicka")
    assert "HEMLIGORDET" in doctor.text
    doctor.press("Skicka licensmotivering")
    found = re.search(r"KL-\d{4}-\d{6}-[0-9A-Z]", doctor.text)
    assert found, doctor.text
    return found.group()


def apply_for(reference: str, pharmacist: Visitor) -> str:
    """A pharmacist finds the motivation by its number, applies and sends; the case number."""
    pharmacist.sign_in("farmaceut").look().page.get_by_role("link", name="Sök motivering").click()
    pharmacist.look().fill("Referensnummer", reference.lower().replace("-", " "))
    pharmacist.choose("En kund är här").press("Sök", exact=True)
    assert "Vera Provpatient" in pharmacist.text
    assert "HEMLIGORDET" not in pharmacist.page.content()
    pharmacist.press("Ansök om licens").follow("Läkemedlet som kan beställas")
    pharmacist.choose("Ja, exakt det läkemedlet").fill("Leverantör", "Provgrossisten AB")
    pharmacist.select("Land det köps från", "DE").fill("Förpackningsstorlek", "200 tabletter")
    pharmacist.fill("Antal förpackningar", "4").fill("Leveranstid", "10")
    pharmacist.choose("Vi har kontrollerat med leverantören").press("Spara och fortsätt")
    pharmacist.press("Spara och fortsätt")  # the licence: as the motivation asks
    pharmacist.choose("Namn, form, styrka").choose("Mängd och tid").choose("Kunden vet")
    pharmacist.choose("Behövs inte").choose("Vi betalar ansökningsavgiften")
    pharmacist.press("Spara och fortsätt")
    if "granska" not in pharmacist.path:
        pharmacist.follow("Granska och skicka")
    pharmacist.press("Skicka ansökan")
    found = re.search(r"5\.8\.1-\d{4}-\d{6}", pharmacist.text)
    assert found, pharmacist.text
    return found.group()


def take_and_assess(officer: Visitor, *, need: str = "shown") -> None:
    """An officer takes the next case, reads it and assesses it."""
    officer.sign_in("handlaggare").look().press("Ta nästa ärende")
    assert "HEMLIGORDET" in officer.text
    officer.follow("bedömning")
    answers = {"need": need, "ground": "shown", "manufacture": "shown"}
    for requirement, answer in answers.items():
        officer.page.locator(f"input[name={requirement}][value={answer}]").check()
    if need != "shown":
        officer.page.locator("textarea[name=need_text]").fill("Alternativ har inte prövats.")
    officer.page.locator("textarea[name=benefit_risk]").fill("Nyttan överväger risken.")
    officer.press("Spara bedömningen")


def test_from_doctor_to_licence(visitor: NewVisitor, worker: None) -> None:
    doctor, pharmacist, officer = visitor(), visitor(), visitor()
    reference = write_and_send(doctor)
    dnr = apply_for(reference, pharmacist)

    take_and_assess(officer)
    officer.open(re.sub(r"arenden/(\d+)/.*", r"arenden/\1/besluta/", officer.path))
    officer.page.get_by_label("Bifall", exact=True).check()
    officer.press("Förhandsgranska")
    assert "Vera Provpatient" in officer.text
    officer.press("Besluta", exact=True)

    licence = Licence.objects.get()
    wait_until_issued(Letter, count=1)
    pharmacist.open("/apotek/?tab=beslutade").follow(dnr)
    pharmacist.follow("Läs beslutet")
    assert licence.number in pharmacist.text
    decision = pdf_text(pharmacist.download("PDF"))
    for words in (dnr, "Ospolot", "50 mg", "Vera Provpatient", "19570428-9999", licence.number):
        assert words in decision
    assert "HEMLIGORDET" not in decision

    doctor.open("/motiveringar/").follow(reference)
    assert "Bifall" in doctor.text
    assert Letter.objects.count() == 1, "a plain grant sends the doctor no letter"


@SCRIPT_ONLY
def test_from_doctor_to_rejection_with_a_letter(visitor: NewVisitor, worker: None) -> None:
    doctor, pharmacist, officer, chief = visitor(), visitor(), visitor(), visitor()
    reference = write_and_send(doctor)
    dnr = apply_for(reference, pharmacist)

    take_and_assess(officer, need="not_shown")
    case = re.sub(r"(arenden/\d+/).*", r"\1", officer.path)
    # The pharmacy is heard before anything is decided against it.
    officer.follow("Låt apoteket yttra sig")
    officer.fill("Vad talar emot ansökan?", "Godkända läkemedel verkar inte ha prövats.")
    officer.choose("Texten innehåller inget").press("Skicka till apoteket")
    pharmacist.open("/apotek/?tab=skickade").follow(dnr).follow("Läs och svara")
    assert "Godkända läkemedel verkar inte ha prövats." in pharmacist.text
    assert "HEMLIGORDET" not in pharmacist.page.content()
    pharmacist.fill("Ert svar", "Vi har inget att tillägga.").press("Skicka svaret")

    officer.open(case)
    assert "Vi har inget att tillägga." in officer.text
    officer.open(f"{case}besluta/")
    officer.page.get_by_label("Avslag", exact=True).check()
    officer.choose("Apoteket har fått del")
    officer.page.locator("textarea[name=reasons]").fill("Godkända läkemedel har inte prövats.")
    officer.page.locator("[name=provisions]").fill("HSLF-FS 2018:25")
    officer.press("Förhandsgranska").press("Skicka till kontrasignering")

    chief.sign_in("beslutsfattare").follow("Att kontrasignera").follow(dnr)
    chief.open(re.sub(r"arenden/(\d+)/.*", r"arenden/\1/kontrasignera/", chief.path))
    chief.press("Kontrasignera och besluta")

    wait_until_issued(Letter, count=2)
    to_doctor = Letter.objects.get(recipient="prescriber")
    letter = pdf_text(bytes(to_doctor.pdf or b""))
    assert dnr in letter
    assert "Astrid Exempelsson" in letter
    assert "överklaga" in letter
    assert "apotekets beslut" in letter.lower()
    pharmacist.open("/apotek/?tab=beslutade").follow(dnr).follow("Läs beslutet")
    decision = pdf_text(pharmacist.download("PDF"))
    assert "förvaltningsrätten" in decision
    assert "tre veckor" in decision

    doctor.open("/motiveringar/").follow(reference)
    assert "Avslag" in doctor.text
    assert not Licence.objects.exists()


@SCRIPT_ONLY
def test_from_doctor_to_a_licence_with_reservation(visitor: NewVisitor, worker: None) -> None:
    doctor, pharmacist, officer, chief = visitor(), visitor(), visitor(), visitor()
    reference = write_and_send(doctor)
    dnr = apply_for(reference, pharmacist)

    take_and_assess(officer)
    officer.open(re.sub(r"arenden/(\d+)/.*", r"arenden/\1/besluta/", officer.path))
    officer.page.get_by_label("Bifall med förbehåll", exact=True).check()
    officer.page.locator("textarea[name=reservation]").fill("Utvärdera efter tre månader.")
    officer.choose("Undantag från kommunikation")
    officer.page.locator("textarea[name=hearing_text]").fill("Bygger på apotekets uppgifter.")
    officer.page.locator("textarea[name=reasons]").fill("Långtidseffekten är lite känd.")
    officer.page.locator("[name=provisions]").fill("HSLF-FS 2018:25")
    officer.page.locator("textarea[name=precedent_note]").fill("Förbehåll om utvärdering.")
    officer.press("Förhandsgranska").press("Skicka till kontrasignering")

    chief.sign_in("beslutsfattare").follow("Att kontrasignera").follow(dnr)
    chief.open(re.sub(r"arenden/(\d+)/.*", r"arenden/\1/kontrasignera/", chief.path))
    chief.press("Kontrasignera och besluta")

    wait_until_issued(Letter, count=2)
    letter = pdf_text(bytes(Letter.objects.get(recipient="prescriber").pdf or b""))
    assert "Utvärdera efter tre månader." in letter
    pharmacist.open("/apotek/?tab=beslutade").follow(dnr).follow("Läs beslutet")
    assert "Utvärdera efter tre månader." in pdf_text(pharmacist.download("PDF"))
    chief.open("/arenden/praxis/").fill("Ord i praxisnoteringen", "utvärderingar").press("Sök")
    assert dnr in chief.text
    assert Licence.objects.count() == 1


@SCRIPT_ONLY
def test_the_doctor_s_own_pdf_has_all_and_the_pharmacy_s_has_not(
    visitor: NewVisitor, worker: None
) -> None:
    reference = write_and_send(visitor())
    wait_until_issued(MotivationDocument, count=3)
    texts = {
        document.audience: pdf_text(bytes(document.pdf or b""))
        for document in MotivationDocument.objects.all()
    }
    assert reference in texts["full"]
    assert reference in texts["pharmacy"]
    assert "HEMLIGORDET" in texts["full"]
    assert "HEMLIGORDET" not in texts["pharmacy"]
    assert reference in texts["patient"]
    assert "Vera" not in texts["patient"]


@pytest.mark.parametrize(
    "path", ["/", "/vad-hander-nu/person/", "/logga-in/", "/tillganglighet/", "/finns-inte/"]
)
def test_public_pages(visitor: NewVisitor, path: str) -> None:
    visitor().open(path)
