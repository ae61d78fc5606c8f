"""The quality documents of an application: list, upload, remove, download, look at."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import DocumentKind
from applications.models import Application
from applications.queries import of_pharmacy
from applications.services import documents
from applications.services.writing import is_written
from applications.views.application import OnApplication, overview_url
from klas.access import Permission
from klas.errors import Refused
from klas.once import once
from klas.uploads import RebuiltFile
from motivations.file_forms import UploadForm, saved_words, status_of, upload
from motivations.file_views import DownloadView, FileView, PageView, PreviewView


class DocumentForm(UploadForm):
    """One file, and what it is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är det för dokument?"),
        choices=[("", gettext_lazy("Välj")), *DocumentKind.choices],
    )


class DocumentsView(OnApplication):
    """All documents, and while something is written also the form to add one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self.application(), DocumentForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        form = DocumentForm(request.POST, request.FILES)
        return upload(request, form, lambda file: self._add(application, file, form)) or self._page(
            self.application(), form, status=status_of(form)
        )

    def _add(self, application: Application, file: RebuiltFile, form: DocumentForm) -> str:
        added = documents.add(
            application, file=file, kind=form.cleaned_data["kind"], by=self.acting
        )
        messages.success(self.request, saved_words(added))
        return added.written_at

    def _page(
        self, application: Application, form: DocumentForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "application": application,
            "documents": list(documents.readable_by(application, self.acting)),
            "form": form if is_written(application) or form.is_bound else None,
            "overview_url": overview_url(application),
        }
        return render(self.request, "applications/documents.html", context, status=status)


class RemoveDocumentView(OnApplication):
    """Takes a document that is not sent away (POST). A second press leads to the same list."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        self.application()
        return redirect("applications:documents", pk)

    def post(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        application = self.application()

        def act() -> str:
            # Looked up in here: the second of two clicks finds nothing, and needs nothing.
            readable = documents.readable_by(application, self.acting)
            documents.remove(get_object_or_404(readable, pk=attachment_pk), by=self.acting)
            messages.success(request, _("Filen är borttagen."))
            return reverse("applications:documents", args=[pk])

        try:
            return once(request, act)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("applications:documents", pk)


class _OnDocument(FileView):
    permission = Permission.APPLY
    opening = documents
    name = "document"

    def get_openable(self) -> QuerySet[Any]:
        application = get_object_or_404(of_pharmacy(self.acting), pk=self.kwargs["pk"])
        return documents.openable_by(application, self.acting)

    def get_back(self) -> tuple[str, str]:
        return self.attachment.written_at, _("Kvalitetsdokument")


class DocumentView(_OnDocument, DownloadView):
    """A document, to be saved."""


class DocumentPreviewView(_OnDocument, PreviewView):
    """A document to look at."""


class DocumentPageView(_OnDocument, PageView):
    """One page of a document, as a picture."""
