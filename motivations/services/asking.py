"""What is the same whoever the agency asks: one open request at a time, its last day, its end.

`about` is the field and row that the requests of a flow's model are about, as
``{"motivation": motivation}``; the caller holds that row's lock.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas import clock
from klas.access import SYSTEM
from klas.errors import WrongState
from klas.flow import Flow
from klas.policy import policy
from klas.working_days import add_working_days
from motivations.enums import SupplementStatus
from motivations.models import AgencyRequest

Request = TypeVar("Request", bound=AgencyRequest)
About = Mapping[str, Any]


def put(
    flow: Flow[Request],
    about: About,
    *,
    questions: Sequence[str],
    due_on: date,
    by: Assignment,
    texts: Sequence[str] = (),
    again: int | None = None,
) -> Request:
    """Make a request.

    Args:
        texts: the library's text that each question began as.
        again: the number of the request whose answer did not suffice.

    Raises:
        WrongState: there is no such answer that waits to be judged.
    """
    made = flow.model._default_manager.filter(**about)
    follows = None
    if again is not None:
        follows = flow.perform(_numbered(flow, about, again), "ask_again", by=SYSTEM)
    return flow.model._default_manager.create(
        **about,
        number=made.count() + 1,
        questions=list(questions),
        texts=list(texts),
        asked_at=clock.now(),
        asked_by=by,
        due_on=due_on,
        follows=follows,
    )


def open_request(flow: Flow[Request], about: About) -> Request | None:
    """The request that waits for an answer, if there is one."""
    return flow.model._default_manager.filter(**about, status=SupplementStatus.OPEN).first()


def demand_open(flow: Flow[Request], about: About) -> Request:
    """The request that waits for an answer.

    Raises:
        WrongState: none does.
    """
    request = open_request(flow, about)
    if request is None:
        raise WrongState(_("Ingen fråga väntar på svar längre. Läs sidan igen."))
    return request


def close(flow: Flow[Request], request: Request) -> Request:
    """No answer is needed any more; whether its last day has passed is kept."""
    action = "give_up" if request.due_on < clock.today() else "close"
    return flow.perform(request, action, by=SYSTEM)


def enjoin(flow: Flow[Request], request: Request, *, due_on: date) -> Request:
    """An injunction demands the answer, with a new last day; the former stays in the event."""
    return flow.perform(
        request,
        "enjoin",
        by=SYSTEM,
        data={"due_on": request.due_on.isoformat()},
        due_on=due_on,
        enjoined_at=clock.now(),
    )


def accept(flow: Flow[Request], about: About, number: int) -> Request:
    """The answer suffices.

    Raises:
        WrongState: there is no such answer that waits to be judged.
    """
    return flow.perform(_numbered(flow, about, number), "accept", by=SYSTEM)


def to_remind(
    flow: Flow[Request], *, today: date, related: Sequence[str]
) -> Iterator[tuple[Request, str]]:
    """Open requests that are soon due, each with the occasion of the reminder that is its turn.

    Each is reminded at each of the policy's numbers of working days before its last day, 0 being
    that day itself; twice at once never, also when this has not been done for some days.

    Args:
        related: the ways to what the caller needs of each.
    """
    days = sorted(policy.supplement_reminder_working_days, reverse=True)
    ends = [*(add_working_days(today, count) for count in days), today - timedelta(days=1)]
    for count, (until, after) in zip(days, pairwise(ends), strict=True):
        near = flow.model._default_manager.filter(
            status=SupplementStatus.OPEN, due_on__gt=after, due_on__lte=until
        )
        for request in near.select_related(*related).order_by("pk"):
            yield request, f"{request.pk}-{request.due_on.isoformat()}-{count}"


def _numbered(flow: Flow[Request], about: About, number: int) -> Request:
    request = flow.model._default_manager.filter(**about, number=number).first()
    if request is None:
        raise WrongState(_("Det finns inget sådant svar att bedöma. Läs sidan igen."))
    return request
