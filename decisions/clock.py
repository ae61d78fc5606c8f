"""When the clock of a case stood still (domain §6)."""

from collections.abc import Iterable
from datetime import date


def standstills(turns: Iterable[tuple[date, bool]], *, until: date) -> list[tuple[date, date]]:
    """From and to which day a clock stood still, from the first that was waited for to the last.

    Args:
        turns: in order, on which day something happened, and whether anybody was waited for after.
        until: the end of a standstill that still lasts.
    """
    found: list[tuple[date, date]] = []
    since: date | None = None
    for day, is_waiting in turns:
        if is_waiting:
            since = since or day
        elif since is not None:
            found.append((since, day))
            since = None
    return [*found, (since, until)] if since is not None else found
