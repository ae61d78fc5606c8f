"""The agency's questions, and the answer: a new version of the motivation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from klas.sections import Answers
from klas.summary import Row
from motivations import reading
from motivations.kinds.supplement import ANSWER
from motivations.models import SupplementRequest
from motivations.presentation import changes
from motivations.services import attachments, drafts, supplements
from motivations.views.addresses import change_address
from motivations.views.own import OwnMotivationView
from motivations.views.sending import SendingView
from motivations.views.tasks import TaskListView, send_task


class AskedView(OwnMotivationView):
    """What the pages of a supplement share: without an open question they lead to its outcome."""

    @cached_property
    def asked(self) -> SupplementRequest | None:
        """The question that waits for an answer."""
        return supplements.open_request(self.motivation, by=self.acting)


class SupplementView(AskedView, TaskListView):
    """The questions, and the pages where they are answered."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.asked is None or not self.motivation.is_written:
            return redirect(self.motivation)
        tasks = self.tasks(drafts.read(self.motivation, by=self.acting))
        check = reverse("motivations:supplement_check", args=[pk])
        context = {
            "motivation": self.motivation,
            "kind": self.kind,
            "asked": self.asked,
            # The answer comes first, the person's own particulars are at hand below.
            "answer": [tasks[1]],
            "tasks": [tasks[0], *tasks[2:]],
            "send": [send_task(_("Granska och skicka svaret"), check, tasks)],
        }
        return render(request, "motivations/supplement.html", context)


class SupplementCheckView(AskedView, SendingView):
    """The answer and every difference from what was sent before. POST sends it."""

    template_name = "motivations/supplement_check.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.asked is None or not self.motivation.is_written:
            return redirect(self.motivation)
        return self.page()

    def act(self) -> str:
        supplements.answer(self.motivation, by=self.acting, **self.checked)
        messages.success(
            self.request, _("Svaret är skickat. Läkemedelsverket går vidare med ärendet.")
        )
        return self.sent_address()

    def extra_context(self, answers: Answers) -> dict[str, Any]:
        motivation = self.motivation
        sent = reading.read_all(motivation, by=self.acting)[-1]
        return {
            "asked": self.asked,
            "answer": [
                Row(
                    _("Ditt svar"),
                    answers.get(ANSWER.slug, {}).get("answer", ""),
                    change_url=change_address(motivation, ANSWER),
                )
            ],
            "changes": changes(self.kind, sent.answers, answers),
            "sent": sent.version,
            "added": [
                Row(file.get_kind_display(), file.name)
                for file in attachments.readable_by(motivation, self.acting)
                if file.version_id is None
            ],
        }
