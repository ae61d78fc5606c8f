"""What happens to a case without changing its status, in its timeline."""

from collections.abc import Mapping
from typing import Any

from decisions.models import Case, CaseEvent
from klas import clock
from klas.access import Actor


def happened(
    case: Case, action: str, *, by: Actor, reason: str = "", data: Mapping[str, Any] | None = None
) -> CaseEvent:
    """Leave an event on a case; the caller holds its lock.

    Args:
        action: a key of `decisions.words.CASE`.
    """
    event: CaseEvent = CaseEvent.objects.create(
        subject=case,
        action=action,
        from_state=case.status,
        to_state=case.status,
        actor_id=by.assignment_id,
        at=clock.now(),
        reason=reason,
        data=dict(data or {}),
    )
    return event
