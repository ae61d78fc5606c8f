"""Asking colleagues: opinions on a case, and the lists of what one is asked or named in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions import presentation, queries, review
from decisions.flow import CASE
from decisions.forms import ActForm, OpinionForm, ReferralForm
from decisions.models import Case, Referral
from decisions.services import referrals
from decisions.views.case import CaseView
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.policy import policy
from klas.summary import Tab

GIVEN = "lamnade"


class ReferView(CaseView):
    """A question to a colleague; POST asks it."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not (CASE.allows(case, "refer", by=self.acting) and case.assignee_id == self.acting.pk):
            return redirect(case)
        return self._form_page(case, ReferralForm.fresh(self._others()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = ReferralForm(request.POST, colleagues=self._others())
        if not form.is_valid():
            return self._form_page(case, form, status=422)

        def act() -> str:
            referrals.refer(
                case,
                to=form.consultant(),
                question=form.cleaned_data["question"],
                due_on=form.cleaned_data["due_on"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(request, _("Frågan är skickad till kollegan. Ärendet kan fortsätta."))
            return f"{case.get_absolute_url()}#yttranden"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(self.found(pk), form, status=409)

    def _others(self) -> list[Assignment]:
        return [one for one in queries.colleagues() if one.user_id != self.acting.user_id]

    def _form_page(self, case: Case, form: ReferralForm, status: int = 200) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/refer.html", context, status=status)


class _OnReferral(CaseView):
    def referral(self, pk: int) -> Referral:
        """The question, if the acting assignment may see its case."""
        visible = queries.visible_to(self.acting).values("pk")
        return get_object_or_404(
            Referral.objects.select_related("consultant__user", "asked_by__user"),
            pk=pk,
            case__in=visible,
        )


class OpinionView(_OnReferral):
    """The one who was asked reads the question and signs an opinion."""

    permission = Permission.ASSESS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        referral = self.referral(pk)
        case = self.found(referral.case_id)
        if not referral.is_open or referral.consultant.user_id != self.acting.user_id:
            return redirect(f"{case.get_absolute_url()}#yttranden")
        return self._form_page(case, referral, OpinionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        referral = self.referral(pk)
        case = self.found(referral.case_id)
        form = OpinionForm(request.POST)
        if not form.is_valid():
            return self._form_page(case, referral, form, status=422)

        def act() -> str:
            referrals.give_opinion(
                referral,
                opinion=form.cleaned_data["opinion"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(request, _("Yttrandet är lämnat. Den som frågade har fått veta det."))
            return f"{case.get_absolute_url()}#yttranden"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(case, self.referral(pk), form, status=409)

    def _form_page(
        self, case: Case, referral: Referral, form: OpinionForm, status: int = 200
    ) -> HttpResponse:
        audit.record(
            AccessAction.READ, by=self.acting, what="referral", obj=referral, whose=case.dnr
        )
        context = {
            "case": case,
            "referral": referral,
            "form": form,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/opinion.html", context, status=status)


class WithdrawReferralView(_OnReferral):
    """Takes a question to a colleague back."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", self.referral(pk).case_id)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        referral = self.referral(pk)
        case = self.found(referral.case_id)

        def act() -> str:
            referrals.withdraw(referral, by=self.acting)
            return f"{case.get_absolute_url()}#yttranden"

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(case.pk), act=ActForm.refused(error), status=409)


class ReferralsView(ActingView):
    """“Att yttra sig om”: what the person is asked, soonest first; and what they have given."""

    permission = Permission.ASSESS

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET.get("visa") == GIVEN
        address = reverse("decisions:referrals")
        found = queries.referrals_to(self.acting, is_open=not given)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "rows": review.referral_rows(page.object_list, by=self.acting),
            "given": given,
            "tabs": [
                Tab(_("Väntar på mig"), address, current=not given),
                Tab(_("Lämnade"), f"{address}?visa={GIVEN}", current=given),
            ],
        }
        return render(request, "decisions/referrals.html", context)


class MentionsView(ActingView):
    """“Jag är nämnd”: the notes that name the person, latest first."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        found = queries.mentions_of(self.acting)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        audit.record(AccessAction.READ, by=self.acting, what="note")
        context = {"page_obj": page, "rows": review.mention_rows(page.object_list)}
        return render(request, "decisions/mentions.html", context)
