"""The agency's licences: the list, and everything about one."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decisions.corrections import as_corrected
from decisions.enums import LicenceStatus
from decisions.flow import LICENCE
from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from klas.presentation import number
from klas.summary import Tab
from licences import oversight, queries, timeline
from licences.forms import OwnFilter
from licences.presentation import licence_rows, meter, own_lines, product_rows
from licences.rules import state_of
from licences.services.revoking import live_proposal

TABS = {
    oversight.IN_FORCE: _("Gäller"),
    oversight.STOPPED: _("Stoppade"),
    oversight.TO_SIGN: _("Att kontrasignera"),
    oversight.REVOKED: _("Återkallade"),
    oversight.ENDED: _("Har gått ut"),
    oversight.ALL: _("Alla"),
}


class OversightListView(ActingView):
    """All licences by where they stand (GET tab, q, page); nothing of whom they are for."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        counts = oversight.tab_counts(today=today)
        tab = request.GET.get("tab", "")
        tab = tab if tab in TABS else oversight.IN_FORCE
        form = OwnFilter({"q": request.GET.get("q", ""), "tab": tab})
        text = form.cleaned_data["q"] if form.is_valid() else ""
        found = oversight.for_list(self.acting).filter(oversight.tab_filter(tab, today=today))
        if text:
            found = found.filter(queries.about(text))
        page = Paginator(found.order_by("-pk"), policy.page_size).get_page(request.GET.get("page"))
        context = {
            "tab": tab,
            "tab_title": TABS[tab],
            "tabs": [
                Tab(words, f"?tab={name}", counts[name], current=name == tab)
                for name, words in TABS.items()
            ],
            "filter": form,
            "searched": bool(text),
            "page_obj": page,
            "rows": own_lines(page.object_list, today=today),
            "count": number(page.paginator.count),
            "may_act": self.acting.has(Permission.DECIDE),
        }
        return render(request, "licences/oversight_list.html", context)


class OnOversight(ActingView):
    """Takes a licence from those that the agency sees; any other is 404."""

    permission = Permission.VIEW_QUEUE

    def licence(self) -> Licence:
        licence = get_object_or_404(oversight.visible_to(self.acting), pk=self.kwargs["pk"])
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="licence",
            obj=licence,
            whose=licence.decision.case.dnr,
        )
        return licence

    def facts(self, licence: Licence) -> dict[str, Any]:
        """What every page of the agency about a licence shows of it."""
        today, balance = clock.today(), queries.balance_of(licence)
        return {
            "licence": licence,
            "case": licence.decision.case,
            "meter": meter(licence, balance),
            "state": state_of(licence, remaining=balance.remaining, on=today),
            "proposal": live_proposal(licence),
        }


class OversightView(OnOversight):
    """One licence: where it stands, what is left, what has happened, what can be done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        facts, today = self.facts(licence), clock.today()
        proposal = facts["proposal"]
        history = queries.history_of(licence)
        page = Paginator(history, policy.page_size).get_page(request.GET.get("page"))
        permission = queries.permission_in_force(licence, on=today)
        decision = as_corrected(licence.decision)
        by = self.acting
        is_own = proposal is not None and proposal.proposed_by.user_id == by.user_id
        context = {
            **facts,
            "rows": licence_rows(licence, units=queries.units_of(licence), permission=permission),
            "product_rows": product_rows(licence),
            "clause": decision.revocation_clause,
            "stop_rows": timeline.stop_rows(timeline.stop_of(licence)),
            "events": timeline.events(licence),
            "page_obj": page,
            "may_suspend": LICENCE.allows(licence, "suspend", by=by) and licence.valid_to >= today,
            "may_lift": LICENCE.allows(licence, "lift", by=by),
            "may_revoke": proposal is None
            and licence.status != LicenceStatus.REVOKED
            and by.has(Permission.DECIDE),
            "may_correct": by.has(Permission.DECIDE),
            "may_sign": proposal is not None and not is_own and by.has(Permission.COUNTERSIGN),
            "is_own": is_own,
            "case_url": reverse("decisions:case", args=[licence.decision.case_id]),
        }
        return render(request, "licences/oversight.html", context)
