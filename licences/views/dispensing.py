"""Registering a withdrawal, its receipt, and its reversal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from licences import queries
from licences.forms import DispenseForm, ReverseForm
from licences.models import Dispensing
from licences.presentation import entry_rows, meter, withdrawal_rows
from licences.rules import routes_for
from licences.services import dispensing
from licences.views.card import OnLicence

SCAN, CONFIRM, CHANGE = "_scan", "_confirm", "_change"


class DispenseView(OnLicence):
    """The form, the check page and the act; a code is read by a button of its own."""

    permission = Permission.DISPENSE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        about = self._about(licence)
        if about is None:
            return redirect("licences:card", licence.pk)
        return self._page(licence, DispenseForm.fresh(**about))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence, data = self.licence(), request.POST
        about = self._about(licence)
        if about is None:
            return redirect("licences:card", licence.pk)
        # Enter presses the first button; in any other field than the code's it means "go on".
        if SCAN in data and data.get("code", "").strip():
            return self._page(licence, DispenseForm.scanned(data, **about))
        form = DispenseForm(data, **about)
        if CHANGE in data:
            return self._page(licence, DispenseForm.again(data, **about))
        if not form.is_valid():
            return self._page(licence, form)
        try:
            if CONFIRM in data:
                return once(request, lambda: self._dispense(licence, form))
            dispensing.check(licence, form.withdrawal(), by=self.acting)
        except Refused as error:
            form.add_error(getattr(error, "field", "") or None, str(error))
            return self._page(self._fresh(licence), form, conflict=CONFIRM in data)
        return self._check_page(licence, form)

    def _dispense(self, licence: Licence, form: DispenseForm) -> str:
        entry = dispensing.dispense(
            licence,
            form.withdrawal(),
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        return entry.get_absolute_url()

    def _about(self, licence: Licence) -> dict[str, Any] | None:
        """What the form needs to know of the licence; None when nothing may be dispensed here."""
        pharmacy = self.acting.pharmacy
        assert pharmacy is not None  # noqa: S101
        permission = queries.permission_in_force(licence, on=clock.today())
        routes = routes_for(licence, pharmacy, permission=permission)
        if not routes:
            return None
        return {"licence": licence, "routes": routes, "units": queries.units_of(licence)}

    def _fresh(self, licence: Licence) -> Licence:
        """The licence as it is now: somebody else may have changed what is left."""
        return queries.open_to(self.acting).get(pk=licence.pk)

    def _page(
        self, licence: Licence, form: DispenseForm, *, conflict: bool = False
    ) -> HttpResponse:
        status = 409 if conflict else 422 if form.is_bound else 200
        context = {**self.facts(licence), "form": form}
        return render(self.request, "licences/dispense.html", context, status=status)

    def _check_page(self, licence: Licence, form: DispenseForm) -> HttpResponse:
        facts = self.facts(licence)
        rows = withdrawal_rows(
            form.withdrawal(),
            licence,
            units=queries.units_of(licence),
            remaining=facts["balance"].remaining,
        )
        hidden = [
            (name, value)
            for name in form.fields
            if name != "code" and (value := self.request.POST.get(name, ""))
        ]
        context = {**facts, "form": form, "withdrawal_rows": rows, "hidden": hidden}
        return render(self.request, "licences/dispense_check.html", context)


class _OnEntry(ActingView):
    """Takes the entry from those of the acting pharmacy; any other is 404."""

    permission = Permission.VIEW_LICENCES

    def entry(self) -> Dispensing:
        entry = get_object_or_404(queries.made_by(self.acting), pk=self.kwargs["pk"])
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="dispensing",
            obj=entry,
            whose=entry.licence.decision.case.dnr,
        )
        return entry


class ReceiptView(_OnEntry):
    """What was registered, and what is left."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry()
        context = {
            "entry": entry,
            "rows": entry_rows(entry),
            "meter": meter(entry.licence, queries.balance_of(entry.licence)),
            "can_reverse": self.acting.has(Permission.DISPENSE)
            and entry.is_withdrawal
            and not entry.is_reversed,
        }
        return render(request, "licences/receipt.html", context)


class ReverseView(_OnEntry):
    """Takes back a whole withdrawal, with a reason."""

    permission = Permission.DISPENSE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry()
        if not entry.is_withdrawal or entry.is_reversed:
            return redirect(entry)
        return self._page(entry, ReverseForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry()
        form = ReverseForm(request.POST)
        if not form.is_valid():
            return self._page(entry, form, status=422)
        try:
            return once(
                request,
                lambda: dispensing.reverse(
                    entry, reason=form.cleaned_data["reason"], by=self.acting
                ).get_absolute_url(),
            )
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(entry, form, status=409)

    def _page(self, entry: Dispensing, form: ReverseForm, *, status: int = 200) -> HttpResponse:
        context = {"entry": entry, "form": form, "rows": entry_rows(entry)}
        return render(self.request, "licences/reverse.html", context, status=status)
