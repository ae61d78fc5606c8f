"""What speaks against an application, sent to the pharmacy before a decision (FL 25 §)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import CommunicationStatus
from decisions.models.case import Case
from klas import clock
from klas.flow import EventModel, StatefulModel
from klas.frozen import Frozen, append_only, frozen_fields
from klas.sealed import SealedTextField


class Communication(StatefulModel):
    """What the officer wrote, the last day to answer, and the pharmacy's answer.

    The text goes to the pharmacy: it holds no clinical text and no personnummer. What was sent
    never changes; nor does the answer.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="communications")
    status = models.CharField(
        max_length=20, choices=CommunicationStatus, default=CommunicationStatus.OPEN
    )
    text = SealedTextField()
    due_on = models.DateField()
    sent_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    answer = SealedTextField(blank=True)
    answered_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("case", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status=CommunicationStatus.OPEN),
                name="one_open_communication_per_case",
                violation_error_message=_("Apoteket har redan något att svara på."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status=CommunicationStatus.ANSWERED,
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(answer="")
                )
                | (
                    ~Q(status=CommunicationStatus.ANSWERED)
                    & Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                ),
                name="communication_answer_iff_answered",
            ),
        ]
        triggers = [
            *frozen_fields("case", "text", "due_on", "sent_by", "sent_at", sent_at__isnull=False),
            Frozen(
                name="answer_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"kommunicering {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == CommunicationStatus.OPEN

    @property
    def is_heard(self) -> bool:
        """Whether the pharmacy has answered, or has had its time to."""
        return self.status == CommunicationStatus.ANSWERED or (
            self.is_open and self.due_on < clock.today()
        )


class CommunicationEvent(EventModel):
    """One step in a communication's life."""

    subject = models.ForeignKey(Communication, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="communication_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
