"""Letters printed together: one merged PDF, in the order they lie in the tray."""

from django.db import models
from django.db.models import Q

from accounts.models import Assignment
from decisions.models.letter import Letter
from klas.documents import RenderedDocument
from klas.frozen import append_only, frozen_fields
from klas.sealed import SealedTextField


class PrintBatch(RenderedDocument):
    """Letters to print in one go, or once more.

    `reason` says why they are printed once more, and is "" the first time; `reprint_of` names the
    batch that is printed again as a whole. The letters' own PDFs stay as they are: only the merged
    copy says that it is a reprint.
    """

    made_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()
    reprint_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reprints"
    )
    reason = SealedTextField(blank=True)
    posted_on = models.DateField(null=True)
    posted_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="print_batch_not_empty"),
            models.CheckConstraint(
                condition=Q(reprint_of__isnull=True) | ~Q(reason=""),
                name="print_batch_again_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, posted_by__isnull=True)
                | Q(posted_on__isnull=False, posted_by__isnull=False),
                name="print_batch_posted_on_and_by",
            ),
            *RenderedDocument.issued_constraints("print_batch"),
        ]
        triggers = frozen_fields("pdf", "sha256", "issued_at", "reason", issued_at__isnull=False)

    def __str__(self) -> str:
        return f"utskrift {self.pk}"

    @property
    def is_reprint(self) -> bool:
        return bool(self.reason)


class PrintedLetter(models.Model):
    """A letter's place in a batch, from 1. Printed for the first time it can be only once."""

    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, related_name="printed")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="prints")
    position = models.PositiveSmallIntegerField()
    is_reprint = models.BooleanField()

    class Meta:
        ordering = ("batch", "position")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_letter_per_place"),
            models.UniqueConstraint(fields=["batch", "letter"], name="one_place_per_letter"),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(is_reprint=False),
                name="letter_printed_first_once",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position}"
