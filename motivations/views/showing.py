"""One motivation: its task list while it is a draft, then how it goes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klas import clock
from klas.download import pdf_response
from klas.policy import policy
from klas.summary import Row, TaskStatus
from klas.tags import status_tag
from motivations import reading
from motivations.advice import advice_on
from motivations.enums import (
    Audience,
    LicenceStop,
    MotivationStatus,
    Outcome,
    SupplementStatus,
    Urgency,
)
from motivations.flow import MOTIVATION
from motivations.kinds.common import PRODUCT
from motivations.models import Motivation, MotivationDocument
from motivations.presentation import prescriber_rows, renewal_rows, section_rows, version_steps
from motivations.queries import (
    current_version,
    days_waiting,
    is_first_time,
    is_renewable,
    waits_long,
)
from motivations.services import attachments, drafts, sharing, supplements
from motivations.views.own import OwnMotivationView
from motivations.views.tasks import TaskListView, send_task
from motivations.views.workplace import colleagues_page
from motivations.words import events_for_author, outcome_meaning, stop_meaning


class MotivationView(TaskListView):
    """The task list of a draft; the status page of what has been sent, to author and colleagues."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.motivation.is_draft:
            return self._task_list()
        if self.is_author:
            return self._status_page()
        return colleagues_page(request, self.motivation, by=self.acting)

    def _task_list(self) -> HttpResponse:
        answers = drafts.read(self.motivation, by=self.acting)
        tasks = self.tasks(answers)
        done = sum(task.status == TaskStatus.DONE for task in tasks)
        check = reverse("motivations:check", args=[self.motivation.pk])
        count = len(advice_on(self.kind, answers)) if done == len(tasks) else 0
        hint = ngettext("%(count)s råd innan du skickar", "%(count)s råd innan du skickar", count)
        shares = list(sharing.shares_of(self.motivation))
        context = {
            "motivation": self.motivation,
            "kind": self.kind,
            "tasks": tasks,
            "send": [
                send_task(
                    _("Granska och skicka"),
                    check,
                    tasks,
                    hint=hint % {"count": count} if count else "",
                )
            ],
            "done": done,
            "total": len(tasks),
            "is_ready": done == len(tasks),
            "is_author": self.is_author,
            "last_save": max(self.saves.values(), key=lambda save: save.at, default=None),
            "shared_with": ", ".join(share.colleague.user.name for share in shares),
            "handed_over": [share for share in shares if share.handed_over_at],
            "renewal": self._renewal(),
            **self._again(),
        }
        return render(self.request, "motivations/task_list.html", context)

    def _status_page(self) -> HttpResponse:
        motivation, today = self.motivation, clock.today()
        readings = reading.read_all(motivation, by=self.acting)
        asked = supplements.requests_of(motivation, by=self.acting)
        read, version = readings[-1], readings[-1].version
        context = {
            "motivation": motivation,
            "kind": self.kind,
            "facts": [*_facts(motivation), *self._renewal()],
            "status": MotivationStatus(motivation.status),
            "days_waiting": days_waiting(motivation, today=today),
            "waits_long": waits_long(motivation, today=today),
            "lapse_days": policy.lapse_after_days,
            "meaning": outcome_meaning(motivation.outcome, self.kind),
            "stopped": stop_meaning(motivation.licence_stop),
            "requests": asked,
            "has_ended": any(request.status != SupplementStatus.OPEN for request in asked),
            "version": version,
            "steps": version_steps(self.kind, readings),
            "events": events_for_author(motivation),
            "sections": section_rows(self.kind, read.answers),
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
        context = {
            "motivation": motivation,
            "kind": self.kind,
            "pharmacy": motivation.chosen_pharmacy,
            "handling_days": policy.handling_working_days,
            "lapse_days": policy.lapse_after_days,
            "is_first_time": is_first_time(version.answers[PRODUCT]),
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
        if motivation.licence_stop:
            stop = LicenceStop(motivation.licence_stop)
            facts.append(Row(_("Licensens läge"), status_tag(stop)))
        facts.append(Row(_("Gäller till och med"), motivation.licence_valid_to))
    if motivation.dnr:
        facts.append(Row(_("Ärende hos Läkemedelsverket"), motivation.dnr))
    if motivation.expected_on and motivation.status == MotivationStatus.IN_CASE:
        facts.append(Row(_("Beslut väntas"), motivation.expected_on))
    return facts
