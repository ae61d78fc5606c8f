"""What is typed into a draft."""

from django.db import models

from accounts.models import Assignment
from klas.sealed import SealedJSONField
from motivations.models.motivation import Motivation


class DraftSection(models.Model):
    """The answers of one section of a draft, right or wrong, as they were typed.

    Holds identities and clinical text: read and written through `motivations.services.drafts` only.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=40)
    answers = SealedJSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motivation", "slug"], name="one_draft_per_section")
        ]

    def __str__(self) -> str:
        return f"{self.motivation_id} {self.slug}"
