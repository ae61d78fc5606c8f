"""Asking prescriber and pharmacy for a supplement, and what is done with question and answer."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications.enums import WaitingFor
from applications.services import supplements as pharmacys
from decisions import presentation, queries
from decisions.forms import ActForm, SupplementRequestForm
from decisions.forms.supplements import usual_last_day
from decisions.models import Case, QuestionTextVersion
from decisions.services import reminders, supplements
from decisions.services.question_texts import filled, name_of
from decisions.supplement_presentation import TITLES, may_handle
from decisions.views.case import CaseView
from klas import clock
from klas.access import Permission
from klas.errors import Refused
from klas.once import once, opened_revision
from klas.rows import changed_rows
from motivations.enums import SupplementStatus
from motivations.models import AgencyRequest
from motivations.services import supplements as prescribers

# The button that puts a question of the library into the form.
USE = "_use"
AGAIN = "igen"


class RequestSupplementView(CaseView):
    """The questions to one of the two; POST sends them and stops the clock."""

    permission = Permission.HANDLE_CASES
    to: ClassVar[WaitingFor] = WaitingFor.PRESCRIBER

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        if not may_handle(case, self.acting, "request_supplement"):
            return redirect(case)
        asked = _requests(case, self.to, self)
        if any(earlier.is_open for earlier in asked):
            return redirect(f"{case.get_absolute_url()}#komplettering")
        initial: dict[str, Any] = {"due_on": usual_last_day()}
        again = _to_judge(asked, request.GET.get(AGAIN, ""))
        if again is not None:
            initial |= {
                "again": again.number,
                "questions": [{"question": text} for text in again.questions],
            }
        return self._form_page(case, self._form(case, initial=initial))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        form = self._form(case, request.POST)
        rows = changed_rows(form)
        if rows is None and USE in request.POST:
            rows = "questions", self._with_chosen(case, form)
        if rows is not None:
            name, changed = rows
            typed = {key: request.POST.get(key, "") for key in ("due_on", "again")}
            return self._form_page(case, self._form(case, initial={**typed, name: changed}))
        if not form.is_valid():
            return self._form_page(case, form, status=422)
        questions = form.cleaned_data["questions"]
        known = {name_of(version) for version in self._versions(case)}

        def act() -> str:
            moved = supplements.request(
                case,
                to=self.to,
                questions=[row["question"] for row in questions],
                texts=[row["text"] if row["text"] in known else "" for row in questions],
                due_on=form.cleaned_data["due_on"],
                again=form.cleaned_data["again"],
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(request, _SENT[self.to]())
            return moved.get_absolute_url()

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._form_page(self.found(pk), form, status=409)

    def _versions(self, case: Case) -> list[QuestionTextVersion]:
        return list(queries.library(places=[self.to.value], kind=case.kind))

    def _form(self, case: Case, *args: Any, **kwargs: Any) -> SupplementRequestForm:
        return SupplementRequestForm(*args, to=self.to, library=self._versions(case), **kwargs)

    def _with_chosen(self, case: Case, form: SupplementRequestForm) -> list[dict[str, Any]]:
        """What is typed, and after it the question that was chosen, filled in."""
        rows = [row for row in form["questions"].data if row]
        chosen = self.request.POST.get("library", "")
        for version in self._versions(case):
            if name_of(version) == chosen:
                text = filled(version.text, case, last_day=_day(self.request.POST.get("due_on")))
                return [*rows, {"question": text, "text": chosen}]
        return rows

    def _form_page(
        self, case: Case, form: SupplementRequestForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "to_pharmacy": self.to == WaitingFor.PHARMACY,
            "title": TITLES[self.to],
            "use": USE,
            "may_keep": self.acting.has(Permission.KEEP_QUESTIONS),
            "facts": presentation.identity_facts(case, today=clock.today()),
        }
        return render(self.request, "decisions/request_supplement.html", context, status=status)


_SENT: dict[WaitingFor, Callable[[], str]] = {
    WaitingFor.PRESCRIBER: lambda: _(
        "Frågorna är skickade till förskrivaren. Ärendets klocka står still."
    ),
    WaitingFor.PHARMACY: lambda: _(
        "Frågorna är skickade till apoteket. Ärendets klocka står still."
    ),
}


class SupplementActView(CaseView):
    """A button of the supplement part; a GET (a refusal reloaded) leads back to the case."""

    permission = Permission.HANDLE_CASES

    def act(self, case: Case) -> str:
        """Do it; returns the address to go to."""
        raise NotImplementedError

    @property
    def asked(self) -> WaitingFor:
        """Whom the button is about."""
        try:
            return WaitingFor(self.request.POST.get("asked", ""))
        except ValueError:
            raise Http404 from None

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:case", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.found(pk)
        try:
            return once(request, lambda: self.act(case))
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)


class CloseSupplementView(SupplementActView):
    """Goes on without an answer: asked by mistake, or decide on what there is."""

    def act(self, case: Case) -> str:
        revision = opened_revision(self.request)
        supplements.close(case, to=self.asked, by=self.acting, opened_revision=revision)
        return f"{case.get_absolute_url()}#komplettering"


class AcceptSupplementView(SupplementActView):
    """Is content with an answer."""

    def act(self, case: Case) -> str:
        number = self.request.POST.get("number", "")
        if not number.isdecimal():
            raise Http404
        supplements.accept(
            case,
            int(number),
            to=self.asked,
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        messages.success(self.request, _("Svaret är godtaget."))
        return f"{case.get_absolute_url()}#komplettering"


class RemindView(SupplementActView):
    """Reminds all who are asked, at most once a day."""

    def act(self, case: Case) -> str:
        reminders.remind(case, by=self.acting)
        messages.success(self.request, _("Påminnelsen är skickad."))
        return f"{case.get_absolute_url()}#komplettering"


def _requests(case: Case, to: WaitingFor, view: CaseView) -> list[AgencyRequest]:
    application, by = case.application, view.acting
    if to == WaitingFor.PHARMACY:
        return [*pharmacys.requests_of(application, by=by)]
    return [*prescribers.requests_of(application.motivation, by=by)]


def _to_judge(requests: list[AgencyRequest], number: str) -> AgencyRequest | None:
    """The answered request with a number that is typed in an address."""
    return next(
        (
            request
            for request in requests
            if str(request.number) == number and request.status == SupplementStatus.ANSWERED
        ),
        None,
    )


def _day(typed: str | None) -> date:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return usual_last_day()
