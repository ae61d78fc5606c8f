"""Files on their way out: documents of our own as PDF, and what people have uploaded."""

from typing import TYPE_CHECKING, BinaryIO, TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from klas import audit, limits
from klas.documents import RenderedDocument
from klas.models import AccessAction

if TYPE_CHECKING:
    from accounts.models import Assignment

Response = TypeVar("Response", bound=HttpResponseBase)

# Seconds until the waiting page asks again.
RELOAD_AFTER = 3


def pdf_response(
    request: HttpRequest,
    document: RenderedDocument,
    *,
    by: "Assignment",
    what: str,
    whose: str,
    filename: str,
    action: AccessAction = AccessAction.DOWNLOAD,
) -> HttpResponse:
    """A document as PDF in the browser, or a page that waits for it (202, reloads by itself).

    That `by` may see the document is the caller's business. The download is recorded.

    Args:
        what: the kind of data in the access log, a key of `klas.models.WHAT`.
        whose: reference number or dnr.
        filename: holds a reference number or dnr and nothing personal, e.g. ``"KL-….pdf"``.
        action: what is recorded; printing, for a document that is made to be printed.

    Raises:
        TooMany: so much has been downloaded lately.
    """
    if document.issued_at is None or document.pdf is None:
        page = render(request, "document_waiting.html", status=202)
        page["Refresh"] = str(RELOAD_AFTER)
        return kept_private(page)
    limits.take(limits.DOWNLOADS)
    audit.record(action, by=by, what=what, obj=document, whose=whose)
    response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, filename) or "inline"
    return kept_private(response)


def file_response(content: BinaryIO, *, filename: str, content_type: str) -> FileResponse:
    """An uploaded file, to be saved and never opened as one of our own pages.

    Args:
        content: the open file; it is closed when it has been sent.
        filename: what the person called it.
        content_type: as found from its content.
    """
    response = FileResponse(
        content, as_attachment=True, filename=filename, content_type=content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return kept_private(response)


def kept_private(response: Response) -> Response:
    """Nobody but the one who asked may keep the answer, and not for long."""
    response["Cache-Control"] = "private, no-store"
    return response
