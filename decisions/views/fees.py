"""The ledger of fees: a month by company, one company, credits, closing, the basis as a file."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import fee_lists
from decisions.forms.acts import ActForm
from decisions.forms.fees import CreditForm, FeeFilter
from decisions.models import FeeEntry, InvoiceBasis
from decisions.services import fees
from klas import audit, clock, export
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy

CONFIRM, CHANGE = "_confirm", "_change"


class FeesView(ActingView):
    """A month's fees: the sum of each company, and whether the month is closed."""

    permission = Permission.VIEW_FEES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = _asked(self)
        month = form.month
        entries = fee_lists.of_month(self.acting, month, company=form.company)
        page = Paginator(fee_lists.by_company(entries), policy.page_size).get_page(
            request.GET.get("page")
        )
        basis = InvoiceBasis.objects.filter(month=month).select_related("closed_by__user").first()
        context = {
            "form": form,
            "month": month,
            "month_name": fee_lists.month_name(month),
            "basis": basis,
            "page_obj": page,
            "total": fee_lists.total_of(entries),
            "query": request.GET.urlencode(),
            "may_close": basis is None
            and month < fees.first_of(clock.today())
            and self.acting.has(Permission.KEEP_FEES),
            "is_running": month >= fees.first_of(clock.today()),
        }
        return render(request, "decisions/fees.html", context)


class FeesFileView(ActingView):
    """The basis for invoicing of a month, as filtered, as CSV or XLSX."""

    permission = Permission.VIEW_FEES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = _asked(self)
        format = export.asked_format(request.GET)
        entries = fee_lists.of_month(self.acting, form.month, company=form.company)
        basis = InvoiceBasis.objects.filter(month=form.month).first()
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what="fee_list")
        name = f"avgifter-{form.month:%Y-%m}"
        return export.stream(name, fee_lists.COLUMNS, fee_lists.export_rows(entries, basis), format)


class CompanyFeesView(ActingView):
    """One company's entries in a month."""

    permission = Permission.VIEW_FEES

    def get(self, request: HttpRequest, organisation_number: str) -> HttpResponse:
        of_company = fee_lists.visible_to(self.acting).filter(
            organisation_number=organisation_number
        )
        newest = of_company.order_by("-pk").first()
        if newest is None:
            raise Http404
        return _ledger(
            self,
            of_company,
            "decisions/fees_company.html",
            company=newest,
            may_credit=self.acting.has(Permission.KEEP_FEES),
        )


class PharmacyFeesView(ActingView):
    """The acting pharmacy's own charges and credits in a month."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.acting.pharmacy_id is None:
            raise Http404
        return _ledger(self, fee_lists.visible_to(self.acting), "decisions/pharmacy_fees.html")


def _asked(view: ActingView) -> FeeFilter:
    """The month and company that the address names."""
    months = fee_lists.months_of(fee_lists.visible_to(view.acting), today=clock.today())
    query = view.request.GET.copy()
    query.setdefault("manad", f"{months[0]:%Y-%m}")
    return FeeFilter(query, months=months)


def _ledger(view: ActingView, found: Any, template: str, **more: Any) -> HttpResponse:
    """A month of some entries, line by line."""
    query = view.request.GET.copy()
    months = fee_lists.months_of(found, today=clock.today())
    query.setdefault("manad", f"{months[0]:%Y-%m}")
    form = FeeFilter(query, months=months, by_company=False)
    entries = found.filter(month=form.month)
    page = Paginator(fee_lists.with_left(entries), policy.page_size).get_page(query.get("page"))
    context = {
        "form": form,
        "month": form.month,
        "month_name": fee_lists.month_name(form.month),
        "basis": InvoiceBasis.objects.filter(month=form.month).first(),
        "page_obj": page,
        "lines": fee_lists.lines(page.object_list),
        "total": fee_lists.total_of(entries),
        **more,
    }
    return render(view.request, template, context)


class CreditView(ActingView):
    """Credits a charge: the form, a page to confirm, and the new entry."""

    permission = Permission.KEEP_FEES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        charged = self._found(pk)
        left = fees.left_of(charged)
        if left == 0:
            return redirect(_ledger_of(charged))
        return self._page(charged, CreditForm(initial={"amount": left}, left=left))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        charged = self._found(pk)
        left = fees.left_of(charged)
        form = CreditForm(request.POST, left=left)
        if not form.is_valid():
            return self._page(charged, form, status=422)
        if CHANGE in request.POST:
            return self._page(charged, form)
        if CONFIRM not in request.POST:
            return self._page(charged, form, template="decisions/fee_credit_confirm.html")

        def act() -> str:
            opened = request.POST.get("left", "")
            entry = fees.credit(
                charged,
                by=self.acting,
                left_when_opened=int(opened) if opened.isdigit() else None,
                **form.cleaned_data,
            )
            messages.success(request, _("Avgiften är krediterad."))
            return _ledger_of(entry)

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(charged, form, status=409)

    def _found(self, pk: int) -> FeeEntry:
        charges = fee_lists.visible_to(self.acting).filter(credits__isnull=True)
        return get_object_or_404(charges.select_related("pharmacy"), pk=pk)

    def _page(
        self,
        charged: FeeEntry,
        form: CreditForm,
        *,
        template: str = "decisions/fee_credit.html",
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "entry": charged,
            "form": form,
            "left": fees.left_of(charged),
            "ledger_url": _ledger_of(charged),
        }
        return render(self.request, template, context, status=status)


class CloseMonthView(ActingView):
    """Closes a month so that it can be invoiced; asks first."""

    permission = Permission.KEEP_FEES

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        return self._page(_month(month))

    def post(self, request: HttpRequest, month: str) -> HttpResponse:
        first = _month(month)

        def act() -> str:
            basis = fees.close_month(first, by=self.acting)
            messages.success(
                request, _("Månaden är stängd. Underlaget heter %(number)s.") % {"number": basis}
            )
            return f"{reverse('decisions:fees')}?manad={month}"

        try:
            return once(request, act)
        except Refused as error:
            return self._page(first, ActForm.refused(error), status=409)

    def _page(self, month: date, act: ActForm | None = None, status: int = 200) -> HttpResponse:
        entries = fee_lists.of_month(self.acting, month)
        context = {
            "act": act or ActForm(),
            "month": month,
            "month_name": fee_lists.month_name(month),
            "companies": fee_lists.by_company(entries).count(),
            "total": fee_lists.total_of(entries),
        }
        return render(self.request, "decisions/fees_close.html", context, status=status)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error


def _ledger_of(entry: FeeEntry) -> str:
    address = reverse("decisions:company_fees", args=[entry.organisation_number])
    return f"{address}?manad={entry.month:%Y-%m}"
