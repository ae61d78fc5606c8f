"""What a licence kind is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klas.sections import Answers, Section
from motivations.enums import LicenceKind


class Route(models.TextChoices):
    """How a licence's medicine may be handed out."""

    PRESCRIPTION = "prescription", _("Recept")
    REQUISITION = "requisition", _("Rekvisition")


@dataclass(frozen=True)
class Kind:
    """One licence kind (domain §3).

    Attributes:
        code: the kind.
        description: one sentence for the page where the kind is chosen.
        professions: who may write it.
        sections: the pages of its motivation, in order.
        subject_title: what the licence is for, as a heading (“Patient”).
        subject_label: the patient's or owner's name from the answers, for lists of those who may
            see it; "" while it is not known.
        subject_line: name and number for decision and licence.
        quantity: (amount, unit) that the motivation asks for.
        period_months: the length that the motivation asks for.
        routes: how it may be handed out.
        for_animals: whether its products are veterinary ones.
        always_two_persons: whether every decision needs a countersignature.
    """

    code: LicenceKind
    description: str | Promise
    professions: frozenset[str]
    sections: tuple[Section, ...]
    subject_title: str | Promise
    subject_label: Callable[[Answers], str]
    subject_line: Callable[[Answers], str]
    quantity: Callable[[Answers], tuple[str, str]]
    period_months: Callable[[Answers], int]
    routes: tuple[Route, ...]
    for_animals: bool = False
    always_two_persons: bool = False

    @property
    def title(self) -> str | Promise:
        return self.code.label

    def section(self, slug: str) -> Section:
        """The section with a slug.

        Raises:
            KeyError: the kind has no such section.
        """
        for section in self.sections:
            if section.slug == slug:
                return section
        raise KeyError(slug)

    def next_section(self, slug: str) -> Section | None:
        """The section after this one; None after the last."""
        slugs = [section.slug for section in self.sections]
        following = slugs.index(slug) + 1
        return self.sections[following] if following < len(slugs) else None
