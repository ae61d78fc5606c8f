"""What `base.html` shows on every page: how many notices are unread."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from notifications.queries import MOST_COUNTED, unread_count


class Badge:
    """The number of unread notices. Asks the database when the page is drawn, once."""

    def __init__(self, person: User) -> None:
        self._person = person

    @cached_property
    def unread(self) -> int:
        return unread_count(self._person)

    @property
    def shown(self) -> str:
        """The number as it stands on the badge."""
        return str(self.unread) if self.unread <= MOST_COUNTED else f"{MOST_COUNTED}+"


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `notices_badge` for `base.html`; None when nobody is signed in."""
    user = getattr(request, "user", None)
    return {"notices_badge": Badge(user) if isinstance(user, User) else None}
