"""Deciding: write, read through, sign; and the second signature."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import presentation, queries
from decisions.enums import CaseStatus
from decisions.forms import ActForm, DecisionForm, SendBackForm
from decisions.forms.deciding import TEXT_PLACES, UNTRIED
from decisions.letters import decision_fragment
from decisions.models import Case, Decision
from decisions.rules import asked_until, letters_for, needs_two_persons
from decisions.services import communications, deciding
from decisions.services.question_texts import filled, name_of
from decisions.supplement_presentation import dismissal as dismissal_words
from klas import audit, clock, kept_forms, reauthentication
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import REVISION_FIELD, once, opened_revision
from klas.policy import policy
from motivations import reading

CHANGE = "_change"
# The button that puts a ready-made text into the field it names.
USE = "_use"


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
        sent = queries.communications_of(case)
        context = {
            "case": case,
            "form": form,
            "untried": UNTRIED if form.is_untried else "",
            "use": USE,
            "texts": self.texts(case),
            "may_keep": self.acting.has(Permission.KEEP_QUESTIONS),
            "revision": revision,
            "returned": returned,
            "asked_for": presentation.asked_for(case.application),
            "heard": any(one.is_heard for one in sent),
            "communication": sent[-1] if sent else None,
            "by": kept_forms.opened_by(
                self.request, path=reverse("decisions:preview", args=[case.pk])
            ),
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/decide.html", context, status=status)

    def texts(self, case: Case) -> dict[str, list[tuple[str, str]]]:
        """The ready-made texts of each field: what each is named in the form, and its topic."""
        offered: dict[str, list[tuple[str, str]]] = {place.value: [] for place in TEXT_PLACES}
        for version in queries.library(places=TEXT_PLACES, kind=case.kind):
            offered[version.text_of.place].append((name_of(version), version.text_of.topic))
        return offered

    def with_text(self, case: Case, posted: QueryDict) -> DecisionForm:
        """The form as typed, the chosen text filled in after what its field holds."""
        typed = posted.dict()
        place = posted[USE]
        for version in queries.library(places=TEXT_PLACES, kind=case.kind):
            if version.text_of.place == place and name_of(version) == posted.get(f"{place}_text"):
                text = filled(version.text, case, last_day=_last_day(posted, case))
                typed[place] = f"{posted.get(place, '').rstrip()}\n\n{text}".lstrip()
        return DecisionForm(initial=typed, case=case, untried=UNTRIED in posted)

    def preview_page(
        self, case: Case, form: DecisionForm, posted: QueryDict, *, revision: int
    ) -> HttpResponse:
        """The decision as it will read, to be signed; the form must be valid. Raises `Refused`."""
        decision = deciding.preview(case, form.facts(), by=self.acting)
        audit.record(AccessAction.READ, by=self.acting, what="decision", obj=case, whose=case.dnr)
        context = {
            "case": case,
            "carried": [(name, posted.get(name, "")) for name in form.fields if name in posted],
            "untried": UNTRIED if form.is_untried else "",
            "revision": revision,
            "facts": presentation.identity_facts(case, today=clock.today()),
            "change": CHANGE,
            "by": kept_forms.opened_by(
                self.request, path=reverse("decisions:decide", args=[case.pk])
            ),
            **_what_happens(case, decision),
        }
        return render(self.request, "decisions/preview.html", context)

    def refused_page(self, pk: int, form: DecisionForm, error: Refused) -> HttpResponse:
        """The form with a refusal; the fresh revision lets the officer go on knowingly."""
        form.add_error(None, str(error))
        case = self.found(pk)
        return self.form_page(case, form, revision=case.revision, status=409)


class DecideView(DecidingView):
    """GET: the form. POST: the decision itself, sent from the preview.

    When the officer had to prove who they are first, GET shows the preview again.
    """

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        untried = UNTRIED in request.GET
        stopping = set(queries.obstacles(case, queries.assessment_of(case), by=self.acting))
        if untried:
            stopping -= queries.ON_THE_MERITS
        posted = kept_forms.waiting(request) if case.is_open else None
        if posted is not None:
            form = _form(posted, case)
            if form.is_valid():
                try:
                    return self.preview_page(case, form, posted, revision=_opened(posted, case))
                except Refused as error:
                    form.add_error(None, str(error))
            return self.form_page(case, form, revision=_opened(posted, case))
        if stopping or not case.is_open:
            # The review page says what stops it, with links.
            return redirect("decisions:case", pk)
        assert case.application.version is not None  # noqa: S101
        answers = reading.read(case.application.version, by=self.acting).answers
        form = DecisionForm.for_case(
            case,
            earlier=queries.returned_proposal(case),
            heard=communications.is_heard(case),
            icd10=presentation.icd10_of(answers),
            untried=untried,
            dismissal=dismissal_words(case) if untried and queries.may_dismiss(case) else None,
        )
        return self.form_page(case, form, revision=case.revision)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = _form(request.POST, case)
        opened = opened_revision(request)
        is_right = form.is_valid()
        if CHANGE in request.POST or not is_right:
            kept_forms.remove(request)
            status = 200 if is_right else 422
            return self.form_page(case, form, revision=_opened(request.POST, case), status=status)
        if (away := reauthentication.demand(request)) is not None:
            return away

        def act() -> str:
            moved = deciding.decide(case, form.facts(), by=self.acting, opened_revision=opened)
            messages.success(request, _done_words(moved))
            return moved.get_absolute_url()

        try:
            answer = once(request, act)
        except Refused as error:
            return self.refused_page(pk, form, error)
        kept_forms.remove(request)
        return answer


class PreviewView(DecidingView):
    """The decision as it will read, who is told, and whether a second person must sign."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        posted = kept_forms.waiting(request)
        if posted is None:
            return redirect("decisions:decide", pk)
        case = self.found(pk)
        form = _form(posted, case)
        return self.form_page(case, form, revision=_opened(posted, case))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        revision = _opened(request.POST, case)
        if USE in request.POST:
            kept_forms.remove(request)
            return self.form_page(case, self.with_text(case, request.POST), revision=revision)
        form = _form(request.POST, case)
        if not form.is_valid():
            return self.form_page(case, form, revision=revision, status=422)
        kept_forms.remove(request)
        try:
            return self.preview_page(case, form, request.POST, revision=revision)
        except Refused as error:
            return self.refused_page(pk, form, error)


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
        if not back.is_bound and (away := reauthentication.demand(request)) is not None:
            return away

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


def _form(posted: QueryDict, case: Case) -> DecisionForm:
    return DecisionForm(posted, case=case, untried=UNTRIED in posted)


def _opened(posted: QueryDict, case: Case) -> int:
    """The revision of the case that a posted form was opened at."""
    value = posted.get(REVISION_FIELD, "")
    return int(value) if value.isdecimal() else case.revision


def _last_day(posted: QueryDict, case: Case) -> date:
    """The licence's last day as typed, else what was asked for."""
    try:
        return date.fromisoformat(posted.get("valid_to", ""))
    except ValueError:
        months = case.application.months or policy.longest_treatment_months
        return asked_until(clock.today(), months=months)


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
