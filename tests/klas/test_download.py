"""Documents on their way out: the waiting page, the PDF, and what the access log keeps."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import Assignment
from klas.download import file_response, pdf_response
from klas.models import AccessLogEntry
from klas.pdf import RenderedPdf
from motivations.models import MotivationDocument
from tests import factories

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 prov"


@pytest.fixture
def acting_doctor() -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def page_request(acting_doctor: Assignment) -> HttpRequest:
    request: Any = RequestFactory().get("/motiveringar/1/pdf/")
    request.user, request.acting, request.session = acting_doctor.user, acting_doctor, {}
    return request  # type: ignore[no-any-return]


@pytest.fixture
def document(acting_doctor: Assignment) -> MotivationDocument:
    return MotivationDocument.objects.filter(
        version__motivation=factories.motivation(by=acting_doctor)
    ).earliest("pk")


def _answer(request: HttpRequest, document: MotivationDocument, by: Assignment) -> Any:
    return pdf_response(
        request,
        document,
        by=by,
        what="motivation_document",
        whose="KL-2026-000001-4",
        filename="KL-2026-000001-4.pdf",
    )


def test_while_the_pdf_is_made_a_page_waits_and_asks_again(
    page_request: HttpRequest, document: MotivationDocument, acting_doctor: Assignment
) -> None:
    response = _answer(page_request, document, acting_doctor)
    assert response.status_code == 202
    assert response["Refresh"] == "3"
    assert response["Cache-Control"] == "private, no-store"
    assert "PDF:en skapas" in response.content.decode()
    assert not AccessLogEntry.objects.filter(action="download").exists()


def test_an_issued_pdf_opens_in_the_browser_and_the_download_is_recorded(
    page_request: HttpRequest, document: MotivationDocument, acting_doctor: Assignment
) -> None:
    document.keep(RenderedPdf(PDF, hashlib.sha256(PDF).hexdigest()))
    document = MotivationDocument.objects.get(pk=document.pk)
    response = _answer(page_request, document, acting_doctor)
    assert (response.status_code, response.content) == (200, PDF)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="KL-2026-000001-4.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    entry = AccessLogEntry.objects.get(action="download")
    assert (entry.what, entry.object_id, entry.whose, entry.user_id) == (
        "motivation_document",
        document.pk,
        "KL-2026-000001-4",
        acting_doctor.user_id,
    )


def test_an_uploaded_file_is_saved_and_never_run_as_a_page_of_ours() -> None:
    response = file_response(
        BytesIO(b"<script>"), filename="kurva å.pdf", content_type="application/pdf"
    )
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''kurva")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content) == b"<script>"  # type: ignore[arg-type]
