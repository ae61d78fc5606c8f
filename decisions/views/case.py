"""One case on one page, and what is done from it: take, leave, note."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from applications.services import documents as quality_documents
from applications.services import duplicates
from decisions import before, letter_queries, presentation, queries, review, words
from decisions.appeal_presentation import appeal_part
from decisions.appealed import all_appealable
from decisions.corrections import as_corrected, corrections_of
from decisions.enums import CaseStatus, LicenceStatus
from decisions.flow import CASE
from decisions.forms import ActForm, NoteForm
from decisions.forms.deciding import UNTRIED
from decisions.letters import decision_fragment
from decisions.models import Case
from decisions.queue_presentation import late
from decisions.services import cases
from decisions.supplement_presentation import supplement_part
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.summary import Row
from motivations import reading
from motivations.enums import Outcome
from motivations.kinds import kind_of
from motivations.presentation import prescriber_rows, renewal_rows, version_steps
from motivations.presentation import section_rows as motivation_rows
from motivations.services import attachments


class CaseView(ActingView):
    """The review page: everything about a case, from motivation to timeline (domain §6)."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.found(pk))

    def found(self, pk: int) -> Case:
        """The case, if the acting assignment may see it."""
        return get_object_or_404(queries.for_review(self.acting), pk=pk)

    def page(
        self,
        case: Case,
        *,
        act: ActForm | None = None,
        note: NoteForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with a refused act or a faulty note on it."""
        by, application = self.acting, case.application
        version = application.version
        assert version is not None  # noqa: S101 - a case is opened on a version that was sent
        audit.record(AccessAction.READ, by=by, what="case", obj=case, whose=case.dnr)
        # What the case was built on: the motivation may have gone on to another since.
        last = None if case.is_open else version
        readings = reading.read_all(application.motivation, by=by, last=last)
        kind = kind_of(case.kind)
        assessment = queries.assessment_of(case)
        decision = queries.live_decision(case)
        licence = queries.licence_of(decision) if decision else None
        duplicated = self._duplicates(case) if case.is_open else []
        communications = queries.communications_of(case)
        referrals = queries.referrals_of(case)
        earlier = before.earlier_of_same(case, by=by)
        icd10 = presentation.icd10_of(readings[-1].answers)
        obstacles = queries.obstacles(case, assessment, by=by)
        warnings = queries.warnings(
            case,
            assessment,
            communications=communications,
            referrals=referrals,
            has_duplicates=bool(duplicated),
        )
        may_handle = by.has(Permission.HANDLE_CASES)
        context: dict[str, Any] = {
            "case": case,
            "closed": queries.closing(case),
            "application": application,
            "version": version,
            "act": act or ActForm(),
            "note_form": note or self.note_form(),
            "facts": presentation.identity_facts(case, today=clock.today()),
            "asked_for": presentation.asked_for(application),
            "action": presentation.main_action(case, assessment, by=by),
            "links": presentation.page_links(
                has_decision=decision is not None, open_case=case.is_open
            ),
            "stops": presentation.stops(case, obstacles, by=by),
            "late": late(case, by=by, today=clock.today()),
            "warnings": presentation.stops(case, warnings, by=by),
            "untried": UNTRIED,
            "may_end_untried": case.assignee_id == by.pk and CASE.allows(case, "decide", by=by),
            "assessment": assessment,
            "assessment_rows": presentation.assessment_rows(assessment) if assessment else [],
            "decision": decision,
            "outcome": Outcome(decision.outcome) if decision else None,
            "fragment": decision_fragment(as_corrected(decision)) if decision else "",
            "is_corrected": bool(decision and corrections_of(decision)),
            "licence": licence,
            "licence_status": LicenceStatus(licence.status) if licence else None,
            "may_decide": by.has(Permission.DECIDE),
            **appeal_part(case),
            "may_register_appeal": may_handle and bool(all_appealable(case)),
            "letters": presentation.letter_rows(letter_queries.letters_of(case)),
            "motivation_parts": motivation_rows(kind, readings[-1].answers),
            "steps": version_steps(kind, readings),
            **supplement_part(case, by=by, today=clock.today()),
            "renewal": _renewal(case),
            "prescriber": prescriber_rows(version.prescriber),
            "application_parts": presentation.application_rows(application),
            "duplicates": duplicated,
            "communications": review.communication_rows(communications, case=case, by=by),
            "may_communicate": presentation.may_communicate(case, by),
            "referrals": review.referral_rows(referrals, by=by),
            "may_refer": CASE.allows(case, "refer", by=by) and case.assignee_id == by.pk,
            "earlier": None if earlier is None else review.earlier_rows(earlier, of=case),
            "precedents": review.suggestion_rows(before.suggested(case, icd10=icd10)),
            "notes": review.note_rows(queries.notes_of(case)),
            "events": [
                *words.timeline(queries.history(case)),
                *review.asked_events(communications, referrals),
            ],
            "disclosures": queries.disclosures_of(case),
            "may_disclose": by.has(Permission.DISCLOSE),
            "may_assess": by.has(Permission.ASSESS),
            "may_release": CASE.allows(case, "release", by=by) and case.assignee_id == by.pk,
            # Somebody was quicker: the next case is one press away.
            "offer_next": status == 409 and may_handle and case.assignee_id != by.pk,
            "quality_documents": quality_documents.readable_by(application, by),
            "attachments": attachments.readable_by(application.motivation, by),
        }
        return render(self.request, "decisions/case.html", context, status=status)

    def note_form(self, data: QueryDict | None = None) -> NoteForm:
        """The form of a note, with the colleagues it can name."""
        others = [one for one in queries.colleagues() if one.user_id != self.acting.user_id]
        return NoteForm(data, colleagues=others)

    def _duplicates(self, case: Case) -> list[presentation.DuplicateRow]:
        application = case.application
        assert application.version is not None  # noqa: S101
        assert application.product is not None  # noqa: S101
        found = duplicates.find(
            application,
            version=application.version,
            product=application.product.product_facts(),
            by=self.acting,
        )
        return presentation.duplicate_rows(found, queries.cases_of(found))


def _renewal(case: Case) -> list[Row]:
    """Which licence the motivation renews, with a link to the case it came from."""
    if case.application.is_renewal:
        return presentation.renewal_rows(case)
    earlier = queries.earlier_case(case)
    return renewal_rows(
        case.application.motivation, address=earlier.get_absolute_url() if earlier else ""
    )


class TakeView(CaseView):
    """Takes one case from the queue."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if case.assignee_id == self.acting.pk and case.status == CaseStatus.IN_REVIEW:
            return redirect(case)
        try:
            return once(request, lambda: cases.take(case, by=self.acting).get_absolute_url())
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)


class ReleaseView(CaseView):
    """Puts a case back in the queue."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)

        def act() -> str:
            revision = opened_revision(request)
            cases.release(case, by=self.acting, opened_revision=revision)
            return case.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)


class NoteView(CaseView):
    """Adds an internal note (FL 27 §)."""

    permission = Permission.ASSESS

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = self.note_form(request.POST)
        if not form.is_valid():
            return self.page(case, note=form, status=422)

        def act() -> str:
            cases.add_note(
                case,
                text=form.cleaned_data["text"],
                mentioned=form.mentioned(),
                by=self.acting,
            )
            return f"{case.get_absolute_url()}#anteckningar"

        return once(request, act)
