"""Correcting an obvious error in a decision: which part, then how it is to read."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from decisions import corrections, queries
from decisions.enums import CorrectedPart
from decisions.models import Case, Decision
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.summary import Row
from licences.act_forms import CorrectForm
from licences.services.correcting import correct

PART = "del"


class CorrectView(ActingView):
    """GET lists what the decision says, GET with `del` the form of one part; POST corrects it."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case, decision = self._found(pk)
        if PART not in request.GET:
            return self._parts_page(case, decision)
        part = self._part(request.GET[PART])
        now = corrections.as_corrected(decision)
        return self._page(case, decision, CorrectForm(part=part, decision=now))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case, decision = self._found(pk)
        part = self._part(request.POST.get(PART, ""))
        form = CorrectForm(request.POST, part=part, decision=corrections.as_corrected(decision))
        if not form.is_valid():
            return self._page(case, decision, form, status=422)

        def act() -> str:
            correct(decision, form.facts(), by=self.acting, seen=opened_revision(request))
            messages.success(
                request, _("Beslutet är rättat. Apoteket får ett nytt brev som ersätter det förra.")
            )
            return case.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error("right", str(error))
            return self._page(case, decision, form, status=409)

    def _found(self, pk: int) -> tuple[Case, Decision]:
        case = get_object_or_404(queries.for_review(self.acting), pk=pk)
        decision = queries.decision_told(case.application)
        if decision is None:
            raise Http404
        audit.record(
            AccessAction.READ, by=self.acting, what="decision", obj=decision, whose=case.dnr
        )
        return case, decision

    def _part(self, name: str) -> CorrectedPart:
        try:
            return CorrectedPart(name)
        except ValueError as error:
            raise Http404 from error

    def _parts_page(self, case: Case, decision: Decision) -> HttpResponse:
        now = corrections.as_corrected(decision)
        rows = []
        for part in CorrectedPart:
            says = corrections.in_words(part, corrections.value_of(now, part), unit=now.unit)
            if says:
                rows.append(Row(part.label, says, change_url=f"?{PART}={part.value}"))
        context = {"case": case, "rows": rows}
        return render(self.request, "licences/correct_which.html", context)

    def _page(
        self, case: Case, decision: Decision, form: CorrectForm, *, status: int = 200
    ) -> HttpResponse:
        now, part = corrections.as_corrected(decision), form.part
        context = {
            "case": case,
            "form": form,
            "part": part,
            "part_name": PART,
            "says": corrections.in_words(part, corrections.value_of(now, part), unit=now.unit),
            "seen": len(corrections.corrections_of(decision)),
        }
        return render(self.request, "licences/correct.html", context, status=status)
