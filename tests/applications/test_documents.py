"""Quality documents of an application: the pharmacy's, and once it is sent the agency's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Assignment
from applications.models import Application, QualityDocument
from applications.services import applying, documents
from klas import clock
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessLogEntry
from motivations.enums import ScanState
from motivations.models import Attachment
from motivations.models.stored import stored_models
from motivations.services import files, scanning
from tests import factories
from tests.applications.conftest import hidden, press, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(pharmacist: Assignment) -> Application:
    return factories.application_draft(by=pharmacist)


def add(application: Application, by: Assignment, name: str = "gmp.png") -> QualityDocument:
    return documents.add(application, file=factories.picture(name), kind="gmp", by=by)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("certifikat.png", factories.picture("x.png").original)


def test_uploaded_looked_at_and_removed(
    draft: Application, pharmacist: Assignment, acting: Any
) -> None:
    client, address = acting(pharmacist), url("documents", draft.pk)
    assert address in client.get(draft.get_absolute_url()).content.decode()
    assert press(client, address, kind="gmp").status_code == 422
    answer = press(client, address, kind="gmp", file=picture())
    assert answer["Location"] == address
    page = client.get(address)
    assert "GMP-certifikat" in text_of(page)
    document = draft.documents.get()
    assert client.get(url("document_preview", draft.pk, document.pk)).status_code == 200
    assert client.get(url("document_page", draft.pk, document.pk, 1)).status_code == 200
    assert client.get(url("document", draft.pk, document.pk)).status_code == 200
    assert "certifikat.png" in text_of(client.get(url("check", draft.pk)))
    assert press(client, address, kind="gmp", file=picture()).status_code == 409
    form = hidden(client.get(address))
    remove = url("remove_document", draft.pk, document.pk)
    for _press in range(2):
        assert client.post(remove, form)["Location"] == address
    assert not draft.documents.exists()


def test_sent_it_stays_and_the_agency_reads_it(
    draft: Application, pharmacist: Assignment, acting: Any
) -> None:
    document = add(draft, pharmacist)
    officer = factories.AssignmentFactory()
    assert not documents.readable_by(draft, officer).exists()
    sent = applying.send(draft, by=pharmacist)
    case = factories.case(of=sent)
    page = acting(officer).get(case.get_absolute_url()).content.decode()
    for name in ("application_document", "application_document_preview"):
        address = reverse(f"decisions:{name}", args=[case.pk, document.pk])
        assert address in page
        assert acting(officer).get(address).status_code == 200
    with pytest.raises(WrongState):
        documents.remove(document, by=pharmacist)
    with pytest.raises(WrongState):
        add(sent, pharmacist, "b.png")
    assert AccessLogEntry.objects.filter(
        what="attachment", user=officer.user, whose=sent.dnr
    ).exists()


def test_another_pharmacy_gets_nothing(
    draft: Application, pharmacist: Assignment, stranger: Assignment, acting: Any
) -> None:
    document = add(draft, pharmacist)
    client = acting(stranger)
    assert client.get(url("documents", draft.pk)).status_code == 404
    for name in ("document", "document_preview", "remove_document"):
        assert client.get(url(name, draft.pk, document.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        documents.download(document, by=stranger)
    with pytest.raises(NotAllowed):
        add(draft, stranger)
    # Neither through an application of its own.
    own = factories.application_draft(by=stranger)
    assert client.get(url("document", own.pk, document.pk)).status_code == 404


def test_promised_documents_must_be_there(draft: Application, pharmacist: Assignment) -> None:
    saved = applying.read_section(draft, "kontroll")
    applying.save_section(
        draft,
        "kontroll",
        answers={**saved.answers, "quality_documents": "attached"},
        opened_revision=saved.revision,
        by=pharmacist,
    )
    with pytest.raises(Refused, match="bifogade"):
        applying.send(draft, by=pharmacist)
    add(draft, pharmacist)
    applying.send(draft, by=pharmacist)


def test_a_stopped_file_stops_the_sending_and_its_owner_is_told(
    draft: Application, pharmacist: Assignment
) -> None:
    document = add(draft, pharmacist)
    key = files.keep(files.QUARANTINE, b"x")
    QualityDocument.objects.filter(pk=document.pk).update(
        scan=ScanState.PENDING, quarantined_as=key
    )
    document.refresh_from_db()
    scanning._settle(document, scanning._Finding(ScanState.INFECTED))
    with pytest.raises(Refused, match="stoppades"):
        applying.send(draft, by=pharmacist)
    notice = pharmacist.user.notices.get(kind="attachment_stopped")
    assert notice.url == url("documents", draft.pk)


def test_a_word_document_waits_and_is_checked_by_the_same_worker(
    draft: Application, pharmacist: Assignment
) -> None:
    word = replace(factories.picture("a.docx"), content=None)
    document = documents.add(draft, file=word, kind="spc", by=pharmacist)
    assert document.scan == ScanState.PENDING
    assert scanning.check_waiting() == 1
    document.refresh_from_db()
    # It was no Word document after all: a verdict, so that nothing waits for ever.
    assert document.scan == ScanState.UNREADABLE


def test_the_nightly_sweep_leaves_what_a_row_names(
    draft: Application, pharmacist: Assignment
) -> None:
    document = add(draft, pharmacist)
    files.keep(files.KEPT, b"nobody's")
    later = clock.now() + timedelta(days=2)
    assert files.remove_strays(later) == 1
    assert files.read(files.KEPT, document.stored_as, expected=document.sha256)
    assert {Attachment, QualityDocument} <= set(stored_models())


def test_a_name_with_a_person_is_refused(draft: Application, pharmacist: Assignment) -> None:
    with pytest.raises(Refused, match="personnummer"):
        add(draft, pharmacist, "19121212-1212.png")


def test_a_discarded_draft_takes_its_files_along(
    draft: Application, pharmacist: Assignment, django_capture_on_commit_callbacks: Any
) -> None:
    document = add(draft, pharmacist)
    with django_capture_on_commit_callbacks(execute=True):
        applying.discard(draft, by=pharmacist)
    with pytest.raises(FileNotFoundError):
        files.read(files.KEPT, document.stored_as, expected=document.sha256)
