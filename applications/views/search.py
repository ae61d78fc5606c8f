"""Find a motivation by its reference number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.forms import ReferenceSearchForm
from applications.services.search import find_by_reference
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused


class SearchView(ActingView):
    """GET shows the form; POST leads to the motivation. Hit and miss are recorded (domain §5)."""

    permission = Permission.SEARCH_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(ReferenceSearchForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        # Not `once`: its transaction would take the recorded miss back.
        form = ReferenceSearchForm(request.POST)
        if form.is_valid():
            try:
                motivation = find_by_reference(
                    form.cleaned_data["reference"],
                    purpose=form.cleaned_data["purpose"],
                    by=self.acting,
                )
            except Refused as error:
                form.add_error("reference", str(error))
            else:
                return redirect("applications:motivation", motivation.pk)
        return self._show(form, status=422)

    def _show(self, form: ReferenceSearchForm, status: int = 200) -> HttpResponse:
        return render(self.request, "applications/search.html", {"form": form}, status=status)
