"""Hearing the applicant before a decision that goes against it (FL 25 §)."""

import re
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import Application
from applications.services import told
from decisions.enums import CommunicationStatus
from decisions.flow import CASE, COMMUNICATION
from decisions.models import Case, Communication
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused
from klas.fields import holds_personal_number
from klas.formats import fold_words
from klas.models import AccessAction
from klas.sections import Answers
from motivations import reading
from notifications.enums import NoticeKind
from notifications.services.telling import tell

# So many words in a row are no accident: they were taken out of the clinical text.
QUOTED_WORDS = 6


@transaction.atomic
def send(
    case: Case, *, text: str, due_on: date, by: Assignment, opened_revision: int | None = None
) -> Communication:
    """Send the pharmacy what speaks against its application; it is told, and may answer.

    Args:
        text: never clinical: the pharmacy may not read that (domain §7).
        due_on: the last day to answer.

    Raises:
        Refused: the text holds a personnummer or quotes the clinical text, the last day is not in
            the future, or the pharmacy has something to answer already.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not text.strip():
        raise Refused(_("Skriv vad som talar emot ansökan."))
    if holds_personal_number(text):
        raise Refused(_("Texten innehåller ett personnummer. Ta bort det innan du skickar."))
    if due_on <= clock.today():
        raise Refused(_("Sista dagen att svara ska ligga framåt i tiden."))
    moved = CASE.perform(
        case,
        "communicate",
        by=by,
        opened_revision=opened_revision,
        data={"due_on": due_on.isoformat()},
    )
    application = moved.application
    if _quotes_clinical_text(application, text, by=by):
        raise Refused(
            _(
                "Texten återger ord för ord vad förskrivaren har skrivit om patienten. Apoteket "
                "får inte läsa det. Skriv om det med egna ord, utan uppgifter om patienten."
            )
        )
    if Communication.objects.filter(case=moved, status=CommunicationStatus.OPEN).exists():
        raise Refused(_("Apoteket har redan något att svara på. Vänta på svaret eller avsluta."))
    communication = Communication.objects.create(
        case=moved, text=text.strip(), due_on=due_on, sent_by=by, sent_at=clock.now()
    )
    told.hearing_requested(
        application,
        due_on=due_on,
        url=reverse("decisions:pharmacy_communication", args=[application.pk]),
        occasion=communication.pk,
    )
    audit.record(AccessAction.WRITE, by=by, what="communication", obj=moved, whose=moved.dnr)
    return communication


@transaction.atomic
def answer(
    communication: Communication, *, text: str, by: Assignment, opened_revision: int | None = None
) -> Communication:
    """The pharmacy's answer; the officers who handle the case are told.

    Raises:
        Refused: nothing is answered.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    if not text.strip():
        raise Refused(_("Skriv ert svar, eller att ni inte har något att tillägga."))
    if holds_personal_number(text):
        raise Refused(_("Texten innehåller ett personnummer. Ta bort det innan du skickar."))
    case = _lock(communication)
    answered = COMMUNICATION.perform(
        communication,
        "answer",
        by=by,
        opened_revision=opened_revision,
        answer=text.strip(),
        answered_by=by,
        answered_at=clock.now(),
    )
    told.hearing_answered(case.application)
    officers = {answered.sent_by.user}
    if case.assignee is not None:
        officers.add(case.assignee.user)
    for officer in officers:
        tell(
            officer,
            NoticeKind.HEARING_ANSWERED,
            key=f"hearing_answered:{answered.pk}",
            url=f"{case.get_absolute_url()}#kommunicering",
            reference=case.dnr,
            facts={"pharmacy": case.application.pharmacy.name},
        )
    audit.record(AccessAction.WRITE, by=by, what="communication", obj=case, whose=case.dnr)
    return answered


@transaction.atomic
def close(communication: Communication, *, by: Assignment) -> Communication:
    """Wait no longer for an answer.

    Raises:
        NotAllowed: the role does not handle cases.
        Refused: the case is somebody else's.
        WrongState: it is answered or closed already.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    case = _lock(communication)
    if case.assignee_id != by.pk:
        raise Refused(_("Ärendet är tilldelat en annan handläggare."))
    closed = COMMUNICATION.perform(communication, "close", by=SYSTEM)
    told.hearing_closed(case.application)
    audit.record(AccessAction.WRITE, by=by, what="communication", obj=case, whose=case.dnr)
    return closed


def close_open(case: Case, *, is_over: bool = False) -> None:
    """Close what the pharmacy has not answered, when the case ends. The caller holds the case.

    Args:
        is_over: the application has ended already, and needs not be told.
    """
    for communication in Communication.objects.filter(case=case, status=CommunicationStatus.OPEN):
        COMMUNICATION.perform(communication, "close", by=SYSTEM)
        if not is_over:
            told.hearing_closed(case.application)


def is_heard(case: Case) -> bool:
    """Whether the pharmacy has been heard: it has answered, or its last day has passed."""
    return any(one.is_heard for one in Communication.objects.filter(case=case))


def _lock(communication: Communication) -> Case:
    """The case, locked before its application (docs/architecture.md, the order of locks)."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("application__pharmacy", "assignee__user")
        .get(pk=communication.case_id)
    )
    Application.objects.select_for_update(of=("self",)).get(pk=case.application_id)
    return case


def _quotes_clinical_text(application: Application, text: str, *, by: Assignment) -> bool:
    assert application.version is not None  # noqa: S101 - a case is opened on a version
    everything = reading.read(application.version, by=by).answers
    hidden = _phrases(everything) - _phrases(reading.about(application.version))
    return bool(hidden & set(_runs(text)))


def _phrases(answers: Answers) -> set[str]:
    return {
        phrase
        for section in answers.values()
        for value in _texts(section)
        for phrase in _runs(value)
    }


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _runs(text: str) -> list[str]:
    words = re.findall(r"\w+", fold_words(text))
    return [
        " ".join(words[start : start + QUOTED_WORDS])
        for start in range(len(words) - QUOTED_WORDS + 1)
    ]
