"""The library of the letters' texts: read, propose, try in a real letter, publish."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import letter_queries
from decisions.enums import LetterReason
from decisions.forms import ActForm, LetterTextForm, PreviewForm
from decisions.letter_presentation import text_groups, text_versions
from decisions.letters.library import Group, group_of
from decisions.letters.texts import fillable
from decisions.models import LetterText
from decisions.services import letter_texts
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.apart import Failed, Interrupted
from klas.download import kept_private
from klas.errors import Refused
from klas.once import once
from klas.pdf_apart import render_apart


class TextsView(ActingView):
    """Every text, with the words in force."""

    permission = Permission.EDIT_LETTER_TEXTS

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"groups": text_groups(letter_queries.text_drafts())}
        return render(request, "decisions/texts.html", context)


class OfTextView(ActingView):
    """What the pages of one text share."""

    permission = Permission.EDIT_LETTER_TEXTS

    def group(self) -> Group:
        try:
            return group_of(self.kwargs["key"])
        except LookupError as error:
            raise Http404 from error

    def draft(self) -> LetterText | None:
        return letter_queries.text_drafts().filter(key=self.kwargs["key"]).first()

    def text_page(self, *forms: ActForm | PreviewForm, status: int = 200) -> HttpResponse:
        """The text, its versions and its draft; the forms are those that were refused."""
        key, group, draft = self.kwargs["key"], self.group(), self.draft()
        preview = next((form for form in forms if isinstance(form, PreviewForm)), None)
        context = {
            "key": key,
            "title": group.titles[key],
            "group": group,
            "current": letter_texts.current(key),
            "versions": text_versions(key, letter_queries.published_texts(key)),
            "draft": draft,
            "own": draft is not None and draft.proposed_by.user_id == self.acting.user_id,
            "refused": forms,
            "preview": preview or PreviewForm(letters=group.letters),
        }
        return render(self.request, "decisions/text.html", context, status=status)


class TextView(OfTextView):
    """One text: the words in force, where it is used, its versions, and the draft."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.text_page()


class TextDraftView(OfTextView):
    """Writes a new wording, or changes the draft."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        self.group()
        draft = self.draft()
        initial: dict[str, Any] = (
            {"wording": draft.wording, "reason": draft.reason, "from_day": draft.from_day}
            if draft
            else {"wording": letter_texts.current(key), "from_day": clock.today()}
        )
        return self.page(LetterTextForm(initial=initial, key=key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        self.group()
        form = LetterTextForm(request.POST, key=key)
        if not form.is_valid():
            return self.page(form, status=422)

        def act() -> str:
            letter_texts.propose(key, **form.cleaned_data, by=self.acting)
            messages.success(request, _("Utkastet är sparat. Förhandsgranska det i ett brev."))
            return reverse("decisions:text", args=[key])

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(self, form: LetterTextForm, *, status: int = 200) -> HttpResponse:
        key, group = self.kwargs["key"], self.group()
        context = {
            "key": key,
            "title": group.titles[key],
            "group": group,
            "form": form,
            "current": letter_texts.current(key),
            "names": [f"{{{name}}}" for name in sorted(fillable(key))],
        }
        return render(self.request, "decisions/text_draft.html", context, status=status)


class PublishTextView(OfTextView):
    """Publishes a draft (POST)."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect("decisions:text", key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        self.group()
        draft = get_object_or_404(LetterText, pk=request.POST.get("draft") or None, key=key)

        def act() -> str:
            self.act(draft)
            return reverse("decisions:text", args=[key])

        try:
            return once(request, act)
        except Refused as error:
            return self.text_page(ActForm.refused(error), status=409)

    def act(self, draft: LetterText) -> None:
        letter_texts.publish(draft, wording=self.request.POST.get("wording", ""), by=self.acting)
        messages.success(self.request, _("Texten är publicerad."))


class DiscardTextView(PublishTextView):
    """Throws a draft away (POST)."""

    def act(self, draft: LetterText) -> None:
        letter_texts.discard(draft, by=self.acting)
        messages.success(self.request, _("Utkastet är borttaget. Texten gäller som förut."))


class PreviewTextView(OfTextView):
    """A draft's wording in a real letter, as PDF. Made and forgotten."""

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        group, draft = self.group(), self.draft()
        if draft is None:
            return redirect("decisions:text", key)
        form = PreviewForm(request.GET, letters=group.letters)
        if not form.is_valid():
            return self.text_page(form, status=422)
        try:
            html, dnr = letter_texts.preview_html(
                draft,
                reason=LetterReason(form.cleaned_data["slag"]),
                dnr=form.cleaned_data["arende"],
                by=self.acting,
            )
            content = render_apart(html)
        except Refused as error:
            form.add_error(None, str(error))
            return self.text_page(form, status=422)
        except (Failed, Interrupted):
            form.add_error(None, _("Brevet kunde inte göras just nu. Försök igen om en stund."))
            return self.text_page(form, status=503)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="forhandsgranskning-{dnr}.pdf"'
        return kept_private(response)
