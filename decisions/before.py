"""What was decided before: for the same patient or owner, and on the same product or substance."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, TrigramWordDistance
from django.db import connection, transaction
from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Assignment
from decisions.models import Case, Decision, Precedent, PrecedentWord
from decisions.models.precedent import CONFIG
from decisions.services.precedents import with_categories
from klas import audit
from klas.access import Permission
from klas.formats import fold_words
from klas.models import AccessAction
from klas.policy import policy
from medicines.sameness import substances_key
from motivations.services.search_keys import sharing_keys

# How alike a word must be to what was typed, when no word is the very same (pg_trgm), and how many
# such words are looked for.
ALIKE, ALIKE_WORDS = 0.45, 10


def earlier_of_same(case: Case, *, by: Assignment) -> list[Case] | None:
    """Other cases for the same patient, owner or care unit, newest first; recorded.

    They are found by the blind index of what identifies them. Each comes with its decision made,
    if any, in `made`.

    Returns:
        None when the motivation holds nothing that others can be found by.
    """
    motivation = case.application.motivation
    others = sharing_keys(motivation)
    if others is None or not by.has(Permission.VIEW_QUEUE):
        return None
    made = Decision.objects.filter(decided_at__isnull=False).select_related("licence")
    found: list[Any] = list(
        Case.objects.filter(application__motivation__in=others.values("pk"))
        .select_related("application__product")
        .prefetch_related(Prefetch("decisions", queryset=made, to_attr="made"))
        .order_by("-registered_at", "-pk")[: policy.earlier_shown]
    )
    audit.record(
        AccessAction.READ,
        by=by,
        what="earlier_of_same",
        obj=case,
        whose=case.dnr,
        hit=bool(found),
    )
    return found


@dataclass(frozen=True)
class Suggestion:
    """A precedent, and what it has in common with a case."""

    precedent: Precedent
    same_product: bool
    same_substances: bool
    same_diagnosis: bool


def suggested(case: Case, *, icd10: str) -> list[Suggestion]:
    """Precedents on the case's product, substances and diagnosis code, the most alike first.

    Args:
        icd10: the code of its motivation, or "".
    """
    product = case.application.product
    if product is None:
        return []
    substances, codes = substances_key(product.substances)[:500], with_categories([icd10])
    ways = [Q(product_key=product.product_key)]
    if substances:
        ways.append(Q(substances_key=substances))
    if icd10:
        ways.append(Q(icd10_keys__overlap=codes))
    most = policy.precedents_suggested
    first, *others = (_newest().filter(way).exclude(decision__case=case)[:most] for way in ways)
    found = first.union(*others) if others else first
    suggestions = [
        Suggestion(
            precedent,
            same_product=precedent.product_key == product.product_key,
            same_substances=bool(substances) and precedent.substances_key == substances,
            same_diagnosis=bool(icd10 and set(codes) & set(precedent.icd10_keys)),
        )
        for precedent in found
    ]
    suggestions.sort(key=lambda one: (one.precedent.decided_at, one.precedent.pk), reverse=True)
    suggestions.sort(
        key=lambda one: (one.same_product, one.same_substances, one.same_diagnosis), reverse=True
    )
    return suggestions[:most]


@dataclass(frozen=True)
class Sought:
    """What precedents are looked for by; "" where anything goes."""

    words: str = ""
    about: str = ""
    atc: str = ""
    icd10: str = ""
    outcome: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Found:
    """The newest precedents that were found.

    Attributes:
        has_more: there are more than are shown.
        is_alike: nothing was found as it was spelled; these are spelled alike.
    """

    precedents: list[Precedent]
    has_more: bool
    is_alike: bool


def search(sought: Sought) -> Found:
    """Precedents by words of the note, product or substance, ATC, diagnosis code, outcome, kind.

    Words are found in any Swedish inflection, the last one by its beginning. A code is found with
    all that lies below it. When nothing is spelled as typed, what is spelled alike is found.
    """
    rest = _rest(sought)
    exact = rest
    for tsquery in _tsquery(sought.words):
        exact = exact.filter(search=tsquery)
    for word in fold_words(sought.about).split():
        exact = exact.filter(about_folded__contains=word)
    found = _found(exact)
    if found.precedents or not (sought.words.strip() or sought.about.strip()):
        return found
    alike = rest
    for words in _spelled_alike(sought.words):
        alike = alike.filter(search=_raw(" | ".join(one.word for one in words)))
    for words in _spelled_alike(sought.about):
        found_in = Q(pk__in=[])
        for one in words:
            found_in |= Q(about_folded__contains=one.folded)
        alike = alike.filter(found_in)
    return _found(alike, is_alike=True)


@transaction.atomic
def _spelled_alike(text: str) -> list[list[PrecedentWord]]:
    """For each word of a text, the words of precedents that are spelled most like it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)]
        )
    return [
        list(
            PrecedentWord.objects.filter(folded__trigram_word_similar=word).order_by(
                TrigramWordDistance(word, "folded"), "pk"
            )[:ALIKE_WORDS]
        )
        for word in fold_words(text).split()
    ]


def _rest(sought: Sought) -> QuerySet[Precedent]:
    precedents = _newest()
    if sought.atc:
        precedents = precedents.filter(atc__startswith=sought.atc)
    if sought.icd10:
        precedents = precedents.filter(icd10_keys__contains=[sought.icd10])
    for name in ("outcome", "kind"):
        if value := getattr(sought, name):
            precedents = precedents.filter(**{name: value})
    return precedents


def _newest() -> QuerySet[Precedent]:
    return Precedent.objects.select_related("decision__case").order_by("-decided_at", "-pk")


def _tsquery(words: str) -> list[SearchQuery]:
    """The words as a query, the last one by its beginning; none when there are no words."""
    parts = re.findall(r"\w+", words)
    if not parts:
        return []
    return [_raw(" & ".join(parts) + ":*")]


def _raw(query: str) -> SearchQuery:
    return SearchQuery(query, config=CONFIG, search_type="raw")


def _found(precedents: QuerySet[Precedent], *, is_alike: bool = False) -> Found:
    rows = list(precedents[: policy.precedents_found + 1])
    shown = rows[: policy.precedents_found]
    return Found(shown, has_more=len(rows) > len(shown), is_alike=is_alike and bool(rows))
