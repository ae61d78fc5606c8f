"""Deciding: write, read through, sign; and the second signature."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from decisions import presentation, queries
from decisions.enums import CaseStatus
from decisions.forms import ActForm, DecisionForm, SendBackForm
from decisions.letters import decision_fragment
from decisions.models import Case, Decision
from decisions.rules import letters_for, needs_two_persons
from decisions.services import deciding
from decisions.supplement_presentation import dismissal as dismissal_words
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision

CHANGE = "_change"


class DecidingView(ActingView):
    """What the pages of a decision share."""

    permission = Permission.DECIDE

    def found(self, pk: int) -> Case:
        """The case, if the acting assignment may see it."""
        return get_object_or_404(queries.for_review(self.acting), pk=pk)

    def form_page(
        self, case: Case, form: DecisionForm, *, revision: int, status: int = 200
    ) -> HttpResponse:
        """The form; `revision` is that of the case when the officer opened it."""
        returned = queries.returned_proposal(case)
        context = {
            "case": case,
            "form": form,
            "revision": revision,
            "returned": returned,
            "asked_for": presentation.asked_for(case.application),
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/decide.html", context, status=status)

    def refused_page(self, pk: int, form: DecisionForm, error: Refused) -> HttpResponse:
        """The form with a refusal; the fresh revision lets the officer go on knowingly."""
        form.add_error(None, str(error))
        case = self.found(pk)
        return self.form_page(case, form, revision=case.revision, status=409)


class DecideView(DecidingView):
    """GET: the form. POST: the decision itself, sent from the preview."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        stops = set(queries.obstacles(case, queries.assessment_of(case), by=self.acting))
        dismissal = dismissal_words(case) if queries.may_dismiss(case) else None
        if dismissal is not None:
            # What is not tried on its merits needs no assessment.
            stops -= {queries.Obstacle.NOT_ASSESSED, queries.Obstacle.ASSESSMENT_UNFINISHED}
        if stops or not case.is_open:
            # The review page says what stops it, with links.
            return redirect("decisions:case", pk)
        form = DecisionForm.for_case(
            case, earlier=queries.returned_proposal(case), dismissal=dismissal
        )
        return self.form_page(case, form, revision=case.revision)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = DecisionForm(request.POST, may_dismiss=queries.may_dismiss(case))
        opened = opened_revision(request)
        revision = case.revision if opened is None else opened
        is_right = form.is_valid()
        if CHANGE in request.POST or not is_right:
            status = 200 if is_right else 422
            return self.form_page(case, form, revision=revision, status=status)

        def act() -> str:
            moved = deciding.decide(case, form.facts(), by=self.acting, opened_revision=opened)
            messages.success(request, _done_words(moved))
            return moved.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            return self.refused_page(pk, form, error)


class PreviewView(DecidingView):
    """The decision as it will read, who is told, and whether a second person must sign."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("decisions:decide", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = DecisionForm(request.POST, may_dismiss=queries.may_dismiss(case))
        opened = opened_revision(request)
        revision = case.revision if opened is None else opened
        if not form.is_valid():
            return self.form_page(case, form, revision=revision, status=422)
        try:
            decision = deciding.preview(case, form.facts(), by=self.acting)
        except Refused as error:
            return self.refused_page(pk, form, error)
        audit.record(AccessAction.READ, by=self.acting, what="decision", obj=case, whose=case.dnr)
        context = {
            "case": case,
            "carried": [(name, request.POST.get(name, "")) for name in form.fields],
            "revision": revision,
            "facts": presentation.identity_facts(case, today=clock.today()),
            "change": CHANGE,
            **_what_happens(case, decision),
        }
        return render(request, "decisions/preview.html", context)


class CountersignView(DecidingView):
    """The second person reads the whole proposal, and signs it or sends it back."""

    permission = Permission.COUNTERSIGN

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if case.status != CaseStatus.PROPOSED:
            return redirect("decisions:case", pk)
        return self.page(case)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        opened = opened_revision(request)
        back = SendBackForm(request.POST) if "_back" in request.POST else SendBackForm()
        if back.is_bound and not back.is_valid():
            return self.page(case, back=back, status=422)

        def act() -> str:
            if back.is_bound:
                moved = deciding.send_back(
                    case,
                    reason=back.cleaned_data["reason"],
                    by=self.acting,
                    opened_revision=opened,
                )
                messages.success(request, _("Förslaget är skickat tillbaka till handläggaren."))
            else:
                moved = deciding.countersign(case, by=self.acting, opened_revision=opened)
                messages.success(request, _done_words(moved))
            return moved.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), back=back, status=409)

    def page(
        self,
        case: Case,
        *,
        act: ActForm | None = None,
        back: SendBackForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The proposal; without buttons when it is no longer to be signed, or is one's own."""
        audit.record(AccessAction.READ, by=self.acting, what="decision", obj=case, whose=case.dnr)
        decision = queries.live_decision(case)
        context: dict[str, Any] = {
            "case": case,
            "decision": decision,
            "act": act or ActForm(),
            "back": back or SendBackForm(),
            "is_own": case.assignee is not None and case.assignee.user_id == self.acting.user_id,
            "may_sign": presentation.may_countersign(case, self.acting),
            "facts": presentation.identity_facts(case, today=clock.today()),
            **(_what_happens(case, decision) if decision else {"fragment": ""}),
        }
        return render(self.request, "decisions/countersign.html", context, status=status)


def _what_happens(case: Case, decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision,
        "fragment": decision_fragment(decision),
        "letters": [presentation.letter_sentence(order, case) for order in letters_for(decision)],
        "two_persons": needs_two_persons(case, decision.outcome),
    }


def _done_words(case: Case) -> str:
    if case.status == CaseStatus.PROPOSED:
        return _("Förslaget är skickat till kontrasignering. Inget brev har skickats än.")
    return _("Ärendet är beslutat. Breven skapas nu.")
