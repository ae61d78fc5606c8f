"""A search that found its motivation: what lets a pharmacy open it."""

from django.db import models

from accounts.models import Assignment
from applications.enums import SearchPurpose
from klas.frozen import append_only
from motivations.models import Motivation
from pharmacies.models import Pharmacy


class SearchHit(models.Model):
    """A pharmacy found a motivation by an exact search, for a purpose; opens it for a day."""

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="+")
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=SearchPurpose)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "motivation", "-at"], name="hit_of_pharmacy")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.pharmacy_id} found {self.motivation_id}"
