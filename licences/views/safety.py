"""A safety action on many licences: chosen, confirmed, followed; what a pharmacy is told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.policy import policy
from klas.summary import Row
from licences import oversight
from licences.act_forms import SafetyForm, SafetySearch
from licences.enums import SafetyAct
from licences.models import SafetyAction
from licences.presentation import own_lines
from licences.services import safety

CONFIRM, CHANGE = "_confirm", "_change"
EXPECTED = "expected"


class SafetyView(ActingView):
    """GET searches products and lists what has been done; POST reads through, then confirms."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        if "q" not in request.GET:
            return self._page(SafetySearch())
        search = SafetySearch(request.GET)
        if not search.is_valid():
            return self._page(search, status=422)
        q = search.cleaned_data["q"]
        found = oversight.products_found(q)
        return self._page(search, SafetyForm(initial={"q": q}, found=found))

    def post(self, request: HttpRequest) -> HttpResponse:
        q = request.POST.get("q", "")
        search = SafetySearch({"q": q})
        found = oversight.products_found(q) if search.is_valid() else []
        form = SafetyForm(request.POST, found=found)
        if not form.is_valid() or CHANGE in request.POST:
            return self._page(search, form, status=200 if form.is_valid() else 422)
        try:
            if CONFIRM in request.POST:
                return once(request, lambda: self._order(form))
        except Refused as error:
            form.add_error(None, str(error))
            return self._check_page(form, status=409)
        return self._check_page(form)

    def _order(self, form: SafetyForm) -> str:
        expected = self.request.POST.get(EXPECTED, "")
        action = safety.order(
            self._facts(form),
            expected=int(expected) if expected.isdecimal() else -1,
            by=self.acting,
        )
        messages.success(self.request, _("Åtgärden är beställd. Den utförs nu, licens för licens."))
        return action.get_absolute_url()

    def _facts(self, form: SafetyForm) -> safety.SafetyFacts:
        data = form.cleaned_data
        return safety.SafetyFacts(
            act=data["act"],
            products=[one.product for one in data["products"]],
            reason=data["reason"],
            instruction=data["instruction"],
        )

    def _check_page(self, form: SafetyForm, *, status: int = 200) -> HttpResponse:
        facts = self._facts(form)
        touched = oversight.count_touched(
            oversight.touched_by(facts.act, facts.products, today=clock.today())
        )
        post = self.request.POST
        context = {
            "form": form,
            "act": SafetyAct(facts.act),
            "touched": touched,
            "rows": [
                Row(_("Läkemedel"), [product.product_line for product in facts.products]),
                Row(_("Åtgärd"), SafetyAct(facts.act)),
                Row(_("Skäl"), facts.reason),
                Row(_("Det här ska apoteken göra"), facts.instruction),
            ],
            "carried": [(name, value) for name in form.fields for value in post.getlist(name)],
            "expected_name": EXPECTED,
        }
        return render(self.request, "licences/safety_check.html", context, status=status)

    def _page(
        self, search: SafetySearch, form: SafetyForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        page = Paginator(oversight.safety_actions(self.acting), policy.page_size).get_page(
            self.request.GET.get("page")
        )
        context: dict[str, Any] = {
            "search": search,
            "form": form,
            "page_obj": page,
            "is_empty": form is not None and not form.found,
        }
        return render(self.request, "licences/safety.html", context, status=status)


class SafetyActionView(ActingView):
    """How far a safety action has come, and what could not be done and why."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = get_object_or_404(oversight.safety_actions(self.acting), pk=pk)
        audit.record(AccessAction.READ, by=self.acting, what="safety_action", obj=action)
        page = Paginator(oversight.failures_of(action), policy.page_size).get_page(
            request.GET.get("page")
        )
        context = {
            "action": action,
            "percent": _percent(action),
            "rows": [
                Row(_("Läkemedel"), [str(product) for product in action.products.order_by("pk")]),
                Row(_("Åtgärd"), SafetyAct(action.act)),
                Row(_("Skäl"), action.reason),
                Row(_("Det här ska apoteken göra"), action.instruction),
                Row(_("Beställd av"), action.by.user.name),
                Row(_("Beställd"), action.at),
            ],
            "page_obj": page,
        }
        return render(request, "licences/safety_action.html", context)


def _percent(action: SafetyAction) -> int:
    total: int = action.total  # type: ignore[attr-defined]  # annotated by `safety_actions`
    left: int = action.left  # type: ignore[attr-defined]
    return (total - left) * 100 // total if total else 100


class SafetyToldView(ActingView):
    """What the pharmacy is told of a safety action, and which of its licences it touches."""

    permission = Permission.VIEW_LICENCES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = get_object_or_404(oversight.actions_told(self.acting), pk=pk)
        audit.record(AccessAction.READ, by=self.acting, what="safety_action", obj=action)
        acted = oversight.acted_at(self.acting).filter(action=action)
        page = Paginator(acted, policy.page_size).get_page(request.GET.get("page"))
        licences = [one.licence for one in page.object_list]
        context = {
            "action": action,
            "act": SafetyAct(action.act),
            "page_obj": page,
            "rows": own_lines(licences, today=clock.today()),
        }
        return render(request, "licences/safety_told.html", context)
