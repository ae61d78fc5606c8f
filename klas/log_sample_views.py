"""The operator's sample checks of the access log."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas import audit, clock, log_samples
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.models import AccessAction, AccessLogEntry, LogSample, SampledEntry, Verdict
from klas.once import once
from klas.policy import policy
from klas.presentation import swedish_datetime
from klas.summary import Row


class DrawForm(KlasForm):
    first_day = forms.DateField(label=gettext_lazy("Från och med"))
    last_day = forms.DateField(label=gettext_lazy("Till och med"))
    most = forms.IntegerField(
        label=gettext_lazy("Antal"), min_value=1, max_value=policy.log_sample_most
    )
    looks = {
        "first_day": Look(width=10), "last_day": Look(width=10), "most": Look(width=4),
    }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        first, last = facts.get("first_day"), facts.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Perioden slutar innan den börjar. Ändra en av dagarna."))
        return facts


class CheckForm(KlasForm):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Bedömning"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    note = NoPersonalNumberField(
        label=gettext_lazy("Anteckning"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Skriv varför, om du ifrågasätter åtkomsten. Skriv inget om vem."),
    )


class SamplesView(ActingView):
    """GET: the samples drawn, newest first, and a form. POST: draws one."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest) -> HttpResponse:
        yesterday = clock.today() - timedelta(days=1)
        first = yesterday - timedelta(days=6)
        return self.page(DrawForm(initial={"first_day": first, "last_day": yesterday, "most": 10}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DrawForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            sample = log_samples.draw(**form.cleaned_data, by=self.acting)
            return reverse("klas:log_sample", args=[sample.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(self, form: DrawForm, *, status: int = 200) -> HttpResponse:
        samples = (
            LogSample.objects.select_related("drawn_by__user")
            .annotate(
                size=Count("entries"),
                left=Count("entries", filter=Q(entries__checked_at__isnull=True)),
                questioned=Count("entries", filter=Q(entries__verdict=Verdict.QUESTIONED)),
            )
            .order_by("-drawn_at", "-pk")
        )
        page = Paginator(samples, policy.page_size).get_page(self.request.GET.get("page"))
        context = {"form": form, "page_obj": page}
        return render(self.request, "log_samples.html", context, status=status)


class SampleView(ActingView):
    """The accesses of one sample, and what was made of each."""

    permission = Permission.VIEW_ACCESS_LOG

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sample = get_object_or_404(LogSample.objects.select_related("drawn_by__user"), pk=pk)
        audit.record(AccessAction.READ, by=self.acting, what="log_sample", obj=sample)
        sampled = list(sample.entries.select_related("checked_by__user").order_by("place", "pk"))
        entries = _entries_of(sampled)
        lines = [(one, entries.get(one.entry_id)) for one in sampled]
        return render(request, "log_sample.html", {"sample": sample, "lines": lines})


class CheckView(ActingView):
    """GET: one access of a sample. POST: its verdict."""

    permission = Permission.VIEW_ACCESS_LOG

    def found(self) -> SampledEntry:
        return get_object_or_404(
            SampledEntry.objects.select_related("sample"),
            sample=self.kwargs["pk"],
            place=self.kwargs["place"],
        )

    def get(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        if self.found().checked_at is not None:
            return redirect("klas:log_sample", pk)
        return self.page(CheckForm())

    def post(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        form = CheckForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            log_samples.check(
                self.found(),
                verdict=Verdict(form.cleaned_data["verdict"]),
                note=form.cleaned_data["note"],
                by=self.acting,
            )
            messages.success(request, _("Bedömningen är sparad."))
            return reverse("klas:log_sample", args=[pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(self, form: CheckForm, *, status: int = 200) -> HttpResponse:
        sampled = self.found()
        audit.record(AccessAction.READ, by=self.acting, what="log_sample", obj=sampled)
        entry = _entries_of([sampled]).get(sampled.entry_id)
        context = {
            "sampled": sampled,
            "rows": [] if entry is None else _rows(entry),
            "form": form,
        }
        return render(self.request, "check_sampled.html", context, status=status)


def _entries_of(sampled: list[SampledEntry]) -> dict[int, AccessLogEntry]:
    """The entries that were drawn; one that has been pruned is not there."""
    times = [one.entry_at for one in sampled]
    found = AccessLogEntry.objects.filter(
        pk__in=[one.entry_id for one in sampled], at__gte=min(times), at__lte=max(times)
    )
    return {entry.pk: entry for entry in found.select_related("user").order_by("pk")}


def _rows(entry: AccessLogEntry) -> list[Row]:
    return [
        Row(_("Tid"), swedish_datetime(entry.at)),
        Row(_("Vem"), entry.user.name if entry.user else _("Systemet")),
        Row(_("Roll"), entry.role_display),
        Row(_("Enhet"), entry.unit),
        Row(_("Handling"), entry.get_action_display()),
        Row(_("Vad"), entry.what_display),
        Row(_("Ärende"), entry.whose),
        Row(_("Syfte"), entry.purpose),
        Row(_("Adress"), entry.address or ""),
    ]
