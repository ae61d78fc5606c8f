"""The pages of a draft, one per section."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.enums import Profession
from klas.access import Permission
from klas.section_view import RETURN_TO_CHECK, SectionPageView
from klas.sections import Answers, Section, SectionAnswers
from motivations.advice import Advice, advice_on
from motivations.kinds import kind_of
from motivations.kinds.common import CLINICAL, PRODUCT
from motivations.models import Motivation
from motivations.queries import writable_by
from motivations.services import drafts
from motivations.services.drafts import SavedSection
from motivations.services.writing import sections_of
from motivations.views.addresses import check_address, overview_address, section_address


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


class SectionView(DraftSectionView):
    """Every section but the product, which has a page of its own."""

    def extra_context(self) -> dict[str, Any]:
        is_clinical = self.section.slug == CLINICAL
        reminders = kind_of(self.object.kind).reminders if is_clinical else {}
        return {
            **super().extra_context(),
            "reminder": reminders.get(Profession(self.object.author.user.profession), ""),
        }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["slug"] == PRODUCT:
            return redirect("motivations:product", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)
