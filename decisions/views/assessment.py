"""The assessment of a case."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from decisions import presentation, queries
from decisions.forms import AssessmentForm
from decisions.models import Assessment, Case
from decisions.services import cases
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused, Stale
from klas.models import AccessAction
from klas.once import once, opened_revision


class AssessView(ActingView):
    """Three requirements with a conclusion each, and benefit weighed against risk (domain §6)."""

    permission = Permission.ASSESS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        audit.record(AccessAction.READ, by=self.acting, what="assessment", obj=case, whose=case.dnr)
        assessment = _assessment(case)
        return self.page(case, assessment, AssessmentForm.showing(assessment))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = AssessmentForm(request.POST)
        opened = opened_revision(request) or 0
        if not form.is_valid():
            return self.page(case, Assessment(case=case, revision=opened), form, status=422)

        def act() -> str:
            saved = cases.assess(case, form.facts(), by=self.acting, opened_revision=opened)
            messages.success(request, _saved_words(saved))
            return f"{case.get_absolute_url()}#bedomning"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            current = _assessment(case)
            theirs = presentation.changed_rows(current, form) if isinstance(error, Stale) else []
            # The fresh revision: saving once more overwrites knowingly.
            return self.page(case, current, form, theirs=theirs, status=409)

    def found(self, pk: int) -> Case:
        """The case, if the acting assignment may see it."""
        return get_object_or_404(queries.for_review(self.acting), pk=pk)

    def page(
        self,
        case: Case,
        assessment: Assessment,
        form: AssessmentForm,
        *,
        theirs: Any = (),
        status: int = 200,
    ) -> HttpResponse:
        """The form; `theirs` is what a colleague has saved in between."""
        context = {
            "case": case,
            "assessment": assessment,
            "form": form,
            "theirs": theirs,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/assess.html", context, status=status)


def _assessment(case: Case) -> Assessment:
    return queries.assessment_of(case) or Assessment(case=case, revision=0)


def _saved_words(saved: Assessment) -> str:
    if saved.is_complete:
        return _("Bedömningen är sparad och klar.")
    return _("Bedömningen är sparad men inte klar än.")
