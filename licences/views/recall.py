"""How far a batch has come, and telling the pharmacies; what one pharmacy is told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klas import audit, export
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy
from klas.summary import Row
from licences import queries
from licences.forms import RecallForm
from licences.models import Recall
from licences.oversight import products_found
from licences.presentation import recall_columns, recall_row
from licences.recall_forms import EndRecallForm, RecallOrderForm
from licences.services.recall import end, recall


class RecallView(ActingView):
    """Product and batch (GET) → products and every pharmacy that dispensed it; POST recalls it."""

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
        found = products_found(form.cleaned_data["product"])
        order = RecallOrderForm(request.POST, found=found)
        if not order.is_valid():
            return self._page(form, order=order, status=422)

        def act() -> str:
            recalled = recall(
                order.cleaned_data["products"],
                batch=form.cleaned_data["batch"],
                reason=order.cleaned_data["reason"],
                by=self.acting,
            )
            words = ngettext(
                "Batchen är indragen. Inget apotek kan registrera uttag av den. %(count)s apotek "
                "har fått notisen.",
                "Batchen är indragen. Inget apotek kan registrera uttag av den. %(count)s apotek "
                "har fått notisen.",
                recalled.pharmacies,
            )
            messages.success(request, words % {"count": recalled.pharmacies})
            return f"{request.path}?{urlencode(form.cleaned_data)}"

        return once(request, act)

    def _page(
        self, form: RecallForm, *, order: RecallOrderForm | None = None, status: int = 200
    ) -> HttpResponse:
        reach, is_searched = [], form.is_bound and form.is_valid()
        if is_searched:
            dispensed = queries.dispensed_of(self.acting, **form.cleaned_data)
            reach = queries.reach_of(dispensed)
            found = products_found(form.cleaned_data["product"])
            order = order or RecallOrderForm(found=found, initial=form.cleaned_data)
            audit.record(AccessAction.READ, by=self.acting, what="recall")
        page = Paginator(queries.recalls(self.acting), policy.page_size).get_page(
            self.request.GET.get("page")
        )
        context = {
            "form": form,
            "order": order,
            "reach": reach,
            "pharmacies": len({row.pharmacy_id for row in reach}),
            "withdrawals": sum(row.withdrawals for row in reach),
            "is_searched": is_searched,
            "page_obj": page,
        }
        return render(self.request, "licences/recall.html", context, status=status)


class EndRecallView(ActingView):
    """Lets a batch be dispensed again."""

    permission = Permission.RECALL

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        one = self._recall()
        return redirect("licences:recall") if one.is_ended else self._page(one, EndRecallForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        one = self._recall()
        form = EndRecallForm(request.POST)
        if not form.is_valid():
            return self._page(one, form, status=422)

        def act() -> str:
            end(one, reason=form.cleaned_data["reason"], by=self.acting)
            messages.success(
                request,
                _("Indragningen av batch %(batch)s har upphört. Den får lämnas ut igen.")
                % {"batch": one.batch},
            )
            return reverse("licences:recall")

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(one, form, status=409)

    def _recall(self) -> Recall:
        return get_object_or_404(queries.recalls(self.acting), pk=self.kwargs["pk"])

    def _page(self, one: Recall, form: EndRecallForm, *, status: int = 200) -> HttpResponse:
        rows = [
            Row(_("Läkemedel"), one.product.product_line),
            Row(_("Batch"), one.batch),
            Row(_("Skäl"), one.reason),
            Row(_("Indragen av"), one.by.user.name),
            Row(_("Indragen"), one.at),
        ]
        context = {"recall": one, "form": form, "rows": rows}
        return render(self.request, "licences/recall_end.html", context, status=status)


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
