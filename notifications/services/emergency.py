"""Those who run the service are told of each emergency sign-in (`accounts.break_glass`)."""

from django.urls import reverse

from accounts.models import User
from accounts.queries import operators
from klas import clock
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def signed_in(user: User, *, key: str) -> None:
    """`user` got in by the emergency sign-in; `key` names the occasion."""
    for operator in operators(on=clock.today()):
        tell(
            operator,
            NoticeKind.BREAK_GLASS,
            key=key,
            url=reverse("klas:access_log"),
            facts={"colleague": user.name},
        )
