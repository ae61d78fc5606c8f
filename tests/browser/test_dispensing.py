"""A granted licence in use: found at another pharmacy, scanned, dispensed, corrected, printed."""

from collections.abc import Callable

import pytest

from decisions.models import Licence
from licences.models import Dispensing
from medicines.models import Pack
from motivations.enums import LicenceKind
from notifications.models import Notice
from tests.browser.conftest import SCRIPT_ONLY, Visitor, person
from tests.licences.conftest import dispense, granted

NewVisitor = Callable[[], Visitor]
CODE = "(01)03400930012345(17)310531(10)AB-12/7(21)S77"


@pytest.fixture
def licence(people: None) -> Licence:
    """Held by Elsa's pharmacy; the register knows the code of its pack."""
    licence = granted(by=person("farmaceut"))
    assert licence.product.register is not None
    Pack.objects.create(
        product=licence.product.register,
        pack_id="1",
        code="3400930012345",
        description="30 tabletter",
    )
    return licence


def test_from_finding_to_printing(visitor: NewVisitor, licence: Licence) -> None:
    folke = visitor().sign_in("farmaceut2")
    folke.page.get_by_role("link", name="Licenser", exact=True).click()
    folke.look().follow("Hitta en licens")
    folke.fill("Licensnummer", licence.number.lower()).choose("Jag ska lämna ut")
    folke.press("Hitta licensen")
    assert "730 tabletter kvar" in folke.text.replace("\u00a0", " ")
    folke.follow("Registrera uttag")

    # A scanner types the code and ends with Enter.
    folke.page.locator("[name=code]").fill(CODE)
    folke.page.locator("[name=code]").press("Enter")
    folke.page.wait_for_load_state()
    folke.look()
    assert "Koden hör till licensens läkemedel" in folke.text
    assert folke.page.locator("[name=batch]").input_value() == "AB-12/7"
    assert folke.page.locator("[name=expires_on]").input_value() == "2031-05-31"
    folke.fill("Utlämnad mängd", "3000").fill("Receptets eller rekvisitionens", "R-1")
    folke.press("Granska uttaget")
    assert "Det finns bara 730" in folke.text.replace("\u00a0", " ")
    folke.fill("Utlämnad mängd", "30").press("Granska uttaget")
    assert "Inget är registrerat än" in folke.text
    folke.press("Registrera uttaget")
    assert "700 tabletter kvar" in folke.text.replace("\u00a0", " ")

    folke.follow("Rätta uttaget").fill("Varför ska uttaget rättas?", "Fel antal.")
    folke.press("Rätta uttaget")
    assert "730 tabletter kvar" in folke.text.replace("\u00a0", " ")
    assert Dispensing.objects.count() == 2
    folke.follow("Till licensen").follow("Skriv ut licensen")
    folke.page.emulate_media(media="print")
    assert not folke.page.locator(".govuk-service-navigation").is_visible()
    assert "Fel antal." in folke.text

    elsa = visitor().sign_in("farmaceut").open(f"/licenser/{licence.pk}/")
    assert "Annat apotek" in elsa.text
    assert "Fel antal." not in elsa.text


@SCRIPT_ONLY
def test_a_batch_is_recalled(visitor: NewVisitor, licence: Licence) -> None:
    dispense(licence, by=person("farmaceut"))
    operator = visitor().sign_in("drift").open("/licenser/indragning/")
    operator.fill("Läkemedel", "ospolot").fill("Batch", "ab 12 7").press("Visa uttagen")
    assert "1 uttag på 1 apotek" in operator.text
    operator.fill("Varför dras batchen in?", "Fel styrka i burken.").press("Dra in batchen")
    assert "1 apotek har fått notisen" in operator.text
    notice = Notice.objects.get(kind="recall", recipient=person("farmaceut").user)
    elsa = visitor().sign_in("farmaceut").open(notice.url)
    assert licence.number in elsa.text


@SCRIPT_ONLY
def test_a_permission_is_written_down_and_ended(visitor: NewVisitor, people: None) -> None:
    general = granted(LicenceKind.GENERAL, by=person("farmaceut"))
    hugo = visitor().sign_in("handlaggare").open("/licenser/tillstand/")
    hugo.follow("Lägg till ett tillstånd").fill("Licensnummer", general.number)
    hugo.fill("Tillståndets diarienummer", "5.8.2-2026-7")
    hugo.fill("Gäller från och med", general.valid_from.isoformat())
    hugo.fill("Gäller till och med", general.valid_to.isoformat())
    hugo.press("Spara tillståndet")
    elsa = visitor().sign_in("farmaceut").open(f"/licenser/{general.pk}/uttag/")
    assert "På vad lämnades det ut?" in elsa.text
    hugo.follow("Avsluta").fill("Varför ska tillståndet", "Säkerhetssignal.")
    hugo.press("Avsluta tillståndet")
    assert "Upphörde" in hugo.text
