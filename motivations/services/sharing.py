"""Drafts that several write in: shared by their author, handed over by a colleague."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from accounts.queries import colleagues_of
from klas import audit, clock
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from motivations.models import DraftShare, Motivation
from motivations.services.writing import locked_for_writing, locked_own_draft
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def colleagues(motivation: Motivation) -> QuerySet[Assignment]:
    """Those with whom a draft can be shared today: at its author's care unit, by name."""
    return colleagues_of(motivation.author, on=clock.today())


def shares_of(motivation: Motivation) -> QuerySet[DraftShare]:
    """With whom a draft is shared, in the order it was."""
    return motivation.shares.select_related("colleague__user", "shared_by__user")


@transaction.atomic
def share(motivation: Motivation, *, colleague: Assignment, by: Assignment) -> DraftShare:
    """Let a colleague read and write a draft until it is sent. Sharing again changes nothing.

    Raises:
        NotAllowed: `by` is not the author.
        WrongState: the motivation is no longer a draft.
        Refused: the colleague does not work at the author's care unit (any more).
    """
    locked = locked_own_draft(motivation, by=by)
    if not colleagues(locked).filter(pk=colleague.pk).exists():
        raise Refused(_("Du kan bara dela med någon som arbetar på samma vårdenhet som du."))
    shared, is_new = DraftShare.objects.get_or_create(
        motivation=locked,
        colleague=colleague,
        defaults={"shared_at": clock.now(), "shared_by": by},
    )
    if is_new:
        audit.record(AccessAction.WRITE, by=by, what="draft_share", obj=locked)
    return shared


@transaction.atomic
def stop_sharing(motivation: Motivation, *, colleague: Assignment, by: Assignment) -> None:
    """Take a colleague's access to a draft back; what they wrote stays. Raises as `share`."""
    locked = locked_own_draft(motivation, by=by)
    count, _models = DraftShare.objects.filter(motivation=locked, colleague=colleague).delete()
    if count:
        audit.record(AccessAction.WRITE, by=by, what="draft_share_ended", obj=locked)


@transaction.atomic
def hand_over(motivation: Motivation, *, by: Assignment, message: str = "") -> DraftShare:
    """Leave a draft to its author to read through and send; the author is told.

    Args:
        message: a few words to the author, nothing about a patient.

    Raises:
        NotAllowed: `by` is no colleague with whom it is shared, or it has been sent.
    """
    locked = locked_for_writing(motivation, by=by)
    shared = DraftShare.objects.filter(motivation=locked, colleague=by).first()
    if shared is None:
        raise NotAllowed
    shared.handed_over_at, shared.message = clock.now(), message
    shared.save(update_fields=["handed_over_at", "message"])
    audit.record(AccessAction.WRITE, by=by, what="draft_handed_over", obj=locked)
    tell(
        locked.author.user,
        NoticeKind.DRAFT_READY,
        key=f"draft-ready-{shared.pk}-{shared.handed_over_at:%Y%m%d%H%M%S%f}",
        url=locked.get_absolute_url(),
        facts={"colleague": by.user.name},
    )
    return shared
