"""Lists of motivations: one's own and what of it waits, drafts shared with one, the workplace's."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from klas.summary import Tab, Text
from motivations.enums import MotivationStatus, Outcome, Urgency
from motivations.forms import PHARMACY, YOU, MotivationFilterForm, OwnPatientForm
from motivations.kinds import kind_of
from motivations.models import Motivation
from motivations.queries import (
    ToDo,
    in_order,
    of_workplace,
    own_about,
    own_list,
    shared_with,
    to_do,
    waits_long,
)
from motivations.services.drafts import NO_LICENCE, startable_by
from motivations.services.search_keys import keys_meant


@dataclass(frozen=True)
class Line:
    """One row of a list of motivations."""

    motivation: Motivation
    waits_long: bool
    may_copy: bool

    @property
    def kind(self) -> str | Promise:
        return kind_of(self.motivation.kind).title

    @property
    def status(self) -> MotivationStatus:
        return MotivationStatus(self.motivation.status)

    @property
    def urgency(self) -> Urgency | None:
        return Urgency.URGENT if self.motivation.urgency == Urgency.URGENT else None

    @property
    def outcome(self) -> Outcome | None:
        return Outcome(self.motivation.outcome) if self.motivation.outcome else None

    @property
    def expected_on(self) -> date | None:
        """The day a decision is expected, while one is waited for."""
        is_waiting = self.motivation.status == MotivationStatus.IN_CASE
        return self.motivation.expected_on if is_waiting else None


class _ListView(ActingView):
    """One page of a list, filtered and in order.

    GET: the fields of `MotivationFilterForm`, ``sort`` and ``page``.
    """

    permission = Permission.WRITE_MOTIVATIONS
    tab: ClassVar[str]
    title: ClassVar[Text]
    nothing: ClassVar[Text]
    nothing_text: ClassVar[Text]
    # Whether the author's own columns are shown: what was decided, and a copy to make.
    is_own: ClassVar[bool] = False

    def motivations(self) -> QuerySet[Motivation]:
        """Those that the list is made of."""
        raise NotImplementedError

    def extra_context(self) -> dict[str, Any]:
        """What stands above the list."""
        return {"to_do": []}

    def get(self, request: HttpRequest) -> HttpResponse:
        form = MotivationFilterForm(request.GET, own=self.is_own)
        sort = request.GET.get("sort", "")
        today = clock.today()
        found = in_order(form.filter(self.motivations(), today=today), sort)
        page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
        copyable = startable_by(self.acting) if self.is_own else frozenset()
        context = {
            "tab": self.tab,
            "tabs": self._tabs(),
            "title": self.title,
            "nothing": self.nothing,
            "nothing_text": self.nothing_text,
            "is_own": self.is_own,
            "form": form,
            "sort": sort,
            "page_obj": page,
            "lines": [self._line(item, copyable, today) for item in page.object_list],
            **self._beginning(),
            **self.extra_context(),
        }
        return render(request, "motivations/list.html", context)

    def _line(self, item: Motivation, copyable: AbstractSet[str], today: date) -> Line:
        return Line(
            item,
            waits_long=self.is_own and waits_long(item, today=today),
            may_copy=item.kind in copyable,
        )

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
        return {
            "no_licence": "" if self.acting.user.licensed_to_practise else NO_LICENCE,
            "may_begin": bool(startable_by(self.acting)),
        }


class MotivationListView(_ListView):
    """“Mina ärenden”: what waits for the acting prescriber, then everything they have written."""

    tab = "list"
    title = _("Mina ärenden")
    nothing = _("Du har inga licensmotiveringar")
    nothing_text = _(
        "När du börjar skriva en licensmotivering sparas den här. Här följer du den sedan till "
        "beslut."
    )
    is_own = True

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.acting.has(Permission.SUBMIT_MOTIVATIONS):
            return redirect("motivations:shared")
        return super().get(request)

    def motivations(self) -> QuerySet[Motivation]:
        return self._own

    @cached_property
    def _own(self) -> QuerySet[Motivation]:
        return own_list(self.acting)

    def extra_context(self) -> dict[str, Any]:
        return {"to_do": _to_do_lines(to_do(self._own, today=clock.today()))}


class OwnPatientView(MotivationListView):
    """The person's own motivations about one patient, owner or unit; the search is recorded.

    GET shows the form. POST answers with the list, since whom it is about may stand in no address.
    """

    permission = Permission.SUBMIT_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(OwnPatientForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnPatientForm(request.POST)
        if not form.is_valid():
            return self._answer(form, status=422)
        found = own_about(self.acting, keys_meant(form.cleaned_data["text"]))
        page = Paginator(found[: policy.search_most_hits], policy.search_most_hits).get_page(1)
        audit.record(
            AccessAction.SEARCH, by=self.acting, what="own_motivations_about", hit=bool(page)
        )
        copyable, today = startable_by(self.acting), clock.today()
        lines = [self._line(item, copyable, today) for item in page.object_list]
        return self._answer(form, searched=True, lines=lines, page_obj=page, is_own=True)

    def _answer(self, form: OwnPatientForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return render(
            self.request, "motivations/own_patient.html", {"form": form, **more}, status=status
        )


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


@dataclass(frozen=True)
class ToDoLine:
    """So many of the person's motivations wait for the same thing; the link shows them."""

    count: int
    text: str
    url: str


def _to_do_lines(found: ToDo) -> list[ToDoLine]:
    address = reverse("motivations:list")
    lines = [
        ToDoLine(
            found.supplements,
            ngettext(
                "komplettering att svara på",
                "kompletteringar att svara på",
                found.supplements,
            ),
            f"{address}?status={MotivationStatus.SUPPLEMENT}",
        ),
        ToDoLine(
            found.handed_over,
            ngettext(
                "utkast från en kollega att läsa igenom",
                "utkast från kollegor att läsa igenom",
                found.handed_over,
            ),
            f"{address}?status={MotivationStatus.DRAFT}&waits_for={YOU}",
        ),
        ToDoLine(
            found.drafts,
            ngettext("eget utkast att skriva klart", "egna utkast att skriva klart", found.drafts),
            f"{address}?status={MotivationStatus.DRAFT}",
        ),
        ToDoLine(
            found.waiting_long,
            ngettext(
                "motivering som inget apotek har hämtat: kontakta ett apotek",
                "motiveringar som inget apotek har hämtat: kontakta ett apotek",
                found.waiting_long,
            ),
            f"{address}?waits_for={PHARMACY}",
        ),
        ToDoLine(
            found.licences,
            ngettext("licens som snart går ut", "licenser som snart går ut", found.licences),
            reverse("motivations:ending_licences"),
        ),
    ]
    return [line for line in lines if line.count]
