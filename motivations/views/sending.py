"""Check the answers, and send the motivation."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.practice.checking import check
from accounts.practice.registers import RegisterDown
from klas import reauthentication
from klas.errors import Refused, WrongState
from klas.once import once, opened_revision
from klas.sections import Answers, Incomplete
from klas.summary import Row
from motivations.advice import advice_on
from motivations.presentation import (
    attachment_row,
    prescriber_rows,
    section_rows,
    with_blanks,
)
from motivations.services import attachments, drafts, progress, submission
from motivations.services.writing import sections_of
from motivations.views.addresses import advice_address, change_address, fault_address
from motivations.views.own import WritableMotivationView

CHECKED = "_checked"
Problem = tuple[str, str]


class SendingView(WritableMotivationView):
    """The answers to be checked, and the button with which the author sends them."""

    template_name: ClassVar[str]

    def act(self) -> str:
        """Send; returns the address to go to."""
        raise NotImplementedError

    def extra_context(self, answers: Answers) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if (away := reauthentication.demand(request, keep=False)) is not None:
            return away
        try:
            check(self.acting.user)
            return once(request, self.act)
        except RegisterDown:
            return self.page(refusal=str(drafts.REGISTER_DOWN), status=503)
        except WrongState:
            # Sent already (back button, a second tab): its page says so.
            return redirect(self.sent_address())
        except Incomplete:
            return self.page(status=422)
        except Refused as error:
            return self.page(refusal=str(error), status=409)

    def sent_address(self) -> str:
        """Where somebody is led who sends what is sent already."""
        return self.motivation.get_absolute_url()

    @property
    def checked(self) -> dict[str, Any]:
        """What was shown to be checked, for the services to hold against what is stored."""
        return {
            "opened_revision": opened_revision(self.request),
            "checked": self.request.POST.get(CHECKED, ""),
        }

    def page(self, *, refusal: str = "", status: int = 200) -> HttpResponse:
        """The page, with a refusal on top if there is one."""
        motivation = self.motivation
        answers = drafts.read(motivation, by=self.acting)
        problems = self._problems(answers)
        may_send = not problems
        if refusal and refusal not in [text for text, _href in problems]:
            problems.insert(0, (refusal, ""))
        context = {
            "motivation": motivation,
            "kind": self.kind,
            "problems": problems,
            "may_send": may_send,
            "is_author": self.is_author,
            "advice": [
                (advice_address(motivation, advice), advice)
                for advice in (advice_on(self.kind, answers) if may_send else ())
            ],
            "checked": drafts.state_of(motivation),
            **self.extra_context(answers),
        }
        return render(self.request, self.template_name, context, status=status)

    def _problems(self, answers: Answers) -> list[Problem]:
        motivation = self.motivation
        problems = [
            (fault.message, fault_address(motivation, fault))
            for fault in progress.faults(sections_of(motivation), answers)
        ]
        prescriber_problem = self.prescriber_problem()
        if prescriber_problem:
            profile = reverse("accounts:profile") if self.is_author else ""
            problems.insert(0, (prescriber_problem, profile))
        try:
            attachments.check(motivation, answers)
        except Refused as error:
            problems.append((str(error), reverse("motivations:attachments", args=[motivation.pk])))
        return problems


class CheckView(SendingView):
    """Everything the motivation says, before it is sent. POST by the author sends it.

    Sending again what has been sent (back button, a second tab) leads to the receipt.
    """

    template_name = "motivations/check.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.motivation.is_draft:
            return redirect(self.motivation)
        return self.page()

    def act(self) -> str:
        submission.submit(self.motivation, by=self.acting, **self.checked)
        return self.sent_address()

    def sent_address(self) -> str:
        return reverse("motivations:receipt", args=[self.motivation.pk])

    def extra_context(self, answers: Answers) -> dict[str, Any]:
        motivation = self.motivation
        return {
            "prescriber": self._prescriber(),
            "sections": section_rows(
                self.kind,
                with_blanks(self.kind, answers),
                change_url=lambda section: change_address(motivation, section),
            ),
            "attachments": [
                attachment_row(file) for file in attachments.readable_by(motivation, self.acting)
            ],
        }

    def _prescriber(self) -> list[Row]:
        try:
            return prescriber_rows(submission.prescriber_block(self.motivation.author))
        except Refused:
            return []
