"""What the people of a pharmacy are told about its applications; nothing of the patient."""

from datetime import date

from accounts.queries import pharmacists_at
from applications.flow import SUPPLEMENT
from applications.models import Application
from klas import clock
from motivations.queries import notice_key
from motivations.services.asking import to_remind
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def tell_pharmacy(
    application: Application,
    kind: NoticeKind,
    *,
    occasion: object = "",
    url: str = "",
    **facts: str,
) -> None:
    """Leave a notice with whoever looks after an application; when nobody does, all pharmacists.

    Args:
        occasion: tells two notices of the same kind about the same application apart.
        url: where it is read, if not on the application's own page.
        facts: what the words of the kind need (`notifications.words`).
    """
    assigned = application.assigned_to
    readers = (
        [assigned.user]
        if assigned and assigned.user.is_active
        else pharmacists_at(application.pharmacy_id, on=clock.today())
    )
    for user in readers:
        tell(
            user,
            kind,
            key=f"{notice_key(kind, occasion)}application-{application.pk}",
            url=url or application.get_absolute_url(),
            reference=application.dnr,
            facts=facts,
        )


def tell_of_supplements_due(*, today: date | None = None) -> None:
    """Remind pharmacies whose answer to the agency's questions is soon due."""
    due = to_remind(
        SUPPLEMENT, today=today or clock.today(), related=["application__assigned_to__user"]
    )
    for request, occasion in due:
        tell_pharmacy(
            request.application,
            NoticeKind.SUPPLEMENT_REMINDER,
            occasion=occasion,
            due_on=request.due_on.isoformat(),
        )
