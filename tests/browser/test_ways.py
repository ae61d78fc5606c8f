"""What a pharmacy does besides applying: hands an application over, renews a licence."""

from collections.abc import Callable
from datetime import timedelta

from applications.models import Application
from decisions.models import Licence
from klas import clock
from tests import factories
from tests.browser.conftest import SCRIPT_ONLY, Visitor, person

NewVisitor = Callable[[], Visitor]


def test_an_application_is_handed_over(visitor: NewVisitor) -> None:
    giver, receiver = person("farmaceut"), person("farmaceut2")
    assert giver.pharmacy is not None
    assert receiver.pharmacy is not None
    assert giver.pharmacy != receiver.pharmacy
    sent = factories.application(by=giver)

    first = visitor()
    first.sign_in("farmaceut").open(sent.get_absolute_url())
    first.follow("Lämna över ansökan").press("Fråga apoteket")
    assert "Skriv vilket apotek" in first.text
    first.fill("Vilket apotek", receiver.pharmacy.gln)
    first.fill("Varför lämnar ni", "Vår leverantör säljer inte till oss.")
    first.press("Fråga apoteket")
    assert "har inte svarat än" in first.text

    second = visitor()
    second.sign_in("farmaceut2").open("/apotek/")
    assert "Väntar på att lämnas över" in second.text
    second.follow(sent.dnr)
    assert "Vera Provpatient" not in second.page.content()
    second.choose("Ja, vi tar över").choose("Vi har kontrollerat att vi kan beställa")
    second.press("Skicka svaret")
    assert "Ni har tagit över ansökan." in second.page.content()
    second.follow("Läs licensmotiveringen")
    assert "Vera Provpatient" in second.text

    first.open("/apotek/overlamning/")
    assert f"Överlämnad till {receiver.pharmacy.name}" in first.text
    first.follow(sent.dnr)
    assert "har tagit över ansökan och får beslutet" in first.text


@SCRIPT_ONLY
def test_a_licence_is_renewed_without_a_new_motivation(visitor: NewVisitor) -> None:
    holder = person("farmaceut")
    sent = factories.application(by=holder)
    factories.decided(of=sent, valid_to=clock.today() + timedelta(days=30))

    pharmacist = visitor()
    licence = Licence.objects.get(decision__case__application=sent)
    pharmacist.sign_in("farmaceut").open("/licenser/").follow(licence.number)
    pharmacist.follow("Förnya licensen").press("Börja på förnyelsen")
    pharmacist.follow("Förnyelsen", exact=True)
    pharmacist.choose("Nej, något har ändrats").press("Spara och fortsätt")
    assert "be förskrivaren skriva en ny licensmotivering" in pharmacist.text
    pharmacist.choose("Ja: samma patient")
    pharmacist.fill("Vilken dag frågade ni", clock.today().isoformat())
    pharmacist.select("Hur?", "phone").fill("Vem svarade", "Dr Prov, överläkare")
    pharmacist.press("Spara och fortsätt")
    pharmacist.choose("Ja, exakt det läkemedlet").fill("Leveranstid", "10")
    pharmacist.choose("Vi har kontrollerat med leverantören").press("Spara och fortsätt")
    pharmacist.press("Spara och fortsätt")  # the licence: as before
    pharmacist.choose("Namn, form, styrka").choose("Mängd och tid").choose("Kunden vet")
    pharmacist.choose("Behövs inte").choose("Vi betalar ansökningsavgiften")
    pharmacist.press("Spara och fortsätt")
    if "granska" not in pharmacist.path:
        pharmacist.follow("Kvalitetsdokument").follow("Fortsätt till översikten")
        pharmacist.follow("Granska och skicka")
    pharmacist.press("Skicka ansökan")
    assert "Ansökan är skickad" in pharmacist.text
    renewal = Application.objects.get(renews=sent)
    pharmacist.open(renewal.get_absolute_url())
    assert "Förnyar licens" in pharmacist.text
