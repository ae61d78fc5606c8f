"""Printing letters: a batch is made, opened as one PDF, posted, and printed once more."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import letter_queries
from decisions.enums import LetterStatus
from decisions.forms import BatchPostedForm, PrintForm, ReprintForm
from decisions.letter_presentation import batch_facts
from decisions.models import Letter, PrintBatch
from decisions.presentation import letter_rows
from decisions.services import printing
from decisions.views.letters import CHANGE, CONFIRM, LettersView
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy

ALL = "_all"


class PrintView(LettersView):
    """Prints the letters chosen in the list, or all that wait; leads to their batch."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("decisions:letters")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PrintForm(request.POST, letters=letter_queries.letters_by_post(self.acting))
        takes_all = ALL in request.POST
        if not takes_all and not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            batch = (
                printing.print_waiting(by=self.acting)
                if takes_all
                else printing.print_letters(form.cleaned_data["letters"], by=self.acting)
            )
            return reverse("decisions:batch", args=[batch.pk])

        try:
            return once(request, act)
        except Refused as error:
            if takes_all:
                form = PrintForm.choosing_none()
            form.add_error(None, str(error))
            return self.page(form, status=409)


class BatchesView(ActingView):
    """What has been printed, newest first."""

    permission = Permission.PRINT_LETTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        found = letter_queries.print_batches(self.acting)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        return render(request, "decisions/batches.html", {"page_obj": page})


class OfBatchView(ActingView):
    """What the pages of one batch share."""

    permission = Permission.PRINT_LETTERS

    def found(self) -> PrintBatch:
        return get_object_or_404(letter_queries.print_batches(self.acting), pk=self.kwargs["pk"])


class BatchView(OfBatchView):
    """GET: a batch and its letters. POST: it is posted, after a question."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(BatchPostedForm(initial={"posted_on": clock.today()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.found()
        form = BatchPostedForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        posted_on = form.cleaned_data["posted_on"]
        if CHANGE in request.POST:
            return self.page(form)
        if CONFIRM not in request.POST:
            context = {"batch": batch, "posted_on": posted_on}
            return render(request, "decisions/batch_confirm.html", context)

        def act() -> str:
            printing.post_batch(batch, posted_on=posted_on, by=self.acting)
            messages.success(request, _("Breven är markerade som postade."))
            return reverse("decisions:batch", args=[batch.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(self, form: BatchPostedForm, *, status: int = 200) -> HttpResponse:
        batch = self.found()
        context = {
            "batch": batch,
            "facts": batch_facts(batch),
            "rows": letter_rows(letter_queries.letters_in(batch)),
            "form": form,
        }
        return render(self.request, "decisions/batch.html", context, status=status)


class BatchPdfView(OfBatchView):
    """A batch as one PDF to print."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.found()
        response = pdf_response(
            request,
            batch,
            by=self.acting,
            what="print_batch",
            whose="",
            filename=f"utskrift-{batch.pk}.pdf",
            action=AccessAction.PRINT,
        )
        if response.status_code == HTTPStatus.OK:
            printing.record_opened(batch, by=self.acting)
        return response


class ReprintBatchView(OfBatchView):
    """Prints a whole batch once more, for a reason."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(ReprintForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.found()
        form = ReprintForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            again = printing.reprint(
                list(letter_queries.letters_in(batch)),
                reason=form.cleaned_data["reason"],
                by=self.acting,
                of=batch,
            )
            return reverse("decisions:batch", args=[again.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(self, form: ReprintForm, *, status: int = 200) -> HttpResponse:
        batch = self.found()
        context = {
            "form": form,
            "title": _("Skriv ut utskrift %(number)s igen") % {"number": batch.pk},
            "count": batch.count,
            "back": reverse("decisions:batch", args=[batch.pk]),
        }
        return render(self.request, "decisions/reprint.html", context, status=status)


class ReprintLetterView(ActingView):
    """Prints one letter once more, for a reason."""

    permission = Permission.PRINT_LETTERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(ReprintForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self.found()
        form = ReprintForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            again = printing.reprint([letter], reason=form.cleaned_data["reason"], by=self.acting)
            return reverse("decisions:batch", args=[again.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def found(self) -> Letter:
        """The letter, once it has been printed."""
        printed = letter_queries.letters_by_post(self.acting).filter(
            status__in=(LetterStatus.PRINTED, LetterStatus.POSTED)
        )
        return get_object_or_404(printed, pk=self.kwargs["pk"])

    def page(self, form: ReprintForm, *, status: int = 200) -> HttpResponse:
        letter = self.found()
        context = {
            "form": form,
            "title": _("Skriv ut brevet i ärende %(dnr)s igen") % {"dnr": letter.case.dnr},
            "count": 1,
            "back": reverse("decisions:letters"),
        }
        return render(self.request, "decisions/reprint.html", context, status=status)
