"""What `base.html` needs to warn before the session ends, and to say when it does."""

import math
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from klas.policy import policy


@dataclass(frozen=True)
class SessionLimits:
    """How long the session lasts from now on, and the rules about it."""

    seconds: int
    warning_seconds: int
    idle_minutes: int
    hours: int


def session_limits(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `session_limits`, None when nobody is signed in."""
    # Who sends no session has none; to ask for it would keep public pages out of caches.
    session = getattr(request, "session", None)
    if session is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"session_limits": None}
    ends_at = session.ends_at()
    if ends_at is None:
        return {"session_limits": None}
    return {
        "session_limits": SessionLimits(
            seconds=max(1, math.ceil((ends_at - timezone.now()).total_seconds())),
            warning_seconds=60 * policy.session_warning_minutes,
            idle_minutes=policy.session_idle_minutes,
            hours=policy.session_hours,
        )
    }
