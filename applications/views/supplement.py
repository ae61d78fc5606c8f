"""The agency's questions to the pharmacy, and the answer: a new version of the application."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from applications.models import Application, ApplicationSupplement
from applications.presentation import changes, frozen_answers, section_rows
from applications.sections import ANSWER, MOTIVATION, sections_of
from applications.services import applying, supplements
from applications.views.application import OnApplication, documents_task
from klas import reauthentication
from klas.access import Permission
from klas.errors import Refused, WrongState
from klas.forms import KlasForm
from klas.once import once, opened_revision
from klas.section_view import RETURN_TO_CHECK, SHOW_ERRORS
from klas.sections import Answers, Incomplete, Section
from klas.summary import Row, Task, TaskStatus


class AnsweringView(OnApplication):
    """What the pages of an answer share: without an open question they lead to the application."""

    @cached_property
    def open_application(self) -> Application:
        """The pharmacy's application that the address names."""
        return self.application()

    @cached_property
    def asked(self) -> ApplicationSupplement | None:
        """The question that waits for an answer."""
        return supplements.open_request(self.open_application, by=self.acting)

    def address(self, section: Section, query: str = "") -> str:
        """The page of a section."""
        url = reverse("applications:section", args=[self.open_application.pk, section.slug])
        return f"{url}?{query}" if query else url


class SupplementView(AnsweringView):
    """The questions, and the pages where they are answered."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.open_application
        if self.asked is None:
            return redirect(application)
        self.record_reading(application)
        answers = applying.answers_of(application)
        answer, *others = [
            Task(section.title, self.address(section), section.state(answers))
            for section in sections_of(answers)
        ]
        others.append(documents_task(application))
        is_ready = all(task.status == TaskStatus.DONE for task in (answer, *others))
        check = reverse("applications:supplement_check", args=[pk])
        status = TaskStatus.NOT_STARTED if is_ready else TaskStatus.CANNOT_START
        context = {
            "application": application,
            "asked": self.asked,
            "answer": [answer],
            "tasks": others,
            "send": [Task(_("Granska och skicka svaret"), check, status)],
        }
        return render(request, "applications/supplement.html", context)


class SupplementCheckView(AnsweringView):
    """The answer and every difference from what was sent. POST by a pharmacist sends it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.asked is None:
            return redirect(self.open_application)
        self.record_reading(self.open_application)
        return self._page()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if (away := reauthentication.demand(request, keep=False)) is not None:
            return away
        try:
            return once(request, self._send)
        except WrongState:
            # Answered already (back button, a colleague), or not needed any more: its page says so.
            return redirect("applications:detail", pk)
        except Incomplete:
            return self._page(status=422)
        except Refused as error:
            return self._page(problem=str(error), status=409)

    def _send(self) -> str:
        supplements.answer(
            self.open_application, by=self.acting, opened_revision=opened_revision(self.request)
        )
        messages.success(
            self.request, _("Svaret är skickat. Läkemedelsverket går vidare med ärendet.")
        )
        return self.open_application.get_absolute_url()

    def _page(self, *, problem: str = "", status: int = 200) -> HttpResponse:
        application = self.application()
        answers = applying.answers_of(application)
        unfinished = self._unfinished(application, answers)
        problems = [(problem, "")] if problem else unfinished
        problem_form = KlasForm(data={})
        for text, _url in problems:
            problem_form.add_error(None, text)
        context: dict[str, Any] = {
            "application": application,
            "asked": self.asked,
            "answer": [
                Row(
                    _("Ert svar"),
                    answers.get(ANSWER.slug, {}).get("answer", ""),
                    change_url=self.address(ANSWER, f"{RETURN_TO_CHECK}=1"),
                )
            ],
            "changes": self._changes(application, answers),
            "sections": section_rows(
                answers, change_url=lambda section: self.address(section, f"{RETURN_TO_CHECK}=1")
            ),
            "problems": problems,
            "problem_form": problem_form,
            "can_send": not unfinished and self.asked is not None,
            "may_send": self.acting.has(Permission.SEND_APPLICATIONS),
        }
        return render(self.request, "applications/supplement_check.html", context, status=status)

    def _changes(self, application: Application, answers: Answers) -> list[Any]:
        sent = frozen_answers(application)
        return changes(sent, {**answers, MOTIVATION: sent[MOTIVATION]})

    def _unfinished(self, application: Application, answers: Answers) -> list[tuple[str, str]]:
        """(what to do, where) for each section that is not right."""
        query = f"{SHOW_ERRORS}=1&{RETURN_TO_CHECK}=1"
        return [
            (
                _("Avsnittet ”%(section)s” är inte klart") % {"section": section.title},
                self.address(section, query),
            )
            for section in sections_of(answers)
            if section.state(answers) != TaskStatus.DONE
        ]
