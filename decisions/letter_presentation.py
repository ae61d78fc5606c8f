"""Printed batches and the library of texts in words, for their pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from decisions.letters.library import GROUPS, Group
from decisions.letters.texts import TEXTS, texts, version_in_force
from decisions.models import LetterText, PrintBatch
from klas import clock
from klas.presentation import swedish_date
from klas.summary import Row


def batch_facts(batch: PrintBatch) -> list[Row]:
    """What a batch of printed letters is."""
    facts = [
        Row(_("Utskriven"), batch.ordered_at),
        Row(_("Av"), batch.made_by.user.name),
        Row(_("Antal brev"), batch.count),
    ]
    if batch.is_reprint:
        facts.append(Row(_("Omtryck därför att"), batch.reason))
    if batch.posted_on is not None and batch.posted_by is not None:
        facts.append(Row(_("Postad"), batch.posted_on))
        facts.append(Row(_("Markerad som postad av"), batch.posted_by.user.name))
    return facts


@dataclass(frozen=True)
class TextRow:
    """One text of the letters, as the library lists it."""

    key: str
    title: str
    wording: str
    draft: LetterText | None


def text_groups(drafts: Iterable[LetterText]) -> list[tuple[Group, list[TextRow]]]:
    """The library, group by group, with the words in force today."""
    in_force = texts(version_in_force(clock.today()))
    by_key = {draft.key: draft for draft in drafts}
    return [
        (
            group,
            [
                TextRow(key, title, in_force[key], by_key.get(key))
                for key, title in group.titles.items()
            ],
        )
        for group in GROUPS
    ]


@dataclass(frozen=True)
class TextVersion:
    """One wording of a text: since when, and who wrote and published it."""

    since: str
    by: str
    wording: str


def text_versions(key: str, published: Iterable[LetterText]) -> list[TextVersion]:
    """Every wording of a text, the newest first; those that came with the service last."""
    found = [
        TextVersion(
            since=_("Från %(day)s") % {"day": swedish_date(text.from_day)},
            by=_("Skriven av %(writer)s, publicerad av %(publisher)s %(day)s. %(reason)s")
            % {
                "writer": text.proposed_by.user.name,
                "publisher": text.published_by.user.name if text.published_by else "",
                "day": swedish_date(text.published_at),
                "reason": text.reason,
            },
            wording=text.wording,
        )
        for text in published
    ]
    base = [
        TextVersion(
            _("Version %(version)s") % {"version": since}, _("Följde med tjänsten."), wording
        )
        for since, wording in sorted(TEXTS[key].items(), reverse=True)
    ]
    return [*found, *base]
