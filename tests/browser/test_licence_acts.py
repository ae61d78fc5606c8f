"""A licence after the decision: stopped and lifted, revoked by two, corrected, many at once."""

from collections.abc import Callable

import pytest

from decisions.models import Licence
from licences.models import SafetyAction
from licences.services import safety_work
from tests.browser.conftest import SCRIPT_ONLY, Visitor, person
from tests.licences.conftest import granted

NewVisitor = Callable[[], Visitor]
REASON = "Nya uppgifter om leverskador."


@pytest.fixture
def licence(people: None) -> Licence:
    """Held by Elsa's pharmacy."""
    return granted(by=person("farmaceut"))


def opened(visitor: Visitor, licence: Licence) -> Visitor:
    """The licence, found from its case as an officer does."""
    visitor.open(licence.decision.case.get_absolute_url())
    return visitor.follow(f"Öppna licens {licence.number}")


def test_stopped_and_lifted(visitor: NewVisitor, licence: Licence) -> None:
    hugo = opened(visitor().sign_in("handlaggare"), licence).follow("Stoppa licensen")
    hugo.press("Stoppa licensen")
    assert "Skriv varför licensen stoppas" in hugo.text
    hugo.fill("Varför stoppas licensen?", REASON)
    hugo.fill("Vad ska apoteken göra?", "Lägg förpackningarna åt sidan.")
    hugo.press("Stoppa licensen")
    assert "Tillfälligt stoppad" in hugo.text

    elsa = visitor().sign_in("farmaceut").open("/licenser/")
    assert REASON in elsa.text
    elsa.follow(licence.number)
    assert "Lägg förpackningarna åt sidan." in elsa.text
    assert "Registrera uttag" not in elsa.text
    elsa.open(f"/arenden/apotek/{licence.decision.case.application_id}/beslut/")
    assert "Licensen är stoppad tills vidare" in elsa.text

    hugo.follow("Häv stoppet").fill("Varför gäller licensen igen?", "Värdena var felmätta.")
    hugo.press("Häv stoppet")
    elsa.open(f"/licenser/{licence.pk}/").follow("Registrera uttag")


@SCRIPT_ONLY
def test_revoked_by_two(visitor: NewVisitor, licence: Licence) -> None:
    hugo = opened(visitor().sign_in("handlaggare"), licence)
    hugo.follow("Föreslå att licensen återkallas")
    hugo.choose("Tvingande säkerhetsskäl").fill("Skäl för beslutet", REASON)
    hugo.choose("Nej, undantag gäller").fill("Hur och när", "Det kan inte vänta.")
    hugo.choose("Stoppa licensen nu").press("Skicka till kontrasignering")
    assert "Tillfälligt stoppad" in hugo.text
    hugo.follow("Läs ditt förslag")
    assert "Du har själv föreslagit" in hugo.text

    karin = visitor().sign_in("beslutsfattare").open("/licenser/tillsyn/?tab=kontrasignera")
    karin.follow(licence.number).follow("Läs förslaget och kontrasignera")
    karin.press("Kontrasignera och återkalla licensen")
    assert "Licensen är återkallad" in karin.text
    assert "Återkallad" in karin.text


@SCRIPT_ONLY
def test_corrected(visitor: NewVisitor, licence: Licence) -> None:
    hugo = visitor().sign_in("handlaggare").open(licence.decision.case.get_absolute_url())
    hugo.follow("Rätta ett skrivfel i beslutet")
    hugo.page.locator("a[href='?del=quantity']").click()
    hugo.look().fill("Hur ska det stå?", "370").fill("Vad är fel", "Två siffror bytte plats.")
    hugo.choose("Det är uppenbart onödigt").fill("Hur och när", "Felet är uppenbart.")
    hugo.press("Rätta beslutet")
    assert "Beslutet är rättat" in hugo.text
    elsa = visitor().sign_in("farmaceut").open(f"/licenser/{licence.pk}/")
    assert "370 tabletter kvar" in elsa.text.replace("\u00a0", " ")


@SCRIPT_ONLY
def test_many_at_once(visitor: NewVisitor, licence: Licence) -> None:
    granted(by=person("farmaceut2"))
    hugo = visitor().sign_in("handlaggare").open("/licenser/tillsyn/")
    hugo.follow("Stoppa eller informera om många licenser")
    hugo.fill("Läkemedel, substans eller företag", "ospolot").press("Hitta läkemedel")
    hugo.choose("Ospolot").choose("Stoppa licenserna tills vidare").fill("Skäl", REASON)
    hugo.press("Fortsätt")
    assert "Åtgärden gäller 2 licenser" in hugo.text
    hugo.press("Stoppa licenserna")
    assert "0 av 2 licenser är klara" in hugo.text
    safety_work.work(limit=10)
    hugo.follow("Visa hur långt den har kommit")
    assert "Säkerhetsåtgärden är klar" in hugo.text
    action = SafetyAction.objects.get()
    elsa = visitor().sign_in("farmaceut").open(f"/licenser/sakerhet/{action.pk}/")
    assert licence.number in elsa.text


@SCRIPT_ONLY
def test_a_recalled_batch_is_refused(visitor: NewVisitor, licence: Licence) -> None:
    drift = visitor().sign_in("drift").open("/licenser/indragning/")
    drift.fill("Läkemedel", "ospolot").fill("Batch", "NY-1").press("Visa uttagen")
    drift.fill("Varför dras batchen in?", "Fel styrka i burken.").press("Dra in batchen")
    assert "Batchen är indragen" in drift.text

    elsa = visitor().sign_in("farmaceut").open(f"/licenser/{licence.pk}/uttag/")
    elsa.page.locator("[name=pack]").fill("30 tabletter")
    elsa.fill("Utlämnad mängd", "30").fill("Batch", "ny 1").fill("Utgångsdatum", "2031-05")
    elsa.choose("Jag har jämfört").fill("Receptets eller rekvisitionens", "R-1")
    elsa.press("Granska uttaget")
    assert "Fel styrka i burken." in elsa.text
    assert "Lägg förpackningen åt sidan" in elsa.text
    drift.follow("Avsluta").fill("Varför får batchen lämnas ut igen?", "Felanmälan.")
    drift.press("Avsluta indragningen")
    elsa.press("Granska uttaget")
    assert "Inget är registrerat än" in elsa.text
