"""The motivation as PDF and its attachments, for the agency."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from applications.models import ApplicationReceipt
from applications.services import documents as quality_documents
from decisions import queries
from decisions.models import Case
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from motivations.enums import Audience
from motivations.file_views import DownloadView, FileView, PageView, PreviewView
from motivations.models import Motivation, MotivationDocument
from motivations.permissions import may_read_clinical_text


class MotivationDocumentView(ActingView):
    """The motivation that the application was made on, with its clinical text."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        cases = queries.for_review(self.acting)
        case = get_object_or_404(cases, pk=pk)
        motivation = case.application.motivation
        documents = MotivationDocument.objects.filter(
            version=case.application.version, audience=Audience.FULL
        )
        if not may_read_clinical_text(self.acting, motivation):
            documents = documents.none()
        reference = motivation.reference or ""
        return pdf_response(
            request,
            get_object_or_404(documents),
            by=self.acting,
            what="motivation_document",
            whose=reference,
            filename=f"licensmotivering-{reference}.pdf",
        )


class ReceiptView(ActingView):
    """The receipt of the application, as its pharmacy has it."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        case = get_object_or_404(queries.for_review(self.acting), pk=pk)
        return pdf_response(
            request,
            get_object_or_404(ApplicationReceipt, application=case.application_id),
            by=self.acting,
            what="application_receipt",
            whose=case.dnr,
            filename=f"kvitto-{case.dnr}.pdf",
        )


class _OnCase(FileView):
    permission = Permission.VIEW_QUEUE

    @cached_property
    def case(self) -> Case:
        return get_object_or_404(queries.for_review(self.acting), pk=self.kwargs["pk"])

    def get_motivation(self) -> Motivation:
        return self.case.application.motivation

    def get_back(self) -> tuple[str, str]:
        return f"{self.case.get_absolute_url()}#bilagor", self.case.dnr


class AttachmentView(_OnCase, DownloadView):
    """An attachment of the motivation, to be saved."""


class AttachmentPreviewView(_OnCase, PreviewView):
    """An attachment of the motivation, to look at."""


class AttachmentPageView(_OnCase, PageView):
    """One page of an attachment, as a picture."""


class _OnApplication(_OnCase):
    opening = quality_documents
    name = "application_document"

    def get_openable(self) -> QuerySet[Any]:
        return quality_documents.openable_by(self.case.application, self.acting)


class QualityDocumentView(_OnApplication, DownloadView):
    """A document that the pharmacy sent with its application, to be saved."""


class QualityDocumentPreviewView(_OnApplication, PreviewView):
    """A document of the application, to look at."""


class QualityDocumentPageView(_OnApplication, PageView):
    """One page of a document of the application, as a picture."""
