"""A motivation's attachments: added and removed while it is a draft, read by those who may."""

import hashlib
import uuid
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas import audit, clock
from klas.access import Permission
from klas.download import file_response
from klas.errors import NotAllowed, Refused, WrongState
from klas.fields import NoPersonalNumberField
from klas.models import AccessAction
from klas.policy import policy
from klas.sections import Answers
from klas.summary import TaskStatus
from klas.uploads import RebuiltFile
from medicines.models import LicenceProduct
from motivations.enums import AttachmentClass, AttachmentKind
from motivations.kinds.common import PRODUCT
from motivations.models import Attachment, Motivation
from motivations.permissions import is_author, may_read_clinical_text, may_write
from motivations.queries import FINDABLE
from motivations.services.writing import locked_for_writing


class DamagedFile(RuntimeError):
    """What is stored is not what was uploaded."""


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
    sha256 = hashlib.sha256(file.content).hexdigest()
    _demand_room(locked, sha256)
    if secrecy == AttachmentClass.PRODUCT:
        _demand_name_without_person(file.name)
    attachment = Attachment.objects.create(
        motivation=locked,
        kind=AttachmentKind(kind),
        secrecy=AttachmentClass(secrecy),
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        sha256=sha256,
        uploaded_at=clock.now(),
        uploaded_by=by,
    )
    path = stored_path(attachment.stored_as)
    default_storage.save(path, ContentFile(file.content))
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=attachment)
    return attachment


@transaction.atomic
def remove(attachment: Attachment, *, by: Assignment) -> None:
    """Take away an attachment that has not been sent. The file goes when the transaction is
    through.

    Raises:
        NotAllowed: `by` may not write the motivation.
        WrongState: the motivation is not being written, or the file was sent with a version.
    """
    locked_for_writing(attachment.motivation, by=by)
    if attachment.version_id is not None:
        raise WrongState(_("Filen är redan skickad med licensmotiveringen och ligger kvar."))
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=attachment)
    _delete(attachment)


def remove_all(motivation: Motivation) -> None:
    """Take away all attachments of a draft that is thrown away; its caller holds the lock."""
    for attachment in motivation.attachments.all():
        _delete(attachment)


def needs_product_documentation(motivation: Motivation, answers: Answers) -> bool:
    """Whether the product was never on licence, so that its documentation is demanded (domain §4).

    A product written by hand counts as new: there is no register to say otherwise.

    Args:
        answers: the draft's, raw or canonical. No product chosen yet demands nothing yet.
    """
    product = answers.get(PRODUCT, {})
    register = str(product.get("register") or "")
    if register.isdigit():
        return not LicenceProduct.objects.filter(pk=register, on_licence_before=True).exists()
    return bool(product.get("name") or product.get("by_hand"))


def task_status(motivation: Motivation, answers: Answers) -> TaskStatus:
    """How far the attachments have come: done unless product documentation is missing."""
    return TaskStatus.NOT_STARTED if _is_missing(motivation, answers) else TaskStatus.DONE


def check(motivation: Motivation, answers: Answers) -> None:
    """Stop a submission that lacks what is demanded.

    Raises:
        Refused: the product was never on licence and has no product documentation.
    """
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
    those of them that are about the product alone. Whether a pharmacy may open the motivation at
    all is the caller's question.
    """
    attachments = Attachment.objects.filter(motivation=motivation)
    if is_author(by, motivation) or may_write(by, motivation):
        return attachments
    attachments = attachments.filter(version__isnull=False)
    if may_read_clinical_text(by, motivation):
        return attachments
    if by.has(Permission.SEARCH_MOTIVATIONS) and motivation.status in FINDABLE:
        return attachments.filter(secrecy=AttachmentClass.PRODUCT)
    return attachments.none()


def open_file(attachment: Attachment, by: Assignment) -> BytesIO:
    """An attachment's content; the download is recorded.

    Raises:
        NotAllowed: `by` may not open it.
        DamagedFile: what is stored is not what was uploaded.
    """
    motivation = attachment.motivation
    if not readable_by(motivation, by).filter(pk=attachment.pk).exists():
        raise NotAllowed
    with default_storage.open(stored_path(attachment.stored_as)) as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise DamagedFile(f"attachment {attachment.pk}")
    audit.record(
        AccessAction.DOWNLOAD,
        by=by,
        what="attachment",
        obj=attachment,
        whose=motivation.reference or "",
    )
    return BytesIO(content)


def download(attachment: Attachment, *, by: Assignment) -> FileResponse:
    """The answer to a request for an attachment. Raises as `open_file`."""
    return file_response(
        open_file(attachment, by),
        filename=attachment.name,
        content_type=attachment.content_type,
    )


def _is_missing(motivation: Motivation, answers: Answers) -> bool:
    return (
        needs_product_documentation(motivation, answers)
        and not motivation.attachments.filter(kind=AttachmentKind.PRODUCT_DOCUMENTATION).exists()
    )


def _demand_room(motivation: Motivation, sha256: str) -> None:
    stored = motivation.attachments.values_list("sha256", flat=True)
    if sha256 in stored:
        raise Refused(_("Filen finns redan bland bilagorna."))
    if len(stored) >= policy.attachments_per_motivation:
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


def stored_path(stored_as: uuid.UUID) -> str:
    """Where the file with a random key lies below the media folder."""
    return f"attachments/{stored_as}"


def _delete(attachment: Attachment) -> None:
    path = stored_path(attachment.stored_as)
    attachment.delete()
    transaction.on_commit(lambda: default_storage.delete(path))
