"""Drafts: begun, saved section by section, thrown away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from accounts.queries import prescribers_beside
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessAction
from klas.sections import Answers, SectionAnswers
from medicines.models.facts import product_line
from motivations.kinds import Kind, kind_of, kinds_for
from motivations.kinds.common import AUTHOR, PRODUCT
from motivations.models import DraftSection, DraftShare, Motivation
from motivations.permissions import may_write
from motivations.queries import known_product
from motivations.services import attachments
from motivations.services.writing import locked_for_writing, locked_own_draft, sections_of

NO_LICENCE = _(
    "Du saknar giltig legitimation i registret och kan inte skriva licensmotiveringar. "
    "Stämmer det inte? Kontakta din arbetsgivare, som kan rätta uppgiften."
)

REGISTER_DOWN = _(
    "Registret över legitimationer svarar inte, så licensmotiveringen kan inte skickas just nu. "
    "Allt du har skrivit är sparat. Försök igen om några minuter."
)


@dataclass(frozen=True)
class SavedSection:
    """A section as it is stored; revision 0 means that nothing has been saved."""

    answers: SectionAnswers
    revision: int
    saved_at: datetime | None = None
    saved_by: Assignment | None = None


@dataclass(frozen=True)
class Save:
    """Who last saved a section of a draft, and when."""

    at: datetime
    by: Assignment


def startable_by(acting: Assignment) -> frozenset[str]:
    """The kinds of which `acting` may begin a draft now."""
    if not acting.user.licensed_to_practise:
        return frozenset()
    return frozenset(kind.code.value for kind in kinds_for(acting))


@transaction.atomic
def start(
    *,
    kind: Kind,
    by: Assignment,
    author: Assignment | None = None,
    renews: Motivation | None = None,
) -> Motivation:
    """Begin a draft.

    Args:
        author: the prescriber for whom a care colleague begins it, and with whom it is shared from
            the start; left out by prescribers, who begin their own.
        renews: the motivation whose licence it is to renew.

    Raises:
        NotAllowed: the author's profession or care unit may not write this kind, or `by` may not
            begin for them.
        Refused: the author has no valid licence to practise.
    """
    author = author or by
    if not _may_begin(by, author) or kind not in kinds_for(author):
        raise NotAllowed
    if not author.user.licensed_to_practise:
        raise Refused(NO_LICENCE)
    now = clock.now()
    begun_for_another = author != by
    motivation = Motivation.objects.create(
        kind=kind.code,
        author=author,
        drafted_by=by if begun_for_another else None,
        renews=renews,
        created_at=now,
    )
    if begun_for_another:
        DraftShare.objects.create(motivation=motivation, colleague=by, shared_at=now, shared_by=by)
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft", obj=motivation)
    return motivation


def _may_begin(by: Assignment, author: Assignment) -> bool:
    """Prescribers their own; care colleagues for a prescriber at their care unit (domain §4)."""
    if by.has(Permission.SUBMIT_MOTIVATIONS):
        return by == author
    beside = prescribers_beside(by, on=clock.today())
    return by.has(Permission.WRITE_MOTIVATIONS) and beside.filter(pk=author.pk).exists()


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
    saved = (
        DraftSection.objects.filter(motivation=motivation, slug=slug)
        .select_related("saved_by__user")
        .first()
    )
    return _as_saved(saved) if saved else SavedSection({}, 0)


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
        Stale: the section was saved elsewhere since.
    """
    locked = locked_for_writing(motivation, by=by)
    if slug not in {section.slug for section in sections_of(locked)}:
        raise KeyError(slug)
    if slug == PRODUCT:
        for_animals = kind_of(locked.kind).for_animals(answers_of(locked))
        answers = known_product(answers, veterinary=for_animals)
    saved = DraftSection.objects.filter(motivation=locked, slug=slug).first()
    if opened_revision != (saved.revision if saved else 0):
        raise Stale(
            _(
                "Svaren har sparats på ett annat ställe sedan du öppnade sidan. Det du skrev är "
                "inte sparat än. Jämför och välj vad som ska gälla."
            )
        )
    if saved is None:
        saved = DraftSection(motivation=locked, slug=slug, revision=0)
    elif saved.answers == answers:
        return _as_saved(saved)
    saved.answers = answers
    saved.revision += 1
    saved.saved_at = clock.now()
    saved.saved_by = by
    saved.save()
    if locked.is_draft:
        _repeat_for_lists(locked)
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft", obj=locked)
    return _as_saved(saved)


def seed(motivation: Motivation, answers: Answers, *, by: Assignment) -> None:
    """Begin with answers given before; sections that somebody has written in are left as they are.

    Args:
        answers: raw or canonical.
    """
    begun = set(DraftSection.objects.filter(motivation=motivation).values_list("slug", flat=True))
    now = clock.now()
    DraftSection.objects.bulk_create(
        DraftSection(motivation=motivation, slug=slug, answers=section, saved_at=now, saved_by=by)
        for slug, section in answers.items()
        if slug not in begun
    )


def forget(motivation: Motivation) -> None:
    """Throw away what was written and never sent, when nothing can come of it any more."""
    DraftSection.objects.filter(motivation=motivation).delete()
    attachments.remove_unsent(motivation)


@transaction.atomic
def discard(motivation: Motivation, *, by: Assignment) -> None:
    """Throw a draft away, with everything typed into it.

    Raises:
        NotAllowed: `by` is not the author.
        WrongState: the motivation is no longer a draft.
    """
    locked = locked_own_draft(motivation, by=by)
    audit.record(AccessAction.WRITE, by=by, what="motivation_draft_discarded", obj=locked)
    attachments.remove_unsent(locked)
    locked.delete()


def touched_since(moment: datetime) -> Exists:
    """For a queryset of motivations: whether a section has been saved since a moment."""
    return Exists(DraftSection.objects.filter(motivation=OuterRef("pk"), saved_at__gte=moment))


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


def saves_of(motivation: Motivation) -> dict[str, Save]:
    """Who last saved each section, by slug; sections not begun are left out. One query."""
    saved = DraftSection.objects.filter(motivation=motivation).select_related("saved_by__user")
    return {section.slug: Save(section.saved_at, section.saved_by) for section in saved}


def state_of(motivation: Motivation) -> str:
    """A word that changes whenever a section is saved: what was checked is what is sent."""
    revisions = DraftSection.objects.filter(motivation=motivation).order_by("slug")
    return ".".join(
        f"{slug}-{revision}" for slug, revision in revisions.values_list("slug", "revision")
    )


def _as_saved(section: DraftSection) -> SavedSection:
    return SavedSection(section.answers, section.revision, section.saved_at, section.saved_by)


def _repeat_for_lists(motivation: Motivation) -> None:
    answers = answers_of(motivation)
    product = answers.get(PRODUCT, {})
    facts = (str(product.get(key) or "") for key in ("name", "form", "strength", "mah"))
    motivation.product_line = product_line(*facts)[:3000]
    motivation.subject_label = kind_of(motivation.kind).subject_label(answers)
    motivation.save(update_fields=["product_line", "subject_label"])
