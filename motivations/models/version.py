"""A motivation as it was sent: numbered, frozen, in three layers of secrecy."""

from django.db import models

from accounts.models import Assignment
from klas.frozen import append_only
from klas.sealed import SealedJSONField
from medicines.models import ExactProduct
from motivations.models.motivation import Motivation


class MotivationVersion(models.Model):
    """What the prescriber sent. A supplement is a new version beside the old.

    `answers` is the open layer; the two others have tables of their own and no way back from here:
    read a version through `motivations.reading.read`.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, related_name="+")
    prescriber = models.JSONField()
    answers = SealedJSONField()

    class Meta:
        ordering = ("motivation", "number")
        constraints = [
            models.UniqueConstraint(fields=["motivation", "number"], name="version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="version_from_one"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.motivation_id} version {self.number}"


class PatientIdentity(models.Model):
    """Who the patient (or owner) of a version is."""

    version = models.OneToOneField(MotivationVersion, on_delete=models.PROTECT, related_name="+")
    answers = SealedJSONField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"identity of version {self.version_id}"


class ClinicalText(models.Model):
    """The clinical text of a version: for its author and the agency, never for a pharmacy."""

    version = models.OneToOneField(MotivationVersion, on_delete=models.PROTECT, related_name="+")
    answers = SealedJSONField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"clinical text of version {self.version_id}"
