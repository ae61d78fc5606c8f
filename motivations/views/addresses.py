"""Addresses of the pages of a draft or a supplement."""

from django.urls import reverse

from klas.section_view import RETURN_TO_CHECK, SHOW_ERRORS
from klas.sections import Section
from motivations.advice import Advice
from motivations.kinds.common import PRODUCT
from motivations.models import Motivation
from motivations.services.progress import Fault


def overview_address(motivation: Motivation) -> str:
    """The task list of what is being written; the page of what has been sent."""
    if motivation.is_written and not motivation.is_draft:
        return reverse("motivations:supplement", args=[motivation.pk])
    return motivation.get_absolute_url()


def check_address(motivation: Motivation) -> str:
    """Where what is being written is checked and sent."""
    name = "check" if motivation.is_draft else "supplement_check"
    return reverse(f"motivations:{name}", args=[motivation.pk])


def section_address(motivation: Motivation, section: Section) -> str:
    """The page of a section; the product has one of its own, with a search."""
    if section.slug == PRODUCT:
        return reverse("motivations:product", args=[motivation.pk])
    return reverse("motivations:section", args=[motivation.pk, section.slug])


def change_address(motivation: Motivation, section: Section) -> str:
    """The same page, coming back to the check page when all is right."""
    return f"{section_address(motivation, section)}?{RETURN_TO_CHECK}=1"


def fault_address(motivation: Motivation, fault: Fault) -> str:
    """The place where something wrong can be put right, with the errors shown."""
    address = change_address(motivation, fault.section)
    return f"{address}&{SHOW_ERRORS}=1#{fault.control}" if fault.control else address


def advice_address(motivation: Motivation, advice: Advice) -> str:
    """The very question that advice is about, coming back to the check page."""
    return f"{change_address(motivation, advice.section)}#{advice.control}"
