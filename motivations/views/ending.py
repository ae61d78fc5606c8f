"""Throw a draft away, or take a sent motivation back: each asks first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once, opened_revision
from klas.summary import Row
from motivations.flow import MOTIVATION
from motivations.forms import WithdrawForm
from motivations.kinds import kind_of
from motivations.models import Motivation
from motivations.queries import written_by
from motivations.services import drafts, sharing, submission
from motivations.views.own import OwnMotivationView


class DiscardView(ActingView):
    """Says what is thrown away; POST does it. A second POST leads to the same list."""

    permission = Permission.WRITE_MOTIVATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        motivation = get_object_or_404(written_by(self.acting), pk=pk)
        if not motivation.is_draft:
            return redirect(motivation)
        context = {"motivation": motivation, "lost": _lost(motivation)}
        return render(request, "motivations/discard.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, lambda: self._discard(pk))
        except Refused:
            # Sent in another tab: its page says so.
            return redirect("motivations:detail", pk)
        except Motivation.DoesNotExist:
            # Thrown away in another tab a moment ago.
            return redirect("motivations:list")

    def _discard(self, pk: int) -> str:
        motivation = get_object_or_404(written_by(self.acting), pk=pk)
        drafts.discard(motivation, by=self.acting)
        messages.success(self.request, _("Utkastet är kastat."))
        return reverse("motivations:list")


def _lost(motivation: Motivation) -> list[Row]:
    """What goes with a draft, where there is any."""
    saves = drafts.saves_of(motivation)
    kind = kind_of(motivation.kind)
    rows = [
        Row(kind.subject_title, motivation.subject_label),
        Row(_("Avsnitt"), [str(one.title) for one in kind.sections if one.slug in saves]),
        Row(_("Bilagor"), [file.name for file in motivation.attachments.all()]),
        Row(_("Delat med"), [one.colleague.user.name for one in sharing.shares_of(motivation)]),
    ]
    return [row for row in rows if not row.is_empty]


class WithdrawView(OwnMotivationView):
    """Asks why and says what happens; POST takes the motivation back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not MOTIVATION.allows(self.motivation, "withdraw", by=self.acting):
            return redirect(self.motivation)
        return self._page(WithdrawForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            return once(request, lambda: self._withdraw(form.cleaned_data["reason"]))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, status=409)

    def _withdraw(self, reason: str) -> str:
        withdrawn = submission.withdraw(
            self.motivation,
            by=self.acting,
            reason=reason,
            opened_revision=opened_revision(self.request),
        )
        messages.success(self.request, _("Licensmotiveringen är återtagen."))
        return withdrawn.get_absolute_url()

    def _page(self, form: WithdrawForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "motivation": self.motivation}
        return render(self.request, "motivations/withdraw.html", context, status=status)
