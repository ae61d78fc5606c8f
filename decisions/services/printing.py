"""The print queue: letters are printed together, posted, and printed once more when need be.

A batch and its letters' new state commit together; the worker then merges their PDFs into one
(`services.merging`). A letter is in one first printing at most: its lock refuses the second
officer, and so does the database.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.enums import Channel, LetterStatus
from decisions.flow import LETTER
from decisions.letter_queries import letters_in
from decisions.models import Letter, PrintBatch, PrintedLetter
from decisions.services.letters import demand_day, mark_posted
from decisions.tasks import merge_batches
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction
from klas.policy import policy
from klas.presentation import swedish_date


@transaction.atomic
def print_letters(letters: Iterable[Letter], *, by: Assignment) -> PrintBatch:
    """Print letters for the first time, in the order they were ordered: all of them, or none.

    Raises:
        Refused: there are none, or too many; one is not ready or is being printed by somebody else.
        NotAllowed, WrongState: see `Flow.perform`.
    """
    # One order of locks, so that two officers with overlapping choices never wait for each other.
    chosen = sorted(letters, key=lambda letter: letter.pk)
    return _printed(chosen, by=by)


@transaction.atomic
def print_waiting(*, by: Assignment) -> PrintBatch:
    """Print what waits, the oldest first, at most `policy.print_batch_most`.

    Letters that a colleague is printing just now are left to them. Raises as `print_letters`.
    """
    waiting = (
        Letter.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=LetterStatus.ISSUED, channel=Channel.POST)
        .select_related("case")
        .order_by("ordered_at", "pk")[: policy.print_batch_most]
    )
    return _printed(list(waiting), by=by)


def _printed(letters: Sequence[Letter], *, by: Assignment) -> PrintBatch:
    if not letters:
        raise Refused(_("Det finns inga brev att skriva ut."))
    if len(letters) > policy.print_batch_most:
        raise Refused(
            _("Högst %(most)s brev kan skrivas ut på en gång.") % {"most": policy.print_batch_most}
        )
    for letter in letters:
        try:
            LETTER.perform(letter, "print", by=by)
        except WrongState as error:
            raise WrongState(_state_words(letter)) from error
    return _batch(letters, by=by)


@transaction.atomic
def reprint(
    letters: Sequence[Letter], *, reason: str, by: Assignment, of: PrintBatch | None = None
) -> PrintBatch:
    """Print letters that have been printed once more. The copies say so on each page.

    Args:
        of: the batch that they are all the letters of.

    Raises:
        NotAllowed: the role may not print letters.
        Refused: no reason is given, or a letter has not been printed.
    """
    if not by.has(Permission.PRINT_LETTERS):
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Skriv varför brevet skrivs ut igen."))
    for letter in letters:
        if letter.status not in {LetterStatus.PRINTED, LetterStatus.POSTED}:
            raise WrongState(
                _("Brevet i ärende %(dnr)s är inte utskrivet än.") % {"dnr": letter.case.dnr}
            )
    return _batch(letters, by=by, reason=reason.strip(), reprint_of=of)


@transaction.atomic
def post_batch(batch: PrintBatch, *, posted_on: date, by: Assignment) -> PrintBatch:
    """Say that a batch was posted on a day: its letters are marked, those marked already are left.

    Raises:
        NotAllowed: the role may not post letters.
        WrongState: it is marked already.
        Refused: the day lies in the future, or before the batch was printed.
    """
    if not by.has(Permission.PRINT_LETTERS):
        raise NotAllowed
    locked: PrintBatch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.posted_on is not None:
        raise WrongState(
            _("Utskriften är redan markerad som postad %(day)s.")
            % {"day": swedish_date(locked.posted_on)}
        )
    demand_day(posted_on, not_before=timezone.localdate(locked.ordered_at))
    letters = letters_in(locked).filter(status=LetterStatus.PRINTED).order_by("pk")
    for letter in letters.select_for_update(of=("self",)):
        mark_posted(letter, posted_on=posted_on, by=by)
    locked.posted_on, locked.posted_by = posted_on, by
    locked.save(update_fields=["posted_on", "posted_by"])
    audit.record(AccessAction.WRITE, by=by, what="print_batch", obj=locked)
    return locked


def _batch(
    letters: Sequence[Letter],
    *,
    by: Assignment,
    reason: str = "",
    reprint_of: PrintBatch | None = None,
) -> PrintBatch:
    batch: PrintBatch = PrintBatch.objects.create(
        made_by=by,
        count=len(letters),
        reason=reason,
        reprint_of=reprint_of,
        ordered_at=clock.now(),
    )
    in_order = sorted(letters, key=lambda letter: (letter.ordered_at, letter.pk))
    PrintedLetter.objects.bulk_create(
        PrintedLetter(batch=batch, letter=letter, position=position, is_reprint=batch.is_reprint)
        for position, letter in enumerate(letters if reprint_of else in_order, start=1)
    )
    for letter in letters:
        audit.record(
            AccessAction.PRINT, by=by, what="print_batch", obj=batch, whose=letter.case.dnr
        )
    merge_batches.defer()
    return batch


def _state_words(letter: Letter) -> str:
    current = Letter.objects.get(pk=letter.pk)
    if current.status == LetterStatus.PENDING:
        return _("Brevet i ärende %(dnr)s är inte klart än. Vänta tills PDF:en är skapad.") % {
            "dnr": letter.case.dnr
        }
    return _(
        "Brevet i ärende %(dnr)s är redan utskrivet. Välj bort det och fortsätt med resten."
    ) % {"dnr": letter.case.dnr}


def record_opened(batch: PrintBatch, *, by: Assignment) -> None:
    """Record whose letters stand in a print-out that somebody opens, besides the print-out."""
    for letter in letters_in(batch):
        audit.record(AccessAction.PRINT, by=by, what="letter", obj=letter, whose=letter.case.dnr)
