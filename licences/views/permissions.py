"""Särskilda tillstånd, kept by the agency."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from klas.policy import policy
from klas.summary import Row
from licences import queries
from licences.forms import EndForm, PermissionForm
from licences.models import DispensingPermission
from licences.presentation import period
from licences.services import permissions


class PermissionsView(ActingView):
    """All särskilda tillstånd, newest first."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        found = queries.permissions(self.acting)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        context = {"page_obj": page, "today": clock.today()}
        return render(request, "licences/permissions.html", context)


class AddPermissionView(ActingView):
    """Writes down a särskilt tillstånd that has been decided."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PermissionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PermissionForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        data = form.cleaned_data

        def act() -> str:
            permissions.permit(
                data["number"],
                dnr=data["dnr"],
                conditions=data["conditions"],
                valid_from=data["valid_from"],
                valid_to=data["valid_to"],
                by=self.acting,
            )
            messages.success(
                request,
                _("Tillståndet för %(number)s är sparat. Apoteken ser det nu.")
                % {"number": data["number"].number},
            )
            return reverse("licences:permissions")

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, status=422)

    def _page(self, form: PermissionForm, *, status: int = 200) -> HttpResponse:
        return render(self.request, "licences/permission_add.html", {"form": form}, status=status)


class EndPermissionView(ActingView):
    """Ends a särskilt tillstånd before its last day."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        permission = self._permission()
        if permission.is_ended:
            return redirect("licences:permissions")
        return self._page(permission, EndForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        permission = self._permission()
        form = EndForm(request.POST)
        if not form.is_valid():
            return self._page(permission, form, status=422)

        def act() -> str:
            permissions.end(permission, reason=form.cleaned_data["reason"], by=self.acting)
            messages.success(
                request, _("Tillståndet %(dnr)s har upphört.") % {"dnr": permission.dnr}
            )
            return reverse("licences:permissions")

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(permission, form, status=409)

    def _permission(self) -> DispensingPermission:
        return get_object_or_404(queries.permissions(self.acting), pk=self.kwargs["pk"])

    def _page(
        self, permission: DispensingPermission, form: EndForm, *, status: int = 200
    ) -> HttpResponse:
        rows = [
            Row(_("Licens"), permission.licence.number),
            Row(_("Läkemedel"), permission.licence.product.product_line),
            Row(_("Diarienummer"), permission.dnr),
            Row(_("Gäller"), period(permission.valid_from, permission.valid_to)),
        ]
        context = {"permission": permission, "form": form, "rows": rows}
        return render(self.request, "licences/permission_end.html", context, status=status)
