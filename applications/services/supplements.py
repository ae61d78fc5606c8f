"""Questions from the agency to the pharmacy, and their answers (domain §6, “Supplement”).

The second user of what `motivations.services.asking` says: the agency asks and closes through
`applications.services.told`; the pharmacy answers with the next version of its application. For
that pharmacy and the agency alone.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import Assignment
from applications.flow import APPLICATION, SUPPLEMENT
from applications.models import (
    Application,
    ApplicationSection,
    ApplicationSupplement,
    ApplicationVersion,
)
from applications.permissions import works_here
from applications.sections import ANSWER, CONFIRM, sections_of
from applications.services import documents, versions
from applications.services.applying import answers_of, freeze_product, product_asked_for
from applications.services.telling import tell_pharmacy
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from klas.sections import Secrecy, freeze
from motivations.services import asking
from notifications.enums import NoticeKind

Send = Callable[[], ApplicationVersion]


@transaction.atomic
def ask(
    application: Application,
    *,
    questions: Sequence[str],
    due_on: date,
    by: Assignment,
    texts: Sequence[str] = (),
    again: int | None = None,
) -> ApplicationSupplement:
    """Ask the pharmacy; what it sent last can then be written on as the next version.

    Args: see `motivations.services.asking.put`. The caller holds the application's lock.
    """
    request = asking.put(
        SUPPLEMENT,
        {"application": application},
        questions=questions,
        due_on=due_on,
        by=by,
        texts=texts,
        again=again,
    )
    sender = application.sent_by
    assert sender is not None  # noqa: S101 - it has been sent
    begun = set(application.sections.values_list("slug", flat=True))
    for slug, answers in (application.answers or {}).items():
        if slug not in begun:
            ApplicationSection.objects.create(
                application=application,
                slug=slug,
                answers=answers,
                saved_at=clock.now(),
                saved_by=sender,
            )
    tell_pharmacy(
        application,
        NoticeKind.SUPPLEMENT_REQUESTED,
        occasion=request.pk,
        due_on=due_on.isoformat(),
    )
    return request


@transaction.atomic
def close(application: Application) -> ApplicationSupplement:
    """No answer is needed any more. What the pharmacy has begun to write is kept.

    Raises:
        WrongState: no question is open.
    """
    request = asking.close(SUPPLEMENT, _open(application))
    tell_pharmacy(application, NoticeKind.SUPPLEMENT_CLOSED, occasion=request.pk)
    return request


@transaction.atomic
def application_withdrawn(application: Application) -> None:
    """The pharmacy has withdrawn its application: nothing is to be answered."""
    request = waiting(application)
    if request is not None:
        asking.close(SUPPLEMENT, request)


@transaction.atomic
def enjoin(application: Application, *, due_on: date) -> None:
    """The pharmacy has been ordered to answer, with a new last day (FL 20 §).

    Raises:
        WrongState: no question is open.
    """
    asking.enjoin(SUPPLEMENT, _open(application), due_on=due_on)


def remind(application: Application, *, occasion: object) -> None:
    """Tell the pharmacy again that an answer is waited for. Raises `WrongState`: none is."""
    request = _open(application)
    tell_pharmacy(
        application,
        NoticeKind.SUPPLEMENT_REMINDER,
        occasion=f"{request.pk}-{request.due_on.isoformat()}-{occasion}",
        due_on=request.due_on.isoformat(),
    )


@transaction.atomic
def accept(application: Application, number: int) -> None:
    """The agency is content with an answer. Raises `WrongState` when there is none to judge."""
    asking.accept(SUPPLEMENT, {"application": application}, number)


def answer(application: Application, *, by: Assignment, opened_revision: int | None = None) -> None:
    """Send the answer: the next version is frozen, and the agency goes on with its case.

    Raises:
        Incomplete: the answer is missing, or a section is not right.
        Refused: a document was stopped in the check, or is promised and not there.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """

    @transaction.atomic
    def send() -> ApplicationVersion:
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if not works_here(by, locked):
            raise NotAllowed
        request = _open(locked)
        answers = answers_of(locked)
        frozen = freeze(sections_of(answers), answers)[Secrecy.OPEN]
        text = frozen.pop(ANSWER.slug)["answer"]
        promised = frozen[CONFIRM]["quality_documents"] == "attached"
        if reason := documents.problem(locked, promised=promised):
            raise Refused(reason)
        product = freeze_product(answers, asked_for=product_asked_for(locked), kept=locked.product)
        sent = APPLICATION.perform(
            locked,
            "answer_supplement",
            by=by,
            opened_revision=opened_revision,
            data={"version": locked.versions.count() + 1},
            product=product,
            **versions.columns(frozen),
        )
        version = versions.keep(sent, by=by)
        SUPPLEMENT.perform(
            request,
            "answer",
            by=SYSTEM,
            answer=text,
            answered_at=version.created_at,
            answered_by=by,
            version=version,
        )
        sent.sections.filter(slug=ANSWER.slug).delete()
        audit.record(AccessAction.WRITE, by=by, what="supplement", obj=sent, whose=sent.dnr)
        return version

    # The agency's case is locked before the application, so the agency calls back.
    receiver = cast(
        Callable[[Application, Send], None],
        import_string(settings.APPLICATION_SUPPLEMENT_RECEIVER),
    )
    receiver(application, send)


def waiting(application: Application) -> ApplicationSupplement | None:
    """The request that waits for an answer: for services that move it, never to be shown."""
    return asking.open_request(SUPPLEMENT, {"application": application})


def open_request(application: Application, *, by: Assignment) -> ApplicationSupplement | None:
    """The question that waits for an answer, if there is one that `by` may read."""
    return next((asked for asked in requests_of(application, by=by) if asked.is_open), None)


def requests_of(application: Application, *, by: Assignment) -> list[ApplicationSupplement]:
    """All questions and answers, oldest first; for the pharmacy itself and the agency only.

    The caller records the reading with that of the application.
    """
    if not (works_here(by, application) or by.has(Permission.VIEW_QUEUE)):
        return []
    return list(
        ApplicationSupplement.objects.filter(application=application)
        .select_related("asked_by__user", "answered_by__user", "version")
        .order_by("number")
    )


def _open(application: Application) -> ApplicationSupplement:
    return asking.demand_open(SUPPLEMENT, {"application": application})
