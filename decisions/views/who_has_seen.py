"""Who has seen a person's data: from the access log, for the operator and to give out.

The number is sent by POST and is kept nowhere; nothing of the person is shown but the numbers of
the motivations and cases that are about them.
"""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from decisions.services.who_has_seen import accesses_of, numbers_of, record
from klas import access_log, clock, export
from klas.access import Permission
from klas.acting import ActingView
from klas.fields import PersonalNumberField
from klas.forms import KlasForm, Look
from klas.models import AccessAction
from klas.policy import policy

FILE = "_format"


class PersonForm(KlasForm):
    personal_number = PersonalNumberField(
        label=_("Personnummer eller samordningsnummer"),
        help_text=_("ÅÅÅÅMMDD-NNNN. Numret sparas inte."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    looks = {"personal_number": Look(width=20)}


class WhoHasSeenView(ActingView):
    """GET: the question. POST: the answer, as a page or (with `_format`) as a file."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "decisions/who_has_seen.html", {"form": PersonForm()})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = PersonForm(request.POST)
        if not form.is_valid():
            return render(request, "decisions/who_has_seen.html", {"form": form}, status=422)
        numbers = numbers_of(form.cleaned_data["personal_number"])
        entries = accesses_of(numbers)
        if FILE in request.POST:
            format = export.asked_format({"format": request.POST[FILE]})
            record(numbers, action=AccessAction.DOWNLOAD, by=self.acting)
            lines = access_log.lines(entries)
            return export.stream("vem-har-sett", access_log.COLUMNS, lines, format)
        count, shown = entries.count(), list(entries[: policy.log_of_person_shown])
        record(numbers, action=AccessAction.SEARCH, by=self.acting)
        context = {
            "form": form,
            "asked": True,
            "numbers": numbers,
            "entries": shown,
            "count": count,
            "is_cut": count > len(shown),
            "now": clock.now(),
        }
        return render(request, "decisions/who_has_seen.html", context)
