"""The licence card: product, terms, what is left, what has been handed out."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.presentation import is_protected
from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from licences import queries
from licences.enums import LicenceState
from licences.presentation import history_lines, licence_rows, meter, product_rows
from licences.rules import state_of
from licences.services import dispensing
from licences.services.renewal import is_time
from licences.timeline import stop_of, stop_rows
from licences.words import state_text
from motivations import reading


class OnLicence(ActingView):
    """Takes the licence from those open to the acting pharmacy; any other is 404."""

    permission = Permission.VIEW_LICENCES
    action = AccessAction.READ

    def licence(self) -> Licence:
        licence = get_object_or_404(queries.open_to(self.acting), pk=self.kwargs["pk"])
        audit.record(
            self.action,
            by=self.acting,
            what="licence",
            obj=licence,
            whose=licence.decision.case.dnr,
            purpose=queries.purpose_of(self.acting, licence),
        )
        return licence

    def facts(self, licence: Licence) -> dict[str, Any]:
        """What every page of a licence shows of it."""
        today, balance = clock.today(), queries.balance_of(licence)
        state = state_of(licence, remaining=balance.remaining, on=today)
        version = licence.decision.case.application.version
        permission = queries.permission_in_force(licence, on=today)
        return {
            "licence": licence,
            "balance": balance,
            "meter": meter(licence, balance),
            "state": state,
            "state_text": state_text(state, licence),
            "stop_rows": stop_rows(stop_of(licence)),
            "is_protected": version is not None and is_protected(reading.about(version)),
            "product_rows": product_rows(licence),
            "rows": licence_rows(licence, units=queries.units_of(licence), permission=permission),
        }


class CardView(OnLicence):
    """Everything a pharmacy needs before it hands out, and the latest entries."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        page = Paginator(queries.history_of(licence), policy.page_size).get_page(
            request.GET.get("page")
        )
        facts = self.facts(licence)
        may_dispense = self.acting.has(Permission.DISPENSE)
        obstacle = dispensing.obstacle(licence, by=self.acting) if may_dispense else ""
        context = {
            **facts,
            "page_obj": page,
            "history": history_lines(page.object_list, of=licence, by=self.acting),
            "may_dispense": may_dispense,
            # The state says it already.
            "obstacle": "" if obstacle == facts["state_text"] else obstacle,
            "can_dispense": may_dispense and not obstacle,
            "may_renew": licence.holder_id == self.acting.pharmacy_id
            and self.acting.has(Permission.APPLY)
            and is_time(licence, on=clock.today()),
            # What was handed out in time must be possible to write down afterwards.
            "can_dispense_late": may_dispense and facts["state"] == LicenceState.EXPIRED,
        }
        return render(request, "licences/card.html", context)


class PrintView(OnLicence):
    """The card and all its entries on paper."""

    action = AccessAction.PRINT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        context = {
            **self.facts(licence),
            "history": history_lines(queries.history_of(licence), of=licence, by=self.acting),
            "now": clock.now(),
        }
        return render(request, "licences/print.html", context)
