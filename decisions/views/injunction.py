"""An injunction to the party when an answer did not come, and the dismissal that may follow."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import WaitingFor
from decisions import presentation
from decisions.forms import InjunctionForm
from decisions.forms.deciding import UNTRIED
from decisions.models import Case
from decisions.services import injunctions
from decisions.supplement_presentation import may_handle
from decisions.views.case import CaseView
from decisions.views.supplement import SupplementActView
from klas import clock
from klas.access import Permission
from klas.errors import Refused
from klas.once import once, opened_revision
from klas.policy import policy
from klas.working_days import add_working_days


class InjunctionView(CaseView):
    """What the injunction says and what follows; POST sends it to the pharmacy."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        late = injunctions.overdue(case, today=clock.today())
        if not late or not may_handle(case, self.acting, "send_injunction"):
            return redirect(f"{case.get_absolute_url()}#komplettering")
        usual = add_working_days(clock.today(), policy.injunction_working_days)
        words = _MISSING_BOTH if len(late) > 1 else _MISSING[next(iter(late))]
        return self._page(case, InjunctionForm(initial={"text": words, "due_on": usual}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = InjunctionForm(request.POST)
        if not form.is_valid():
            return self._page(case, form, status=422)

        def act() -> str:
            moved = injunctions.send(
                case,
                **form.cleaned_data,
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(request, _("Föreläggandet är skickat till apoteket."))
            return f"{moved.get_absolute_url()}#komplettering"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.found(pk), form, status=409)

    def _page(self, case: Case, form: InjunctionForm, status: int = 200) -> HttpResponse:
        late = injunctions.overdue(case, today=clock.today())
        asked = late.get(WaitingFor.PHARMACY)
        context = {
            "case": case,
            "form": form,
            "questions": asked.questions if asked else [],
            "about_prescriber": WaitingFor.PRESCRIBER in late,
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/injunction.html", context, status=status)


# What the officer's text begins as; in the letter's language.
_MISSING = {
    WaitingFor.PHARMACY: "Svar på de frågor som Läkemedelsverket har ställt till apoteket.",
    WaitingFor.PRESCRIBER: "Förskrivarens svar på Läkemedelsverkets frågor om motiveringen.",
}
_MISSING_BOTH = "\n".join(_MISSING.values())


class GiveUpView(SupplementActView):
    """Stops waiting for what an injunction demanded, and goes on to the dismissal."""

    def act(self, case: Case) -> str:
        injunctions.give_up(case, by=self.acting, opened_revision=opened_revision(self.request))
        return f"{reverse('decisions:decide', args=[case.pk])}?{UNTRIED}=1"
