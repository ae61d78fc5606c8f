"""Files that belong to a motivation."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from motivations.enums import AttachmentClass, AttachmentKind
from motivations.models.motivation import Motivation


class Attachment(models.Model):
    """An uploaded file, parsed and rebuilt before it was stored.

    `stored_as` is a random key below the media folder; the name shown is the person's own.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(_("slag"), max_length=30, choices=AttachmentKind)
    secrecy = models.CharField(_("innehåll"), max_length=10, choices=AttachmentClass)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.UUIDField(default=uuid.uuid4, unique=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("uploaded_at", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.motivation_id})"
