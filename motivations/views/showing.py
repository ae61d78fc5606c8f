"""One motivation: its task list while it is a draft, then how it goes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klas import clock
from klas.download import pdf_response
from klas.policy import policy
from klas.section_view import SHOW_ERRORS
from klas.sections import Answers, Section
from klas.summary import Row, Task, TaskStatus
from klas.tags import status_tag
from motivations import reading
from motivations.enums import Audience, MotivationStatus, Outcome, Urgency
from motivations.flow import MOTIVATION
from motivations.kinds.common import PRODUCT
from motivations.models import Motivation, MotivationDocument
from motivations.presentation import prescriber_rows, product_rows, renewal_rows, section_rows
from motivations.queries import current_version, days_waiting, is_renewable, waits_long
from motivations.services import attachments, drafts, progress
from motivations.views.addresses import section_address
from motivations.views.own import OwnMotivationView
from motivations.words import events_for_author, outcome_meaning


class MotivationView(OwnMotivationView):
    """The task list of a draft; the status page of what has been sent."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._task_list() if self.motivation.is_draft else self._status_page()

    def _task_list(self) -> HttpResponse:
        answers = drafts.read(self.motivation, by=self.acting)
        tasks = [self._particulars(), *self._sections(answers), self._attachments(answers)]
        done = sum(task.status == TaskStatus.DONE for task in tasks)
        is_ready = done == len(tasks)
        send = Task(
            _("Granska och skicka"),
            reverse("motivations:check", args=[self.motivation.pk]),
            TaskStatus.NOT_STARTED if is_ready else TaskStatus.CANNOT_START,
        )
        context = {
            "motivation": self.motivation,
            "kind": self.kind,
            "tasks": tasks,
            "send": [send],
            "done": done,
            "total": len(tasks),
            "is_ready": is_ready,
            "renewal": self._renewal(),
            **self._again(),
        }
        return render(self.request, "motivations/task_list.html", context)

    def _particulars(self) -> Task:
        problem = progress.prescriber_problem(self.acting)
        return Task(
            _("Dina uppgifter"),
            reverse("accounts:profile"),
            TaskStatus.PROBLEM if problem else TaskStatus.DONE,
            hint=problem or f"{self.acting.user.name}, {self.acting.unit_name}",
        )

    def _sections(self, answers: Answers) -> list[Task]:
        return [self._task(section, answers) for section in self.kind.sections]

    def _task(self, section: Section, answers: Answers) -> Task:
        status = progress.section_status(section, answers)
        address = section_address(self.motivation, section)
        if status == TaskStatus.PROBLEM:
            address += f"?{SHOW_ERRORS}=1"
        hint = self.motivation.product_line if section.slug == PRODUCT else ""
        return Task(section.title, address, status, hint=hint)

    def _attachments(self, answers: Answers) -> Task:
        count = self.motivation.attachments.count()
        is_demanded = attachments.needs_product_documentation(self.motivation, answers)
        hint = ngettext("%(count)s fil", "%(count)s filer", count) % {"count": count}
        if not count:
            hint = _("Produktdokumentation krävs") if is_demanded else _("Frivilligt")
        return Task(
            _("Bilagor"),
            reverse("motivations:attachments", args=[self.motivation.pk]),
            attachments.task_status(self.motivation, answers),
            hint=hint,
        )

    def _status_page(self) -> HttpResponse:
        motivation, today = self.motivation, clock.today()
        version = current_version(motivation)
        read = reading.read(version, by=self.acting)
        context = {
            "motivation": motivation,
            "kind": self.kind,
            "facts": [*_facts(motivation), *self._renewal()],
            "status": MotivationStatus(motivation.status),
            "days_waiting": days_waiting(motivation, today=today),
            "waits_long": waits_long(motivation, today=today),
            "lapse_days": policy.lapse_after_days,
            "meaning": outcome_meaning(motivation.outcome, self.kind),
            "events": events_for_author(motivation),
            "sections": [
                part for part in section_rows(self.kind, read.answers) if part.slug != PRODUCT
            ],
            "product": product_rows(version.product),
            "prescriber": prescriber_rows(version.prescriber),
            "attachments": list(attachments.readable_by(motivation, self.acting)),
            "may_withdraw": MOTIVATION.allows(motivation, "withdraw", by=self.acting),
            **self._again(),
        }
        return render(self.request, "motivations/status.html", context)

    def _renewal(self) -> list[Row]:
        earlier = self.motivation.renews
        return renewal_rows(self.motivation, address=earlier.get_absolute_url() if earlier else "")

    def _again(self) -> dict[str, bool]:
        may_copy = self.motivation.kind in drafts.startable_by(self.acting)
        may_renew = may_copy and is_renewable(self.motivation, today=clock.today())
        return {"may_copy": may_copy, "may_renew": may_renew}


class ReceiptView(OwnMotivationView):
    """The receipt of what has been sent; can be bookmarked and printed for the patient."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        motivation = self.motivation
        if motivation.is_draft:
            return redirect(motivation)
        version = current_version(motivation)
        register = version.product.register
        context = {
            "motivation": motivation,
            "kind": self.kind,
            "pharmacy": motivation.chosen_pharmacy,
            "handling_days": policy.handling_working_days,
            "lapse_days": policy.lapse_after_days,
            "is_first_time": register is None or not register.on_licence_before,
            "is_urgent": motivation.urgency == Urgency.URGENT,
        }
        return render(request, "motivations/receipt.html", context)


class MotivationPdfView(OwnMotivationView):
    """The whole motivation as PDF: the current version, for its author."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = get_object_or_404(
            MotivationDocument.objects.defer(None),
            version=current_version(self.motivation) if not self.motivation.is_draft else None,
            audience=Audience.FULL,
        )
        reference = self.motivation.reference or ""
        return pdf_response(
            request,
            document,
            by=self.acting,
            what="motivation_document",
            whose=reference,
            filename=f"{reference}.pdf",
        )


class SlipView(OwnMotivationView):
    """The slip for the patient, owner or care unit as PDF."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = get_object_or_404(
            MotivationDocument.objects.defer(None),
            version__motivation=self.motivation,
            audience=Audience.PATIENT,
        )
        reference = self.motivation.reference or ""
        return pdf_response(
            request,
            document,
            by=self.acting,
            what="motivation_document",
            whose=reference,
            filename=f"{reference}-lapp.pdf",
        )


def _facts(motivation: Motivation) -> list[Row]:
    facts = [
        Row(_("Referensnummer"), motivation.reference),
        Row(_("Status"), status_tag(MotivationStatus(motivation.status))),
    ]
    if motivation.outcome:
        facts.append(Row(_("Beslut"), status_tag(Outcome(motivation.outcome))))
    if motivation.licence_number:
        facts.append(Row(_("Licens"), motivation.licence_number))
        facts.append(Row(_("Gäller till och med"), motivation.licence_valid_to))
    if motivation.dnr:
        facts.append(Row(_("Ärende hos Läkemedelsverket"), motivation.dnr))
    if motivation.status == MotivationStatus.IN_CASE:
        facts.append(Row(_("Beslut väntas"), motivation.expected_on))
    return facts
