"""A search that found its licence: what lets another pharmacy open it."""

from django.db import models

from accounts.models import Assignment
from decisions.models import Licence
from klas.frozen import append_only
from licences.enums import FindPurpose
from pharmacies.models import Pharmacy


class LicenceHit(models.Model):
    """A pharmacy found a licence by an exact search, for a purpose; opens it for a day."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=FindPurpose)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["pharmacy", "licence", "-at"], name="licence_hit_of_pharmacy")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.pharmacy_id} found {self.licence_id}"
