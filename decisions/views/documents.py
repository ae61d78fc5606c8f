"""The motivation as PDF and its attachments, for the agency."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from decisions import queries
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from motivations.enums import Audience
from motivations.models import MotivationDocument
from motivations.permissions import may_read_clinical_text
from motivations.services import attachments


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


class AttachmentView(ActingView):
    """An attachment of the motivation, to be saved."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
        case = get_object_or_404(queries.for_review(self.acting), pk=pk)
        readable = attachments.readable_by(case.application.motivation, self.acting)
        attachment = get_object_or_404(
            readable.select_related("motivation__author"), pk=attachment_pk
        )
        return attachments.download(attachment, by=self.acting)
