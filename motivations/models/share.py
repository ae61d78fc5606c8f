"""Drafts that a colleague may write in."""

from django.db import models

from accounts.models import Assignment
from klas.sealed import SealedJSONField
from motivations.models.motivation import Motivation


class DraftShare(models.Model):
    """A colleague at the author's workplace who may read and write a draft until it is sent.

    `handed_over_at` is when the colleague last left it to the author to read through, with
    `message`.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.CASCADE, related_name="shares")
    colleague = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="shares")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    message = SealedJSONField(default=str)

    class Meta:
        ordering = ("shared_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["motivation", "colleague"], name="draft_shared_once_with_each"
            )
        ]
        indexes = [models.Index(fields=["colleague", "motivation"], name="draft_shared_with")]

    def __str__(self) -> str:
        return f"{self.motivation_id} delad med {self.colleague_id}"
