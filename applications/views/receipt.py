"""The receipt of an application as PDF."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from applications.models import ApplicationReceipt
from applications.views.application import OnApplication
from klas.download import pdf_response


class ReceiptDocumentView(OnApplication):
    """The receipt to keep; 404 while the application is a draft."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        application = self.application()
        return pdf_response(
            request,
            get_object_or_404(ApplicationReceipt, application=application),
            by=self.acting,
            what="application_receipt",
            whose=application.dnr,
            filename=f"kvitto-{application.dnr}.pdf",
        )
