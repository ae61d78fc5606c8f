"""Drafts: begun, saved section by section, thrown away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas import audit, clock
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from klas.sections import Answers, SectionAnswers
from medicines.models.facts import product_line
from motivations.kinds import Kind, kind_of, kinds_for
from motivations.kinds.common import AUTHOR, PRODUCT
from motivations.models import DraftSection, Motivation
from motivations.permissions import is_author, may_write
from motivations.services import attachments
from motivations.services.writing import ALREADY_SENT, locked_for_writing

NO_LICENCE = _(
    "Du saknar giltig legitimation i registret och kan inte skriva licensmotiveringar. "
    "Stämmer det inte? Kontakta din arbetsgivare, som kan rätta uppgiften."
)


@dataclass(frozen=True)
class SavedSection:
    """A section as it is stored; revision 0 means that nothing has been saved."""

    answers: SectionAnswers
    revision: int
    saved_at: datetime | None


def startable_by(acting: Assignment) -> frozenset[str]:
    """The kinds of which `acting` may begin a draft now."""
    if not acting.user.licensed_to_practise:
        return frozenset()
    return frozenset(kind.code.value for kind in kinds_for(acting))


@transaction.atomic
def start(*, kind: Kind, by: Assignment, renews: Motivation | None = None) -> Motivation:
    """Begin a draft.

    Args:
        renews: the motivation whose licence it is to renew.

    Raises:
        NotAllowed: the person's profession or care unit may not write this kind.
        Refused: the person has no valid licence to practise.
    """
    if kind not in kinds_for(by):
        raise NotAllowed
    if not by.user.licensed_to_practise:
        raise Refused(NO_LICENCE)
    motivation = Motivation.objects.create(
        kind=kind.code, author=by, renews=renews, created_at=clock.now()
    )
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft", obj=motivation)
    return motivation


def read(motivation: Motivation, *, by: Assignment) -> Answers:
    """All answers of a draft or supplement, right or wrong; recorded in the access log.

    Raises:
        NotAllowed: `by` may not write it.
    """
    if not may_write(by, motivation):
        raise NotAllowed
    audit.record(AccessAction.READ, by=by, what="motivation_draft", obj=motivation)
    return answers_of(motivation)


def read_section(motivation: Motivation, slug: str) -> SavedSection:
    """One section as stored (for a caller that has shown that it may read the draft)."""
    saved = DraftSection.objects.filter(motivation=motivation, slug=slug).first()
    if saved is None:
        return SavedSection({}, 0, None)
    return SavedSection(saved.answers, saved.revision, saved.saved_at)


@transaction.atomic
def save_section(
    motivation: Motivation,
    slug: str,
    *,
    answers: SectionAnswers,
    opened_revision: int,
    by: Assignment,
) -> SavedSection:
    """Keep what was typed in a section, right or wrong.

    Args:
        opened_revision: the section's revision when the page was opened (0: nothing saved then).

    Raises:
        NotAllowed: `by` may not write it.
        WrongState: the motivation is not being written (any more).
        Stale: the section was saved in another window since.
    """
    locked = locked_for_writing(motivation, by=by)
    kind_of(locked.kind).section(slug)
    saved = DraftSection.objects.filter(motivation=locked, slug=slug).first()
    if opened_revision != (saved.revision if saved else 0):
        raise Stale(
            _(
                "Utkastet har ändrats i en annan flik sedan du öppnade sidan. Det du skrev står "
                "kvar här. Spara igen om det är det som ska gälla."
            )
        )
    if saved is None:
        saved = DraftSection(motivation=locked, slug=slug, revision=0)
    elif saved.answers == answers:
        return SavedSection(saved.answers, saved.revision, saved.saved_at)
    saved.answers = answers
    saved.revision += 1
    saved.saved_at = clock.now()
    saved.saved_by = by
    saved.save()
    if locked.is_draft:
        _repeat_for_lists(locked)
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft", obj=locked)
    return SavedSection(saved.answers, saved.revision, saved.saved_at)


@transaction.atomic
def discard(motivation: Motivation, *, by: Assignment) -> None:
    """Throw a draft away, with everything typed into it.

    Raises:
        NotAllowed: `by` is not the author.
        WrongState: the motivation is no longer a draft.
    """
    locked = locked_for_writing(motivation, by=by)
    if not is_author(by, locked):
        raise NotAllowed
    if not locked.is_draft:
        raise WrongState(ALREADY_SENT)
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft_discarded", obj=locked)
    attachments.remove_all(locked)
    locked.delete()


def answers_of(motivation: Motivation) -> Answers:
    """The stored answers of all sections, for the services of this app.

    Beside them stands who writes and whether it renews a licence, for questions that only one
    profession, or only a renewal, is asked.
    """
    answers: Answers = {
        saved.slug: saved.answers for saved in DraftSection.objects.filter(motivation=motivation)
    }
    author = {
        "profession": motivation.author.user.profession,
        "renews": motivation.renews_id is not None,
    }
    return {**answers, AUTHOR: author}


def state_of(motivation: Motivation) -> str:
    """A word that changes whenever a section is saved: what was checked is what is sent."""
    revisions = DraftSection.objects.filter(motivation=motivation).order_by("slug")
    return ".".join(
        f"{slug}-{revision}" for slug, revision in revisions.values_list("slug", "revision")
    )


def _repeat_for_lists(motivation: Motivation) -> None:
    answers = answers_of(motivation)
    product = answers.get(PRODUCT, {})
    facts = (str(product.get(key) or "") for key in ("name", "form", "strength", "mah"))
    motivation.product_line = product_line(*facts)[:3000]
    motivation.subject_label = kind_of(motivation.kind).subject_label(answers)
    motivation.save(update_fields=["product_line", "subject_label"])
