"""The library of questions and passages: worded anew by version, retired, filled in."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.models import Case, QuestionText, QuestionTextVersion
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from klas.presentation import swedish_date

# What a text's braces are filled in with; nothing of the patient. The last day is that for the
# answer to a question; in a decision the licence's.
FIELDS: Mapping[str, Callable[[Case, date], str]] = {
    "produkt": lambda case, last: case.application.product.name if case.application.product else "",
    "referens": lambda case, last: case.application.motivation.reference or "",
    "apotek": lambda case, last: case.application.pharmacy.name,
    "diarienummer": lambda case, last: case.dnr,
    "sista_dag": lambda case, last: swedish_date(last),
}
_BRACES = re.compile(r"\{(\w*)\}")


def filled(text: str, case: Case, *, last_day: date) -> str:
    """A text's wording with the facts of a case; braces that name nothing stay as they are."""
    return _BRACES.sub(
        lambda found: FIELDS[found[1]](case, last_day) if found[1] in FIELDS else found[0], text
    )


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and cannot be filled in."""
    return [name for name in _BRACES.findall(text) if name not in FIELDS]


def name_of(version: QuestionTextVersion) -> str:
    """How a request names the text that a question began as."""
    return f"{version.text_of_id}:{version.number}"


@transaction.atomic
def add(*, place: str, kind: str, topic: str, text: str, by: Assignment) -> QuestionText:
    """Add a text to the library.

    Raises:
        NotAllowed: the role does not keep the library.
        Refused: there is one on the topic, or the text asks for facts that are not there.
    """
    _demand(by, text)
    try:
        with transaction.atomic():
            made = QuestionText.objects.create(place=place, kind=kind, topic=topic.strip())
    except IntegrityError as error:
        raise Refused(
            _("Det finns redan en färdig text om det ämnet. Ändra den i stället.")
        ) from error
    _write(made, text, number=1, by=by)
    return made


@transaction.atomic
def reword(question: QuestionText, *, text: str, by: Assignment, opened_version: int) -> None:
    """Give a question a new version; requests that began with an earlier one keep naming it.

    Raises:
        NotAllowed: the role does not keep the library.
        Refused: the text asks for facts that are not there.
        WrongState: it is retired.
        Stale: a colleague has given it a new version since.
    """
    _demand(by, text)
    locked = _locked(question)
    number = locked.versions.count()
    if opened_version != number:
        raise Stale(
            _(
                "En kollega har ändrat texten sedan du öppnade sidan. Läs den nya texten och spara "
                "igen om din ska gälla."
            )
        )
    _write(locked, text, number=number + 1, by=by)


@transaction.atomic
def retire(question: QuestionText, *, by: Assignment) -> None:
    """Take a question out of use; what was asked with it stays.

    Raises:
        NotAllowed: the role does not keep the library.
        WrongState: it is retired already.
    """
    _demand(by)
    locked = _locked(question)
    locked.retired_at, locked.retired_by = clock.now(), by
    locked.save(update_fields=["retired_at", "retired_by"])
    audit.record(AccessAction.WRITE, by=by, what="question_text", obj=locked)


def _demand(by: Assignment, text: str = "") -> None:
    if not by.has(Permission.KEEP_QUESTIONS):
        raise NotAllowed
    unknown = unknown_fields(text)
    if unknown:
        raise Refused(
            _("{%(name)s} går inte att fylla i. Skriv något av: %(names)s.")
            % {"name": unknown[0], "names": ", ".join(f"{{{name}}}" for name in FIELDS)}
        )


def _locked(question: QuestionText) -> QuestionText:
    locked = QuestionText.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if locked.retired_at is not None:
        raise WrongState(_("Texten används inte längre."))
    return locked


def _write(question: QuestionText, text: str, *, number: int, by: Assignment) -> None:
    QuestionTextVersion.objects.create(
        text_of=question, number=number, text=text.strip(), created_at=clock.now(), created_by=by
    )
    audit.record(AccessAction.WRITE, by=by, what="question_text", obj=question)
