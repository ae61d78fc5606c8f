"""The queue of cases: its page, its file, and taking the next one."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from decisions import queries, queue
from decisions.forms import ActForm, QueueFilter, SavedViewForm
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
        return self.page()

    def page(
        self, *, act: ActForm | None = None, naming: SavedViewForm | None = None, status: int = 200
    ) -> HttpResponse:
        """The queue as the address asks for it, with a refused act on top if there is one."""
        today = clock.today()
        desk = queue.desk_of(self.acting, today=today)
        start = next((view for view in desk.views if view.is_start), None)
        if start is not None and not self.request.GET and status == 200:
            return redirect(start)
        form = QueueFilter(self.request.GET, officers=desk.officers)
        wanted = form.wanted()
        counts = vars(queue.queue_counts(self.acting, today=today))
        page = queue.page_of(
            wanted.cases(self.acting, today=today),
            acting=self.acting,
            number=self.request.GET.get("page", ""),
            total=None if wanted.filters else counts.get(wanted.tab),
        )
        total, shown = page.paginator.total, page.paginator.count
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
                for view in desk.views
            ],
            "is_filtered": bool(wanted.filters),
            "page_obj": page,
            "total": total,
            # A count that stopped counting, and a list that ends before its last row.
            "is_more": total > shown and (bool(wanted.filters) or wanted.tab == "decided"),
            "shown_of": shown if total > shown else None,
            "rows": queue_rows(page.object_list, today=today),
            "may_take": may_handle,
            "may_choose": may_handle and wanted.tab != "decided",
            "most": policy.queue_most_at_once,
            "absence": desk.absence,
        }
        return render(self.request, "decisions/queue.html", context, status=status)


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
