"""Drafts that several write in: share one's own, or hand over a prescriber's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas.errors import Refused
from klas.once import once
from motivations.forms import HandOverForm
from motivations.services import sharing
from motivations.views.own import OwnMotivationView, WritableMotivationView

SHARE, STOP = "share", "stop"


class ShareView(OwnMotivationView):
    """Who at the workplace may write in the draft; POST ``share`` or ``stop`` with one of them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.motivation.is_draft:
            return redirect(self.motivation)
        return self._page()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._change)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(request.path)

    def _change(self) -> str:
        change = sharing.stop_sharing if STOP in self.request.POST else sharing.share
        key = self.request.POST.get(STOP) or self.request.POST.get(SHARE, "")
        colleague = get_object_or_404(Assignment, pk=key if key.isdecimal() else None)
        change(self.motivation, colleague=colleague, by=self.acting)
        said = (
            _("%(name)s kan inte längre se utkastet.")
            if STOP in self.request.POST
            else _("Utkastet är delat med %(name)s.")
        )
        messages.success(self.request, said % {"name": colleague.user.name})
        return self.request.path

    def _page(self) -> HttpResponse:
        shares = list(sharing.shares_of(self.motivation))
        shared_with = {share.colleague_id for share in shares}
        context = {
            "motivation": self.motivation,
            "shares": shares,
            "others": [
                one for one in sharing.colleagues(self.motivation) if one.pk not in shared_with
            ],
        }
        return render(self.request, "motivations/share.html", context)


class HandOverView(WritableMotivationView):
    """Leaves the draft to its author, with a few words; for the colleagues it is shared with."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.is_author:
            return redirect(self.motivation)
        return self._page(HandOverForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = HandOverForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        return once(request, lambda: self._hand_over(form.cleaned_data["message"]))

    def _hand_over(self, message: str) -> str:
        sharing.hand_over(self.motivation, by=self.acting, message=message)
        name = self.motivation.author.user.name
        messages.success(self.request, _("Utkastet är lämnat till %(name)s.") % {"name": name})
        return reverse("motivations:detail", args=[self.motivation.pk])

    def _page(self, form: HandOverForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "motivation": self.motivation}
        return render(self.request, "motivations/hand_over.html", context, status=status)
