"""The quality documents of an application: added and taken away until they are sent, then kept.

They are sent with the application, or with an answer to the agency.

Stored, checked and opened the same way as a motivation's attachments.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.enums import DocumentKind
from applications.models import Application, QualityDocument
from applications.permissions import works_here
from applications.services.writing import locked_for_writing
from klas import clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.fields import demand_no_person
from klas.models import AccessAction
from klas.policy import policy
from klas.uploads import RebuiltFile
from motivations.enums import STOPPED, ScanState
from motivations.services import files, opening, scanning
from motivations.tasks import check_attachment


@transaction.atomic
def add(
    application: Application, *, file: RebuiltFile, kind: str, by: Assignment
) -> QualityDocument:
    """Attach a file to what is being written: a draft, or an answer to the agency.

    Args:
        file: from `klas.uploads.rebuild`, which is to be called before any lock is taken.
        kind: a `DocumentKind`.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: the application has been sent, and the agency asks nothing.
        Refused: there are too many, the very file is there already, or its name holds a
            personnummer.
    """
    locked = locked_for_writing(application, by=by)
    present = locked.documents.all()
    uploaded = files.sha256(file.original)
    if present.exclude(scan__in=STOPPED).filter(uploaded_sha256=uploaded).exists():
        raise Refused(_("Filen finns redan bland dokumenten."))
    if present.count() >= policy.attachments_per_motivation:
        raise Refused(
            _("Ni har redan %(limit)s dokument, och fler får inte plats. Ta bort något först.")
            % {"limit": policy.attachments_per_motivation}
        )
    try:
        demand_no_person(file.name)
    except ValidationError as error:
        raise Refused(
            _("Filens namn innehåller ett personnummer. Byt namn på filen och försök igen.")
        ) from error
    document = QualityDocument.objects.create(
        application=locked,
        kind=DocumentKind(kind),
        uploaded_at=clock.now(),
        uploaded_by=by,
        **scanning.store(file),
    )
    if document.scan == ScanState.PENDING:
        check_attachment.defer()
    _changed(locked, document, by=by)
    return document


@transaction.atomic
def remove(document: QualityDocument, *, by: Assignment) -> None:
    """Take away a document that is not sent. The file goes when the transaction is through.

    Raises:
        NotAllowed: `by` does not work at the applying pharmacy.
        WrongState: it has been sent, or is gone already.
    """
    locked = locked_for_writing(document.application, by=by)
    current = QualityDocument.objects.filter(pk=document.pk).first()
    if current is None:
        raise WrongState(_("Filen är redan borttagen."))
    if current.is_sent:
        raise WrongState(_("Dokumentet är redan skickat till Läkemedelsverket och finns kvar."))
    _changed(locked, current, by=by)
    opening.delete(current)


def remove_all(application: Application) -> None:
    """Take away the documents of a draft that is thrown away; the caller holds its lock."""
    for document in application.documents.all():
        opening.delete(document)


def problem(application: Application, *, promised: bool) -> str:
    """Why a draft's documents stop it from being sent, and what to do; "".

    A file that is still being checked stops nobody.

    Args:
        promised: whether the pharmacy has answered that documents are attached.
    """
    present = list(application.documents.all())
    stopped = [document.name for document in present if document.is_stopped]
    if stopped:
        return _(
            "%(names)s stoppades i kontrollen. Ta bort filen under Kvalitetsdokument innan du "
            "skickar."
        ) % {"names": ", ".join(stopped)}
    if promised and not present:
        return _(
            "Du har svarat att dokument om tillverkningen är bifogade, men det finns inga. Lägg "
            "till dem under Kvalitetsdokument, eller ändra svaret."
        )
    return ""


def readable_by(application: Application, by: Assignment) -> QuerySet[QualityDocument]:
    """The documents that `by` may know of: the applying pharmacy all, the agency those sent."""
    documents = QualityDocument.objects.filter(application=application).select_related(
        "application__motivation"
    )
    if works_here(by, application):
        return documents
    if by.has(Permission.VIEW_QUEUE):
        return documents.filter(version__isnull=False)
    return documents.none()


def openable_by(application: Application, by: Assignment) -> QuerySet[QualityDocument]:
    """Those of them that have been found clean."""
    return readable_by(application, by).filter(scan=ScanState.CLEAN)


def download(document: QualityDocument, *, by: Assignment) -> FileResponse:
    """The answer to a request for a document; recorded.

    Raises:
        NotAllowed: `by` may not open it, or nobody may.
        files.DamagedFile: what is stored is not what was uploaded.
    """
    _demand_openable(document, by)
    return opening.download(document, by=by)


def count_pages(document: QualityDocument, *, by: Assignment) -> int:
    """How many pages there are to look at. Raises as `download`."""
    _demand_openable(document, by)
    return opening.count_pages(document)


def page_picture(document: QualityDocument, number: int, *, by: Assignment) -> bytes:
    """A page (from 1) as PNG; recorded. Raises as `download` and `opening.page_picture`."""
    _demand_openable(document, by)
    return opening.page_picture(document, number, by=by)


def _demand_openable(document: QualityDocument, by: Assignment) -> None:
    if not openable_by(document.application, by).filter(pk=document.pk).exists():
        raise NotAllowed


def _changed(application: Application, document: QualityDocument, *, by: Assignment) -> None:
    # Who has checked the answers must not send other documents than they saw.
    application.revision += 1
    application.save(update_fields=["revision"])
    opening.record(AccessAction.WRITE, document, by)
