"""“Välj ansvarig”: who at the pharmacy looks after an application."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.forms import NOBODY, AssignForm
from applications.models import Application
from applications.queries import colleagues_at
from applications.services.assigning import assign
from applications.views.application import OnApplication
from klas.errors import Refused
from klas.once import once, opened_revision


class AssignView(OnApplication):
    """Shows the people of the pharmacy; POST says which of them is responsible, or nobody."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if not application.is_live:
            return redirect(application)
        chosen = {"assignee": application.assigned_to_id or NOBODY}
        form = AssignForm(initial=chosen, people=colleagues_at(application.pharmacy))
        return self._page(application, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        people = {str(person.pk): person for person in colleagues_at(application.pharmacy)}
        form = AssignForm(request.POST, people=people.values())
        if not form.is_valid():
            return self._page(application, form, status=422)

        def act() -> str:
            return assign(
                application,
                to=people.get(form.cleaned_data["assignee"]),
                by=self.acting,
                opened_revision=opened_revision(request),
            ).get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.application(), form, status=409)

    def _page(self, application: Application, form: AssignForm, status: int = 200) -> HttpResponse:
        context = {"application": application, "form": form}
        return render(self.request, "applications/assign.html", context, status=status)
