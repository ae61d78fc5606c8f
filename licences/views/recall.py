"""How far a batch has come, and telling the pharmacies; what one pharmacy is told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import ngettext

from klas import audit, export
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy
from licences import queries
from licences.forms import RecallForm
from licences.presentation import recall_columns, recall_row
from licences.services.recall import tell_pharmacies


class RecallView(ActingView):
    """Product and batch (GET) → every pharmacy that dispensed it; POST tells them."""

    permission = Permission.RECALL

    def get(self, request: HttpRequest) -> HttpResponse:
        if "batch" not in request.GET:
            return self._page(RecallForm())
        form = RecallForm(request.GET)
        return self._page(form, status=200 if form.is_valid() else 422)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RecallForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        asked = {name: form.cleaned_data[name] for name in ("product", "batch")}

        def act() -> str:
            count = tell_pharmacies(**asked, by=self.acting)
            words = ngettext(
                "%(count)s apotek har fått notisen.", "%(count)s apotek har fått notisen.", count
            )
            messages.success(request, words % {"count": count})
            return f"{request.path}?{urlencode(asked)}"

        return once(request, act)

    def _page(self, form: RecallForm, *, status: int = 200) -> HttpResponse:
        reach = []
        if form.is_bound and form.is_valid():
            found = queries.dispensed_of(self.acting, **form.cleaned_data)
            reach = queries.reach_of(found)
            audit.record(AccessAction.READ, by=self.acting, what="recall")
        context = {
            "form": form,
            "reach": reach,
            "pharmacies": len({row.pharmacy_id for row in reach}),
            "withdrawals": sum(row.withdrawals for row in reach),
            "untold": len({row.pharmacy_id for row in reach if not row.told}),
            "is_searched": form.is_bound and form.is_valid(),
        }
        return render(self.request, "licences/recall.html", context, status=status)


class RecallCsvView(ActingView):
    """Every dispensing of a batch as a file; nothing of whom the licences are for."""

    permission = Permission.RECALL

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        form = RecallForm(request.GET)
        if not form.is_valid():
            raise Http404
        format = export.asked_format(request.GET)
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what="recall")
        found = queries.dispensed_of(self.acting, **form.cleaned_data)
        return export.stream("indragning", recall_columns(), map(recall_row, found), format)


class RecalledView(ActingView):
    """What the pharmacy has dispensed of a recalled batch."""

    permission = Permission.VIEW_LICENCES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = get_object_or_404(queries.recalls_of(self.acting), pk=pk)
        audit.record(AccessAction.READ, by=self.acting, what="recall", obj=notice)
        page = Paginator(queries.recalled_at(notice), policy.page_size).get_page(
            request.GET.get("page")
        )
        return render(request, "licences/recalled.html", {"notice": notice, "page_obj": page})
