"""“Förnya licensen”: what it takes without a new motivation, and the start of the application."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from applications.services import renewing
from decisions.models import Licence
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy
from klas.summary import Row
from licences import queries
from licences.presentation import period


class RenewView(ActingView):
    """Says whether the own licence can be renewed; POST begins the application, or goes on."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self._licence())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self._licence()
        renewed = licence.decision.case.application
        try:
            return once(request, lambda: renewing.start(renewed, by=self.acting).get_absolute_url())
        except Refused:
            # The page says why by itself.
            return self._page(licence, status=409)

    def _licence(self) -> Licence:
        held = queries.held_by(self.acting).select_related(
            "decision__case__application__motivation", "decision__case__application__pharmacy"
        )
        return get_object_or_404(held, pk=self.kwargs["pk"])

    def _page(self, licence: Licence, status: int = 200) -> HttpResponse:
        application = licence.decision.case.application
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="licence",
            obj=licence,
            whose=licence.decision.case.dnr,
        )
        assert self.acting.pharmacy is not None  # noqa: S101 - it holds the licence
        motivation = application.motivation
        context = {
            "licence": licence,
            "rows": [
                Row(_("Läkemedel"), licence.product.product_line),
                Row(_("Gäller"), period(licence.valid_from, licence.valid_to)),
                Row(_("Licensmotivering"), motivation.reference or ""),
                Row(_("Skickad av förskrivaren"), motivation.submitted_at),
            ],
            "obstacle": renewing.obstacle(application, pharmacy=self.acting.pharmacy),
            "begun": renewing.draft_of(application),
            "months": policy.renewal_motivation_months,
        }
        return render(self.request, "licences/renew.html", context, status=status)
