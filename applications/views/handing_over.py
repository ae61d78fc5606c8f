"""Handing an application over: offer it, see what is offered, answer, take back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.enums import HandOverStatus
from applications.handover_forms import YES, AnswerForm, OfferForm
from applications.models import Application, HandOver
from applications.presentation import handover_lines, handover_rows
from applications.queries import handovers_of
from applications.services import handing_over
from applications.views.application import OnApplication
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.policy import policy
from pharmacies.models import Pharmacy


class OfferView(OnApplication):
    """Asks to whom and why, and says what happens; POST by a pharmacist offers it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if not may_offer(application, by=self.acting):
            return redirect(application)
        return self._page(application, OfferForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        form = OfferForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            return once(request, lambda: self._offer(application, form))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.application(), form, status=409)

    def _offer(self, application: Application, form: OfferForm) -> str:
        offered = handing_over.offer(
            application,
            to=Pharmacy.objects.get(gln=form.cleaned_data["pharmacy"]),
            reason=form.cleaned_data["reason"],
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        messages.success(
            self.request,
            _("%(pharmacy)s har fått frågan. Ansökan är kvar hos er tills de svarar ja.")
            % {"pharmacy": offered.receiver.name},
        )
        return offered.get_absolute_url()

    def _page(self, application: Application, form: OfferForm, status: int = 200) -> HttpResponse:
        context = {
            "application": application,
            "form": form,
            "may_offer": may_offer(application, by=self.acting),
        }
        return render(self.request, "applications/hand_over_offer.html", context, status=status)


def may_offer(application: Application, *, by: Assignment) -> bool:
    """Whether the page would offer `by` to hand it over."""
    return (
        by.has(Permission.SEND_APPLICATIONS)
        and handing_over.can_be_handed_over(application)
        and handing_over.open_offer(application) is None
    )


class OnHandOver(ActingView):
    """Takes the hand-over from those the acting pharmacy gives or gets; any other is 404."""

    permission = Permission.APPLY

    def hand_over(self) -> HandOver:
        return get_object_or_404(handovers_of(self.acting), pk=self.kwargs["pk"])

    def show(
        self, hand_over: HandOver, *, form: AnswerForm | None = None, status: int = 200
    ) -> HttpResponse:
        """What is handed over, without the patient, and what the acting pharmacy can do."""
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="hand_over",
            obj=hand_over,
            whose=hand_over.application.dnr,
        )
        is_giver = hand_over.giver_id == self.acting.pharmacy_id
        may_act = hand_over.is_open and self.acting.has(Permission.SEND_APPLICATIONS)
        context = {
            "hand_over": hand_over,
            "application": hand_over.application,
            "status": HandOverStatus(hand_over.status),
            "is_giver": is_giver,
            "is_ours": hand_over.application.pharmacy_id == self.acting.pharmacy_id,
            "rows": handover_rows(hand_over),
            "form": form or AnswerForm(),
            "may_answer": may_act and not is_giver,
            "may_take_back": may_act and is_giver,
        }
        return render(self.request, "applications/hand_over.html", context, status=status)


class HandOverView(OnHandOver):
    """One hand-over; POST by a pharmacist of the receiving pharmacy answers it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.hand_over())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        hand_over = self.hand_over()
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.show(hand_over, form=form, status=422)
        try:
            return once(request, lambda: self._answer(hand_over, form))
        except Refused as error:
            form.add_error(None, str(error))
            return self.show(self.hand_over(), form=form, status=409)

    def _answer(self, hand_over: HandOver, form: AnswerForm) -> str:
        revision, answer = opened_revision(self.request), form.cleaned_data
        if answer["answer"] == YES:
            handing_over.accept(
                hand_over, available=answer["available"], by=self.acting, opened_revision=revision
            )
            messages.success(self.request, _("Ni har tagit över ansökan."))
            return hand_over.application.get_absolute_url()
        handing_over.decline(
            hand_over, reason=answer["reason"], by=self.acting, opened_revision=revision
        )
        messages.success(
            self.request,
            _("Ni har avböjt. Ansökan är kvar hos %(pharmacy)s.")
            % {"pharmacy": hand_over.giver.name},
        )
        return hand_over.get_absolute_url()


class TakeBackView(OnHandOver):
    """Takes an offer back (POST)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.hand_over())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        hand_over = self.hand_over()

        def act() -> str:
            taken = handing_over.take_back(
                hand_over, by=self.acting, opened_revision=opened_revision(request)
            )
            messages.success(request, _("Erbjudandet är tillbakataget. Ansökan är kvar hos er."))
            return taken.application.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(hand_over)


class HandOversView(ActingView):
    """All that the pharmacy has handed over, been offered or offered, the newest first."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(handovers_of(self.acting), policy.page_size).get_page(
            request.GET.get("page")
        )
        context = {
            "page_obj": page,
            "lines": handover_lines(page.object_list, by=self.acting),
            "back_url": reverse("applications:inbox"),
        }
        return render(request, "applications/hand_overs.html", context)
