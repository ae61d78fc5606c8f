"""The supplement part of a case in words: what was asked of whom, what came of it, what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.presentation import application_steps
from applications.services import supplements as pharmacys
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Case, Injunction, QuestionTextVersion
from decisions.queries import may_dismiss
from klas.presentation import swedish_date
from motivations.enums import SupplementStatus
from motivations.models import AgencyRequest
from motivations.services import supplements as prescribers

TITLES: Mapping[WaitingFor, str | Promise] = {
    WaitingFor.PRESCRIBER: _("Frågor till förskrivaren"),
    WaitingFor.PHARMACY: _("Frågor till apoteket"),
}


@dataclass(frozen=True)
class Question:
    """A question, and the topic and version of the library's text that it began as, if any."""

    text: str
    began_as: str


@dataclass(frozen=True)
class AskedRow:
    """One request on the review page, with what the officer may do about it."""

    request: AgencyRequest
    questions: list[Question]
    is_overdue: bool
    may_close: bool
    may_judge: bool


@dataclass(frozen=True)
class AskedOf:
    """All that was asked of one of the two."""

    asked: WaitingFor
    title: str | Promise
    rows: list[AskedRow]
    may_ask: bool


def may_handle(case: Case, by: Assignment, action: str) -> bool:
    """Whether `by` may do something with a case that is theirs."""
    return CASE.allows(case, action, by=by) and case.assignee_id == by.pk


def supplement_part(case: Case, *, by: Assignment, today: date) -> dict[str, Any]:
    """What the part shows, for its template."""
    application = case.application
    requests: dict[WaitingFor, list[AgencyRequest]] = {
        WaitingFor.PRESCRIBER: [*prescribers.requests_of(application.motivation, by=by)],
        WaitingFor.PHARMACY: [*pharmacys.requests_of(application, by=by)],
    }
    if case.decided_at is not None:
        # The motivation may have gone on to another case since.
        requests = {
            asked: [request for request in found if request.asked_at <= case.decided_at]
            for asked, found in requests.items()
        }
    names = _names(requests.values())
    is_waiting = case.status == CaseStatus.WAITING
    open_now = [r for found in requests.values() for r in found if r.is_open]
    late = [request for request in open_now if request.due_on < today]
    is_mine = may_handle(case, by, "send_injunction")
    return {
        "asked_of": [
            _asked_of(case, asked, found, names, by=by, today=today)
            for asked, found in requests.items()
        ],
        "application_steps": application_steps(application),
        "injunctions": list(Injunction.objects.filter(case=case).select_related("sent_by__user")),
        "has_arrived": case.is_open
        and any(
            request.status == SupplementStatus.ANSWERED and request.asked_at >= case.registered_at
            for found in requests.values()
            for request in found
        ),
        "may_remind": is_waiting and is_mine,
        "may_enjoin": is_mine and any(request.enjoined_at is None for request in late),
        "may_dismiss": may_handle(case, by, "propose") and may_dismiss(case),
        "may_give_up": is_mine and any(request.enjoined_at is not None for request in late),
    }


def _asked_of(
    case: Case,
    asked: WaitingFor,
    requests: list[AgencyRequest],
    names: Mapping[str, str],
    *,
    by: Assignment,
    today: date,
) -> AskedOf:
    may_close = may_handle(case, by, "close_supplement")
    may_judge = may_handle(case, by, "accept_supplement")
    rows = [
        AskedRow(
            request,
            [
                Question(text, names.get(name, ""))
                for text, name in _with_names(request.questions, request.texts)
            ],
            is_overdue=request.is_open and request.due_on < today,
            may_close=may_close and request.is_open,
            may_judge=may_judge
            and request.status == SupplementStatus.ANSWERED
            and request.asked_at >= case.registered_at,
        )
        for request in requests
    ]
    may_ask = may_handle(case, by, "request_supplement") and not any(r.is_open for r in requests)
    return AskedOf(asked, TITLES[asked], rows, may_ask)


def _with_names(questions: list[str], texts: list[str]) -> Iterable[tuple[str, str]]:
    padded = [*texts, *[""] * (len(questions) - len(texts))]
    return zip(questions, padded, strict=False)


def _names(requests: Iterable[Iterable[AgencyRequest]]) -> dict[str, str]:
    """“Tidigare behandling, version 2” for each text that is named."""
    wanted = {name for found in requests for request in found for name in request.texts if name}
    if not wanted:
        return {}
    versions = QuestionTextVersion.objects.filter(
        text_of__in={int(name.partition(":")[0]) for name in wanted}
    ).select_related("text_of")
    return {
        f"{version.text_of_id}:{version.number}": str(
            _("%(topic)s, version %(number)s")
            % {"topic": version.text_of.topic, "number": version.number}
        )
        for version in versions.order_by("pk")
    }


def dismissal(case: Case) -> dict[str, str]:
    """What a dismissal says when an injunction was not followed; the officer may change it."""
    injunction = Injunction.objects.filter(case=case).last()
    assert injunction is not None  # noqa: S101 - one was left unanswered
    sent, due = swedish_date(injunction.sent_at), swedish_date(injunction.due_on)
    return {
        "outcome": "dismissed",
        "reasons": (
            "Läkemedelsverket har begärt komplettering av ansökan. Inget svar kom i tid. "
            f"Den {sent} förelade Läkemedelsverket apoteket att komplettera ansökan senast den "
            f"{due} och upplyste om att ansökan annars kan avvisas. Föreläggandet har inte följts. "
            "Utan det som saknas kan ansökan inte prövas i sak. Den ska därför avvisas."
        ),
        "provisions": "20 § förvaltningslagen (2017:900)",
        "hearing": "exception",
        "hearing_text": (
            "Föreläggandet upplyste om att ansökan annars kan avvisas och gav tid att svara."
        ),
    }
