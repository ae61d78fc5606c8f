"""The queue of cases, and taking the next one."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from decisions import queries
from decisions.forms import ActForm, QueueFilter
from decisions.models import Case
from decisions.presentation import queue_rows
from decisions.services import cases
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from klas.policy import policy
from klas.summary import Tab

TABS = {
    "unassigned": _("Ej fördelade"),
    "mine": _("Mina"),
    "waiting": _("Väntar på komplettering"),
    "to_countersign": _("Att kontrasignera"),
    "overdue": _("Försenade"),
    "open": _("Alla öppna"),
    "decided": _("Avslutade"),
}
# Every order ends in pk, so that a page is the same each time it is turned to.
ORDERS = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "registered": ("registered_at", "pk"),
    "-registered": ("-registered_at", "-pk"),
    "-decided": ("-decided_at", "-pk"),
}


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many rows there are, when that is known."""

    def __init__(self, rows: QuerySet[Case], per_page: int, *, known: int | None) -> None:
        super().__init__(rows, per_page)
        self._known = known

    @cached_property
    def count(self) -> int:
        return super().count if self._known is None else self._known


class QueueView(ActingView):
    """The queue: tabs, filters, order and page all stand in the address."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def page(self, *, act: ActForm | None = None, status: int = 200) -> HttpResponse:
        """The queue as the address asks for it, with a refused act on top if there is one."""
        today = clock.today()
        query = self.request.GET
        tab = query.get("flik", "")
        tab = tab if tab in TABS else next(iter(TABS))
        order = query.get("sort", "")
        order = order if order in ORDERS else ("-decided" if tab == "decided" else "due")
        form = QueueFilter(query, officers=queries.officers())
        chosen = _filters(form)
        counts = vars(queries.queue_counts(self.acting, today=today))
        found = (
            queries.for_list(self.acting)
            .filter(queries.tab_filter(tab, acting=self.acting, today=today), *chosen)
            .order_by(*ORDERS[order])
        )
        paginator = CountedPaginator(
            found, policy.page_size, known=None if chosen else counts.get(tab)
        )
        page = paginator.get_page(query.get("page"))
        address = reverse("decisions:queue")
        context: dict[str, Any] = {
            "act": act or ActForm(),
            "form": form,
            "tab": tab,
            "tab_title": TABS[tab],
            "tabs": [
                Tab(text, f"{address}?flik={name}", counts.get(name), name == tab)
                for name, text in TABS.items()
            ],
            "order": order,
            "is_filtered": bool(chosen),
            "page_obj": page,
            "rows": queue_rows(page.object_list, today=today),
            "may_take": self.acting.has(Permission.HANDLE_CASES),
        }
        return render(self.request, "decisions/queue.html", context, status=status)


class TakeNextView(QueueView):
    """Takes the most urgent untaken case and opens it."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest) -> HttpResponseRedirect:
        # Links of the page shown after a refusal lead here with their query.
        return redirect(f"{reverse('decisions:queue')}?{request.GET.urlencode()}")

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            return once(request, lambda: cases.take_next(by=self.acting).get_absolute_url())
        except Refused as error:
            return self.page(act=ActForm.refused(error), status=409)


def _filters(form: QueueFilter) -> list[Q]:
    """What the filters in use ask for; one that is not right is left out, and says so itself."""
    form.is_valid()
    wanted = form.cleaned_data
    text = wanted.get("q", "").strip()
    filters = []
    if text:
        filters.append(
            Q(dnr__icontains=text)
            | Q(application__product__name__icontains=text)
            | Q(application__product__substances__icontains=text)
            | Q(application__motivation__reference__iexact=text)
        )
    if wanted.get("kind"):
        filters.append(Q(kind=wanted["kind"]))
    if wanted.get("urgency"):
        filters.append(Q(is_urgent=wanted["urgency"] == "urgent"))
    if wanted.get("assignee"):
        filters.append(Q(assignee_id=wanted["assignee"]))
    if wanted.get("first_time"):
        filters.append(Q(is_first_time=True))
    return filters
