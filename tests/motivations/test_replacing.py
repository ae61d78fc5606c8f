"""Attachments that are replaced while they are not sent, and those of a supplement."""

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Assignment
from klas.access import SYSTEM
from klas.errors import WrongState
from klas.uploads import rebuild
from motivations.flow import MOTIVATION
from motivations.models import Attachment, Motivation
from motivations.services import attachments, submission
from tests import factories
from tests.klas.test_uploads import pdf_with, picture
from tests.motivations.test_attachments import (
    CLINICAL,
    PRODUCT,
    add,
    address,
    form,
    stored_files,
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


def replace_address(attachment: Attachment) -> str:
    keys = [attachment.motivation_id, attachment.pk]
    return reverse("motivations:replace_attachment", args=keys)


def test_replacing_keeps_kind_and_class_and_takes_the_old_file_away(
    acting: Any, author: Any, draft: Any, read: Any, django_capture_on_commit_callbacks: Any
) -> None:
    old = add(draft, name="gammal.pdf", kind="certificate", secrecy=PRODUCT)
    client = acting(author)
    page = read(client.get(replace_address(old)))
    assert "gammal.pdf" in page
    assert '<option value="certificate" selected>' in page.html
    assert re.search(r'value="product"[^>]*checked', page.html)
    new = form(
        pdf_with(pages=2), "ny.pdf", kind="certificate", secrecy="product", _key=page.hidden("_key")
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(replace_address(old), new)["Location"] == address(draft)
    replaced = Attachment.objects.get()
    assert (replaced.name, replaced.kind, replaced.secrecy) == ("ny.pdf", "certificate", "product")
    assert [path.name for path in stored_files()] == [str(replaced.stored_as)]
    new["file"] = SimpleUploadedFile("ny.pdf", pdf_with(pages=2))
    assert client.post(replace_address(old), new)["Location"] == address(draft)
    assert Attachment.objects.get() == replaced


def test_the_same_file_may_take_its_own_place_to_change_its_class(draft: Motivation) -> None:
    old = add(draft, secrecy=CLINICAL)
    file = rebuild(SimpleUploadedFile("spc.pdf", pdf_with()))
    replaced = attachments.replace(old, file=file, kind="spc", secrecy=PRODUCT, by=draft.author)
    assert Attachment.objects.get() == replaced
    assert replaced.secrecy == PRODUCT


@pytest.mark.parametrize(
    ("new", "status", "words"),
    [
        ({"content": b"MZ"}, 422, "av en typ som vi inte kan ta emot"),
        ({"content": picture("PNG")}, 409, "finns redan"),
        ({"name": "19570428-9999.pdf", "secrecy": "product"}, 409, "personnummer"),
    ],
)
def test_a_refused_replacement_leaves_the_old_file_where_it_was(
    acting: Any, author: Any, draft: Any, new: dict[str, Any], status: int, words: str
) -> None:
    old = add(draft)
    acting(author).post(address(draft), form(picture("PNG"), "annan.png"))
    before = {path.name for path in stored_files()}
    response = acting(author).post(replace_address(old), form(**new))
    assert response.status_code == status
    assert words in response.content.decode()
    assert Attachment.objects.get(pk=old.pk).stored_as == old.stored_as
    assert {path.name for path in stored_files()} >= before
    assert attachments.open_file(old, author).read()


def test_a_sent_file_is_not_replaced(acting: Any, author: Any, draft: Any) -> None:
    old = add(draft)
    submission.submit(draft, by=author)
    client = acting(author)
    assert client.get(replace_address(old))["Location"] == address(draft)
    response = client.post(replace_address(old), form(pdf_with(pages=2)), follow=True)
    assert "redan skickad" in response.content.decode()
    assert Attachment.objects.get().pk == old.pk


# While a supplement is asked for


@pytest.fixture
def supplemented(author: Assignment, draft: Motivation) -> Motivation:
    """A motivation in a case, sent with one file, that the agency has asked about."""
    add(draft, name="skickad.pdf")
    factories.application(on=submission.submit(draft, by=author))
    motivation = Motivation.objects.get(pk=draft.pk)
    MOTIVATION.perform(motivation, "supplement_requested", by=SYSTEM, data={"due_on": "2026-12-10"})
    return Motivation.objects.get(pk=draft.pk)


def test_a_supplement_takes_new_files_and_keeps_those_that_were_sent(
    acting: Any, author: Any, supplemented: Motivation, read: Any
) -> None:
    client = acting(author)
    page = read(client.get(address(supplemented)))
    assert "Lägg till en fil" in page
    assert "Ta bort" not in page
    assert "Byt ut" not in page
    client.post(address(supplemented), form(pdf_with(pages=2), "svar.pdf"))
    (new,) = (one for one in supplemented.attachments.all() if one.name == "svar.pdf")
    assert new.version is None
    page = read(client.get(address(supplemented)))
    assert page.html.count("ta-bort") == page.html.count("/byt/") == 1
    assert "Skickas med kompletteringen" in page
    officer = factories.AssignmentFactory()
    seen = [one.name for one in attachments.readable_by(supplemented, officer)]
    assert list(seen) == ["skickad.pdf"], "what is not sent is the author's alone"
    url = reverse("motivations:remove_attachment", args=[supplemented.pk, new.pk])
    client.post(url, {"_key": str(uuid.uuid4())})
    assert [one.name for one in supplemented.attachments.all()] == ["skickad.pdf"]
    sent = supplemented.attachments.get()
    with pytest.raises(WrongState, match="redan skickad"):
        attachments.remove(sent, by=author)
