"""The operator's view of the access log: who did what, never health data."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from klas import audit
from klas.access import Permission
from klas.acting import ActingView
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


class AccessLogView(ActingView):
    """The access log, newest first; looking at it is itself recorded."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AccessLogFilter(request.GET)
        entries = AccessLogEntry.objects.select_related("user").order_by("-at", "-pk")
        if form.is_valid():
            if form.cleaned_data["action"]:
                entries = entries.filter(action=form.cleaned_data["action"])
            if form.cleaned_data["whose"].strip():
                entries = entries.filter(whose__iexact=form.cleaned_data["whose"].strip())
        audit.record(AccessAction.READ, by=self.acting, what="access_log")
        page = Paginator(entries, policy.page_size).get_page(request.GET.get("page"))
        return render(request, "access_log.html", {"form": form, "page_obj": page})
