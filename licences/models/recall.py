"""A pharmacy that has been told that a batch it dispensed is recalled."""

from django.db import models

from accounts.models import Assignment
from klas.frozen import append_only
from licences.models.dispensing import batch_folded
from pharmacies.models import Pharmacy


class RecallNotice(models.Model):
    """Sent once per product, batch and pharmacy. `product_line` and `batch` are for the words."""

    product_key = models.CharField(max_length=32)
    product_line = models.CharField(max_length=3100)
    batch = models.CharField(max_length=20)
    batch_folded = batch_folded()
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="recalls")
    sent_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch_folded", "product_key", "pharmacy"], name="recall_told_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.batch} {self.pharmacy_id}"
