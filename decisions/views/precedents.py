"""“Praxis”: earlier decisions by product, substance, ATC, diagnosis code and words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from decisions import before, review
from decisions.forms import PrecedentFilter
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy


class PrecedentsView(ActingView):
    """GET with the fields of `PrecedentFilter`; nothing is shown until something is asked."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PrecedentFilter(request.GET or None)
        found = before.search(form.sought()) if form.is_bound and form.is_valid() else None
        if found is not None:
            audit.record(
                AccessAction.SEARCH, by=self.acting, what="precedents", hit=bool(found.precedents)
            )
        context = {
            "form": form,
            "found": found,
            "rows": review.precedent_rows(found.precedents) if found else [],
            "most": policy.precedents_found,
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "decisions/precedents.html", context, status=status)
