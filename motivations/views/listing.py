"""Lists of motivations: one's own, drafts shared with one, and the workplace's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from klas.summary import Tab, Text
from motivations.enums import MotivationStatus, Outcome
from motivations.forms import MotivationFilterForm
from motivations.kinds import kinds_for
from motivations.models import Motivation
from motivations.queries import (
    in_order,
    matching,
    of_workplace,
    shared_with,
    waits_long,
    written_by,
)
from motivations.services.drafts import NO_LICENCE


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    motivation: Motivation
    waits_long: bool = False

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


class _ListView(ActingView):
    """GET ``q``, ``status``, ``sort``, ``page``; a filter that is wrong shows the whole list."""

    permission = Permission.WRITE_MOTIVATIONS
    tab: ClassVar[str]
    title: ClassVar[Text]
    nothing: ClassVar[Text]
    nothing_text: ClassVar[Text]

    def motivations(self) -> QuerySet[Motivation]:
        """Those that the list is made of."""
        raise NotImplementedError

    def lines(self, motivations: Sequence[Motivation]) -> list[Line]:
        return [Line(item) for item in motivations]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = MotivationFilterForm(request.GET)
        motivations = self.motivations()
        if form.is_valid():
            motivations = matching(
                motivations, text=form.cleaned_data["q"], status=form.cleaned_data["status"]
            )
        sort = request.GET.get("sort", "")
        paginator = Paginator(in_order(motivations, sort), policy.page_size)
        page = paginator.get_page(request.GET.get("page"))
        context = {
            "tab": self.tab,
            "tabs": self._tabs(),
            "title": self.title,
            "nothing": self.nothing,
            "nothing_text": self.nothing_text,
            "form": form,
            "filtered": bool(request.GET.get("q") or request.GET.get("status")),
            "sort": sort,
            "page_obj": page,
            "lines": self.lines(list(page.object_list)),
            **self._beginning(),
        }
        return render(request, "motivations/list.html", context)

    def _tabs(self) -> list[Tab]:
        views: list[type[_ListView]] = [SharedListView, WorkplaceListView]
        if self.acting.has(Permission.SUBMIT_MOTIVATIONS):
            views.insert(0, MotivationListView)
        return [
            Tab(view.title, reverse(f"motivations:{view.tab}"), current=view.tab == self.tab)
            for view in views
        ]

    def _beginning(self) -> dict[str, Any]:
        """Whether a new one can be begun from here, and if not, why."""
        if not self.acting.has(Permission.SUBMIT_MOTIVATIONS):
            return {"no_licence": "", "may_begin": True}
        licensed = self.acting.user.licensed_to_practise
        return {
            "no_licence": "" if licensed else NO_LICENCE,
            "may_begin": licensed and bool(kinds_for(self.acting)),
        }


class MotivationListView(_ListView):
    """“Mina ärenden”: everything the acting prescriber has written."""

    tab = "list"
    title = _("Mina ärenden")
    nothing = _("Du har inga licensmotiveringar")
    nothing_text = _(
        "När du börjar skriva en licensmotivering sparas den här. Här följer du den sedan till "
        "beslut."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.acting.has(Permission.SUBMIT_MOTIVATIONS):
            return redirect("motivations:shared")
        return super().get(request)

    def motivations(self) -> QuerySet[Motivation]:
        return written_by(self.acting)

    def lines(self, motivations: Sequence[Motivation]) -> list[Line]:
        today = clock.today()
        return [Line(item, waits_long(item, today=today)) for item in motivations]


class SharedListView(_ListView):
    """Others' drafts that the acting person may write in."""

    tab = "shared"
    title = _("Utkast delade med dig")
    nothing = _("Inga utkast är delade med dig")
    nothing_text = _("Här visas utkast som en förskrivare har delat med dig, tills de skickas.")

    def motivations(self) -> QuerySet[Motivation]:
        return shared_with(self.acting)


class WorkplaceListView(_ListView):
    """What has been sent from the acting care unit; that it is looked at is recorded."""

    tab = "workplace"
    title = _("Arbetsplatsens ärenden")
    nothing = _("Inget är skickat från arbetsplatsen än")
    nothing_text = _("Här visas licensmotiveringar som har skickats från din vårdenhet.")

    def motivations(self) -> QuerySet[Motivation]:
        audit.record(AccessAction.READ, by=self.acting, what="workplace_motivations")
        return of_workplace(self.acting)
