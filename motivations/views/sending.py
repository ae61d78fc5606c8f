"""Check the answers, and send the motivation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from klas.errors import Refused, WrongState
from klas.once import once, opened_revision
from klas.sections import Incomplete
from klas.summary import Row
from motivations.presentation import prescriber_rows, section_rows, with_blanks
from motivations.services import attachments, drafts, progress, submission
from motivations.views.addresses import change_address, fault_address
from motivations.views.own import WritableMotivationView

CHECKED = "_checked"
Problem = tuple[str, str]


class CheckView(WritableMotivationView):
    """Everything the motivation says, before it is sent. POST by the author sends it.

    Sending again what has been sent (back button, a second tab) leads to the receipt.
    """

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.motivation.is_draft:
            return redirect(self.motivation)
        return self._page()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._send)
        except WrongState:
            return redirect("motivations:receipt", pk)
        except Incomplete:
            return self._page(status=422)
        except Refused as error:
            return self._page(refusal=str(error), status=409)

    def _send(self) -> str:
        sent = submission.submit(
            self.motivation,
            by=self.acting,
            opened_revision=opened_revision(self.request),
            checked=self.request.POST.get(CHECKED, ""),
        )
        return reverse("motivations:receipt", args=[sent.pk])

    def _page(self, *, refusal: str = "", status: int = 200) -> HttpResponse:
        motivation, kind = self.motivation, self.kind
        answers = drafts.read(motivation, by=self.acting)
        problems = [
            (fault.message, fault_address(motivation, fault))
            for fault in progress.faults(kind, answers)
        ]
        prescriber_problem = self.prescriber_problem()
        if prescriber_problem:
            profile = reverse("accounts:profile") if self.is_author else ""
            problems.insert(0, (prescriber_problem, profile))
        try:
            attachments.check(motivation, answers)
        except Refused as error:
            problems.append((str(error), reverse("motivations:attachments", args=[motivation.pk])))
        may_send = not problems
        if refusal and refusal not in [text for text, _href in problems]:
            problems.insert(0, (refusal, ""))
        context = {
            "motivation": motivation,
            "kind": kind,
            "problems": problems,
            "may_send": may_send,
            "is_author": self.is_author,
            "prescriber": self._prescriber(),
            "sections": section_rows(
                kind,
                with_blanks(kind, answers),
                change_url=lambda section: change_address(motivation, section),
            ),
            "attachments": [
                Row(file.get_kind_display(), file.name)
                for file in attachments.readable_by(motivation, self.acting)
            ],
            "checked": drafts.state_of(motivation),
        }
        return render(self.request, "motivations/check.html", context, status=status)

    def _prescriber(self) -> list[Row]:
        try:
            return prescriber_rows(submission.prescriber_block(self.motivation.author))
        except Refused:
            return []
