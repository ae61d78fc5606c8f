"""“Mina ärenden”: everything the acting person has written, and what of it waits for them."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext

from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.policy import policy
from motivations.enums import MotivationStatus, Outcome, Urgency
from motivations.forms import PHARMACY, YOU, MotivationFilterForm
from motivations.kinds import kind_of
from motivations.models import Motivation
from motivations.queries import ToDo, in_order, own_list, to_do, waits_long
from motivations.services.drafts import NO_LICENCE, startable_by


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


def table_context(
    request: HttpRequest, motivations: QuerySet[Motivation], *, copyable: AbstractSet[str]
) -> dict[str, Any]:
    """What `motivations/_filter.html` and `_table.html` show: filtered, in order, one page.

    GET: the fields of `MotivationFilterForm`, ``sort`` and ``page``.

    Args:
        motivations: those that the acting person may see under the tab.
        copyable: the kinds of which they may begin a draft.
    """
    form = MotivationFilterForm(request.GET)
    sort = request.GET.get("sort", "")
    today = clock.today()
    found = in_order(form.filter(motivations, today=today), sort)
    page = Paginator(found, policy.page_size).get_page(request.GET.get("page"))
    return {
        "form": form,
        "sort": sort,
        "page_obj": page,
        "lines": [
            Line(item, waits_long(item, today=today), may_copy=item.kind in copyable)
            for item in page.object_list
        ],
    }


class MotivationListView(ActingView):
    """What waits for the acting person, then everything they have written."""

    permission = Permission.WRITE_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = startable_by(self.acting)
        own = own_list(self.acting)
        context = {
            **table_context(request, own, copyable=kinds),
            "to_do": _to_do_lines(to_do(own, today=clock.today())),
            "no_licence": "" if self.acting.user.licensed_to_practise else NO_LICENCE,
            "may_begin": bool(kinds),
        }
        return render(request, "motivations/list.html", context)


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
