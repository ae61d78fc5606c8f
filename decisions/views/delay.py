"""A case that takes long, on the agency's side: tell the pharmacy, answer its request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decisions import presentation
from decisions.forms import ActForm, DelayForm, RejectRequestForm
from decisions.models import Case, DecisionRequest
from decisions.queue_presentation import may_tell_delay
from decisions.services import arrivals, decision_requests, delays
from decisions.views.case import CaseView
from klas import clock
from klas.access import Permission
from klas.errors import Refused
from klas.once import once, opened_revision


class DelayView(CaseView):
    """Tells the pharmacy why the decision is late and when it is expected (FL 11 §)."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not may_tell_delay(case, self.acting):
            return redirect(case)
        return self._form_page(case, DelayForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = DelayForm(request.POST)
        if not form.is_valid():
            return self._form_page(case, form, status=422)

        def act() -> str:
            delays.tell(
                case, by=self.acting, opened_revision=opened_revision(request), **form.cleaned_data
            )
            messages.success(request, _("Apoteket har fått veta att beslutet dröjer."))
            return case.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(self.found(pk), form, status=409)

    def _form_page(self, case: Case, form: DelayForm, status: int = 200) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "facts": presentation.identity_facts(case, today=clock.today()),
            "notices": case.delay_notices.select_related("told_by__user").order_by("-pk"),
        }
        return render(self.request, "decisions/delay.html", context, status=status)


class RequestView(CaseView):
    """The pharmacy's request that the case be decided (FL 12 §); POST rejects it."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        return self._form_page(case, self._asked(case), RejectRequestForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        asked = self._asked(case)
        form = RejectRequestForm(request.POST)
        if not form.is_valid():
            return self._form_page(case, asked, form, status=422)

        def act() -> str:
            decision_requests.reject(asked, by=self.acting, **form.cleaned_data)
            messages.success(request, _("Begäran är avslagen. Apoteket kan läsa beslutet nu."))
            return case.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            case = self.found(pk)
            return self._form_page(case, self._asked(case), form, status=409)

    def _asked(self, case: Case) -> DecisionRequest:
        asked = decision_requests.request_of(case)
        if asked is None:
            raise Http404
        return asked

    def _form_page(
        self, case: Case, asked: DecisionRequest, form: RejectRequestForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "case": case,
            "asked": asked,
            "form": form,
            "facts": presentation.identity_facts(case, today=clock.today()),
            "may_reject": case.is_open and asked.rejected_at is None,
        }
        return render(self.request, "decisions/request.html", context, status=status)


class SeenView(CaseView):
    """Says that a supplement is read, so that it no longer stands out in the queue."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)

        def act() -> str:
            return arrivals.seen(case, by=self.acting).get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)
