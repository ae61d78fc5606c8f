"""The same once more: a draft that begins with what an own motivation says (domain §4, “Life”)."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas import clock
from klas.errors import NotAllowed, Refused
from klas.sections import Answers
from motivations import queries, reading
from motivations.kinds import Kind, kind_of
from motivations.kinds.common import PRODUCT
from motivations.models import Motivation
from motivations.permissions import is_author
from motivations.services import drafts, product
from motivations.services.attachment_copies import copy_clean


@dataclass(frozen=True)
class Begun:
    """A draft to go on with.

    Attributes:
        is_new: False when the licence had a renewal already: that is `draft`, in whatever state.
        changed_facts: what the register now says otherwise of the product, as questions.
        left_out: names of files that were not copied.
    """

    draft: Motivation
    is_new: bool = True
    changed_facts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def copy(source: Motivation, *, by: Assignment) -> Begun:
    """Begin a draft with all that an own motivation says: its current version, or the draft it is.

    Declarations and urgency are given anew, the product is as the register has it now.

    Raises:
        NotAllowed: it is not the person's own, or they may not write the kind (any more).
        Refused: the person has no valid licence to practise.
    """
    return _begin(source, by=by)


@transaction.atomic
def renew(source: Motivation, *, by: Assignment) -> Begun:
    """Begin a draft that renews the licence an own motivation led to, or find the one begun.

    Besides what `copy` leaves open, effect so far and what has changed are asked.

    Raises:
        NotAllowed, Refused: as `copy`; Refused also when the licence does not end soon, or ended
            too long ago.
    """
    locked = Motivation.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if not is_author(by, locked):
        raise NotAllowed
    begun = queries.renewal_of(locked)
    if begun is not None:
        return Begun(begun, is_new=False)
    if not queries.is_renewable(locked, today=clock.today()):
        raise Refused(_("Licensen kan inte förnyas nu. Kopiera licensmotiveringen i stället."))
    return _begin(locked, by=by, renewed=True)


def _begin(source: Motivation, *, by: Assignment, renewed: bool = False) -> Begun:
    if not is_author(by, source):
        raise NotAllowed
    kind = kind_of(source.kind)
    draft = drafts.start(kind=kind, by=by, renews=source if renewed else None)
    said = _answers(source, by=by)
    copied: Answers = {
        section.slug: section.form_class.copied(said[section.slug], renewed=renewed)
        for section in kind.sections
        if section.slug in said
    }
    before = copied.get(PRODUCT, {})
    copied[PRODUCT] = product.refreshed(before)
    for slug, answers in copied.items():
        if answers:
            drafts.save_section(draft, slug, answers=answers, opened_revision=0, by=by)
    draft.refresh_from_db()
    return Begun(
        draft,
        changed_facts=_differing(kind, before, copied[PRODUCT]),
        left_out=copy_clean(source, to=draft, by=by),
    )


def _answers(source: Motivation, *, by: Assignment) -> Answers:
    if source.is_draft:
        return drafts.read(source, by=by)
    return reading.read(queries.current_version(source), by=by).answers


def _differing(kind: Kind, before: dict[str, str], after: dict[str, str]) -> list[str]:
    fields = kind.section(PRODUCT).form_class.base_fields
    return [
        str(field.label) for name, field in fields.items() if after.get(name) != before.get(name)
    ]
