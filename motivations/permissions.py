"""What an acting assignment may do with one motivation."""

from accounts.models import Assignment
from klas.access import Permission
from motivations.enums import MotivationStatus
from motivations.models import DraftShare, Motivation

_WITH_THE_AGENCY = (
    MotivationStatus.IN_CASE,
    MotivationStatus.SUPPLEMENT,
    MotivationStatus.CLOSED,
)


def is_author(acting: Assignment, motivation: Motivation) -> bool:
    """Whether the acting person wrote it (in whichever of their assignments)."""
    return acting.has(Permission.WRITE_MOTIVATIONS) and motivation.author.user_id == acting.user_id


def works_beside(acting: Assignment, motivation: Motivation) -> bool:
    """Whether the acting assignment is at the care unit that a motivation was sent from."""
    return (
        acting.has(Permission.WRITE_MOTIVATIONS)
        and acting.care_unit_id is not None
        and acting.care_unit_id == motivation.author.care_unit_id
        and not motivation.is_draft
    )


def may_write(acting: Assignment, motivation: Motivation) -> bool:
    """Whether `acting` may read and change its answers now.

    The author while it is a draft or a supplement; a colleague with whom it is shared while it is
    a draft (domain §4, §7).
    """
    if not motivation.is_written:
        return False
    if is_author(acting, motivation):
        return True
    return (
        motivation.is_draft
        and acting.has(Permission.WRITE_MOTIVATIONS)
        and DraftShare.objects.filter(motivation=motivation, colleague=acting).exists()
    )


def may_read_clinical_text(acting: Assignment, motivation: Motivation) -> bool:
    """The author always; the agency only once an application exists; nobody else (domain §7).

    What the agency has received it keeps, also when the application is withdrawn: a closed case is
    read as it was. Versions come into being only while it has the motivation, after the first.
    """
    if is_author(acting, motivation):
        return True
    if not acting.has(Permission.VIEW_QUEUE):
        return False
    return (
        motivation.status in _WITH_THE_AGENCY
        or motivation.events.filter(action="application_sent").exists()
    )
