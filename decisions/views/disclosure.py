"""Documents of a case are given out: what is masked, a page to confirm, and what was given."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import disclosing, presentation, queries
from decisions.enums import SecrecyGround
from decisions.forms.disclosure import DisclosureForm, DisclosureReasonsForm
from decisions.models import Case, Disclosure
from decisions.services import disclosures
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once

CONFIRM, CHANGE = "_confirm", "_change"


class DiscloseView(ActingView):
    """Chooses what is masked, then asks why, shows what is given out, and decides."""

    permission = Permission.DISCLOSE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case, documents = self._found(pk)
        masked = {field.key for field in documents.fields if field.ground}
        return self._choose(case, documents, DisclosureForm(), masked)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case, documents = self._found(pk)
        chosen = set(request.POST.getlist("mask"))
        masked = {f.key for f in documents.fields if f.locked or f.key in chosen}
        form = DisclosureForm(request.POST)
        if not form.is_valid():
            return self._choose(case, documents, form, masked, status=422)
        if CHANGE in request.POST:
            return self._choose(case, documents, form, masked)
        bound = request.POST if CONFIRM in request.POST else None
        reasons = DisclosureReasonsForm(bound, documents=documents, masked=masked)
        if bound is None:
            return self._confirm(case, documents, form, reasons)
        if not reasons.is_valid():
            return self._confirm(case, documents, form, reasons, status=422)
        choice = disclosures.Choice(
            masked=reasons.grounds(),
            opened=reasons.opened(),
            assessment=reasons.cleaned_data["assessment"],
            **form.cleaned_data,
        )

        def act() -> str:
            seen = request.POST.get("seen", "")
            made = disclosures.disclose(case, choice, seen=seen, by=self.acting)
            messages.success(request, _("Beslutet är sparat. PDF-filen görs nu."))
            return reverse("decisions:disclosed", args=[made.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._choose(case, documents, form, masked, status=409)

    def _found(self, pk: int) -> tuple[Case, disclosing.Documents]:
        case = get_object_or_404(queries.for_review(self.acting), pk=pk)
        return case, disclosing.documents_of(case, by=self.acting)

    def _choose(
        self,
        case: Case,
        documents: disclosing.Documents,
        form: DisclosureForm,
        masked: set[str],
        status: int = 200,
    ) -> HttpResponse:
        context = {"form": form, "masked": masked, "parts": documents.parts}
        return self._page("decisions/disclose.html", case, context, status)

    def _confirm(
        self,
        case: Case,
        documents: disclosing.Documents,
        form: DisclosureForm,
        reasons: DisclosureReasonsForm,
        status: int = 200,
    ) -> HttpResponse:
        grounds = {field.key: field.ground for field in documents.fields}
        shown = {key: grounds[key] or _("bestämmelse väljs") for key in reasons.masked_keys}
        context = {
            "form": form,
            "reasons": reasons,
            "masked": sorted(reasons.masked_keys),
            "seen": documents.fingerprint,
            "preview": disclosures.content_of(documents, shown),
        }
        return self._page("decisions/disclose_confirm.html", case, context, status)

    def _page(
        self, template: str, case: Case, context: dict[str, Any], status: int
    ) -> HttpResponse:
        facts = presentation.identity_facts(case, today=clock.today())
        shown = {"case": case, "facts": facts, **context}
        return render(self.request, template, shown, status=status)


class DisclosedView(ActingView):
    """One release: what was masked and why, who decided, and the PDF."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.found(pk)
        audit.record(
            AccessAction.READ, by=self.acting, what="disclosure", obj=found, whose=found.case.dnr
        )
        masked = [{**one, "ground": SecrecyGround(one["ground"]).label} for one in found.masked]
        context = {"disclosure": found, "case": found.case, "masked": masked}
        return render(request, "decisions/disclosed.html", context)

    def found(self, pk: int) -> Disclosure:
        """The release, if the acting assignment may see its case."""
        visible = Disclosure.objects.filter(case__in=queries.visible_to(self.acting).values("pk"))
        found: Disclosure = get_object_or_404(
            visible.select_related("case", "decided_by__user"), pk=pk
        )
        return found


class DisclosedPdfView(DisclosedView):
    """What was given out, as PDF."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.found(pk)
        return pdf_response(
            request,
            found,
            by=self.acting,
            what="disclosure",
            whose=found.case.dnr,
            filename=f"handlingar-{found.case.dnr}-{found.pk}.pdf",
        )
