"""A case that takes long: what the party was told (FL 11 §), and what it asked for (FL 12 §)."""

from django.db import models
from django.db.models import Q

from accounts.models import Assignment
from decisions.models.case import Case
from klas.frozen import append_only, frozen_when
from klas.sealed import SealedTextField


class DelayNotice(models.Model):
    """The party has been told that a decision is late, why, and when it is expected (FL 11 §)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="delay_notices")
    reason = SealedTextField()
    expected_on = models.DateField()
    told_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ("case", "pk")
        triggers = append_only()

    def __str__(self) -> str:
        return f"försening {self.case_id} {self.expected_on}"


class DecisionRequest(models.Model):
    """The party has asked in writing that a case of more than six months be decided (FL 12 §).

    Once per case. Within four weeks the agency decides the case, or rejects the request in a
    decision of its own, which can be appealed.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision_request")
    text = SealedTextField()
    requested_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    answer_by = models.DateField()
    reasons = SealedTextField(blank=True)
    rejected_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rejected_at__isnull=True, rejected_by__isnull=True, reasons="")
                | (Q(rejected_at__isnull=False, rejected_by__isnull=False) & ~Q(reasons="")),
                name="decision_request_rejected_at_by_and_why",
            )
        ]
        triggers = frozen_when(rejected_at__isnull=False)

    def __str__(self) -> str:
        return f"begäran {self.case_id}"
