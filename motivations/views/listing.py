"""“Mina ärenden”: everything the acting person has written."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.policy import policy
from motivations.enums import MotivationStatus, Outcome
from motivations.forms import MotivationFilterForm
from motivations.kinds import kinds_for
from motivations.models import Motivation
from motivations.queries import in_order, matching, waits_long, written_by
from motivations.services.drafts import NO_LICENCE


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    motivation: Motivation
    waits_long: bool

    @property
    def status(self) -> MotivationStatus:
        return MotivationStatus(self.motivation.status)

    @property
    def outcome(self) -> Outcome | None:
        return Outcome(self.motivation.outcome) if self.motivation.outcome else None

    @property
    def expected_on(self) -> date | None:
        """The day a decision is expected, while one is waited for."""
        is_waiting = self.motivation.status == MotivationStatus.IN_CASE
        return self.motivation.expected_on if is_waiting else None


class MotivationListView(ActingView):
    """GET ``q``, ``status``, ``sort``, ``page``; a filter that is wrong shows the whole list."""

    permission = Permission.WRITE_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = MotivationFilterForm(request.GET)
        motivations = written_by(self.acting)
        if form.is_valid():
            motivations = matching(
                motivations, text=form.cleaned_data["q"], status=form.cleaned_data["status"]
            )
        sort = request.GET.get("sort", "")
        paginator = Paginator(in_order(motivations, sort), policy.page_size)
        page = paginator.get_page(request.GET.get("page"))
        today = clock.today()
        licensed = self.acting.user.licensed_to_practise
        context = {
            "form": form,
            "filtered": bool(request.GET.get("q") or request.GET.get("status")),
            "sort": sort,
            "page_obj": page,
            "lines": [Line(item, waits_long(item, today=today)) for item in page.object_list],
            "no_licence": "" if licensed else NO_LICENCE,
            "may_begin": licensed and bool(kinds_for(self.acting)),
        }
        return render(request, "motivations/list.html", context)
