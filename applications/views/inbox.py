"""“Detta apotek” and “Alla mina apotek”: the tabs of the desk, as pages and as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.desk import ADDRESSED, Desk, chain_of, counts, desk_of, of_tab
from applications.desk_lists import (
    LISTS,
    DeskList,
    Item,
    ListColumn,
    file_columns,
    file_row,
    motivation_of,
    number_of,
    pharmacy_of,
)
from applications.forms import ChainFilterForm, InboxFilterForm
from applications.presentation import handover_lines
from applications.queries import about, open_handovers
from klas import audit, clock, export
from klas.access import Permission
from klas.acting import ActingView
from klas.models import AccessAction
from klas.policy import policy
from klas.summary import Tab
from motivations.enums import Urgency
from motivations.models import Motivation


@dataclass(frozen=True)
class Chosen:
    """The list that an address asks for, in its order. `query` is what asks for it again."""

    tab: str
    shown: DeskList
    columns: list[ListColumn]
    form: InboxFilterForm
    is_searched: bool
    sort: str
    query: str
    rows: QuerySet[Any]


class OnDesk(ActingView):
    """What page and file have in common. `of_chain`: of all the acting person's own pharmacies."""

    permission = Permission.APPLY
    of_chain: ClassVar[bool] = False

    @cached_property
    def chain(self) -> Desk:
        """All of the person's pharmacies."""
        return chain_of(self.acting, on=clock.today())

    @cached_property
    def desk(self) -> Desk:
        """Whose lists are shown: the acting pharmacy's, all of one's own, or the chosen one's."""
        if not self.of_chain:
            return desk_of(self.acting)
        if not self.chain.is_chain:
            raise Http404
        return self.chain.at(self.pharmacy) if self.pharmacy else self.chain

    @cached_property
    def pharmacy(self) -> int | None:
        """The one of one's own pharmacies that the address narrows the chain to."""
        wanted = self.request.GET.get("pharmacy", "") if self.of_chain else ""
        return next((pk for pk in self.chain.pharmacy_ids if str(pk) == wanted), None)

    def tab_query(self, tab: str) -> str:
        """What of an address leads to a tab, of the pharmacy that is looked at."""
        return urlencode({"tab": tab} | ({"pharmacy": self.pharmacy} if self.pharmacy else {}))

    def chosen(self, tab: str) -> Chosen:
        """The list of a tab, as the address narrows and orders it."""
        wanted: QueryDict = self.request.GET
        form = self._form(tab, wanted)
        asked = form.cleaned_data if form.is_valid() else {}
        rows = of_tab(self.desk, tab, today=clock.today())
        if text := asked.get("q", ""):
            is_motivation = tab == ADDRESSED
            prefix = "" if is_motivation else "motivation__"
            rows = rows.filter(about(text, prefix=prefix, dnr=not is_motivation))
        if mine := asked.get("mine", False):
            rows = rows.filter(assigned_to__user=self.acting.user_id)
        shown = LISTS[tab]
        sort, order = shown.order(wanted.get("sort", ""), chain=self.of_chain)
        query = {"q": text, "sort": sort} | ({"mine": "on"} if mine else {})
        return Chosen(
            tab=tab,
            shown=shown,
            columns=shown.shown_columns(chain=self.of_chain),
            form=form,
            is_searched=bool(text or mine),
            sort=sort,
            query=f"{self.tab_query(tab)}&{urlencode(query)}",
            rows=rows.order_by(*order),
        )

    def _form(self, tab: str, wanted: QueryDict) -> InboxFilterForm:
        data = {name: wanted.get(name, "") for name in ("q", "mine", "pharmacy")} | {"tab": tab}
        form = ChainFilterForm(data, chain=self.chain) if self.of_chain else InboxFilterForm(data)
        if tab == ADDRESSED:  # Nobody has begun on them.
            del form.fields["mine"]
        return form


class InboxView(OnDesk):
    """One tab (GET tab, q, mine, sort, page); as many queries for one row as for a page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = counts(self.desk, today=clock.today())
        tab = request.GET.get("tab", "")
        if tab not in LISTS:
            tab = next((name for name in LISTS if found[name]), ADDRESSED)
        if self.of_chain:
            audit.record(AccessAction.READ, by=self.acting, what="chain_list")
        chosen = self.chosen(tab)
        # A page is chosen among the keys alone: what a list shows is fetched of its rows only.
        paginator = Paginator(chosen.rows.values_list("pk", flat=True), policy.page_size)
        if not chosen.is_searched:
            paginator.count = found[tab]
        page = paginator.get_page(request.GET.get("page"))
        address, query, words = chosen.shown.action
        context = {
            "of_chain": self.of_chain,
            "place": _("Alla mina apotek") if self.of_chain else _("Detta apotek"),
            "export_url": reverse(f"applications:{'chain_export' if self.of_chain else 'export'}"),
            "chain": self.chain,
            "list": chosen.shown,
            "heading": chosen.shown.heading(paginator.count),
            "handovers": handover_lines(open_handovers(self.acting), by=self.acting),
            "tab": tab,
            "tabs": [
                Tab(LISTS[name].name, f"?{self.tab_query(name)}", found[name], current=name == tab)
                for name in LISTS
            ],
            "filter": chosen.form,
            "is_searched": chosen.is_searched,
            "is_narrowed": chosen.is_searched or bool(self.pharmacy),
            "sort": chosen.sort,
            "query": chosen.query,
            "columns": [column for column in chosen.columns if column.on_page],
            "page_obj": page,
            "rows": [
                self._row(chosen, item)
                for item in chosen.rows.filter(pk__in=list(page.object_list))
            ],
            "action_url": f"{reverse(address) if address else ''}{query}",
            "action": words,
        }
        return render(request, "applications/inbox.html", context)

    def _row(self, chosen: Chosen, item: Item) -> dict[str, Any]:
        """What the page shows of a row; nothing of the patient."""
        here, elsewhere = (
            ("motivation", "open_motivation")
            if isinstance(item, Motivation)
            else ("detail", "open_application")
        )
        name = here if pharmacy_of(item).pk == self.acting.pharmacy_id else elsewhere
        motivation = motivation_of(item)
        return {
            "url": reverse(f"applications:{name}", args=[item.pk]),
            "number": number_of(item),
            "reference": motivation.reference,
            "urgent": Urgency.URGENT if motivation.urgency == Urgency.URGENT else None,
            "cells": [column.shown(item) for column in chosen.columns if column.on_page],
        }


class ChainView(InboxView):
    """The same over all pharmacies where the person works; 404 for those who work at one."""

    of_chain = True


class InboxExportView(OnDesk):
    """The list as it stands under its tab, search and order, all pages of it, as a file."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        tab = request.GET.get("tab", "")
        if tab not in LISTS:
            raise Http404
        format = export.asked_format(request.GET)
        chosen = self.chosen(tab)
        if not chosen.form.is_valid():
            raise Http404
        what = "chain_list" if self.of_chain else "application_list"
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what=what)
        name = f"{'alla-mina-apotek' if self.of_chain else 'detta-apotek'}-{tab}"
        rows = map(partial(file_row, chosen.columns), _all(chosen.rows))
        return export.stream(name, file_columns(chosen.columns), rows, format)


class ChainExportView(InboxExportView):
    """The same over all pharmacies where the person works."""

    of_chain = True


def _all(rows: QuerySet[Any]) -> Iterator[Any]:
    yield from rows.iterator(chunk_size=500)
