"""Files that belong to a motivation."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from motivations.enums import AttachmentClass, AttachmentKind
from motivations.models.motivation import Motivation
from motivations.models.stored import StoredFile
from motivations.models.version import MotivationVersion


class Attachment(StoredFile):
    """A file of a motivation.

    `version` is the one it was sent with: while there is none, it is still being written and can be
    taken away.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(_("slag"), max_length=30, choices=AttachmentKind)
    secrecy = models.CharField(_("innehåll"), max_length=10, choices=AttachmentClass)
    version = models.ForeignKey(
        MotivationVersion, on_delete=models.PROTECT, null=True, related_name="attachments"
    )

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = StoredFile.constraints_named("attachment")
        indexes = [StoredFile.index_named("attachment")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.motivation_id})"

    @property
    def whose(self) -> str:
        return self.motivation.reference or ""

    @property
    def written_at(self) -> str:
        return reverse("motivations:attachments", args=[self.motivation_id])

    @property
    def owners(self) -> set[User]:
        return {self.motivation.author.user, self.uploaded_by.user}
