"""A question from the agency to the prescriber, and its answer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only
from klas.sealed import SealedJSONField
from motivations.enums import SupplementStatus
from motivations.models.motivation import Motivation
from motivations.models.version import MotivationVersion


class SupplementRequest(StatefulModel):
    """What the prescriber is asked about a motivation.

    Questions and answer speak of the patient's health: they are sealed, and no pharmacy sees them.
    Read and written through `motivations.services.supplements` only. `version` is the new version
    of the motivation that the answer came with.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=20, choices=SupplementStatus, default=SupplementStatus.OPEN
    )
    questions = SealedJSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("svara senast"))
    answer = SealedJSONField(default=str)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.OneToOneField(
        MotivationVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("motivation", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["motivation", "number"], name="supplement_request_number_once"
            ),
            models.UniqueConstraint(
                fields=["motivation"],
                condition=Q(status=SupplementStatus.OPEN),
                name="one_open_supplement_request",
                violation_error_message=_("Förskrivaren har redan en fråga att svara på."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status=SupplementStatus.ANSWERED,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    version__isnull=False,
                )
                | (
                    ~Q(status=SupplementStatus.ANSWERED)
                    & Q(answered_at__isnull=True, answered_by__isnull=True, version__isnull=True)
                ),
                name="supplement_answered_iff_version",
            ),
        ]

    @property
    def status_member(self) -> SupplementStatus:
        return SupplementStatus(self.status)

    def __str__(self) -> str:
        return f"komplettering {self.number} av {self.motivation_id}"


class SupplementEvent(EventModel):
    """One step in the life of a question to the prescriber."""

    subject = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="supplement_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
