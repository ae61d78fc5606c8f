"""What an acting assignment may do with one motivation."""

from accounts.models import Assignment
from klas.access import Permission
from motivations.enums import MotivationStatus
from motivations.models import Motivation

_WITH_THE_AGENCY = (MotivationStatus.IN_CASE, MotivationStatus.CLOSED)


def is_author(acting: Assignment, motivation: Motivation) -> bool:
    """Whether the acting person wrote it (in whichever of their assignments)."""
    return acting.has(Permission.WRITE_MOTIVATIONS) and motivation.author.user_id == acting.user_id


def may_read_clinical_text(acting: Assignment, motivation: Motivation) -> bool:
    """The author always; the agency only once an application exists; nobody else (domain §7)."""
    if is_author(acting, motivation):
        return True
    return acting.has(Permission.VIEW_QUEUE) and motivation.status in _WITH_THE_AGENCY
