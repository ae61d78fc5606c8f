"""The library of questions and passages: list, new, new version, out of use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import queries
from decisions.enums import TextPlace
from decisions.forms import (
    ActForm,
    PreviewCaseForm,
    QuestionTextForm,
    QuestionWordingForm,
)
from decisions.forms.supplements import usual_last_day
from decisions.models import Case, QuestionText
from decisions.services import question_texts
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once, opened_revision


class QuestionTextsView(ActingView):
    """All texts in use, and those that are not any more."""

    permission = Permission.KEEP_QUESTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        versions = list(queries.library())
        context = {
            "groups": [
                (place.label, [v for v in versions if v.text_of.place == place])
                for place in TextPlace
            ],
            "retired": QuestionText.objects.filter(retired_at__isnull=False).order_by(
                "-retired_at", "-pk"
            ),
        }
        return render(request, "decisions/question_texts.html", context)


class NewQuestionTextView(ActingView):
    """A text that is added to the library."""

    permission = Permission.KEEP_QUESTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(QuestionTextForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = QuestionTextForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)

        def act() -> str:
            made = question_texts.add(**form.cleaned_data, by=self.acting)
            messages.success(request, _("Texten är sparad och går att välja."))
            return reverse("decisions:question_text", args=[made.pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error("topic", str(error))
            return self._page(form, status=409)

    def _page(self, form: QuestionTextForm, status: int = 200) -> HttpResponse:
        context = {"form": form}
        return render(self.request, "decisions/question_text_new.html", context, status=status)


class QuestionTextView(ActingView):
    """One text: how it reads in a real case, its versions, and a form for the next."""

    permission = Permission.KEEP_QUESTIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.found(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self.found(pk)
        form = QuestionWordingForm(request.POST)
        if not form.is_valid():
            return self.page(question, form=form, status=422)

        def act() -> str:
            question_texts.reword(
                question,
                text=form.cleaned_data["text"],
                by=self.acting,
                opened_version=opened_revision(request) or 0,
            )
            messages.success(request, _("Texten har en ny version."))
            return reverse("decisions:question_text", args=[pk])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(self.found(pk), form=form, status=409)

    def found(self, pk: int) -> QuestionText:
        """The text, in use or not."""
        return get_object_or_404(QuestionText, pk=pk)

    def page(
        self,
        question: QuestionText,
        *,
        form: QuestionWordingForm | None = None,
        act: ActForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with a faulty form or a refused act on it."""
        versions = list(question.versions.select_related("created_by__user").order_by("-number"))
        current = versions[0]
        preview = PreviewCaseForm(self.request.GET or None)
        case = self._case(question, preview)
        context: dict[str, Any] = {
            "question": question,
            "current": current,
            "earlier": versions[1:],
            "form": form or QuestionWordingForm(initial={"text": current.text}),
            "act": act or ActForm(),
            "preview": preview,
            "case": case,
            "read": question_texts.filled(current.text, case, last_day=usual_last_day())
            if case
            else "",
        }
        return render(self.request, "decisions/question_text.html", context, status=status)

    def _case(self, question: QuestionText, preview: PreviewCaseForm) -> Case | None:
        """The case that was asked for, else the newest of the text's kind."""
        cases = queries.visible_to(self.acting)
        dnr = preview.cleaned_data["dnr"].strip() if preview.is_valid() else ""
        if dnr:
            found = cases.filter(dnr=dnr).first()
            if found is None:
                preview.add_error("dnr", _("Det finns inget ärende med det numret"))
            return found
        if question.kind:
            cases = cases.filter(kind=question.kind)
        return cases.order_by("-pk").first()


class RetireQuestionTextView(QuestionTextView):
    """Takes a text out of use."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        return redirect("decisions:question_text", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self.found(pk)

        def act() -> str:
            question_texts.retire(question, by=self.acting)
            messages.success(request, _("Texten går inte längre att välja."))
            return reverse("decisions:question_texts")

        try:
            return once(request, act)
        except Refused as error:
            return self.page(self.found(pk), act=ActForm.refused(error), status=409)
