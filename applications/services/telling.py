"""What a pharmacy is told about its applications, each thing once; nothing of the patient."""

from datetime import date

from applications.flow import SUPPLEMENT
from applications.models import Application
from klas import clock
from motivations.queries import notice_key
from motivations.services.asking import to_remind
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def tell_pharmacy(
    application: Application, kind: NoticeKind, *, occasion: object, **facts: str
) -> bool:
    """Leave a notice with the one who looks after an application, else with who sent it.

    Args:
        occasion: tells two notices of the same kind about the same application apart.
        facts: what the words of the kind need (`notifications.words`).
    """
    responsible = application.assigned_to
    if responsible is None or not responsible.user.is_active:
        responsible = application.sent_by
    assert responsible is not None  # noqa: S101 - it has been sent
    return tell(
        responsible.user,
        kind,
        key=f"{notice_key(kind, occasion)}application-{application.pk}",
        url=application.get_absolute_url(),
        reference=application.dnr,
        facts=facts,
    )


def tell_of_supplements_due(*, today: date | None = None) -> None:
    """Remind pharmacies whose answer to the agency's questions is soon due."""
    related = ["application__assigned_to__user", "application__sent_by__user"]
    due = to_remind(SUPPLEMENT, today=today or clock.today(), related=related)
    for request, occasion in due:
        tell_pharmacy(
            request.application,
            NoticeKind.SUPPLEMENT_REMINDER,
            occasion=occasion,
            due_on=request.due_on.isoformat(),
        )
