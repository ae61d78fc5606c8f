"""A recalled batch, and the pharmacies that have been told of what they dispensed of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.frozen import append_only, frozen_fields
from licences.models.dispensing import batch_folded
from medicines.models import ExactProduct
from pharmacies.models import Pharmacy


class Recall(models.Model):
    """A batch of a product that must not be dispensed, from `at` until it is ended.

    `product` is one wording of it; `product_key` repeats its key, for the look-up at dispensing.
    """

    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, related_name="+")
    product_key = models.CharField(max_length=32)
    batch = models.CharField(max_length=20)
    batch_folded = batch_folded()
    reason = models.TextField()
    by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch_folded", "product_key"],
                condition=Q(ended_at__isnull=True),
                name="one_recall_in_force_per_batch",
                violation_error_message=_("Batchen är redan indragen."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recall_reasoned"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="recall_ended_at_by_and_why",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="recall_newest")]
        triggers = frozen_fields(
            "product", "product_key", "batch", "reason", "by", "at", at__isnull=False
        )

    def __str__(self) -> str:
        return self.batch

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None


class RecallNotice(models.Model):
    """A pharmacy told of a recall, once. `product_line` and `batch` are for the words."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    product_key = models.CharField(max_length=32)
    product_line = models.CharField(max_length=3100)
    batch = models.CharField(max_length=20)
    batch_folded = batch_folded()
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="recalls")
    sent_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "pharmacy"], name="recall_told_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.batch} {self.pharmacy_id}"
