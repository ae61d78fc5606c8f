"""Work on a case: take, release, note, assess."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told
from decisions.enums import CaseStatus
from decisions.flow import CASE
from decisions.models import Assessment, Case, Note
from decisions.queries import absence_of, untaken
from decisions.services import mentioning
from decisions.services.arrivals import seen
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from klas.presentation import swedish_date


@transaction.atomic
def take(case: Case, *, by: Assignment) -> Case:
    """Take one case. Raises as `Flow.perform`; `WrongState` when somebody else took it."""
    try:
        taken = CASE.perform(case, "take", by=by, assignee=by)
    except WrongState as error:
        raise WrongState(_taken_words(case, by)) from error
    told.review_started(taken.application)
    return taken


@transaction.atomic
def take_next(*, by: Assignment) -> Case:
    """Take the most urgent untaken case; two officers at once never get the same.

    Raises:
        NotAllowed: the role does not handle cases.
        Refused: nothing is waiting, or they have said that they are away.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    absence = absence_of(by)
    if absence is not None:
        raise Refused(
            _("Du är anmäld som borta till och med %(day)s. Säg att du är tillbaka först.")
            % {"day": swedish_date(absence.until)}
        )
    case = untaken().select_for_update(skip_locked=True, of=("self",)).first()
    if case is None:
        raise Refused(_("Det finns inga ärenden att ta just nu."))
    return take(case, by=by)


@transaction.atomic
def release(case: Case, *, by: Assignment, opened_revision: int | None = None) -> Case:
    """Put a case back in the queue. Raises as `Flow.perform`."""
    return CASE.perform(case, "release", by=by, opened_revision=opened_revision, assignee=None)


@transaction.atomic
def add_note(
    case: Case, *, text: str, by: Assignment, mentioned: Iterable[Assignment] = ()
) -> Note:
    """Add an internal note (FL 27 §), and tell the colleagues that it names.

    Args:
        mentioned: colleagues chosen besides those named in the text as ``@name``.

    Raises:
        NotAllowed: the role takes no notes.
    """
    if not by.has(Permission.ASSESS):
        raise NotAllowed
    note = Note.objects.create(case=case, text=text, author=by, at=clock.now())
    mentioning.mention(note, [*mentioned, *mentioning.named_in(text)], by=by)
    return note


@dataclass(frozen=True)
class AssessmentFacts:
    """What an officer has concluded; conclusions are `Conclusion` values or ""."""

    need: str
    need_text: str
    ground: str
    ground_text: str
    manufacture: str
    manufacture_text: str
    benefit_risk: str


@transaction.atomic
def assess(
    case: Case, facts: AssessmentFacts, *, by: Assignment, opened_revision: int
) -> Assessment:
    """Save the assessment.

    Args:
        opened_revision: the assessment's revision when the page was opened (0: none yet).

    Raises:
        NotAllowed: the role does not assess.
        WrongState: the case is decided, or a proposal that rests on the assessment is waiting.
        Stale: a colleague saved it since.
    """
    if not by.has(Permission.ASSESS):
        raise NotAllowed
    locked = (
        Case.objects.select_for_update(of=("self",)).select_related("application").get(pk=case.pk)
    )
    if locked.status == CaseStatus.CLOSED:
        raise WrongState(_("Ärendet är avskrivet. Bedömningen kan inte ändras."))
    if not locked.is_open:
        raise WrongState(_("Ärendet är redan beslutat. Bedömningen kan inte ändras."))
    if not locked.is_assessable:
        raise WrongState(
            _(
                "Ett beslut väntar på kontrasignering och vilar på bedömningen. Be om att få "
                "förslaget tillbaka om den ska ändras."
            )
        )
    assessment = Assessment.objects.filter(case=locked).first()
    if opened_revision != (assessment.revision if assessment else 0):
        raise Stale(
            _(
                "En kollega har ändrat bedömningen sedan du öppnade sidan. Det du skrev står kvar "
                "här. Spara igen om det är det som ska gälla."
            )
        )
    if assessment is None:
        assessment = Assessment(case=locked, revision=0)
    for name, value in vars(facts).items():
        setattr(assessment, name, value)
    assessment.revision += 1
    assessment.version_id = locked.application.version_id
    assessment.saved_at = clock.now()
    assessment.saved_by = by
    assessment.save()
    if locked.assignee_id == by.pk and locked.supplement_arrived_at is not None:
        seen(locked, by=by)
    audit.record(AccessAction.WRITE, by=by, what="assessment", obj=locked, whose=locked.dnr)
    return assessment


def _taken_words(case: Case, by: Assignment) -> str:
    current = Case.objects.select_related("assignee__user").get(pk=case.pk)
    if current.assignee_id == by.pk:
        return _("Du har redan tagit ärendet.")
    if current.assignee is None:
        return _("Ärendet kan inte tas just nu. Öppna kön igen.")
    return _("%(name)s hann före och har tagit ärendet. Ta nästa i kön.") % {
        "name": current.assignee.user.name
    }
