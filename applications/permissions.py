"""What an acting assignment may do with one application."""

from accounts.models import Assignment
from applications.models import Application
from klas.access import Permission


def works_here(acting: Assignment, application: Application) -> bool:
    """Whether the acting assignment belongs to the applying pharmacy."""
    return (
        acting.has(Permission.APPLY)
        and acting.pharmacy_id is not None
        and acting.pharmacy_id == application.pharmacy_id
    )
