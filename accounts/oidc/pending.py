"""Who is on their way to a provider and back: kept in the browser's own session, used once."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

SESSION_KEY = "oidc_pending"
KEPT_SECONDS = 600
# As many tabs may be on their way at once; the oldest is forgotten.
KEPT = 5


@dataclass(frozen=True)
class Pending:
    """A sign-in that has begun.

    Attributes:
        started: by our clock, in seconds.
        next: where the person goes afterwards.
        again: whose identity is proven once more (the user's key), or None at sign-in.
    """

    provider: str
    nonce: str
    verifier: str
    redirect_uri: str
    started: int
    next: str
    again: int | None


def put(request: HttpRequest, state: str, pending: Pending) -> None:
    """Remember under `state`, which comes back with the answer."""
    waiting = [*_waiting(request).items(), (state, asdict(pending))]
    request.session[SESSION_KEY] = dict(waiting[-KEPT:])


def take(request: HttpRequest, state: str, *, provider: str) -> Pending | None:
    """What this browser lately began with `state` at this provider; it is forgotten hereby."""
    waiting = _waiting(request)
    found = waiting.pop(state, None)
    if SESSION_KEY in request.session:
        request.session[SESSION_KEY] = waiting
    if found is None or found["provider"] != provider:
        return None
    pending = Pending(**found)
    return pending if time.time() - pending.started <= KEPT_SECONDS else None


def _waiting(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return dict(request.session.get(SESSION_KEY, {}))
