"""An order to the party to complete its application (föreläggande, FL 20 §)."""

from django.db import models

from accounts.models import Assignment
from decisions.models.case import Case
from klas.frozen import append_only
from klas.sealed import SealedTextField


class Injunction(models.Model):
    """What the party must see to, until when; it is told what happens otherwise.

    The pharmacy reads the text: nothing in it is about the patient's health.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="injunctions")
    text = SealedTextField()
    due_on = models.DateField()
    sent_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at", "pk")
        triggers = append_only()

    def __str__(self) -> str:
        return f"föreläggande i {self.case_id}"
