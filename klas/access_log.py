"""The operator's view of the access log: who did what, never health data."""

from collections.abc import Iterator

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klas import audit, export
from klas.access import Permission
from klas.acting import ActingView
from klas.export import Column, Value
from klas.forms import KlasForm, Look
from klas.models import AccessAction, AccessLogEntry
from klas.policy import policy


class AccessLogFilter(KlasForm):
    mark_optional = False
    action = forms.ChoiceField(
        label=_("Handling"), required=False, choices=[("", _("Alla")), *AccessAction.choices]
    )
    whose = forms.CharField(label=_("Referens- eller diarienummer"), required=False)
    looks = {"whose": Look(width=20)}


# A file of the log, and what is given out to somebody who asks who has seen their data.
COLUMNS = (
    Column(_("Tid"), 17),
    Column(_("Vem"), 26),
    Column(_("Roll"), 18),
    Column(_("Enhet"), 26),
    Column(_("Handling"), 12),
    Column(_("Vad"), 30),
    Column(_("Ärende"), 20),
    Column(_("Syfte"), 16),
    Column(_("Adress"), 16),
)


def lines(entries: QuerySet[AccessLogEntry]) -> Iterator[tuple[Value, ...]]:
    """Entries as rows of `COLUMNS`, asked for bit by bit."""
    for entry in entries.iterator(chunk_size=1_000):
        yield (
            entry.at,
            entry.user.name if entry.user else gettext("Systemet"),
            entry.role_display,
            entry.unit,
            entry.get_action_display(),
            entry.what_display,
            entry.whose,
            entry.purpose,
            entry.address,
        )


def _asked(form: AccessLogFilter) -> QuerySet[AccessLogEntry]:
    """The entries that the filter asks for, newest first."""
    entries = AccessLogEntry.objects.select_related("user").order_by("-at", "-pk")
    if form.is_valid():
        if form.cleaned_data["action"]:
            entries = entries.filter(action=form.cleaned_data["action"])
        if form.cleaned_data["whose"].strip():
            entries = entries.filter(whose__iexact=form.cleaned_data["whose"].strip())
    return entries


class AccessLogFileView(ActingView):
    """The access log as filtered, as CSV or XLSX."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponseBase:
        format = export.asked_format(request.GET)
        form = AccessLogFilter(request.GET)
        entries = _asked(form)
        audit.record(AccessAction.DOWNLOAD, by=self.acting, what="access_log")
        return export.stream("atkomstlogg", COLUMNS, lines(entries), format)


class AccessLogView(ActingView):
    """The access log, newest first; looking at it is itself recorded."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AccessLogFilter(request.GET)
        entries = _asked(form)
        audit.record(AccessAction.READ, by=self.acting, what="access_log")
        page = Paginator(entries, policy.page_size).get_page(request.GET.get("page"))
        context = {"form": form, "page_obj": page, "query": request.GET.urlencode()}
        return render(request, "access_log.html", context)
