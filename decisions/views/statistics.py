"""Statistics for the agency's officers: choose, see, take the figures along."""

from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.forms import StatisticsForm
from decisions.models import StatisticsState
from decisions.statistics.presentation import draw, shown_lines
from decisions.statistics.questions import Measure, months, regions
from decisions.statistics.tables import table
from decisions.statistics.words import period_name
from klas import clock, export
from klas.access import Permission
from klas.acting import ActingView
from klas.policy import policy
from klas.summary import Tab

# The filters that a chip takes away; the rest always has some value.
FILTERS = ("kind", "region", "atc", "product")


class StatisticsView(ActingView):
    """One measure, as a headline, a chart and a table; all that is chosen stands in the address."""

    permission = Permission.VIEW_STATISTICS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        state = StatisticsState.objects.filter(pk=1).first()
        if state is None or state.first_month is None:
            return render(request, "decisions/statistics.html", {"state": None})
        form = _form(request.GET, first=state.first_month)
        selection = form.selection
        made = table(selection)
        most = policy.statistics_rows
        context: dict[str, Any] = {
            "state": state,
            "form": form,
            "measure": selection.measure,
            "period": period_name(selection.first, selection.last),
            "tabs": _tabs(request.GET, selection.measure),
            "chips": _chips(form, request.GET),
            "clear_url": f"{request.path}?matt={selection.measure}",
            "table": made,
            "chart": draw(selection, made),
            "lines": shown_lines(made, selection, request.GET, most=most),
            "total": made.shown(made.total),
            "hidden": max(0, len(made.lines) - most),
            "file_url": reverse("decisions:statistics_file"),
        }
        return render(request, "decisions/statistics.html", context)


class StatisticsFileView(ActingView):
    """The same answer as a file, with all its lines."""

    permission = Permission.VIEW_STATISTICS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        page = f"{reverse('decisions:statistics')}?{request.GET.urlencode()}"
        state = StatisticsState.objects.filter(pk=1).first()
        if state is None or state.first_month is None:
            return redirect(page)
        form = _form(request.GET, first=state.first_month)
        if not form.is_valid():
            return redirect(page)  # says what is wrong
        selection = form.selection
        name = f"klas-{selection.measure}-{selection.first:%Y-%m}--{selection.last:%Y-%m}"
        made = table(selection)
        columns = [export.Column(made.group_name, 40)]
        columns += [export.Column(column.name) for column in made.columns]
        rows = ([line.name, *line.values] for line in (*made.lines, made.total))
        return export.stream(name, columns, rows, export.asked_format(request.GET))


def _form(query: QueryDict, *, first: date) -> StatisticsForm:
    """The form, with the months there are; a year of whole months is what is usually shown."""
    this_month = clock.today().replace(day=1)
    known = months(min(first, this_month), this_month)
    last = known[-2] if len(known) > 1 else known[-1]
    usual = (max(known[0], months(date(last.year - 1, last.month, 1), last)[1]), last)
    asked = query.copy()
    for name, month in (("first", usual[0]), ("last", usual[1])):
        asked.setdefault(name, f"{month:%Y-%m}")
    return StatisticsForm(asked, months=known, usual=usual, regions=regions())


def _tabs(query: QueryDict, current: Measure) -> list[Tab]:
    items = []
    for measure in Measure:
        changed = query.copy()
        changed["matt"] = measure
        items.append(Tab(measure.label, f"?{changed.urlencode()}", None, measure == current))
    return items


def _chips(form: StatisticsForm, query: QueryDict) -> list[tuple[str, str, str]]:
    """Label, value and the address without it, of each filter in use."""
    found = []
    for name in FILTERS:
        value = form.cleaned_data.get(name)
        if not value:
            continue
        without = query.copy()
        del without[name]
        choices = dict(getattr(form.fields[name], "choices", ())) if name in FILTERS[:2] else {}
        label = _("Läkemedel") if name == "product" else str(form.fields[name].label)
        found.append((label, str(choices.get(value, value)), f"?{without.urlencode()}"))
    return found
