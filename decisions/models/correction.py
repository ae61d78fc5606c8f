"""An obvious error in a decision, put right beside it (FL 36 §)."""

from django.db import models
from django.db.models import Q

from accounts.models import Assignment
from decisions.enums import CorrectedPart, CorrectionHearing
from decisions.models.decision import Decision
from klas.frozen import append_only
from klas.sealed import SealedJSONField, SealedTextField
from medicines.models import ExactProduct


class Correction(models.Model):
    """What stood wrong in one part of a decision, and what it is to be.

    The decision's own row stays; `decisions.corrections.as_corrected` reads the two together.
    `wrong` and `right` are texts, days as ISO dates and amounts with a point; sealed, since they
    may name the patient. `product` is the product as it is to be spelled, for those parts.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrections")
    part = models.CharField(max_length=20, choices=CorrectedPart)
    wrong = SealedJSONField()
    right = SealedJSONField()
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, null=True, related_name="+")
    reason = SealedTextField()
    hearing = models.CharField(max_length=10, choices=CorrectionHearing)
    hearing_text = SealedTextField()
    corrected_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ("decision", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(hearing_text=""), name="correction_reasoned"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.part} {self.decision_id}"
