"""Clinical text never reaches a colleague once it is sent: planted words are looked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, reverse

from accounts.models import Assignment
from klas.access import Role
from motivations.enums import LicenceKind
from motivations.kinds import kind_of
from motivations.models import Motivation
from motivations.services import attachments, sharing, submission
from motivations.services.issuing import issue_documents
from motivations.urls import urlpatterns
from tests import factories, kinds
from tests.applications.test_secrecy import PLANTED, TOKENS, WORDS, WRONG_KEY

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(LicenceKind))
def draft(request: Any, settings: Any, tmp_path: Any) -> Motivation:
    """A whole draft with a word in every clinical field and in a clinical attachment's name."""
    settings.MEDIA_ROOT = tmp_path
    begun = kinds.draft(request.param, **PLANTED)
    attachments.add(
        begun,
        file=factories.picture("Zyxbilaga.png"),
        kind="other",
        secrecy="clinical",
        by=begun.author,
    )
    return begun


@pytest.fixture(params=[Role.CARE_COLLEAGUE, Role.PRESCRIBER])
def colleague(request: Any, draft: Motivation) -> Assignment:
    """Somebody at the author's unit with whom the draft was shared."""
    found = factories.acting_as(request.param, care_unit=draft.author.care_unit)
    sharing.share(draft, colleague=found, by=draft.author)
    return found


def _addresses(motivation: Motivation) -> Iterator[str]:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route, name = str(pattern.pattern), f"motivations:{pattern.name}"
        if "<slug:slug>" in route:
            sections = kind_of(motivation.kind).sections
            yield from (reverse(name, args=[motivation.pk, part.slug]) for part in sections)
        elif "attachment_pk" in route:
            page = [1] if "<int:number>" in route else []
            yield reverse(name, args=[motivation.pk, motivation.attachments.get().pk, *page])
        elif "<int:pk>" in route:
            yield reverse(name, args=[motivation.pk])
        elif "<" not in route:
            yield reverse(name)


def _responses(client: Any, address: str) -> Iterator[HttpResponse]:
    yield client.get(address)
    yield client.get(address + "?fel=1&granska=1&q=zyxq")
    yield client.get(address, headers={"X-KLAS-Autosave": "1"})
    yield client.post(address, WRONG_KEY)
    yield client.post(address, {"_revision": "0"}, headers={"X-KLAS-Autosave": "1"})


def _words_in(response: HttpResponse) -> list[str]:
    body = b"".join(response) if response.streaming else response.content
    page = body.decode("utf-8", "replace") + str(response.headers)
    seen = TOKENS.sub("", page).lower().replace("zyxq", "")
    return [word for word in WORDS if word in seen]


@pytest.mark.parametrize("state", ["sent", "in_case", "withdrawn"])
def test_no_answer_of_any_address_holds_clinical_text(
    acting: Any, draft: Motivation, colleague: Assignment, state: str
) -> None:
    sent = submission.submit(draft, by=draft.author)
    issue_documents()
    if state == "in_case":
        factories.application(on=sent)
    elif state == "withdrawn":
        submission.withdraw(sent, by=sent.author, reason="Zyxorsak")
    client = acting(colleague)
    client.raise_request_exception = False
    shown = 0
    for address in _addresses(sent):
        for response in _responses(client, address):
            assert response.status_code < 500, address
            assert not _words_in(response), address
            shown += response.status_code == 200
    assert shown > 3


def test_the_words_are_there_while_the_draft_is_shared(
    acting: Any, draft: Motivation, colleague: Assignment
) -> None:
    """The other test looks for words that the same person could read a moment before."""
    check = acting(colleague).get(reverse("motivations:check", args=[draft.pk]))
    assert "zyx" in _words_in(check)
