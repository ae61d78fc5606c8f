"""The pages of a draft, one per section."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.enums import Profession
from klas.access import Permission
from klas.errors import Refused
from klas.once import once
from klas.section_view import RETURN_TO_CHECK, SectionPageView
from klas.sections import Answers, Section, SectionAnswers
from motivations.advice import Advice, advice_on
from motivations.kinds import kind_of
from motivations.kinds.common import CLINICAL, PRODUCT
from motivations.models import Motivation
from motivations.queries import templates_for, templates_of, writable_by
from motivations.services import drafts, reasons
from motivations.services.drafts import SavedSection
from motivations.services.writing import sections_of
from motivations.views.addresses import check_address, overview_address, section_address
from motivations.views.templates import TEMPLATE, chosen_template, tell_what_was_filled


class DraftSectionView(SectionPageView):
    """A section of a draft that the acting person may write in."""

    permission = Permission.WRITE_MOTIVATIONS
    template_name = "motivations/section.html"

    def get_object(self) -> Motivation:
        return get_object_or_404(writable_by(self.acting), pk=self.kwargs["pk"])

    def get_sections(self) -> Sequence[Section]:
        return sections_of(self.object)

    def is_open(self) -> bool:
        return bool(self.object.is_written)

    def read_answers(self) -> Answers:
        # A save is recorded as a write; what is read then is what the person typed before.
        if self.request.method == "POST":
            return drafts.answers_of(self.object)
        return drafts.read(self.object, by=self.acting)

    def read_section(self) -> SavedSection:
        return drafts.read_section(self.object, self.section.slug)

    def save(self, answers: SectionAnswers, *, opened_revision: int) -> SavedSection:
        return drafts.save_section(
            self.object,
            self.section.slug,
            answers=answers,
            opened_revision=opened_revision,
            by=self.acting,
        )

    def section_url(self, section: Section) -> str:
        return section_address(self.object, section)

    def overview_url(self) -> str:
        return overview_address(self.object)

    def _next_url(self) -> str:
        following = super()._next_url()
        # After the last section come the attachments, which are no form of answers.
        if following == self.overview_url():
            return reverse("motivations:attachments", args=[self.object.pk])
        return following

    def check_url(self) -> str:
        return check_address(self.object)

    def extra_context(self) -> dict[str, Any]:
        return {"kind": kind_of(self.object.kind), "advice": self._advice()}

    def _advice(self) -> list[Advice]:
        """What the check page advised about this section, for who comes from there."""
        if self.request.method != "GET" or RETURN_TO_CHECK not in self.request.GET:
            return []
        advice = advice_on(kind_of(self.object.kind), self.answers)
        return [one for one in advice if one.section == self.section]


# Buttons of the clinical section: keep its texts as a template, see all templates.
KEEP, ALL = "_keep_template", "_all_templates"
_BUTTONS = (TEMPLATE, KEEP, ALL)
# So many are offered on the page itself; the others stand under “Alla mallar”.
MOST_TEMPLATES = 10


class SectionView(DraftSectionView):
    """Every section but the product, which has a page of its own.

    On the clinical section, POST ``_template=<key>`` saves what was typed and answers the open
    questions with a template; ``_keep_template`` and ``_all_templates`` save it and go there.
    """

    def extra_context(self) -> dict[str, Any]:
        is_clinical = self.section.slug == CLINICAL
        reminders = kind_of(self.object.kind).reminders if is_clinical else {}
        return {
            **super().extra_context(),
            "reminder": reminders.get(Profession(self.object.author.user.profession), ""),
            "offers_templates": is_clinical and self.object.is_draft,
            **(self._templates() if is_clinical else {}),
        }

    def _templates(self) -> dict[str, Any]:
        product = str(self.answers.get(PRODUCT, {}).get("name") or "")
        return {
            "product": product,
            "templates": templates_for(self.acting, product)[:MOST_TEMPLATES] if product else [],
            "has_templates": templates_of(self.acting).exists(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.section.slug == CLINICAL and any(button in request.POST for button in _BUTTONS):
            return self._save_and_turn_to_templates()
        return super().post(request, *args, **kwargs)

    def _save_and_turn_to_templates(self) -> HttpResponse:
        form = self.section.form_class(self.request.POST, answers=self.answers)
        typed = self.typed_answers(form)
        try:
            return once(self.request, lambda: self._with_templates(typed))
        except Refused as error:
            return self._refused(error, typed)

    def _with_templates(self, typed: SectionAnswers) -> str:
        saved = self._keep(typed)
        for button, name in ((KEEP, "new_template"), (ALL, "choose_template")):
            if button in self.request.POST:
                return reverse(f"motivations:{name}", args=[self.object.pk])
        template = chosen_template(self.request, self.acting)
        used = reasons.use(template, self.object, opened_revision=saved.revision, by=self.acting)
        tell_what_was_filled(self.request, used)
        return self.request.get_full_path()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["slug"] == PRODUCT:
            return redirect("motivations:product", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)
