"""“Detta apotek”: what waits, what is begun, what is sent, what is decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.enums import ApplicationStatus
from applications.forms import InboxFilterForm
from applications.models import Application
from applications.presentation import export_heading, export_row, handover_lines
from applications.queries import (
    ADDRESSED,
    DECIDED,
    DRAFTS,
    SENT,
    about,
    addressed_waiting,
    inbox_counts,
    of_tab,
    open_handovers,
)
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from klas.presentation import number
from klas.spreadsheet import csv_response
from klas.summary import Tab
from motivations.enums import Outcome, Urgency
from motivations.models import Motivation


@dataclass(frozen=True)
class TabWords:
    """What a tab is called, how its list is counted, and what an empty one says."""

    name: Promise
    counted: Any
    empty: Promise
    empty_text: Promise


WORDS = {
    ADDRESSED: TabWords(
        _("Till oss"),
        ngettext_lazy("%(n)s motivering till oss", "%(n)s motiveringar till oss", "count"),
        _("Inga motiveringar väntar"),
        _("Här visas licensmotiveringar där förskrivaren har valt ert apotek."),
    ),
    DRAFTS: TabWords(
        _("Utkast"),
        ngettext_lazy("%(n)s utkast", "%(n)s utkast", "count"),
        _("Inga utkast"),
        _("Sök fram en licensmotivering för att börja på en ansökan."),
    ),
    SENT: TabWords(
        _("Skickade"),
        ngettext_lazy("%(n)s skickad ansökan", "%(n)s skickade ansökningar", "count"),
        _("Inga ansökningar väntar på beslut"),
        _("Här visas ansökningar som ligger hos Läkemedelsverket."),
    ),
    DECIDED: TabWords(
        _("Avslutade"),
        ngettext_lazy("%(n)s avslutad ansökan", "%(n)s avslutade ansökningar", "count"),
        _("Inga avslutade ansökningar än"),
        _("Här visas ansökningar när Läkemedelsverket har beslutat eller ni har återkallat dem."),
    ),
}
# Per tab: what can be sorted by → column; the first is the order when nothing is chosen.
SORTS: dict[str, dict[str, str]] = {
    ADDRESSED: {"sent": "submitted_at", "product": "product_line"},
    DRAFTS: {"begun": "created_at", "product": "motivation__product_line"},
    SENT: {
        "expected": "expected_on",
        "sent": "sent_at",
        "product": "product__name",
        "status": "status",
    },
    DECIDED: {"decided": "ended_at", "sent": "sent_at", "product": "product__name"},
}
DEFAULT_SORT = {ADDRESSED: "sent", DRAFTS: "-begun", SENT: "expected", DECIDED: "-decided"}


@dataclass(frozen=True)
class Chosen:
    """The list that the query asks for, in its order."""

    tab: str
    form: InboxFilterForm
    text: str
    mine: bool
    sort: str
    rows: QuerySet[Any]


class InboxView(ActingView):
    """One tab of the inbox (GET tab, q, sort, page); as many queries for one row as for a page."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest) -> HttpResponse:
        counts = inbox_counts(self.acting)
        tab = request.GET.get("tab", "")
        if tab not in WORDS:
            tab = next((name for name in WORDS if counts[name]), ADDRESSED)
        chosen = _chosen(tab, request.GET, self.acting)
        page = Paginator(chosen.rows, policy.page_size).get_page(request.GET.get("page"))
        words = WORDS[tab]
        context = {
            "handovers": handover_lines(open_handovers(self.acting), by=self.acting),
            "tab": tab,
            "tabs": [
                Tab(WORDS[name].name, f"?tab={name}", counts[name], current=name == tab)
                for name in WORDS
            ],
            "filter": chosen.form,
            "searched": bool(chosen.text) or chosen.mine,
            "sort": chosen.sort,
            "export": urlencode(
                {"tab": tab, "q": chosen.text, "sort": chosen.sort}
                | ({"mine": "on"} if chosen.mine else {})
            ),
            "page_obj": page,
            "rows": [_row(item) for item in page.object_list],
            "heading": _counted(words, page.paginator.count),
            "words": words,
        }
        return render(request, "applications/inbox.html", context)


class InboxExportView(ActingView):
    """The list as it stands under its tab, search and order, all pages of it, as CSV."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        tab = request.GET.get("tab", "")
        if tab not in WORDS:
            raise Http404
        chosen = _chosen(tab, request.GET, self.acting)
        if not chosen.form.is_valid():
            raise Http404
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what="application_list")
        rows = chain([export_heading(tab)], map(export_row, repeat(tab), _all(chosen.rows)))
        return csv_response(rows, filename=f"detta-apotek-{tab}.csv")


def _all(rows: QuerySet[Any]) -> Iterator[Any]:
    yield from rows.iterator(chunk_size=500)


def _chosen(tab: str, query: QueryDict, acting: Any) -> Chosen:
    form = InboxFilterForm({"q": query.get("q", ""), "mine": query.get("mine", ""), "tab": tab})
    text = form.cleaned_data["q"] if form.is_valid() else ""
    mine = tab != ADDRESSED and bool(form.cleaned_data.get("mine"))
    if tab == ADDRESSED:  # Nobody has begun on them.
        del form.fields["mine"]
    sort = _sort(tab, query.get("sort", ""))
    found = _found(tab, acting, text)
    rows = found.filter(assigned_to=acting) if mine else found
    return Chosen(tab, form, text, mine, sort, _ordered(rows, tab, sort))


def _counted(words: TabWords, count: int) -> str:
    return str(words.counted % {"count": count, "n": number(count)})


def _sort(tab: str, wanted: str) -> str:
    return wanted if wanted.removeprefix("-") in SORTS[tab] else DEFAULT_SORT[tab]


def _found(tab: str, acting: Any, text: str) -> QuerySet[Any]:
    if tab == ADDRESSED:
        motivations = addressed_waiting(acting)
        return motivations.filter(about(text)) if text else motivations
    applications = of_tab(acting, tab)
    if text:
        applications = applications.filter(about(text, prefix="motivation__", dnr=True))
    return applications


def _ordered(rows: QuerySet[Any], tab: str, sort: str) -> QuerySet[Any]:
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{SORTS[tab][sort.removeprefix('-')]}", f"{sign}pk")


def _row(item: Model) -> dict[str, Any]:
    """What the table shows of one motivation or application; nothing of the patient."""
    if isinstance(item, Motivation):
        return {
            "motivation": item,
            "product": item.product_line,
            "is_urgent": item.urgency == Urgency.URGENT,
            "urgent": Urgency.URGENT,
        }
    assert isinstance(item, Application)  # noqa: S101
    return {
        "application": item,
        "product": item.product.product_line if item.product else item.motivation.product_line,
        "status": ApplicationStatus(item.status),
        "outcome": Outcome(item.outcome) if item.outcome else None,
        "is_urgent": item.motivation.urgency == Urgency.URGENT,
        "urgent": Urgency.URGENT,
    }
