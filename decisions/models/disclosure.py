"""Documents of a case given out to somebody who asked for them, with secrets masked."""

import pgtrigger
from django.db import models

from accounts.models import Assignment
from decisions.models.case import Case
from klas.documents import RenderedDocument
from klas.frozen import Frozen, frozen_fields
from klas.sealed import SealedJSONField, SealedTextField


class Disclosure(RenderedDocument):
    """One release (2 kap. TF): the assessment, and the documents as they were given out.

    `content` is what the PDF says, frozen when it is decided: what is masked is not in it, so that
    it can be in no PDF. `masked` and `opened` are the log: the key, title and provision of each
    masked field, and the key, title and reason of each one given out though it is masked as a
    rule. Who asked may be nobody (2 kap. 18 § TF); a name is sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    requester = SealedJSONField(default=str)
    requested = SealedTextField()
    content = SealedJSONField()
    masked = SealedJSONField()
    opened = SealedJSONField()
    assessment = SealedTextField()
    decided_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("ordered_at", "pk")
        constraints = [*RenderedDocument.issued_constraints("disclosure")]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=models.Q(issued_at__isnull=True),
                name="disclosure_waiting",
            )
        ]
        triggers = [
            *frozen_fields(
                "case",
                "requester",
                "requested",
                "content",
                "masked",
                "opened",
                "assessment",
                "decided_by",
                "ordered_at",
                ordered_at__isnull=False,
            ),
            Frozen(
                name="issued_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__issued_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"utlämnande {self.pk}"
