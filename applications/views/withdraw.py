"""“Återkalla ansökan”: says what will happen, asks why, and withdraws."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications.flow import APPLICATION
from applications.forms import WithdrawForm
from applications.models import Application
from applications.services import withdrawing
from applications.views.application import OnApplication
from klas.errors import Refused
from klas.once import once, opened_revision


class WithdrawView(OnApplication):
    """Asks why and says what happens; POST by a pharmacist withdraws the application."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if not APPLICATION.allows(application, "withdraw", by=self.acting):
            return redirect(application)
        return self._page(application, WithdrawForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            return once(request, lambda: self._withdraw(application, form.cleaned_data["reason"]))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.application(), form, status=409)

    def _withdraw(self, application: Application, reason: str) -> str:
        withdrawn = withdrawing.withdraw(
            application,
            by=self.acting,
            reason=reason,
            opened_revision=opened_revision(self.request),
        )
        messages.success(self.request, _("Ansökan är återkallad."))
        return withdrawn.get_absolute_url()

    def _page(
        self, application: Application, form: WithdrawForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "application": application,
            "form": form,
            "may_withdraw": APPLICATION.allows(application, "withdraw", by=self.acting),
        }
        return render(self.request, "applications/withdraw.html", context, status=status)
