"""Find a licence by one of its numbers, and the pharmacy's own licences."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from decisions.models import Licence
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.policy import policy
from klas.presentation import number
from klas.summary import Tab
from licences import queries
from licences.forms import FindForm, OwnFilter
from licences.presentation import own_lines
from licences.services.finding import find_by_number

TABS = {
    queries.VALID: _("Gäller"),
    queries.ENDING: _("Slutar gälla snart"),
    queries.ENDED: _("Avslutade"),
}
_COUNTED = ngettext_lazy("%(n)s licens", "%(n)s licenser", "count")
SORTS = {"number": "number", "product": "product__name", "to": "valid_to"}
DEFAULT_SORT = {queries.VALID: "to", queries.ENDING: "to", queries.ENDED: "-to"}


class FindView(ActingView):
    """GET shows the form; POST leads to the licence. Hit and miss are recorded (domain §5)."""

    permission = Permission.DISPENSE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(FindForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        # Not `once`: its transaction would take the recorded miss back.
        form = FindForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            found = find_by_number(
                form.cleaned_data["number"], purpose=form.cleaned_data["purpose"], by=self.acting
            )
        except Refused as error:
            form.add_error("number", str(error))
            return self._show(form, status=422)
        if len(found) == 1:
            return redirect("licences:card", found[0].pk)
        return self._show(form, found=found)

    def _show(
        self, form: FindForm, *, found: list[Licence] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "found": found or []}
        return render(self.request, "licences/find.html", context, status=status)


class OwnView(ActingView):
    """The pharmacy's own licences (GET tab, q, sort, page); as many queries for one as for many."""

    permission = Permission.VIEW_LICENCES

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        own = queries.held_by(self.acting)
        counts = queries.tab_counts(own, today=today)
        tab = request.GET.get("tab", "")
        tab = tab if tab in TABS else queries.VALID
        form = OwnFilter({"q": request.GET.get("q", ""), "tab": tab})
        text = form.cleaned_data["q"] if form.is_valid() else ""
        found = own.filter(queries.tab_filter(tab, today=today))
        if text:
            found = found.filter(queries.about(text))
        sort = request.GET.get("sort", "")
        sort = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT[tab]
        sign = "-" if sort.startswith("-") else ""
        ordered = found.order_by(f"{sign}{SORTS[sort.removeprefix('-')]}", f"{sign}pk")
        page = Paginator(ordered, policy.page_size).get_page(request.GET.get("page"))
        count = page.paginator.count
        context = {
            "tab": tab,
            "tab_title": TABS[tab],
            "tabs": [
                Tab(text_, f"?tab={name}", counts[name], current=name == tab)
                for name, text_ in TABS.items()
            ],
            "filter": form,
            "searched": bool(text),
            "sort": sort,
            "page_obj": page,
            "rows": own_lines(page.object_list, today=today),
            "heading": str(_COUNTED % {"count": count, "n": number(count)}),
            "may_dispense": self.acting.has(Permission.DISPENSE),
            "soon_days": policy.licence_ends_soon_days,
        }
        return render(request, "licences/own.html", context)
