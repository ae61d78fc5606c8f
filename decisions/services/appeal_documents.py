"""The files of an appeal: added and taken away while it is a draft, then kept.

Stored, checked and opened the same way as a motivation's attachments. A medical statement is about
the patient's health: the pharmacy that has sent it reads it, and the agency; nobody else.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.permissions import works_here
from decisions.enums import AppealChannel, AppealDocumentKind, AppealStatus
from decisions.models import Appeal, AppealDocument
from klas import clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from klas.policy import policy
from klas.uploads import RebuiltFile
from motivations.enums import STOPPED, ScanState
from motivations.services import files, opening, scanning
from motivations.tasks import check_attachment


@transaction.atomic
def add(appeal: Appeal, *, file: RebuiltFile, kind: str, by: Assignment) -> AppealDocument:
    """Attach a file to a draft.

    Args:
        file: from `klas.uploads.rebuild`, which is to be called before any lock is taken.
        kind: an `AppealDocumentKind`.

    Raises:
        NotAllowed: `by` does not lodge appeals for the applying pharmacy.
        WrongState: the appeal has been lodged.
        Refused: there are too many, or the very file is there already.
    """
    locked = locked_draft(appeal, by=by)
    present = locked.documents.all()
    uploaded = files.sha256(file.original)
    if present.exclude(scan__in=STOPPED).filter(uploaded_sha256=uploaded).exists():
        raise Refused(_("Filen finns redan bland bilagorna."))
    if present.count() >= policy.appeal_documents:
        raise Refused(
            _("Ni har redan %(limit)s bilagor, och fler får inte plats. Ta bort något först.")
            % {"limit": policy.appeal_documents}
        )
    document = keep(locked, file=file, kind=kind, by=by)
    _touch(locked)
    return document


def keep(appeal: Appeal, *, file: RebuiltFile, kind: str, by: Assignment) -> AppealDocument:
    """Store a file with an appeal; the caller has the right to."""
    document = AppealDocument.objects.create(
        appeal=appeal,
        kind=AppealDocumentKind(kind),
        uploaded_at=clock.now(),
        uploaded_by=by,
        **scanning.store(file),
    )
    if document.scan == ScanState.PENDING:
        check_attachment.defer()
    opening.record(AccessAction.WRITE, document, by)
    return document


@transaction.atomic
def remove(document: AppealDocument, *, by: Assignment) -> None:
    """Take away a file of a draft. Raises as `add`; `WrongState` also when it is gone already."""
    locked = locked_draft(document.appeal, by=by)
    current = AppealDocument.objects.filter(pk=document.pk).first()
    if current is None:
        raise WrongState(_("Filen är redan borttagen."))
    opening.record(AccessAction.WRITE, current, by)
    opening.delete(current)
    _touch(locked)


def readable_by(appeal: Appeal, by: Assignment) -> QuerySet[AppealDocument]:
    """The files that `by` may know of: the party's own, and once received the agency's.

    What came by post the pharmacy has on paper; it is its own appeal, and it reads it here too.
    """
    documents = AppealDocument.objects.filter(appeal=appeal)
    is_received = appeal.status != AppealStatus.DRAFT
    if works_here(by, appeal.case.application) or (by.has(Permission.VIEW_QUEUE) and is_received):
        return documents.select_related("appeal__case")
    return documents.none()


def openable_by(appeal: Appeal, by: Assignment) -> QuerySet[AppealDocument]:
    """Those of them that have been found clean."""
    return readable_by(appeal, by).filter(scan=ScanState.CLEAN)


def download(document: AppealDocument, *, by: Assignment) -> FileResponse:
    """The answer to a request for a file; recorded.

    Raises:
        NotAllowed: `by` may not open it, or nobody may.
        files.DamagedFile: what is stored is not what was uploaded.
    """
    _demand_openable(document, by)
    return opening.download(document, by=by)


def count_pages(document: AppealDocument, *, by: Assignment) -> int:
    """How many pages there are to look at. Raises as `download`."""
    _demand_openable(document, by)
    return opening.count_pages(document)


def page_picture(document: AppealDocument, number: int, *, by: Assignment) -> bytes:
    """A page (from 1) as PNG; recorded. Raises as `download` and `opening.page_picture`."""
    _demand_openable(document, by)
    return opening.page_picture(document, number, by=by)


def locked_draft(appeal: Appeal, *, by: Assignment) -> Appeal:
    """The draft, locked, for one who may change it.

    Raises:
        NotAllowed: `by` does not lodge appeals for the applying pharmacy.
        WrongState: it has been lodged, or is gone.
    """
    locked = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("case__application")
        .filter(pk=appeal.pk)
        .first()
    )
    if locked is None:
        raise WrongState(_("Utkastet finns inte längre."))
    if not (by.has(Permission.SEND_APPLICATIONS) and works_here(by, locked.case.application)):
        raise NotAllowed
    if not locked.is_draft or locked.channel != AppealChannel.KLAS:
        raise WrongState(_("Överklagandet är redan skickat. Bilagorna kan inte ändras."))
    return locked


def changed_meanwhile() -> Stale:
    """What is said when a colleague has written in the draft."""
    return Stale(
        _("En kollega har ändrat överklagandet sedan du öppnade sidan. Läs det igen och fortsätt.")
    )


def _demand_openable(document: AppealDocument, by: Assignment) -> None:
    if not openable_by(document.appeal, by).filter(pk=document.pk).exists():
        raise NotAllowed


def _touch(appeal: Appeal) -> None:
    # Who has checked the answers must not send other files than they saw.
    appeal.revision += 1
    appeal.save(update_fields=["revision"])
