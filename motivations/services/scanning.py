"""The check of what people attach: the only place that moves an attachment's `scan`.

A file that waits lies as it came in quarantine. The worker takes a row for a while, asks the
scanner and makes PDF of Word documents with no lock held, then locks the row and writes what was
found. Killed anywhere before that, the row still waits and is taken up again; a file is clean only
by the write that follows its own check.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least

from klas import clock, scanner
from klas.apart import Failed
from klas.policy import policy
from klas.uploads import RebuiltFile
from klas.word_to_pdf import word_to_pdf
from motivations.enums import ScanState
from motivations.models import Attachment
from motivations.models.stored import StoredFile, stored_models
from motivations.services import files
from motivations.services.files import KEPT, QUARANTINE
from notifications.enums import NoticeKind
from notifications.services.telling import tell

# A scanner that is away for weeks is asked for every minute.
_MOST_COUNTED = 30_000
logger = structlog.get_logger("motivations.scanning")


def store(file: RebuiltFile) -> dict[str, Any]:
    """Store what was uploaded; returns the fields of its row.

    It is clean at once only when it has been rebuilt and no scanner is to be asked.
    """
    is_word = file.content is None
    fields: dict[str, Any] = {
        "name": file.name,
        "content_type": file.content_type,
        "from_word": is_word,
        "uploaded_sha256": files.sha256(file.original),
        "size": len(file.original),
        "scan": ScanState.CLEAN,
    }
    if file.content is not None:
        fields |= _kept(file.content)
    if is_word or scanner.is_set():
        fields["scan"] = ScanState.PENDING
        fields["quarantined_as"] = files.keep(QUARANTINE, file.original)
    return fields


def check_waiting(*, limit: int | None = None) -> int:
    """Check the files that wait, those tried least first; returns how many were tried.

    One that fails is logged, waits for its next turn and does not stop the others. When the
    scanner does not answer, all are left as they are.
    """
    tried = 0
    for model in stored_models():
        try:
            tried += _check_waiting(model, limit=None if limit is None else limit - tried)
        except scanner.ScannerDown:
            logger.error("scanner_down")
            break
    return tried


def _check_waiting(model: type[StoredFile], *, limit: int | None) -> int:
    tried: set[int] = set()
    while limit is None or len(tried) < limit:
        file = _claim(besides=tried, model=model)
        if file is None:
            break
        tried.add(file.pk)
        try:
            finding = _examine(file)
        except scanner.ScannerDown:
            # To be taken up as soon as it answers again.
            _waiting(file).update(claimed_at=None)
            raise
        except Exception as error:  # also a conversion that was interrupted: no verdict
            logger.error("attachment_failed", pk=file.pk, error=type(error).__name__)
            continue
        _settle(file, finding)
    return len(tried)


@dataclass(frozen=True)
class _Finding:
    """What came of a check, and the PDF that was made of a Word document."""

    state: ScanState
    made: bytes | None = None


@transaction.atomic
def _claim(*, besides: set[int], model: type[StoredFile] = Attachment) -> StoredFile | None:
    """Take a row that nobody has taken lately."""
    now = clock.now()
    lapsed = now - timedelta(minutes=policy.attachment_check_minutes)
    attachment = (
        model._default_manager.filter(
            Q(claimed_at__isnull=True) | Q(claimed_at__lt=lapsed), scan=ScanState.PENDING
        )
        .exclude(pk__in=besides)
        .order_by("attempts", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if attachment is not None:
        attempts = Least(F("attempts") + 1, Value(_MOST_COUNTED))
        _waiting(attachment).update(claimed_at=now, attempts=attempts)
    return attachment


def _examine(attachment: StoredFile) -> _Finding:
    original = files.read(
        QUARANTINE, attachment.quarantined_as, expected=attachment.uploaded_sha256
    )
    # What was uploaded when there was a scanner waits for it, also if this process knows of none.
    if (scanner.is_set() or not attachment.from_word) and scanner.is_infected(original):
        return _Finding(ScanState.INFECTED)
    if not attachment.from_word:
        return _Finding(ScanState.CLEAN)
    try:
        return _Finding(ScanState.CLEAN, word_to_pdf(original, created=attachment.uploaded_at))
    except Failed as error:
        logger.warning("word_unreadable", pk=attachment.pk, error=str(error))
        return _Finding(ScanState.UNREADABLE)


def _settle(attachment: StoredFile, finding: _Finding) -> None:
    fields = {} if finding.made is None else _kept(finding.made)
    with transaction.atomic():
        # Gone when it was taken away meanwhile, or settled by another worker.
        locked = _waiting(attachment).select_for_update(of=("self",)).first()
        if locked is None:
            files.delete(KEPT, fields.get("stored_as"))
            return
        files.delete(QUARANTINE, locked.quarantined_as)
        if finding.state != ScanState.CLEAN:
            files.delete(KEPT, locked.stored_as)
        _waiting(locked).update(**fields, scan=finding.state, quarantined_as=None, claimed_at=None)
        if finding.state != ScanState.CLEAN:
            _tell(locked)


def _tell(attachment: StoredFile) -> None:
    """Tell those whose file it is."""
    for user in attachment.owners:
        tell(
            user,
            NoticeKind.ATTACHMENT_STOPPED,
            # Numbers are given per kind of file.
            key=f"{attachment._meta.model_name}-{attachment.pk}",
            url=attachment.written_at,
            reference=attachment.whose,
        )


def _waiting(attachment: StoredFile) -> QuerySet[Any]:
    return type(attachment)._default_manager.filter(pk=attachment.pk, scan=ScanState.PENDING)


def _kept(content: bytes) -> dict[str, Any]:
    return {
        "stored_as": files.keep(KEPT, content),
        "sha256": files.sha256(content),
        "size": len(content),
    }
