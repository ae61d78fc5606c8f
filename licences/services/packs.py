"""Whether a pack is the licence's exact product: no generic may be exchanged for it (domain §3)."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from licences.queries import packs_with_code
from medicines.models import ExactProduct, LicenceProduct


class Match(StrEnum):
    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Comparison:
    """What a code says of a pack beside a licence's product, in words too ("" when nothing)."""

    match: Match
    text: str = ""
    pack: str = ""


def compare(product: ExactProduct, gtin: str) -> Comparison:
    """Compare a pack's GTIN (fourteen digits, "" when it has none) with the exact product.

    A code of another product in the register is another product. One that the register lacks says
    nothing: then the pharmacist compares what stands on the pack.
    """
    packs = packs_with_code(gtin) if gtin else []
    if not packs:
        return Comparison(Match.UNKNOWN)
    for pack in packs:
        if _is_same(product, pack.product):
            text = _("Koden hör till licensens läkemedel: %(product)s, %(pack)s.")
            return Comparison(
                Match.SAME,
                text % {"product": product.product_line, "pack": pack.description},
                pack.description,
            )
    other = packs[0].product.product_line
    if product.register_id is None and any(
        _folded(pack.product.name) == _folded(product.name) for pack in packs
    ):
        # The prescriber wrote the product by hand: the same name in other words may be the same.
        text = _("Enligt registret är förpackningen %(other)s. Jämför med licensens läkemedel.")
        return Comparison(Match.UNKNOWN, text % {"other": other}, packs[0].description)
    text = _(
        "Fel läkemedel. Förpackningen är %(other)s, men licensen gäller %(product)s. Lämna inte ut "
        "den på licensen."
    )
    return Comparison(Match.OTHER, text % {"other": other, "product": product.product_line})


def _is_same(product: ExactProduct, registered: LicenceProduct) -> bool:
    if product.register_id is not None:
        return product.register_id == registered.pk
    return all(
        _folded(getattr(product, fact)) == _folded(getattr(registered, fact))
        for fact in ("name", "form", "strength", "mah")
    )


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
