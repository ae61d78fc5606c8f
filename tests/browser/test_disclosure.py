"""A case's documents are given out: opened with a reason, decided, and made a PDF."""

from collections.abc import Callable

from decisions.models import Disclosure
from tests import factories
from tests.browser.conftest import Visitor, wait_until_issued
from tests.klas.pdf_reading import text_of

NewVisitor = Callable[[], Visitor]


def test_given_out_with_secrets_masked(visitor: NewVisitor, people: None, worker: None) -> None:
    decided = factories.decided()
    karin = visitor().sign_in("beslutsfattare").open(decided.get_absolute_url())
    karin.follow("Lämna ut handlingarna").press("Förhandsgranska")
    assert "Skriv vad som begärs ut" in karin.text
    karin.fill("Vad begärs ut?", "Alla handlingar")
    karin.page.get_by_label("Maskera Dosering", exact=False).first.uncheck()
    karin.press("Förhandsgranska").press("Besluta och gör PDF")
    assert "Skriv varför uppgifterna maskeras" in karin.text
    karin.fill("Sekretessprövning: varför maskeras uppgifterna?", "Skadar den enskilde.")
    karin.fill("Varför lämnas det här ut: Dosering", "Säger inte vem.")
    karin.press("Besluta och gör PDF")
    assert "Säger inte vem." in karin.text
    wait_until_issued(Disclosure, count=1)
    content = bytes(Disclosure.objects.get().pdf)
    assert "Vera Provpatient" not in text_of(content)
    assert "[maskerat, OSL 25:1]" in text_of(content)
