"""A motivation as PDF, one per version and audience."""

from django.db import models

from klas.documents import RenderedDocument
from klas.frozen import frozen_when
from motivations.enums import Audience
from motivations.models.version import MotivationVersion


class MotivationDocument(RenderedDocument):
    """The PDF of a version: whole for author and agency, without clinical text for pharmacies."""

    version = models.ForeignKey(
        MotivationVersion, on_delete=models.PROTECT, related_name="documents"
    )
    audience = models.CharField(max_length=10, choices=Audience)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "audience"], name="one_motivation_document_per_audience"
            ),
            *RenderedDocument.issued_constraints("motivation_document"),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=models.Q(issued_at__isnull=True),
                name="motivation_document_waiting",
            )
        ]
        triggers = frozen_when(issued_at__isnull=False)

    def __str__(self) -> str:
        return f"{self.version} ({self.audience})"
