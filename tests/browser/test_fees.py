"""Fees: a credit, seen by the pharmacy, and the month's basis."""

from collections.abc import Callable

from decisions.models import FeeEntry
from tests import factories
from tests.browser.conftest import Visitor
from tests.browser.test_licence_acts import person

NewVisitor = Callable[[], Visitor]


def test_credited_and_seen_by_the_pharmacy(visitor: NewVisitor, people: None) -> None:
    sent = factories.application(by=person("farmaceut"))
    karin = visitor().sign_in("beslutsfattare").open("/arenden/avgifter/")
    karin.follow(sent.pharmacy.legal_name).follow(f"Kreditera avgiften i {sent.dnr}")
    karin.press("Fortsätt")
    assert "Skriv varför avgiften krediteras" in karin.text
    karin.fill("Varför krediteras avgiften?", "Skickad två gånger.").press("Fortsätt")
    assert "Du krediterar en avgift" in karin.text
    karin.press("Kreditera")
    assert "Avgiften är krediterad." in karin.text
    assert FeeEntry.objects.count() == 2

    elsa = visitor().sign_in("farmaceut").open("/apotek/").follow("Apotekets avgifter")
    assert "Skickad två gånger." in elsa.text
    assert "Summa: 0 kr" in elsa.text
    karin.open("/arenden/avgifter/")
    link = karin.page.get_by_role("link", name="CSV", exact=True)
    saved = karin.page.request.get(karin.base + str(link.get_attribute("href")))
    assert sent.dnr in saved.text()
