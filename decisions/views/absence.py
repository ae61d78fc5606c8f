"""“Borta”: an officer, or a coordinator for a colleague, gives the cases back in one act."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions import queries
from decisions.forms import AbsenceForm
from decisions.forms.desk import officer_label
from decisions.presentation import queue_rows
from decisions.services import absence
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once


class AbsenceView(ActingView):
    """Says what goes back to the queue and asks until when; POST does it, or ends the absence."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return self.page(self.officer(pk), AbsenceForm())

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        officer = self.officer(pk)
        if "_back" in request.POST:
            return once(request, lambda: self.end(officer))
        form = AbsenceForm(request.POST)
        if not form.is_valid():
            return self.page(officer, form, status=422)

        def act() -> str:
            done = absence.begin(officer, until=form.cleaned_data["until"], by=self.acting)
            return done.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(officer, form, status=409)

    def end(self, officer: Assignment) -> str:
        absence.end(officer, by=self.acting)
        if officer.pk == self.acting.pk:
            messages.success(self.request, _("Välkommen tillbaka. Du kan ta ärenden igen."))
        else:
            messages.success(
                self.request,
                _("%(name)s står som tillbaka.") % {"name": officer.user.name},
            )
        return reverse("decisions:queue")

    def officer(self, pk: int | None) -> Assignment:
        """Oneself; a colleague for those who coordinate, else there is no such page."""
        wanted = self.acting.pk if pk is None else pk
        found = next((one for one in queries.officers() if one.pk == wanted), None)
        if found is None or not absence.may_say(self.acting, found):
            raise Http404
        return found

    def page(self, officer: Assignment, form: AbsenceForm, status: int = 200) -> HttpResponse:
        today = clock.today()
        others = (
            [one for one in queries.officers() if one.pk != self.acting.pk]
            if self.acting.has(Permission.COORDINATE_CASES) and officer.pk == self.acting.pk
            else []
        )
        context = {
            "officer": officer,
            "is_own": officer.pk == self.acting.pk,
            "form": form,
            "absence": queries.absence_of(officer),
            "rows": queue_rows(absence.cases_to_release(officer), today=today),
            "others": [(one, officer_label(one, today=today)) for one in others],
        }
        return render(self.request, "decisions/absence.html", context, status=status)
