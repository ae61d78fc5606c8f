"""A case that takes long, on the pharmacy’s side: a request to decide (FL 12 §), and the letter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import of_pharmacy
from applications.rules import may_ask_for_decision_from
from decisions.forms import DecisionRequestForm
from decisions.models import Case
from decisions.services import decision_requests
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy


class PharmacyRequestView(ActingView):
    """The form when six months have passed; afterwards the request and its answer."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        return self.page(self.application(application_pk), DecisionRequestForm())

    def post(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        application = self.application(application_pk)
        form = DecisionRequestForm(request.POST)
        if not form.is_valid():
            return self.page(application, form, status=422)

        def act() -> str:
            decision_requests.ask(application, by=self.acting, **form.cleaned_data)
            messages.success(request, _("Begäran är skickad till Läkemedelsverket."))
            return request.path

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(self.application(application_pk), form, status=409)

    def application(self, pk: int) -> Application:
        return get_object_or_404(of_pharmacy(self.acting), pk=pk)

    def page(
        self, application: Application, form: DecisionRequestForm, status: int = 200
    ) -> HttpResponse:
        case = Case.objects.filter(application=application).first()
        if case is None:
            return redirect(application)
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="decision_request",
            obj=application,
            whose=application.dnr,
        )
        asked = decision_requests.request_of(case)
        day = may_ask_for_decision_from(application)
        context = {
            "application": application,
            "case": case,
            "asked": asked,
            "form": form,
            "from_day": day,
            "weeks": policy.decision_request_answer_weeks,
            "appeal_weeks": policy.appeal_weeks,
            "may_ask": asked is None
            and case.is_open
            and day is not None
            and day <= clock.today()
            and self.acting.has(Permission.SEND_APPLICATIONS),
        }
        return render(self.request, "decisions/pharmacy_request.html", context, status=status)
