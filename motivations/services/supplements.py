"""Questions from the agency to the prescriber, and their answers (domain §6, “Supplement”).

The agency asks and withdraws through `applications.services.told`; the prescriber answers with a
new version of the motivation. Questions and answers are clinical: who may read those of a version
may read them.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import Assignment
from klas.access import SYSTEM
from motivations import reading
from motivations.enums import SupplementStatus
from motivations.flow import MOTIVATION, SUPPLEMENT
from motivations.models import Motivation, MotivationVersion, SupplementRequest
from motivations.permissions import may_read_clinical_text
from motivations.queries import current_version
from motivations.services import asking, drafts, submission
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind

Send = Callable[[], MotivationVersion]


@transaction.atomic
def ask(
    motivation: Motivation,
    *,
    questions: Sequence[str],
    due_on: date,
    by: Assignment,
    texts: Sequence[str] = (),
    again: int | None = None,
) -> SupplementRequest:
    """Ask the prescriber; what was sent last can then be written on as the next version.

    Args: see `motivations.services.asking.put`.

    Raises:
        WrongState: the motivation is not with the agency, or a question is open already.
    """
    asked = MOTIVATION.perform(
        motivation, "supplement_requested", by=SYSTEM, data={"due_on": due_on.isoformat()}
    )
    request = asking.put(
        SUPPLEMENT,
        {"motivation": asked},
        questions=questions,
        due_on=due_on,
        by=by,
        texts=texts,
        again=again,
    )
    drafts.seed(asked, reading.whole(current_version(asked)), by=asked.author)
    tell_author(
        asked,
        NoticeKind.SUPPLEMENT_REQUESTED,
        occasion=request.pk,
        due_on=due_on.isoformat(),
    )
    return request


@transaction.atomic
def close(motivation: Motivation) -> SupplementRequest:
    """Say that no answer is needed any more. What the prescriber has begun to write is kept, in
    case something is asked again before the decision.

    Raises:
        WrongState: no question is open.
    """
    closed = MOTIVATION.perform(motivation, "supplement_closed", by=SYSTEM)
    request = asking.close(SUPPLEMENT, _open(closed))
    tell_author(closed, NoticeKind.SUPPLEMENT_CLOSED, occasion=request.pk)
    return request


@transaction.atomic
def enjoin(motivation: Motivation, *, due_on: date) -> None:
    """The party has been ordered to see to it that the answer comes: a new last day (FL 20 §).

    Raises:
        WrongState: no question is open.
    """
    waiting = MOTIVATION.perform(
        motivation, "enjoined", by=SYSTEM, data={"due_on": due_on.isoformat()}
    )
    asking.enjoin(SUPPLEMENT, _open(waiting), due_on=due_on)
    remind(waiting)


def remind(motivation: Motivation, *, occasion: object = "") -> None:
    """Tell the author again that an answer is waited for.

    Args:
        occasion: tells reminders of one last day apart.
    """
    request = _open(motivation)
    tell_author(
        motivation,
        NoticeKind.SUPPLEMENT_REMINDER,
        occasion=f"{request.pk}-{request.due_on.isoformat()}-{occasion}",
        due_on=request.due_on.isoformat(),
    )


@transaction.atomic
def accept(motivation: Motivation, number: int) -> None:
    """The agency is content with an answer. Raises `WrongState` when there is none to judge."""
    asking.accept(SUPPLEMENT, {"motivation": motivation}, number)


@transaction.atomic
def application_withdrawn(motivation: Motivation) -> Motivation:
    """The pharmacy has withdrawn its application: no answer is needed, pharmacies find it again.

    What the prescriber has begun to write is kept, as when questions are closed.

    Raises:
        WrongState: there was no application.
    """
    free = MOTIVATION.perform(
        motivation, "application_withdrawn", by=SYSTEM, dnr="", expected_on=None
    )
    _close_open(free)
    return free


@transaction.atomic
def renewal_withdrawn(motivation: Motivation, *, dnr: str, outcome: str) -> Motivation:
    """The pharmacy no longer renews the licence on this motivation, which is over again.

    Args:
        dnr: of the case that gave the licence.
        outcome: of that case.

    Raises:
        WrongState: there was no application.
    """
    over = MOTIVATION.perform(
        motivation, "renewal_withdrawn", by=SYSTEM, dnr=dnr, outcome=outcome, expected_on=None
    )
    _close_open(over)
    drafts.forget(over)
    return over


def _close_open(motivation: Motivation) -> None:
    request = waiting(motivation)
    if request is not None:
        asking.close(SUPPLEMENT, request)


def answer(
    motivation: Motivation,
    *,
    by: Assignment,
    opened_revision: int | None = None,
    checked: str | None = None,
) -> None:
    """Send the answer: the next version is frozen, and the agency goes on with its case.

    Raises: as `motivations.services.submission.submit`.
    """

    def send() -> MotivationVersion:
        version, text = submission.supplement(
            motivation, by=by, opened_revision=opened_revision, checked=checked
        )
        SUPPLEMENT.perform(
            _open(version.motivation),
            "answer",
            by=SYSTEM,
            answer=text,
            answered_at=version.created_at,
            answered_by=by,
            version=version,
        )
        return version

    # The agency's case is locked before the motivation, so the agency calls back.
    receiver = cast(Callable[[Motivation, Send], None], import_string(settings.SUPPLEMENT_RECEIVER))
    receiver(motivation, send)


def waiting(motivation: Motivation) -> SupplementRequest | None:
    """The request that waits for an answer: for services that move it, never to be shown."""
    return asking.open_request(SUPPLEMENT, {"motivation": motivation})


def open_request(motivation: Motivation, *, by: Assignment) -> SupplementRequest | None:
    """The question that waits for an answer, if there is one that `by` may read."""
    return next(
        (
            request
            for request in requests_of(motivation, by=by)
            if request.status == SupplementStatus.OPEN
        ),
        None,
    )


def requests_of(motivation: Motivation, *, by: Assignment) -> list[SupplementRequest]:
    """All questions and answers, oldest first; none for those who may not read clinical text.

    The caller records the reading with that of the version.
    """
    if not may_read_clinical_text(by, motivation):
        return []
    return list(
        SupplementRequest.objects.filter(motivation=motivation)
        .select_related("asked_by__user", "answered_by__user", "version")
        .order_by("number")
    )


def _open(motivation: Motivation) -> SupplementRequest:
    return asking.demand_open(SUPPLEMENT, {"motivation": motivation})
