"""What the people of a pharmacy are told about its applications."""

from accounts.queries import pharmacists_at
from applications.models import Application
from klas import clock
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def tell_pharmacy(
    application: Application, kind: NoticeKind, *, occasion: object = "", **facts: str
) -> None:
    """Leave a notice with whoever looks after an application; when nobody does, all pharmacists.

    Args:
        occasion: tells two notices of the same kind about the same application apart.
        facts: what the words of the kind need (`notifications.words`).
    """
    assigned = application.assigned_to
    readers = (
        [assigned.user] if assigned else pharmacists_at(application.pharmacy_id, on=clock.today())
    )
    for user in readers:
        tell(
            user,
            kind,
            key=f"{kind}-{occasion}-application-{application.pk}",
            url=application.get_absolute_url(),
            reference=application.dnr,
            facts=facts,
        )
