"""The access record: one function, called by whatever reads or writes personal data."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import models

from klas.models import AccessAction, AccessLogEntry

if TYPE_CHECKING:
    from accounts.models import Assignment

request_id: ContextVar[str] = ContextVar("request_id", default="")
request_address: ContextVar[str | None] = ContextVar("request_address", default=None)
_recorded_in: ContextVar[str] = ContextVar("recorded_in", default="")


def recorded() -> bool:
    """Whether this request has written to the log already."""
    return bool(request_id.get()) and _recorded_in.get() == request_id.get()


def record(
    action: AccessAction,
    *,
    by: "Assignment",
    what: str,
    obj: models.Model | None = None,
    whose: str = "",
    purpose: str = "",
    hit: bool | None = None,
) -> AccessLogEntry:
    """Write one row to the access log.

    Args:
        by: the acting assignment.
        what: the kind of data in a word, e.g. ``"clinical_text"``.
        obj: the row that was read or written.
        whose: reference number or dnr of the patient's case; never a name or personnummer.
        purpose: why, where the person chose a purpose.
        hit: for searches, whether something was found.
    """
    _recorded_in.set(request_id.get())
    return AccessLogEntry.objects.create(
        user_id=by.user_id,
        assignment_id=by.pk,
        role=by.role,
        unit=by.unit_name,
        action=action,
        what=what,
        object_id=None if obj is None else obj.pk,
        whose=whose,
        purpose=purpose,
        hit=hit,
        request_id=request_id.get(),
        address=request_address.get(),
    )
