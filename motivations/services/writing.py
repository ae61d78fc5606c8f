"""What is being written: the pages of a draft or a supplement, and the lock that changes take."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.errors import NotAllowed, WrongState
from klas.sections import Section
from motivations.kinds import kind_of
from motivations.kinds.supplement import ANSWER
from motivations.models import Motivation
from motivations.permissions import is_author, may_write

ALREADY_SENT = _("Licensmotiveringen är redan skickad och kan inte ändras. Se den i Mina ärenden.")


def sections_of(motivation: Motivation) -> tuple[Section, ...]:
    """The pages of what is being written: its kind's; a supplement begins with the answer."""
    sections = kind_of(motivation.kind).sections
    return sections if motivation.is_draft else (ANSWER, *sections)


def locked_for_writing(motivation: Motivation, *, by: Assignment) -> Motivation:
    """The motivation, locked, if `by` may write it now.

    Raises:
        NotAllowed: `by` is neither its author nor a colleague with whom it is shared.
        WrongState: it is not being written (any more).
    """
    locked = Motivation.objects.select_for_update(of=("self",)).get(pk=motivation.pk)
    if may_write(by, locked):
        return locked
    if is_author(by, locked):
        raise WrongState(ALREADY_SENT)
    raise NotAllowed


def locked_own_draft(motivation: Motivation, *, by: Assignment) -> Motivation:
    """The draft, locked, for what only its author may do with it.

    Raises:
        NotAllowed: `by` is not the author.
        WrongState: it is no longer a draft.
    """
    locked = locked_for_writing(motivation, by=by)
    if not is_author(by, locked):
        raise NotAllowed
    if not locked.is_draft:
        raise WrongState(ALREADY_SENT)
    return locked
