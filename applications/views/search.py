"""Find a motivation by its reference number, a person and one more fact, or a care unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.enums import SearchWay
from applications.forms import PersonSearchForm, SearchForm
from applications.presentation import found_lines
from applications.services.search import find_by_fact, find_by_reference
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.policy import policy
from motivations.enums import SearchedBy
from motivations.models import MotivationVersion


class SearchView(ActingView):
    """GET shows the form; POST leads to the motivation, or lists those found.

    Hit and miss are recorded (domain §5).
    """

    permission = Permission.SEARCH_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._form_class()())

    def post(self, request: HttpRequest) -> HttpResponse:
        # Not `once`: its transaction would take the recorded miss back.
        form = self._form_class()(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        way, purpose = form.cleaned_data["way"], form.cleaned_data["purpose"]
        text, second = form.asked
        try:
            if way == SearchWay.REFERENCE:
                motivation = find_by_reference(text, purpose=purpose, by=self.acting)
                return redirect("applications:motivation", motivation.pk)
            found = find_by_fact(
                SearchedBy(way), text, second=second, purpose=purpose, by=self.acting
            )
        except Refused as error:
            form.complain(str(error))
            return self._show(form, status=422)
        if len(found) == 1:
            return redirect("applications:motivation", found[0].motivation_id)
        return self._list(found)

    def _form_class(self) -> type[SearchForm]:
        return PersonSearchForm if self._may_search_persons else SearchForm

    @property
    def _may_search_persons(self) -> bool:
        return self.acting.has(Permission.SEARCH_PERSONS)

    def _show(self, form: SearchForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "may_search_persons": self._may_search_persons}
        return render(self.request, "applications/search.html", context, status=status)

    def _list(self, found: list[MotivationVersion]) -> HttpResponse:
        context = {
            "rows": found_lines(found),
            "is_full": len(found) == policy.search_most_hits,
        }
        return render(self.request, "applications/found.html", context)
