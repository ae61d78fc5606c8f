"""The pages of a draft application."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications.models import Application
from applications.presentation import asked_for
from applications.queries import of_pharmacy
from applications.sections import LICENCE, PRODUCT, sections_of
from applications.services import applying
from applications.services.writing import is_written
from applications.views.application import overview_url
from klas.access import Permission
from klas.section_view import SectionPageView
from klas.sections import Answers, Section, SectionAnswers
from motivations.presentation import product_rows


class SectionView(SectionPageView):
    """A section of an application; anyone at the pharmacy may fill it in."""

    permission = Permission.APPLY
    template_name = "applications/section.html"

    def get_object(self) -> Application:
        return get_object_or_404(of_pharmacy(self.acting), pk=self.kwargs["pk"])

    def get_sections(self) -> Sequence[Section]:
        return sections_of(self.answers)

    def is_open(self) -> bool:
        return is_written(self.object)

    def read_answers(self) -> Answers:
        return applying.answers_of(self.object)

    def read_section(self) -> applying.SavedSection:
        return applying.read_section(self.object, self.section.slug)

    def save(self, answers: SectionAnswers, *, opened_revision: int) -> applying.SavedSection:
        return applying.save_section(
            self.object,
            self.section.slug,
            answers=answers,
            opened_revision=opened_revision,
            by=self.acting,
        )

    def section_url(self, section: Section) -> str:
        return reverse("applications:section", args=[self.object.pk, section.slug])

    def overview_url(self) -> str:
        return overview_url(self.object)

    def check_url(self) -> str:
        name = "check" if self.object.is_draft else "supplement_check"
        return reverse(f"applications:{name}", args=[self.object.pk])

    def extra_context(self) -> dict[str, Any]:
        slug = self.section.slug
        return {
            "product_rows": (
                product_rows(applying.product_asked_for(self.object)) if slug == PRODUCT else []
            ),
            "asked_for": asked_for(self.answers) if slug == LICENCE else "",
        }
