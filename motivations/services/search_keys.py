"""What motivations are found by: kept when they are sent, and made anew when the key is changed.

A key is made in one place, of the fact's normal form, for those who write and those who search.
"""

import re
from collections.abc import Callable
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from klas import formats
from klas.blind import blind, blinds, ring
from klas.sections import Answers
from motivations import reading
from motivations.enums import SearchedBy
from motivations.kinds import kind_of
from motivations.models import Motivation, MotivationVersion, SearchKey

BATCH = 500


def _care_unit(text: str) -> str:
    """A care unit's HSA-id, or its name when it is none."""
    is_hsa_id = re.match(r"\s*se[\s\d-]*\d", text, re.IGNORECASE)
    return formats.normalise_hsa_id(text) if is_hsa_id else formats.fold_words(text)


_NORMAL_FORMS: dict[SearchedBy, Callable[[str], str]] = {
    SearchedBy.PERSONAL_NUMBER: lambda text: formats.parse_personal_number(text).digits12,
    SearchedBy.RESERVE_NUMBER: formats.normalise_reserve_number,
    SearchedBy.OWNER: formats.fold_words,
    SearchedBy.CARE_UNIT: _care_unit,
}


def keys_of(by: SearchedBy, text: str) -> list[bytes]:
    """The keys that a fact may stand under, however it is written: two while one is replaced.

    Raises:
        ValidationError: a number that cannot be right, and what is wrong with it.
    """
    return blinds(by, _NORMAL_FORMS[by](text))


def keys_meant(text: str) -> dict[SearchedBy, list[bytes]]:
    """The keys of all that a text can mean: a number of a patient, an owner's or a unit's name."""
    return {
        fact: blinds(fact, normal) for fact in SearchedBy if (normal := _normal_or_none(fact, text))
    }


def keep(version: MotivationVersion, about: Answers) -> None:
    """Let a motivation be found by what a version of it says, and by nothing said before.

    Args:
        about: all but the clinical answers.
    """
    SearchKey.objects.filter(version__motivation=version.motivation_id).delete()
    number = ring().current
    SearchKey.objects.bulk_create(
        [
            SearchKey(version=version, kind=by, key=blind(by, normal), key_number=number)
            for by, normal in sorted(_facts(version, about))
        ]
    )


def sharing_keys(motivation: Motivation) -> QuerySet[Motivation] | None:
    """Other motivations that are found by a fact that this one is found by; None when it has none.

    The same patient's, owner's or care unit's. The caller says who may see what of them.
    """
    own = list(SearchKey.objects.filter(version__motivation=motivation).order_by("pk"))
    same = reduce(or_, (Q(kind=one.kind, key=one.key) for one in own), Q())
    if own and len(ring().secrets) > 1:  # others may still stand under another key
        version = MotivationVersion.objects.get(pk=own[0].version_id)
        facts = _facts(version, reading.about(version))
        same = reduce(or_, (Q(kind=by, key__in=blinds(by, normal)) for by, normal in facts), same)
    if not same:
        return None
    found = SearchKey.objects.filter(same).values("version__motivation")
    return Motivation.objects.filter(pk__in=found).exclude(pk=motivation.pk)


def keep_all(
    *,
    anew: bool = False,
    rotate: bool = False,
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Keep the keys of motivations that have none; how many versions were looked at.

    May be interrupted and run again, and while others send.

    Args:
        anew: replace the keys of all motivations, after the secret has been changed.
        rotate: replace those that were made with another key of the ring than the current one.
        progress: told how many have been looked at, after each batch.
    """
    later = MotivationVersion.objects.filter(
        motivation=OuterRef("motivation"), number__gt=OuterRef("number")
    )
    newest = MotivationVersion.objects.filter(~Exists(later)).order_by("pk")
    if not anew:
        kept = SearchKey.objects.filter(version=OuterRef("pk"))
        newest = newest.filter(~Exists(kept.filter(key_number=ring().current) if rotate else kept))
    last = looked_at = 0
    while True:
        with transaction.atomic():
            # A supplement that is being sent has locked its motivation.
            batch = list(
                newest.filter(pk__gt=last)
                .select_related("motivation")
                .select_for_update(of=("motivation",))[:BATCH]
            )
            for version in batch:
                if not _is_superseded(version):
                    keep(version, reading.about(version))
        if not batch:
            return looked_at
        last = batch[-1].pk
        looked_at += len(batch)
        progress(looked_at)


def _is_superseded(version: MotivationVersion) -> bool:
    """Whether a newer version was sent meanwhile."""
    return MotivationVersion.objects.filter(
        motivation=version.motivation_id, number__gt=version.number
    ).exists()


def _facts(version: MotivationVersion, about: Answers) -> set[tuple[SearchedBy, str]]:
    """What a version is found by, in normal form."""
    facts = kind_of(version.motivation.kind).search_facts(about)
    return {(f.by, normal) for f in facts if (normal := _normal_or_none(f.by, f.text))}


def _normal_or_none(by: SearchedBy, text: str) -> str | None:
    """The normal form of what was answered; none of what cannot be searched for."""
    try:
        return _NORMAL_FORMS[by](text) if formats.fold_words(text) else None
    except ValidationError:
        return None
