"""A motivation as a pharmacy may see it, and the start of an application."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from applications.presentation import is_protected
from applications.queries import motivations_open_to, own_application, purpose_of
from applications.services import applying
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.errors import Refused
from klas.once import once
from klas.summary import Row
from klas.tags import status_tag
from motivations import reading
from motivations.enums import Audience, MotivationStatus, Urgency
from motivations.kinds import kind_of
from motivations.models import Motivation, MotivationDocument
from motivations.presentation import SectionRows, prescriber_rows, renewal_rows, section_rows
from motivations.queries import current_version
from motivations.services import attachments


class _OnMotivation(ActingView):
    """Takes the motivation from those open to the acting pharmacy; any other is 404."""

    permission = Permission.SEARCH_MOTIVATIONS

    def motivation(self) -> Motivation:
        return get_object_or_404(motivations_open_to(self.acting), pk=self.kwargs["pk"])

    def show(self, motivation: Motivation, *, problem: str = "", status: int = 200) -> HttpResponse:
        """Everything but the clinical text, and what can be done."""
        version = current_version(motivation)
        seen = reading.read(version, by=self.acting, purpose=purpose_of(self.acting, motivation))
        context = {
            "motivation": motivation,
            "facts": _facts(motivation),
            "prescriber_rows": prescriber_rows(version.prescriber),
            "sections": _answered(section_rows(kind_of(motivation.kind), seen.answers)),
            "is_protected": is_protected(seen.answers),
            "application": own_application(self.acting, motivation),
            "attachments": attachments.readable_by(motivation, self.acting),
            "may_apply": self.acting.has(Permission.APPLY),
            "obstacle": applying.obstacle(motivation),
            "problem": problem,
        }
        return render(self.request, "applications/motivation.html", context, status=status)


class MotivationView(_OnMotivation):
    """What a pharmacy may see of a motivation, and the button that begins an application."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.motivation())


class StartView(_OnMotivation):
    """Begins an application, or goes on with the one begun (POST)."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A refusal was shown at this address and has been read again: back to the motivation."""
        return redirect("applications:motivation", pk=self.motivation().pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        motivation = self.motivation()
        try:
            return once(
                request,
                lambda: applying.start(motivation, by=self.acting).get_absolute_url(),
            )
        except Refused as error:
            own = own_application(self.acting, motivation)
            if own is not None and not own.is_draft:
                return redirect(own)
            motivation.refresh_from_db()
            return self.show(motivation, problem=str(error), status=409)


class MotivationDocumentView(_OnMotivation):
    """The motivation as PDF, made for pharmacies: without clinical text."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        motivation = self.motivation()
        document = MotivationDocument.objects.filter(
            version=current_version(motivation), audience=Audience.PHARMACY
        ).first()
        if document is None:
            raise Http404
        return pdf_response(
            request,
            document,
            by=self.acting,
            what="motivation_document",
            whose=motivation.reference or "",
            filename=f"{motivation.reference}.pdf",
        )


def _answered(sections: list[SectionRows]) -> list[SectionRows]:
    """Without the questions that the prescriber left empty: there is nothing to read there."""
    return [
        replace(section, rows=[row for row in section.rows if not row.is_empty])
        for section in sections
    ]


def _facts(motivation: Motivation) -> list[Row]:
    rows = [
        Row(_("Slag"), kind_of(motivation.kind).title),
        Row(_("Status"), status_tag(MotivationStatus(motivation.status))),
        Row(_("Skickad av förskrivaren"), motivation.submitted_at),
        *renewal_rows(motivation, whole=False),
    ]
    if motivation.urgency == Urgency.URGENT:
        rows.append(Row(_("Brådskande"), status_tag(Urgency.URGENT)))
    return rows
