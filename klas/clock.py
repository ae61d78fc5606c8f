"""The one clock of deadlines: the database's, so that all processes agree.

`at` lets example data and tests live at another moment; nothing else sets it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

_set_time: ContextVar[datetime | None] = ContextVar("klas_clock", default=None)


def now() -> datetime:
    """Aware time of the current statement, from the database (unless set by `at`)."""
    moment = _set_time.get()
    if moment is not None:
        return moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        value: datetime = cursor.fetchone()[0]
    return value


def today() -> date:
    """Today's date in Sweden."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) within the block."""
    token = _set_time.set(moment)
    try:
        yield
    finally:
        _set_time.reset(token)
