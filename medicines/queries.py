"""Questions to the registers of medicines."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Value

from medicines.models import ApprovedProduct, LicenceProduct, LicensedProduct
from medicines.models.exact import wording_key
from medicines.sameness import form_group, substances_key

# A person who is shown this many hits should add a word instead of reading on.
MOST_HITS = 200
# Longer than any product's name; what is cut off could not be found anyway.
LONGEST_SEARCH = 120
# A word found roughly, however alike, weighs less than one found in full.
WEIGHT_OF_LIKENESS = 0.5
# So many roughly similar names are weighed again, letter by letter.
WEIGHED_AGAIN = 100
# Level 5 of the ATC tree; shorter codes name a group of substances.
_NAMES_A_SUBSTANCE = re.compile(r"Q?[A-Z]\d{2}[A-Z]{2}\d{2}")


def search_products(
    text: str, *, limit: int = 20, veterinary: bool | None = None
) -> list[LicenceProduct]:
    """Return at most `limit` products for a search text, best first, the same order every time.

    In: words of the name, substance or ATC code, in any order and case; accents, beginnings of
    words and typing errors are forgiven; strength, form and holder decide between equals.
    `veterinary` True or False keeps to medicines for animals or for people. An empty text finds
    nothing. Two queries.
    """
    return products_in_order(search_ids(text, limit=limit, veterinary=veterinary))


def search_ids(text: str, *, limit: int = MOST_HITS, veterinary: bool | None = None) -> list[int]:
    """Return the keys of the products that `search_products` finds, best first. One query."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST_SEARCH]
    if not text or limit < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, score, rough, near FROM klas_search_products(%s, %s, %s)",
            [text, max(limit, WEIGHED_AGAIN), veterinary],
        )
        rows: list[tuple[int, float, list[str] | None, list[str] | None]] = cursor.fetchall()
    if any(rough for _pk, _score, rough, _near in rows):
        # Trigrams find what is nearly alike but rank short names badly: letters decide the order.
        # The sort is stable, so that equals keep the database's order.
        rows.sort(key=lambda row: -(row[1] + _likeness(row[2] or (), row[3] or ())))
    return [row[0] for row in rows[:limit]]


def _likeness(words: Sequence[str], names: Sequence[str]) -> float:
    return WEIGHT_OF_LIKENESS * sum(
        _likeness_of(word, name) for word, name in zip(words, names, strict=True)
    )


@lru_cache(maxsize=4096)
def _likeness_of(word: str, name: str) -> float:
    """Return how alike a word is to the most alike word of a name, from 0 to 1."""
    matcher = SequenceMatcher(None, b=word, autojunk=False)
    best = 0.0
    for part in set(name.replace("/", " ").replace("-", " ").split()):
        matcher.set_seq1(part)
        if matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best


def products_in_order(ids: Sequence[int]) -> list[LicenceProduct]:
    """Return the products with these keys, in the keys' order. One query, none when empty."""
    if not ids:
        return []
    products = LicenceProduct.objects.in_bulk(ids)
    return [products[pk] for pk in ids if pk in products]


def folded_text(text: str) -> str:
    """Return the text in small letters without accents, as the register folds names. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT klas_fold(%s)", [text])
        folded: str = cursor.fetchone()[0]
    return folded


def with_details(products: QuerySet[LicenceProduct]) -> QuerySet[LicenceProduct]:
    """Return the products with their packs and substances fetched along."""
    return products.prefetch_related("packs", "product_substances__substance")


def has_been_on_licence(facts: Mapping[str, Any], register: LicenceProduct | None) -> bool:
    """Tell whether a licence was ever granted for the product (domain §2: the first takes longer).

    In: name, form, strength and MAH by field name, as typed; `register`: the product they were
    taken from, None when written by hand. At most one query.
    """
    if register is not None and register.on_licence_before:
        return True
    named = (Value(str(facts.get(fact) or "")) for fact in ("name", "form", "strength", "mah"))
    return LicensedProduct.objects.filter(product_key=wording_key(*named)).exists()


def approved_in_sweden(facts: Mapping[str, Any], *, veterinary: bool) -> list[ApprovedProduct]:
    """Return the products approved and sold in Sweden with the same substance and form.

    In: substances, form and ATC code by the names of `ProductFacts`; what is missing matches
    nothing. The same substance: equal ATC code down to the substance, or equal names. The same
    form: equal `medicines.sameness.form_group`. One query, none when there is nothing to ask.
    """
    form = form_group(str(facts.get("form") or ""))
    substances = substances_key(str(facts.get("substances") or ""))
    atc = "".join(str(facts.get("atc") or "").split()).upper()
    same = Q()
    if substances:
        same |= Q(substances_key=substances)
    if _NAMES_A_SUBSTANCE.fullmatch(atc):
        same |= Q(atc=atc)
    if not form or not same:
        return []
    return list(
        ApprovedProduct.objects.filter(
            same, form_group=form, marketed=True, veterinary=veterinary
        ).order_by("name", "strength", "pk")
    )
