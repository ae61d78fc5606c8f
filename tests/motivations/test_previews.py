"""Attachments to look at: page by page, by those who may open them, and recorded."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from klas import page_pictures
from klas.errors import NotAllowed
from klas.models import AccessLogEntry
from motivations.models import Attachment, Motivation
from motivations.services import attachments, submission
from tests import factories
from tests.klas.test_uploads import picture
from tests.motivations.test_attachments import (
    CLINICAL,
    PRODUCT,
    add,
    address,
    form,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author() -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def draft(author: Assignment) -> Motivation:
    return factories.draft(
        by=author, answers=factories.individual_answers(factories.ProductFactory())
    )


def test_a_file_is_looked_at_page_by_page(acting: Any, author: Any, draft: Any, read: Any) -> None:
    attachment = add(draft, name="kurva.pdf", pages=7)
    client = acting(author)
    look = reverse("motivations:attachment_preview", args=[draft.pk, attachment.pk])
    assert look in client.get(address(draft)).content.decode()
    response = client.get(look, {"page": 2})
    assert response["Cache-Control"] == "private, no-store"
    page = read(response)
    assert "Sida 2 av 7" in page
    assert page.title.startswith("kurva.pdf (sida 2 av 7)")
    assert 'alt="Bild av sida 2 av 7 i kurva.pdf"' in page.html
    assert 'rel="prev"' in page.html
    assert 'rel="next"' in page.html
    assert address(draft) in page.html
    read_so_far = AccessLogEntry.objects.filter(action="read", what="attachment")
    assert read_so_far.count() == 1, "its name has been read"
    picture_of = reverse("motivations:attachment_page", args=[draft.pk, attachment.pk, 2])
    assert page.html.count(f'src="{picture_of}"') == page.html.count("<img") == 1
    drawn = client.get(picture_of)
    assert (drawn["Content-Type"], drawn["Cache-Control"]) == ("image/png", "private, no-store")
    assert drawn.content.startswith(b"\x89PNG")
    assert list(read_so_far.values_list("object_id", flat=True)) == [attachment.pk] * 2


def test_the_first_and_the_last_page_and_none_beyond(
    acting: Any, author: Any, draft: Any, read: Any
) -> None:
    attachment = add(draft, pages=2)
    client = acting(author)
    look = reverse("motivations:attachment_preview", args=[draft.pk, attachment.pk])
    first, last, beyond = (read(client.get(look, {"page": page})) for page in ("", 2, 9))
    assert ('rel="prev"' in first.html, 'rel="next"' in first.html) == (False, True)
    assert ('rel="prev"' in last.html, 'rel="next"' in last.html) == (True, False)
    assert "Sida 2 av 2" in beyond
    for number, code in ((0, 404), (1, 200), (3, 404)):
        url = reverse("motivations:attachment_page", args=[draft.pk, attachment.pk, number])
        assert client.get(url).status_code == code
    pages_and_the_picture = 3 + 1
    read_entries = AccessLogEntry.objects.filter(action="read", what="attachment")
    assert read_entries.count() == pages_and_the_picture


def test_a_picture_has_one_page_and_no_links_to_others(
    acting: Any, author: Any, draft: Any, read: Any
) -> None:
    client = acting(author)
    client.post(address(draft), form(picture("PNG"), name="bild.png"))
    attachment = Attachment.objects.get()
    page = read(
        client.get(reverse("motivations:attachment_preview", args=[draft.pk, attachment.pk]))
    )
    assert "Sida 1 av 1" in page
    assert "govuk-pagination" not in page.html


def test_when_too_many_pages_are_drawn_the_picture_is_refused_for_a_while(
    acting: Any, author: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = add(draft)
    monkeypatch.setattr(page_pictures, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(page_pictures, "_PATIENCE", 0.01)
    url = reverse("motivations:attachment_page", args=[draft.pk, attachment.pk, 1])
    client = acting(author)
    with page_pictures._AT_ONCE:
        response = client.get(url)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert client.get(url).status_code == 200


def test_looking_follows_the_same_rules_as_opening(author: Any, draft: Any) -> None:
    clinical = add(draft, secrecy=CLINICAL)
    product = add(draft, secrecy=PRODUCT, pages=2)
    submission.submit(draft, by=author)
    pharmacist, officer = (
        factories.AssignmentFactory(pharmacist=True),
        factories.AssignmentFactory(),
    )
    stranger = factories.AssignmentFactory(prescriber=True)
    may = {(author, clinical), (author, product), (pharmacist, product)}
    for by in (author, pharmacist, officer, stranger):
        for attachment in Attachment.objects.order_by("pk"):
            if (by, attachment) in may:
                assert attachments.page_picture(attachment, 1, by=by)
                continue
            with pytest.raises(NotAllowed):
                attachments.page_picture(attachment, 1, by=by)
            with pytest.raises(NotAllowed):
                attachments.count_pages(attachment, by=by)
    assert AccessLogEntry.objects.filter(action="read", what="attachment").count() == len(may)
