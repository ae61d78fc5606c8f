"""A motivation's attachments: added, replaced and removed while it is being written, opened and
looked at by those who may.
"""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Assignment
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, WrongState
from klas.fields import NoPersonalNumberField
from klas.models import AccessAction
from klas.policy import policy
from klas.sections import Answers
from klas.summary import TaskStatus
from klas.uploads import RebuiltFile
from motivations.enums import STOPPED, AttachmentClass, AttachmentKind, ScanState
from motivations.kinds.common import PRODUCT
from motivations.models import Attachment, Motivation
from motivations.permissions import (
    is_author,
    may_read_clinical_text,
    may_write,
    works_beside,
)
from motivations.queries import FINDABLE, is_first_time
from motivations.services import files, opening, scanning
from motivations.services.writing import locked_for_writing
from motivations.tasks import check_attachment


@transaction.atomic
def add(
    motivation: Motivation, *, file: RebuiltFile, kind: str, secrecy: str, by: Assignment
) -> Attachment:
    """Attach a file to what is being written.

    Args:
        file: from `klas.uploads.rebuild`, which is to be called before any lock is taken.
        kind: an `AttachmentKind`.
        secrecy: an `AttachmentClass`; clinical ones are hidden from pharmacies.

    Raises:
        NotAllowed: `by` may not write it.
        WrongState: the motivation is not being written (any more).
        Refused: there are too many, the very file is there already, or a pharmacy would see a
            personnummer in its name.
    """
    locked = locked_for_writing(motivation, by=by)
    _demand_room(locked, files.sha256(file.original))
    if secrecy == AttachmentClass.PRODUCT:
        _demand_name_without_person(file.name)
    attachment = Attachment.objects.create(
        motivation=locked,
        kind=AttachmentKind(kind),
        secrecy=AttachmentClass(secrecy),
        uploaded_at=clock.now(),
        uploaded_by=by,
        **scanning.store(file),
    )
    if attachment.scan == ScanState.PENDING:
        check_attachment.defer()
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=attachment)
    return attachment


@transaction.atomic
def replace(
    attachment: Attachment, *, file: RebuiltFile, kind: str, secrecy: str, by: Assignment
) -> Attachment:
    """Put another file in the place of one that has not been sent, in one act.

    It gets a row of its own: what the access log says of the old one stays true. The old file goes
    when the transaction is through.

    Raises:
        NotAllowed, WrongState: as `remove`.
        Refused: as `add`; the old file is then still there.
    """
    remove(attachment, by=by)
    return add(attachment.motivation, file=file, kind=kind, secrecy=secrecy, by=by)


@transaction.atomic
def remove(attachment: Attachment, *, by: Assignment) -> None:
    """Take away an attachment that has not been sent. The file goes when the transaction is
    through.

    Raises:
        NotAllowed: `by` may not write the motivation.
        WrongState: the motivation is not being written, the file was sent with a version, or it
            has been taken away already.
    """
    locked_for_writing(attachment.motivation, by=by)
    current = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment.pk).first()
    if current is None:
        raise WrongState(_("Filen är redan borttagen."))
    if current.version_id is not None:
        raise WrongState(_("Filen är redan skickad med licensmotiveringen och ligger kvar."))
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=current)
    opening.delete(current)


def remove_unsent(motivation: Motivation) -> None:
    """Take away the attachments that were sent with no version; the caller holds the lock."""
    unsent = motivation.attachments.filter(version__isnull=True)
    for attachment in unsent.select_for_update(of=("self",)):
        opening.delete(attachment)


def needs_product_documentation(motivation: Motivation, answers: Answers) -> bool:
    """Whether the product was never on licence, so that its documentation is demanded (domain §4).

    Args:
        answers: the draft's, raw or canonical. No product chosen yet demands nothing yet.
    """
    return is_first_time(answers.get(PRODUCT, {}))


def task_status(motivation: Motivation, answers: Answers) -> TaskStatus:
    """How far the attachments have come: done unless something is missing or was stopped."""
    if stopped(motivation):
        return TaskStatus.PROBLEM
    return TaskStatus.NOT_STARTED if _is_missing(motivation, answers) else TaskStatus.DONE


def stopped(motivation: Motivation) -> list[Attachment]:
    """What would be sent but was stopped by the check: infected, or impossible to read."""
    return list(motivation.attachments.filter(version__isnull=True, scan__in=STOPPED))


def check(motivation: Motivation, answers: Answers) -> None:
    """Stop a submission that lacks what is demanded, or would send a file that was stopped.

    A file that is still being checked stops nobody.

    Raises:
        Refused: the product was never on licence and has no product documentation, or a file
            turned out to be infected or impossible to read.
    """
    names = [attachment.name for attachment in stopped(motivation)]
    if names:
        raise Refused(
            ngettext(
                "Bilagan %(names)s stoppades när den kontrollerades. Byt ut den eller ta bort den "
                "under Bilagor innan du skickar.",
                "Bilagorna %(names)s stoppades när de kontrollerades. Byt ut dem eller ta bort dem "
                "under Bilagor innan du skickar.",
                len(names),
            )
            % {"names": ", ".join(names)}
        )
    if _is_missing(motivation, answers):
        raise Refused(
            _(
                "Läkemedlet har aldrig varit på licens. Bifoga produktdokumentation under Bilagor "
                "innan du skickar."
            )
        )


def readable_by(motivation: Motivation, by: Assignment) -> QuerySet[Attachment]:
    """The attachments that `by` may know of (domain §7).

    Who writes it, all; the agency, once an application exists, all that have been sent; pharmacies
    and colleagues at the author's care unit those of them that are about the product alone. Whether
    a pharmacy may open the motivation at all is the caller's question.
    """
    attachments = Attachment.objects.filter(motivation=motivation)
    if is_author(by, motivation) or may_write(by, motivation):
        return attachments
    attachments = attachments.filter(version__isnull=False)
    if may_read_clinical_text(by, motivation):
        return attachments
    is_findable = by.has(Permission.SEARCH_MOTIVATIONS) and motivation.status in FINDABLE
    if is_findable or works_beside(by, motivation):
        return attachments.filter(secrecy=AttachmentClass.PRODUCT)
    return attachments.none()


def openable_by(motivation: Motivation, by: Assignment) -> QuerySet[Attachment]:
    """The attachments that `by` may open: of those they may know of, the ones found clean."""
    return readable_by(motivation, by).filter(scan=ScanState.CLEAN)


def open_file(attachment: Attachment, by: Assignment) -> BytesIO:
    """An attachment's content; the download is recorded.

    Raises:
        NotAllowed: `by` may not open it, or nobody may.
        files.DamagedFile: what is stored is not what was uploaded.
    """
    _demand_openable(attachment, by)
    return opening.open_file(attachment, by)


def download(attachment: Attachment, *, by: Assignment) -> FileResponse:
    """The answer to a request for an attachment. Raises as `open_file`."""
    _demand_openable(attachment, by)
    return opening.download(attachment, by=by)


def count_pages(attachment: Attachment, *, by: Assignment) -> int:
    """How many pages there are to look at. Raises as `open_file`."""
    _demand_openable(attachment, by)
    return opening.count_pages(attachment)


def page_picture(attachment: Attachment, number: int, *, by: Assignment) -> bytes:
    """A page (from 1) as PNG; the reading is recorded.

    Raises:
        NotAllowed: as `open_file`; and as `opening.page_picture`.
    """
    _demand_openable(attachment, by)
    return opening.page_picture(attachment, number, by=by)


def _demand_openable(attachment: Attachment, by: Assignment) -> None:
    if not openable_by(attachment.motivation, by).filter(pk=attachment.pk).exists():
        raise NotAllowed


def _is_missing(motivation: Motivation, answers: Answers) -> bool:
    documentation = motivation.attachments.filter(kind=AttachmentKind.PRODUCT_DOCUMENTATION)
    return (
        needs_product_documentation(motivation, answers)
        and not documentation.exclude(scan__in=STOPPED).exists()
    )


def _demand_room(motivation: Motivation, uploaded_sha256: str) -> None:
    present = motivation.attachments.exclude(scan__in=STOPPED)
    if present.filter(uploaded_sha256=uploaded_sha256).exists():
        raise Refused(_("Filen finns redan bland bilagorna."))
    if motivation.attachments.count() >= policy.attachments_per_motivation:
        raise Refused(
            _("Du har redan %(limit)s bilagor, och fler får inte plats. Ta bort någon först.")
            % {"limit": policy.attachments_per_motivation}
        )


def _demand_name_without_person(name: str) -> None:
    field = NoPersonalNumberField(
        error_messages={
            "personal_number": _(
                "Filens namn innehåller ett personnummer, och apotek kan se namnet. Byt namn på "
                "filen och försök igen."
            )
        }
    )
    try:
        field.clean(name)
    except ValidationError as error:
        raise Refused(error.messages[0]) from error
