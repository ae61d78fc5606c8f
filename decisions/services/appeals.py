"""An appeal comes in: the pharmacy writes and lodges it, or the agency registers it (FL 43 §)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import Application
from applications.permissions import works_here
from applications.services import told_after
from decisions.appealed import Appealed, appealable
from decisions.enums import (
    AppealChannel,
    AppealDocumentKind,
    AppealMatter,
    AppealStatus,
    CaseStatus,
    LetterReason,
    Recipient,
)
from decisions.flow import APPEAL, CASE
from decisions.letters import appeal_received
from decisions.models import Appeal, Case
from decisions.rules import appeal_last_day
from decisions.services import appeal_documents
from decisions.services.ordering import order
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction
from klas.uploads import RebuiltFile
from motivations.services import opening


@dataclass(frozen=True)
class AppealFacts:
    """What the party writes: what is to be changed, how, and why (FL 43 §)."""

    change: str
    how: str
    reasons: str


def appeals_of(case: Case) -> QuerySet[Appeal]:
    """The appeals of a case that have come in, the latest first."""
    return (
        Appeal.objects.filter(case=case)
        .exclude(status=AppealStatus.DRAFT)
        .select_related(
            "case__application",
            "decision",
            "revocation__licence",
            "rejection",
            "received_by__user",
        )
        .order_by("-pk")
    )


@transaction.atomic
def draft(
    application: Application,
    facts: AppealFacts,
    *,
    by: Assignment,
    matter: str = AppealMatter.DECISION,
    opened_revision: int | None = None,
) -> Appeal:
    """Keep what a pharmacist writes; there is one draft of each decision.

    Args:
        matter: what is appealed, an `AppealMatter`.

    Raises:
        NotAllowed: `by` does not send applications for the applying pharmacy.
        WrongState: there is nothing to appeal, or the appeal has been lodged already.
        Stale: a colleague has changed the draft since the page was opened.
    """
    if not by.has(Permission.SEND_APPLICATIONS) or not works_here(by, application):
        raise NotAllowed
    case = Case.objects.select_for_update(of=("self",)).get(application=application)
    appealed = _demand_appealable(case, matter)
    appeal = Appeal.objects.filter(**appealed.lookup, status=AppealStatus.DRAFT).first()
    if appeal is None:
        appeal = Appeal(
            case=case,
            **appealed.fields,
            channel=AppealChannel.KLAS,
            created_by=by,
            created_at=clock.now(),
            revision=0,
        )
    elif opened_revision is not None and opened_revision != appeal.revision:
        raise appeal_documents.changed_meanwhile()
    appeal.text = vars(facts)
    appeal.revision += 1
    appeal.save()
    audit.record(AccessAction.WRITE, by=by, what="appeal", obj=appeal, whose=case.dnr)
    return appeal


@transaction.atomic
def lodge(appeal: Appeal, *, by: Assignment, opened_revision: int | None = None) -> Appeal:
    """Lodge an appeal with the agency. It gets its number, and whether it is in time is judged.

    Raises:
        Refused: something is not written, or a file was stopped when it was checked.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=appeal.case_id)
    if case.status != CaseStatus.DECIDED or appeal.decision.round != case.round:
        raise WrongState(_("Ärendet är öppnat igen. Det finns inget beslut att överklaga."))
    if not all(str(appeal.text.get(key, "")).strip() for key in ("change", "how", "reasons")):
        raise Refused(_("Skriv vad som ska ändras, hur och varför, innan du skickar."))
    stopped = [file.name for file in appeal.documents.all() if file.is_stopped]
    if stopped:
        raise Refused(
            _("%(names)s stoppades i kontrollen. Ta bort filen innan du skickar.")
            % {"names": ", ".join(stopped)}
        )
    today = clock.today()
    return _receive(appeal, "lodge", case, on=today, by=by, opened_revision=opened_revision)


@transaction.atomic
def register(
    case: Case,
    facts: AppealFacts,
    *,
    received_on: date,
    file: RebuiltFile,
    by: Assignment,
    matter: str = AppealMatter.DECISION,
) -> Appeal:
    """Register an appeal that came by post, with its scanned pages.

    Args:
        received_on: the day it came in to the agency.
        matter: what is appealed, an `AppealMatter`.

    Raises:
        NotAllowed: the role handles no cases.
        Refused: the day lies in the future or before the decision.
        WrongState: there is nothing to appeal, or it is appealed already.
    """
    if not by.has(Permission.HANDLE_CASES):
        raise NotAllowed
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    appealed = _demand_appealable(locked, matter)
    if received_on > clock.today():
        raise Refused(_("Dagen ligger i framtiden. Skriv dagen då överklagandet kom in."))
    if received_on < timezone.localdate(appealed.decided_at):
        raise Refused(_("Överklagandet kan inte ha kommit in före beslutet. Kontrollera dagen."))
    for begun in Appeal.objects.filter(**appealed.lookup, status=AppealStatus.DRAFT):
        _discard(begun)
    appeal: Appeal = Appeal.objects.create(
        case=locked,
        **appealed.fields,
        channel=AppealChannel.POST,
        text=vars(facts),
        created_by=by,
        created_at=clock.now(),
    )
    appeal_documents.keep(appeal, file=file, kind=AppealDocumentKind.APPEAL, by=by)
    return _receive(appeal, "register", locked, on=received_on, by=by)


@transaction.atomic
def discard(appeal: Appeal, *, by: Assignment) -> None:
    """Throw a draft away, with its files.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: it has been lodged, or is gone already.
    """
    Case.objects.select_for_update(of=("self",)).get(pk=appeal.case_id)
    locked = appeal_documents.locked_draft(appeal, by=by)
    audit.record(AccessAction.WRITE, by=by, what="appeal", obj=locked, whose=locked.case.dnr)
    _discard(locked)


def _demand_appealable(case: Case, matter: str) -> Appealed:
    appealed = appealable(case, matter)
    if appealed is None:
        raise WrongState(
            _("Det finns inget beslut att överklaga, eller så är det redan överklagat.")
        )
    return appealed


def _receive(
    appeal: Appeal,
    action: str,
    case: Case,
    *,
    on: date,
    by: Assignment,
    opened_revision: int | None = None,
) -> Appeal:
    appealed = Appealed.by(appeal)
    with translation.override("sv"):
        words = appealed.words
    got_on = appealed.delivered_on
    last_on = appeal_last_day(got_on) if got_on else None
    received = APPEAL.perform(
        appeal,
        action,
        by=by,
        opened_revision=opened_revision,
        number=f"{case.dnr}-Ö{_next(case)}",
        received_on=on,
        received_by=by,
        got_on=got_on,
        last_on=last_on,
        is_in_time=last_on is None or on <= last_on,
    )
    CASE.perform(
        case, "appealed", by=by, data={"number": received.number, "matter": appealed.matter}
    )
    told_after.appealed(
        case.application,
        by=by,
        number=received.number,
        matter=appealed.matter,
        received_on=on,
        occasion=received.pk,
    )
    order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.APPEAL_RECEIVED,
        about=received,
        facts=appeal_received.facts(
            received_on=on,
            in_time=bool(received.is_in_time),
            decision_dnr=case.dnr,
            appealed=words,
        ),
    )
    audit.record(AccessAction.WRITE, by=by, what="appeal", obj=received, whose=case.dnr)
    return received


def _next(case: Case) -> int:
    """The next number among the appeals of a case; the caller holds its lock."""
    return Appeal.objects.filter(case=case).exclude(number="").count() + 1


def _discard(appeal: Appeal) -> None:
    for document in appeal.documents.all():
        opening.delete(document)
    appeal.delete()
