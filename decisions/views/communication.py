"""Hearing the pharmacy before a decision against it: what the officer sends, what it answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import of_pharmacy
from decisions import presentation, queries
from decisions.enums import CommunicationStatus
from decisions.flow import COMMUNICATION
from decisions.forms import ActForm, CommunicationAnswerForm, CommunicationForm
from decisions.models import Case, Communication
from decisions.services import communications
from decisions.views.case import CaseView
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision


class CommunicateView(CaseView):
    """What speaks against the application; POST sends it to the pharmacy."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not presentation.may_communicate(case, self.acting):
            return redirect(case)
        return self._form_page(case, CommunicationForm.fresh())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = CommunicationForm(request.POST)
        if not form.is_valid():
            return self._form_page(case, form, status=422)

        def act() -> str:
            communications.send(
                case,
                text=form.cleaned_data["text"],
                due_on=form.cleaned_data["due_on"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(
                request, _("Apoteket har fått texten och kan svara. Ärendets klocka går vidare.")
            )
            return f"{case.get_absolute_url()}#kommunicering"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(self.found(pk), form, status=409)

    def _form_page(self, case: Case, form: CommunicationForm, status: int = 200) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "pharmacy": case.application.pharmacy,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/communicate.html", context, status=status)


class CloseCommunicationView(CaseView):
    """Waits no longer for the pharmacy's answer."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        sent = get_object_or_404(
            Communication.objects.filter(case=case), pk=request.POST.get("communication") or None
        )

        def act() -> str:
            communications.close(sent, by=self.acting)
            return f"{case.get_absolute_url()}#kommunicering"

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)


class PharmacyCommunicationView(ActingView):
    """The pharmacy reads what speaks against its application, and a pharmacist answers."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        application, sent = self._found(application_pk)
        return self._page(application, sent, CommunicationAnswerForm())

    def post(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        application, sent = self._found(application_pk)
        form = CommunicationAnswerForm(request.POST)
        if not form.is_valid():
            return self._page(application, sent, form, status=422)

        def act() -> str:
            communications.answer(
                sent,
                text=form.cleaned_data["answer"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(request, _("Ert svar är skickat till Läkemedelsverket."))
            return request.path

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(application, self._found(application_pk)[1], form, status=409)

    def _found(self, pk: int) -> tuple[Application, Communication]:
        application = get_object_or_404(of_pharmacy(self.acting), pk=pk)
        sent = queries.communication_told(application)
        if sent is None:
            raise Http404
        return application, sent

    def _page(
        self,
        application: Application,
        sent: Communication,
        form: CommunicationAnswerForm,
        status: int = 200,
    ) -> HttpResponse:
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="communication",
            obj=sent,
            whose=application.dnr,
        )
        context = {
            "application": application,
            "sent": sent,
            "form": form,
            "status": CommunicationStatus(sent.status),
            "may_answer": COMMUNICATION.allows(sent, "answer", by=self.acting),
        }
        return render(self.request, "decisions/pharmacy_communication.html", context, status=status)
