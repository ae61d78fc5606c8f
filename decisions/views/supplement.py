"""Asking the prescriber for a supplement, and going on without an answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decisions import presentation
from decisions.forms import ActForm, SupplementRequestForm
from decisions.models import Case
from decisions.services import supplements
from decisions.views.case import CaseView
from klas import clock
from klas.access import Permission
from klas.errors import Refused
from klas.once import once, opened_revision
from klas.rows import changed_rows


class RequestSupplementView(CaseView):
    """The questions; POST sends them and stops the clock."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not presentation.may_ask(case, self.acting):
            return redirect(case)
        return self._form_page(case, SupplementRequestForm.fresh())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = SupplementRequestForm(request.POST)
        rows = changed_rows(form)
        if rows is not None:
            name, changed = rows
            typed = {"due_on": request.POST.get("due_on", ""), name: changed}
            return self._form_page(case, SupplementRequestForm(initial=typed))
        if not form.is_valid():
            return self._form_page(case, form, status=422)

        def act() -> str:
            moved = supplements.request(
                case,
                questions=[row["question"] for row in form.cleaned_data["questions"]],
                due_on=form.cleaned_data["due_on"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(
                request, _("Frågorna är skickade till förskrivaren. Ärendets klocka står still.")
            )
            return moved.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(self.found(pk), form, status=409)

    def _form_page(
        self, case: Case, form: SupplementRequestForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/request_supplement.html", context, status=status)


class CloseSupplementView(CaseView):
    """Goes on without an answer: the case can be decided on what there is."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)

        def act() -> str:
            supplements.close(case, by=self.acting, opened_revision=opened_revision(request))
            return f"{case.get_absolute_url()}#komplettering"

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)
