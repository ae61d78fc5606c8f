"""Files that belong to a motivation."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from motivations.enums import STOPPED, AttachmentClass, AttachmentKind, ScanState
from motivations.models.motivation import Motivation
from motivations.models.version import MotivationVersion


class Attachment(models.Model):
    """An uploaded file, parsed and rebuilt before anybody may open it.

    `stored_as` is a random key below the media folder; the name shown is the person's own.
    `quarantined_as` is where the file as it was uploaded waits to be checked; `scan` is moved on
    by `motivations.services.scanning` only. `version` is the one it was sent with: while there is
    none, it is still being written and can be taken away.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(_("slag"), max_length=30, choices=AttachmentKind)
    secrecy = models.CharField(_("innehåll"), max_length=10, choices=AttachmentClass)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    # Of what is stored; a Word document has nothing stored before it has become a PDF.
    sha256 = models.CharField(max_length=64, blank=True)
    uploaded_sha256 = models.CharField(max_length=64, blank=True)
    from_word = models.BooleanField(default=False)
    stored_as = models.UUIDField(default=uuid.uuid4, unique=True)
    scan = models.CharField(max_length=20, choices=ScanState, default=ScanState.CLEAN)
    quarantined_as = models.UUIDField(null=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    version = models.ForeignKey(
        MotivationVersion, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scan=ScanState.PENDING, quarantined_as__isnull=False)
                | (~models.Q(scan=ScanState.PENDING) & models.Q(quarantined_as__isnull=True)),
                name="attachment_quarantined_iff_pending",
            ),
            models.CheckConstraint(
                condition=~models.Q(scan=ScanState.CLEAN, sha256=""),
                name="attachment_clean_is_hashed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=models.Q(scan=ScanState.PENDING),
                name="attachment_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.motivation_id})"

    @property
    def state(self) -> ScanState:
        """What is known of it, for `status_tag`."""
        return ScanState(self.scan)

    @property
    def is_clean(self) -> bool:
        """Whether it can be opened, by those who may."""
        return self.scan == ScanState.CLEAN

    @property
    def is_stopped(self) -> bool:
        """Whether the file is gone because of what the check found."""
        return self.scan in STOPPED
