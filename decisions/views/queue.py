"""The queue of cases: its page, its file, and taking the next one."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Assignment
from decisions import queries, queue
from decisions.forms import ActForm, QueueFilter, SavedViewForm
from decisions.models import Absence
from decisions.presentation import queue_rows
from decisions.queue_presentation import QUEUE_COLUMNS, queue_export_row
from decisions.services import cases
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.export import asked_format, stream
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy
from klas.summary import Tab


class QueueView(ActingView):
    """The queue: tabs, filters, order and page all stand in the address.

    Without any, it begins with the view that the officer has chosen to begin with.
    """

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET:
            start = next((view for view in queue.views_of(self.acting) if view.is_start), None)
            if start is not None:
                return redirect(start)
        return self.page()

    def page(
        self, *, act: ActForm | None = None, naming: SavedViewForm | None = None, status: int = 200
    ) -> HttpResponse:
        """The queue as the address asks for it, with a refused act on top if there is one."""
        today = clock.today()
        officers = queries.officers()
        form = QueueFilter(self.request.GET, officers=officers)
        wanted = form.wanted()
        counts = vars(queue.queue_counts(self.acting, today=today))
        found = wanted.cases(self.acting, today=today)
        total = None if wanted.filters else counts.get(wanted.tab)
        if total is None:
            total = queue.count_up_to(found, policy.queue_most_rows)
        paginator = queue.QueuePaginator(found, acting=self.acting, total=total)
        page = paginator.get_page(self.request.GET.get("page"))
        address = reverse("decisions:queue")
        may_handle = self.acting.has(Permission.HANDLE_CASES)
        context: dict[str, Any] = {
            "act": act or ActForm(),
            "naming": naming or SavedViewForm(),
            "form": form,
            "tab": wanted.tab,
            "tab_title": queue.TABS[wanted.tab],
            "tabs": [
                Tab(text, f"{address}?flik={name}", counts.get(name), name == wanted.tab)
                for name, text in queue.TABS.items()
            ],
            "order": wanted.order,
            "query": wanted.query,
            "views": [
                Tab(view.name, view.get_absolute_url(), current=view.query == wanted.query)
                for view in queue.views_of(self.acting)
            ],
            "is_filtered": bool(wanted.filters),
            "page_obj": page,
            "total": total,
            # A count that stopped counting, and a list that ends before its last row.
            "is_more": total > policy.queue_most_rows
            and (bool(wanted.filters) or wanted.tab == "decided"),
            "shown_of": paginator.count if total > paginator.count else None,
            "rows": queue_rows(page.object_list, today=today),
            "may_take": may_handle,
            "may_choose": may_handle and wanted.tab != "decided",
            "most": policy.queue_most_at_once,
            "absence": _absence(self.acting, officers) if may_handle else None,
        }
        return render(self.request, "decisions/queue.html", context, status=status)


def _absence(acting: Assignment, officers: list[Assignment]) -> Absence | None:
    mine = next((officer for officer in officers if officer.pk == acting.pk), None)
    absence: Absence | None = getattr(mine, "absence", None)
    return absence if absence is not None and absence.until >= clock.today() else None


class QueueExportView(ActingView):
    """The list as it stands under its tab, filters and order, all of it, as CSV or XLSX."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        form = QueueFilter(request.GET, officers=queries.officers())
        wanted = form.wanted()
        found = wanted.cases(self.acting, today=clock.today())
        format = asked_format(request.GET)
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what="case_list")

        def rows() -> Iterator[list[Any]]:
            for case in found.iterator(chunk_size=500):
                yield queue_export_row(case)

        return stream("arendeko", QUEUE_COLUMNS, rows(), format)


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
