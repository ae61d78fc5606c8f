"""An application: task list while it is a draft, then how it goes; receipt; throwing away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.flow import APPLICATION
from applications.models import Application, ApplicationEvent
from applications.presentation import (
    application_steps,
    fee_text,
    frozen_answers,
    section_rows,
)
from applications.queries import of_pharmacy, own_application
from applications.rules import may_ask_for_decision_from
from applications.sections import LICENCE, sections_of
from applications.services import applying, documents, supplements
from applications.services.handing_over import can_be_handed_over, open_offer
from applications.services.writing import is_written
from applications.words import events
from klas import audit, clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once
from klas.presentation import quantity, swedish_date
from klas.sections import Answers
from klas.summary import Row, Task, TaskStatus
from klas.tags import status_tag
from motivations.enums import MotivationStatus, Outcome
from motivations.queries import FINDABLE


class OnApplication(ActingView):
    """Takes the application from those of the acting pharmacy; any other is 404."""

    permission = Permission.APPLY

    def application(self) -> Application:
        return get_object_or_404(of_pharmacy(self.acting), pk=self.kwargs["pk"])

    def record_reading(self, application: Application) -> None:
        """Note in the access log that the application was shown."""
        audit.record(
            AccessAction.READ,
            by=self.acting,
            what="application_draft" if application.is_draft else "application",
            obj=application,
            whose=application.dnr or application.motivation.reference or "",
        )


class DetailView(OnApplication):
    """A draft's task list, or the status page of an application sent."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        self.record_reading(application)
        if application.is_draft:
            return render(request, "applications/draft.html", _draft_context(application))
        return render(
            request, "applications/status.html", _status_context(application, by=self.acting)
        )


class ReceiptView(OnApplication):
    """The receipt of an application sent: number, day, what happens next."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if application.sent_at is None:
            return redirect(application)
        self.record_reading(application)
        context = {"application": application, "facts": _sent_facts(application)}
        return render(request, "applications/receipt.html", context)


class DiscardView(OnApplication):
    """Asks before a draft is thrown away, and throws it away."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if not application.is_draft:
            return redirect(application)
        return render(request, "applications/discard.html", {"application": application})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._discard)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("applications:detail", pk)

    def _discard(self) -> str:
        # Looked up in here: on a second press the draft is gone, and the key knows the answer.
        applying.discard(self.application(), by=self.acting)
        messages.success(self.request, _("Utkastet är kastat."))
        return reverse("applications:inbox")


def tasks_of(application: Application, answers: Answers) -> list[Task]:
    """The sections of a draft with how far each has come, and the sending last."""
    filled = _("Ifylld efter licensmotiveringen. Ändra om något skiljer sig.")
    if application.is_renewal:
        filled = _("Ifylld efter licensen som förnyas.")
    hints = {LICENCE: filled}
    tasks = [
        Task(
            section.title,
            reverse("applications:section", args=[application.pk, section.slug]),
            section.state(answers),
            hints.get(section.slug, ""),
        )
        for section in sections_of(answers)
    ]
    tasks.append(documents_task(application))
    all_done = all(task.status == TaskStatus.DONE for task in tasks)
    return [
        *tasks,
        Task(
            _("Granska och skicka"),
            reverse("applications:check", args=[application.pk]),
            TaskStatus.NOT_STARTED if all_done else TaskStatus.CANNOT_START,
        ),
    ]


def overview_url(application: Application) -> str:
    """Where what is being written is seen as a whole: a draft, or the answer to the agency."""
    is_answer = not application.is_draft and is_written(application)
    name = "supplement" if is_answer else "detail"
    return reverse(f"applications:{name}", args=[application.pk])


def documents_task(application: Application) -> Task:
    """The quality documents, with how many there are."""
    files = application.documents.count()
    return Task(
        _("Kvalitetsdokument (valfritt)"),
        reverse("applications:documents", args=[application.pk]),
        TaskStatus.PROBLEM if documents.problem(application, promised=False) else TaskStatus.DONE,
        ngettext("%(count)s dokument", "%(count)s dokument", files) % {"count": files}
        if files
        else _("Inga dokument är tillagda."),
    )


def about_rows(application: Application) -> list[Row]:
    """What the application is about, without the patient: motivation, product, prescriber."""
    motivation = application.motivation
    reference = motivation.reference or ""
    author = motivation.author
    renewed = application.renewed_licence
    return [
        *([Row(_("Förnyar licens"), renewed)] if renewed else []),
        Row(_("Licensmotivering"), reference),
        Row(_("Läkemedel i motiveringen"), motivation.product_line),
        Row(_("Förskrivare"), f"{author.user.name}, {author.unit_name}"),
    ]


def _draft_context(application: Application) -> dict[str, Any]:
    tasks = tasks_of(application, applying.answers_of(application))
    *sections, _documents, _send = tasks
    return {
        "application": application,
        "about": about_rows(application),
        "tasks": tasks,
        "done": sum(task.status == TaskStatus.DONE for task in sections),
        "total": len(sections),
        "obstacle": applying.obstacle_to(application),
        "motivation_open": application.motivation.status in FINDABLE,
    }


def _status_context(application: Application, *, by: Assignment) -> dict[str, Any]:
    decided = application.status == ApplicationStatus.DECIDED
    requests = supplements.requests_of(application, by=by)
    asked = next((request for request in requests if request.is_open), None)
    return {
        "asked": asked,
        "requests": [request for request in requests if not request.is_open],
        "steps": application_steps(application),
        "waits_for_prescriber": application.motivation.status == MotivationStatus.SUPPLEMENT
        and application.is_live,
        "enjoined": application.is_live and application.events.filter(action="enjoined").exists(),
        "application": application,
        "status": ApplicationStatus(application.status),
        "outcome": Outcome(application.outcome) if decided else None,
        "facts": _sent_facts(application),
        "about": about_rows(application),
        "sections": section_rows(frozen_answers(application)) if application.answers else [],
        "documents": application.documents.count(),
        "events": events(application),
        "motivation_open": application.motivation.status in FINDABLE,
        "offered": open_offer(application),
        "may_offer": by.has(Permission.SEND_APPLICATIONS) and can_be_handed_over(application),
        "may_withdraw": APPLICATION.allows(application, "withdraw", by=by),
        "may_ask_for_decision": _may_ask(application),
        "delayed": _delay(application),
        "reopened": not application.outcome
        and application.events.filter(action="reopened").exists(),
        "free": application.withdrawn_at is not None
        and own_application(by, application.motivation) is None
        and applying.obstacle(application.motivation) is None,
    }


def _delay(application: Application) -> ApplicationEvent | None:
    """What the agency last told of a decision that is late, while it is."""
    if application.status not in (ApplicationStatus.SENT, ApplicationStatus.IN_REVIEW):
        return None
    return application.events.filter(action="delayed").order_by("-at", "-pk").first()


def _may_ask(application: Application) -> bool:
    day = may_ask_for_decision_from(application)
    waits = application.status in (ApplicationStatus.SENT, ApplicationStatus.IN_REVIEW)
    return waits and day is not None and day <= clock.today()


def _sent_facts(application: Application) -> list[Row]:
    rows = [Row(_("Läkemedel"), application.product.product_line if application.product else "")]
    if application.quantity is not None:
        rows.append(Row(_("Mängd"), quantity(application.quantity, application.get_unit_display())))
    rows.append(Row(_("Skickad"), application.sent_at))
    if application.status == ApplicationStatus.DECIDED:
        rows.append(Row(_("Utfall"), status_tag(Outcome(application.outcome))))
        rows.append(Row(_("Beslutad"), swedish_date(application.decided_at)))
    elif application.status == ApplicationStatus.WITHDRAWN:
        rows.append(Row(_("Återkallad"), application.withdrawn_at))
    else:
        rows.append(Row(_("Beslut väntas"), application.expected_on))
    if application.fee is not None:
        rows.append(Row(_("Avgift"), fee_text(application.fee)))
    return rows
