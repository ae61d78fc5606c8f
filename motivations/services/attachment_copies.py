"""Files of a motivation that is written once more: copied, never shared."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Assignment
from klas import audit, clock
from klas.models import AccessAction
from motivations.enums import ScanState
from motivations.models import Attachment, Motivation
from motivations.services import attachments


def copy_clean(source: Motivation, *, to: Motivation, by: Assignment) -> list[str]:
    """Give a new draft files of its own with what the clean attachments of another one hold.

    Each reading is recorded as a download. Of a motivation that has been sent, only what was sent
    with it. That `by` may read the one and write the other is for the caller to have shown.

    Returns:
        The names of the files that were left out, since they are not known to be clean.
    """
    files = attachments.readable_by(source, by)
    if not source.is_draft:
        files = files.filter(version__isnull=False)
    left_out = []
    for file in files:
        if file.scan == ScanState.CLEAN:
            _copy(file, to=to, by=by)
        else:
            left_out.append(file.name)
    return left_out


def _copy(file: Attachment, *, to: Motivation, by: Assignment) -> None:
    content = attachments.open_file(file, by).read()
    copy = Attachment.objects.create(
        motivation=to,
        kind=file.kind,
        secrecy=file.secrecy,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_at=clock.now(),
        uploaded_by=by,
    )
    default_storage.save(attachments.stored_path(copy.stored_as), ContentFile(content))
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=copy)
