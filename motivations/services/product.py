"""Choosing the product of a draft: from the register, or by hand. Switching clears the facts."""

from accounts.models import Assignment
from klas.sections import SectionAnswers
from medicines.enums import ProductStatus
from medicines.models import LicenceProduct
from motivations.kinds.common import PRODUCT
from motivations.models import Motivation
from motivations.services.drafts import SavedSection, save_section


def known_facts(product: LicenceProduct) -> SectionAnswers:
    """The answers that the register gives; what it leaves blank is asked of the person."""
    known = {name: value for name, value in product.facts().items() if value}
    if product.country:
        known["approved_elsewhere"] = "yes"
    if product.status_member.is_restrictive:
        known["withdrawn_by_authority"] = "yes"
    return known


def refreshed(answers: SectionAnswers) -> SectionAnswers:
    """A product section with what the register says now; unchanged when it says nothing of it."""
    key = str(answers.get("register") or "")
    product = LicenceProduct.objects.filter(pk=key).first() if key.isdigit() else None
    if product is None:
        return answers
    return {**answers, **known_facts(product)}


def choose_from_register(
    motivation: Motivation, product: LicenceProduct, *, opened_revision: int, by: Assignment
) -> SavedSection:
    """Fill the product section with what the register says. Raises as `save_section`."""
    facts = product.facts()
    withdrawn = product.status == ProductStatus.WITHDRAWN_BY_AUTHORITY
    answers = {
        **facts,
        "register": str(product.pk),
        "approved_elsewhere": "yes" if facts["country"] else "",
        "not_approved_comment": "",
        "withdrawn_by_authority": "yes" if withdrawn else "no",
    }
    return save_section(
        motivation, PRODUCT, answers=answers, opened_revision=opened_revision, by=by
    )


def write_by_hand(motivation: Motivation, *, opened_revision: int, by: Assignment) -> SavedSection:
    """Clear the product section, for facts typed by hand. Raises as `save_section`."""
    return save_section(
        motivation,
        PRODUCT,
        answers={"by_hand": "yes"},
        opened_revision=opened_revision,
        by=by,
    )


def clear(motivation: Motivation, *, opened_revision: int, by: Assignment) -> SavedSection:
    """Clear the product section, for a new search. Raises as `save_section`."""
    return save_section(motivation, PRODUCT, answers={}, opened_revision=opened_revision, by=by)
