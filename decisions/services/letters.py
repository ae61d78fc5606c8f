"""Letters that go by post: put in the envelope by an officer, who says so here."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import LetterStatus
from decisions.flow import LETTER
from decisions.models import Case, Letter
from decisions.services.ordering import matter
from klas import audit, clock
from klas.access import SYSTEM
from klas.errors import Refused, WrongState
from klas.models import AccessAction
from klas.presentation import swedish_date


@transaction.atomic
def mark_posted(letter: Letter, *, posted_on: date, by: Assignment) -> Letter:
    """Say that a letter was posted on a day.

    Raises:
        Refused: the day lies in the future or before the letter was there, or the letter goes
            electronically.
        NotAllowed, WrongState: see `Flow.perform`.
    """
    issued_on = letter.issued_at and timezone.localdate(letter.issued_at)
    demand_day(posted_on, not_before=issued_on, dnr=letter.case.dnr)
    try:
        posted = LETTER.perform(letter, "post", by=by, posted_on=posted_on)
    except WrongState as error:
        raise WrongState(_state_words(letter)) from error
    audit.record(AccessAction.WRITE, by=by, what="letter", obj=posted, whose=letter.case.dnr)
    return posted


def cancel(case: Case, *, about: Model | None = None) -> None:
    """Letters of a case that are not posted yet are not to be: what they tell holds no more.

    Args:
        about: only those that tell of this row. The caller holds the case's lock.
    """
    unsent = Letter.objects.filter(
        case=case,
        status__in=(LetterStatus.PENDING, LetterStatus.ISSUED, LetterStatus.PRINTED),
    )
    if about is not None:
        unsent = unsent.filter(about=matter(about))
    # The worker may be issuing one: it is waited for, and may have delivered it by then.
    for letter in unsent.select_for_update(of=("self",)).order_by("pk"):
        if LETTER.allows(letter, "cancel", by=SYSTEM):
            LETTER.perform(letter, "cancel", by=SYSTEM)


@transaction.atomic
def mark_all_posted(letters: Sequence[Letter], *, posted_on: date, by: Assignment) -> int:
    """Say that several letters were posted on a day: all of them, or none.

    Returns:
        How many were marked. Raises as `mark_posted`.
    """
    # One order of locks, so that two officers with overlapping choices never wait for each other.
    for letter in sorted(letters, key=lambda letter: letter.pk):
        mark_posted(letter, posted_on=posted_on, by=by)
    return len(letters)


def demand_day(posted_on: date, *, not_before: date | None, dnr: str = "") -> None:
    """Let letters be posted on a day that has come, and not before they were there.

    Args:
        dnr: the letter's case; for a whole batch "".

    Raises:
        Refused: the day lies in the future, or too early.
    """
    if posted_on > clock.today():
        raise Refused(_("Datumet ligger i framtiden. Skriv dagen då brevet lämnades till posten."))
    if not_before is not None and posted_on < not_before:
        words = (
            _("Brevet i ärende %(dnr)s skapades %(day)s. Det kan inte ha postats före den dagen.")
            if dnr
            else _("Utskriften gjordes %(day)s. Den kan inte ha postats före den dagen.")
        )
        raise Refused(words % {"dnr": dnr, "day": swedish_date(not_before)})


def _state_words(letter: Letter) -> str:
    current = Letter.objects.get(pk=letter.pk)
    if current.posted_on is not None:
        return _(
            "Brevet i ärende %(dnr)s är redan markerat som postat %(day)s. Välj bort det och "
            "fortsätt med resten."
        ) % {"dnr": letter.case.dnr, "day": swedish_date(current.posted_on)}
    if current.status == LetterStatus.CANCELLED:
        return _(
            "Brevet i ärende %(dnr)s ska inte skickas: det som står i det gäller inte längre. "
            "Kasta det och fortsätt med resten."
        ) % {"dnr": letter.case.dnr}
    return _("Brevet i ärende %(dnr)s är inte utskrivet än. Skriv ut det först.") % {
        "dnr": letter.case.dnr
    }
