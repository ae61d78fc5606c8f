"""Check the answers, then send the application."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.practice.checking import check
from accounts.practice.registers import RegisterDown
from applications.forms import DuplicateForm
from applications.models import Application
from applications.presentation import (
    applicant_rows,
    differences,
    document_rows,
    duplicate_text,
    fee_text,
    section_rows,
)
from applications.sections import MOTIVATION, sections_of
from applications.services import applying
from applications.views.application import OnApplication, about_rows
from klas import kept_forms, reauthentication
from klas.access import Permission
from klas.errors import Refused
from klas.forms import KlasForm
from klas.once import once, opened_revision
from klas.sections import Answers, Incomplete, Section
from klas.summary import TaskStatus


class CheckView(OnApplication):
    """All answers before they are sent; POST by a pharmacist sends them to the agency."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if not application.is_draft:
            return redirect(application)
        self.record_reading(application)
        posted = kept_forms.waiting(request)
        form = None if posted is None else DuplicateForm(initial=posted.dict())
        return self._show(application, form=form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = self.application()
        if application.sent_at is not None:
            return _to_receipt(application)
        form = DuplicateForm(request.POST) if "duplicate_reason" in request.POST else None
        if form is not None and not form.is_valid():
            return self._show(application, form=form, status=422)
        if (away := reauthentication.demand(request, keep=form is not None)) is not None:
            return away
        reason = form.cleaned_data["duplicate_reason"] if form else ""
        kept_forms.remove(request)
        try:
            check(self.acting.user)
            return once(request, lambda: self._send(application, reason))
        except RegisterDown:
            return self._show(
                application, problem=str(applying.REGISTER_DOWN), form=form, status=503
            )
        except Incomplete:
            return self._show(application, status=422)
        except Refused as error:
            application = self.application()
            if application.sent_at is not None:
                return _to_receipt(application)
            return self._show(application, problem=str(error), form=form, status=409)

    def _send(self, application: Application, reason: str) -> str:
        sent = applying.send(
            application,
            by=self.acting,
            opened_revision=opened_revision(self.request),
            duplicate_reason=reason,
        )
        return reverse("applications:receipt", args=[sent.pk])

    def _show(
        self,
        application: Application,
        *,
        problem: str = "",
        form: DuplicateForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        answers = applying.answers_of(application)
        unfinished = _unfinished(application, answers)
        obstacle = applying.obstacle_to(application)
        problems = [(problem, "")] if problem else unfinished
        if form is not None:
            problems = [*_faults(form), *problems]
        duplicates = applying.duplicates_of(application, answers, by=self.acting)
        context = {
            "application": application,
            "about": about_rows(application),
            "applicant": applicant_rows(application.pharmacy),
            "sections": section_rows(
                answers, change_url=lambda section: _change_url(application, section)
            ),
            "documents": document_rows(application),
            "differences": differences(answers),
            "duplicates": [duplicate_text(duplicate) for duplicate in duplicates],
            "duplicate_form": form or DuplicateForm(),
            "fee": fee_text(answers[MOTIVATION]["fee"]),
            "problems": problems,
            # The page's title says “Fel:” when a form of its context has errors.
            "problem_form": _problem_form(problems),
            "obstacle": "" if problem == obstacle else obstacle,
            "can_send": not unfinished and not obstacle,
            "may_send": self.acting.has(Permission.SEND_APPLICATIONS),
        }
        return render(self.request, "applications/check.html", context, status=status)


def _to_receipt(application: Application) -> HttpResponse:
    return redirect("applications:receipt", application.pk)


def _change_url(application: Application, section: Section, *, errors: bool = False) -> str:
    url = reverse("applications:section", args=[application.pk, section.slug])
    return f"{url}?{'fel=1&' if errors else ''}granska=1"


def _unfinished(application: Application, answers: Answers) -> list[tuple[str, str]]:
    """(what to do, where) for each section that is not right."""
    return [
        (
            _("Avsnittet ”%(section)s” är inte klart") % {"section": section.title},
            _change_url(application, section, errors=True),
        )
        for section in sections_of(answers)
        if section.state(answers) != TaskStatus.DONE
    ]


def _faults(form: DuplicateForm) -> list[tuple[str, str]]:
    return [(str(text), "#id_duplicate_reason") for text in form.errors.get("duplicate_reason", [])]


def _problem_form(problems: list[tuple[str, str]]) -> KlasForm:
    form = KlasForm(data={})
    for text, _url in problems:
        form.add_error(None, text)
    return form
