"""What a pharmacy can reach, by any address of the house, in every state: no clinical word in it.

The apps' own planted-word tests go through their addresses kind by kind; here every address of the
access table that lets a pharmacy in is asked, with all that it leaves behind: log, e-mail, access
log, notices.
"""

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from django.http import HttpResponse

from accounts.models import Assignment
from decisions.models import Letter
from decisions.services.issuing import issue_letters
from klas.models import AccessLogEntry
from motivations.services.issuing import issue_documents
from notifications.models import Notice
from notifications.services import mailing
from tests import factories
from tests.applications.conftest import hidden
from tests.applications.test_secrecy import PLANTED, TOKENS, WORDS, _whole
from tests.house.test_access_table import TABLE, WHO, World, make_world
from tests.notifications.conftest import mailbox  # noqa: F401

pytestmark = pytest.mark.django_db
PHARMACY = ("pharmacist", "staff", "other_pharmacist")
# Leads out of the service, or changes who asks.
ELSEWHERE = ("accounts:", "set_language", "healthz")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> World:
    """The access table's world, with a word in every clinical field of every motivation."""
    settings.MEDIA_ROOT = tmp_path
    factories.ApprovedProductFactory()
    answers = factories.individual_answers

    def planted(*args: Any, **sections: Any) -> dict[str, Any]:
        filled = answers(*args, **sections)
        for slug, more in PLANTED.items():
            filled[slug] = {**filled[slug], **more}
        return filled

    monkeypatch.setattr(factories, "individual_answers", planted)
    return make_world()


def reachable(world: World, who: str) -> Iterator[str]:
    column = WHO.index(who)
    for name, codes in TABLE.items():
        if not name.startswith(ELSEWHERE) and codes.split()[column] in {"200", "302", "405"}:
            yield world.addresses[name]


def text_of(response: Any) -> str:
    whole: HttpResponse = _whole(response)
    if whole.content.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(whole.content)
        said = " ".join(page.get_textpage().get_text_range() for page in pages)
    else:
        said = TOKENS.sub("", whole.content.decode("utf-8", "replace"))
    return said + TOKENS.sub("", str(whole.headers))


def demand_clean(said: str, where: str) -> None:
    folded = said.lower()
    for word in WORDS:
        assert word not in folded, f"{word} in {where}"


def test_no_address_gives_a_pharmacy_clinical_text(
    world: World, acting: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """One world for all who ask: making it takes longer than asking."""
    for who in PHARMACY:
        _ask_every_address(world, acting(world.people[who]), who)
    said = capsys.readouterr()
    demand_clean(said.out + said.err, "the log")


def _ask_every_address(world: World, client: Any, who: str) -> None:
    client.raise_request_exception = False
    seen = 0
    for address in reachable(world, who):
        for query in ("", "?fel=1", "?format=xlsx", "?pdf=1"):
            response = client.get(address + query)
            assert response.status_code < 500, address
            demand_clean(text_of(response), address)
            seen += response.status_code == 200
        refused = client.post(address, {"_key": "not-a-key"})
        shown = client.get(address)
        is_page = shown.get("Content-Type", "").startswith("text/html")
        typed = client.post(address, {**(hidden(shown) if is_page else {}), "q": "Ospolot"})
        for response in (refused, typed):
            assert response.status_code < 500, address
            demand_clean(text_of(response), f"{address} (POST)")
    assert seen > 60


@pytest.mark.usefixtures("mailbox")
def test_nor_does_anything_that_is_left_behind(request: Any, world: World) -> None:
    box = request.getfixturevalue("mailbox")
    issue_documents()
    issue_letters()
    at_pharmacies = Assignment.objects.filter(pharmacy__isnull=False).values("user")
    told = Notice.objects.filter(recipient__in=at_pharmacies)
    assert len(told) > 3
    for notice in told:
        demand_clean(f"{notice.facts} {notice.reference} {notice.url}", "a notice")
    mailing.send_waiting()
    assert box.received, "somebody has been told something"
    for message in box.received:
        demand_clean(str(message), "an e-mail")
    for entry in AccessLogEntry.objects.all():
        demand_clean(f"{entry.what} {entry.whose} {entry.purpose}", "the access log")
    letters = Letter.objects.defer(None).filter(recipient="pharmacy", pdf__isnull=False)
    assert len(letters) > 5
    for letter in letters:
        pages = pypdfium2.PdfDocument(bytes(letter.pdf))
        demand_clean(
            " ".join(page.get_textpage().get_text_range() for page in pages), f"letter {letter}"
        )


def test_the_words_are_there(world: World, acting: Any) -> None:
    """The other tests look for words that really are stored: the author reads them."""
    page = acting(world.people["author"]).get(
        world.addresses["motivations:receipt"].replace("kvitto/", "")
    )
    assert "zyxindikation" in page.content.decode().lower()
