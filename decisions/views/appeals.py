"""Appeals on the agency's side: the list, one appeal with what is done with it, its files."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from decisions import appeal_presentation as presentation
from decisions.appeal_presentation import ACTS, TABS, Act, visible_to
from decisions.appealed import Appealed, all_appealable
from decisions.enums import AppealStatus
from decisions.forms.appeals import RegisterAppealForm
from decisions.models import Appeal, AppealFile, Case
from decisions.presentation import identity_facts
from decisions.services import appeal_documents, appeals
from decisions.views.case import CaseView
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.errors import Refused
from klas.forms import KlasForm
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.policy import policy
from klas.summary import Tab
from klas.uploads import RebuiltFile
from motivations.file_forms import status_of, upload
from motivations.file_views import DownloadView, FileView, PageView, PreviewView


class AppealsView(ActingView):
    """The appeals: those to handle, those with the court, those that are over; oldest first."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = request.GET.get("flik", "")
        tab = tab if tab in TABS else next(iter(TABS))
        counted = dict(
            Appeal.objects.exclude(status=AppealStatus.DRAFT)
            .order_by("status")
            .values_list("status")
            .annotate(n=Count("pk"))
        )
        is_over = tab == "avslutade"
        found = visible_to(self.acting).filter(status__in=TABS[tab][1])
        ordered = found.order_by(*(("-received_on", "-pk") if is_over else ("received_on", "pk")))
        page_obj = Paginator(ordered, policy.page_size).get_page(request.GET.get("page"))
        audit.record(AccessAction.READ, by=self.acting, what="appeal_list")
        context = {
            "tabs": [
                Tab(
                    text,
                    f"?flik={name}",
                    sum(counted.get(status, 0) for status in statuses),
                    name == tab,
                )
                for name, (text, statuses) in TABS.items()
            ],
            "tab_title": TABS[tab][0],
            "page_obj": page_obj,
            "rows": presentation.appeal_rows(page_obj),
        }
        return render(request, "decisions/appeals.html", context)


class _OnAppeal(ActingView):
    permission = Permission.VIEW_QUEUE

    def appeal(self, pk: int) -> Appeal:
        """The appeal, if the acting assignment may see it."""
        return get_object_or_404(visible_to(self.acting), pk=pk)


class AppealView(_OnAppeal):
    """One appeal: what is written, its files, how far it has come, what to do."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appeal = self.appeal(pk)
        by = self.acting
        audit.record(AccessAction.READ, by=by, what="appeal", obj=appeal, whose=appeal.case.dnr)
        context = {
            "appeal": appeal,
            "case": appeal.case,
            "appealed": Appealed.by(appeal),
            "facts": presentation.appeal_facts(appeal),
            "written": presentation.written_rows(appeal),
            "documents": list(appeal_documents.readable_by(appeal, by)),
            "links": presentation.links(appeal, by=by),
            "waits_for": presentation.waits_for(appeal, by=by),
            "file": AppealFile.objects.filter(appeal=appeal).first(),
            "events": presentation.events_of(appeal),
        }
        return render(request, "decisions/appeal.html", context)


class AppealActView(_OnAppeal):
    """One thing that is done with an appeal, on a page of its own."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        appeal, what = self.appeal(pk), self._act(act)
        if not presentation.is_open_to(what, appeal, by=self.acting):
            return redirect(appeal)
        return self._page(appeal, what, what.form())

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        appeal, what = self.appeal(pk), self._act(act)
        form = what.form(request.POST)
        if not form.is_valid():
            return self._page(appeal, what, form, status=422)

        def perform() -> str:
            done = what.perform(
                appeal,
                by=self.acting,
                opened_revision=opened_revision(request),
                **form.cleaned_data,
            )
            messages.success(request, str(what.done))
            return done.get_absolute_url()

        try:
            return once(request, perform)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.appeal(pk), what, form, status=409)

    def _act(self, slug: str) -> Act:
        if slug not in ACTS:
            raise Http404
        return ACTS[slug]

    def _page(self, appeal: Appeal, what: Act, form: KlasForm, status: int = 200) -> HttpResponse:
        context = {
            "appeal": appeal,
            "case": appeal.case,
            "what": what,
            "form": form,
            "facts": presentation.appeal_facts(appeal),
            "written": presentation.written_rows(appeal),
        }
        return render(self.request, "decisions/appeal_act.html", context, status=status)


class RegisterAppealView(CaseView):
    """Registers an appeal that came by post, with its scanned pages."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not all_appealable(case):
            return redirect(case)
        return self._form_page(case, RegisterAppealForm(appealable=all_appealable(case)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = RegisterAppealForm(request.POST, request.FILES, appealable=all_appealable(case))
        return upload(
            request, form, lambda file: self._register(case, file, form)
        ) or self._form_page(self.found(pk), form, status=status_of(form))

    def _register(self, case: Case, file: RebuiltFile, form: RegisterAppealForm) -> str:
        registered = appeals.register(
            case,
            appeals.AppealFacts(change=form.cleaned_data["change"], how="", reasons=""),
            received_on=form.cleaned_data["received_on"],
            file=file,
            matter=form.cleaned_data["matter"],
            by=self.acting,
        )
        messages.success(self.request, _("Överklagandet är registrerat. Apoteket har fått besked."))
        return registered.get_absolute_url()

    def _form_page(self, case: Case, form: RegisterAppealForm, status: int = 200) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "facts": identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/appeal_register.html", context, status=status)


class CourtFileView(_OnAppeal):
    """The file that goes to the court, as PDF. It holds clinical text; the opening is recorded."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        appeal = self.appeal(pk)
        return pdf_response(
            request,
            get_object_or_404(AppealFile.objects.defer(None), appeal=appeal),
            by=self.acting,
            what="appeal_file",
            whose=appeal.case.dnr,
            filename=f"akt-{appeal.case.dnr}.pdf",
        )


class _OnFile(FileView):
    permission = Permission.VIEW_QUEUE
    opening = appeal_documents
    name = "appeal_document"

    @cached_property
    def appeal(self) -> Appeal:
        return get_object_or_404(visible_to(self.acting), pk=self.kwargs["pk"])

    def get_openable(self) -> QuerySet[Any]:
        return appeal_documents.openable_by(self.appeal, self.acting)

    def get_back(self) -> tuple[str, str]:
        return self.appeal.get_absolute_url(), self.appeal.number


class AppealDocumentView(_OnFile, DownloadView):
    """A file of an appeal, to be saved."""


class AppealDocumentPreviewView(_OnFile, PreviewView):
    """A file of an appeal, to look at."""


class AppealDocumentPageView(_OnFile, PageView):
    """One page of a file of an appeal, as a picture."""
