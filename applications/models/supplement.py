"""What a pharmacy sent, version by version, and what the agency asks it."""

from django.db import models

from accounts.models import Assignment
from applications.models.application import Application
from klas.flow import EventModel
from klas.frozen import append_only
from klas.sealed import SealedJSONField
from medicines.models import ExactProduct
from motivations.enums import QuantityUnit
from motivations.kinds import Route
from motivations.models import AgencyRequest, request_constraints


class ApplicationVersion(models.Model):
    """What the pharmacy sent: version 1, and one for each answer to the agency. Never changed.

    The columns of `Application` repeat the last one.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    answers = SealedJSONField()
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=20, choices=Route, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=20, choices=QuantityUnit, blank=True)
    months = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("application", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="application_version_number_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.application_id} version {self.number}"


class ApplicationSupplement(AgencyRequest):
    """What the pharmacy is asked about its application; never anything of the patient's health.

    For that pharmacy and the agency: read and written through `applications.services.supplements`.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    version = models.OneToOneField(
        ApplicationVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("application", "number")
        constraints = request_constraints(
            "application",
            number="application_supplement_number_once",
            one_open="one_open_application_supplement",
            answered="application_supplement_answered_iff_version",
        )


class ApplicationSupplementEvent(EventModel):
    """One step in the life of a question to the pharmacy."""

    subject = models.ForeignKey(
        ApplicationSupplement, on_delete=models.PROTECT, related_name="events"
    )

    class Meta(EventModel.Meta):
        indexes = [
            models.Index(fields=["subject", "at", "id"], name="application_supplement_order")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
