"""Files of a motivation that is written once more: copied, never shared."""

from accounts.models import Assignment
from klas import audit, clock
from klas.models import AccessAction
from motivations.enums import ScanState
from motivations.models import Attachment, Motivation
from motivations.services import attachments, files


def copy_clean(source: Motivation, *, to: Motivation, by: Assignment) -> list[str]:
    """Give a new draft files of its own with what the clean attachments of another one hold.

    Each reading is recorded as a download. Of a motivation that has been sent, only what was sent
    with it. That `by` may read the one and write the other is for the caller to have shown.

    Returns:
        The names of the files that were left out, since they are not known to be clean.
    """
    sources = attachments.readable_by(source, by)
    if not source.is_draft:
        sources = sources.filter(version__isnull=False)
    left_out = []
    for file in sources:
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
        uploaded_sha256=file.uploaded_sha256,
        from_word=file.from_word,
        stored_as=files.keep(files.KEPT, content),
        uploaded_at=clock.now(),
        uploaded_by=by,
    )
    audit.record(AccessAction.WRITE, by=by, what="attachment", obj=copy)
