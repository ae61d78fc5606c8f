"""One pharmacy hands an application over to another, before the decision (domain §5)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import HandOverStatus
from applications.models.application import Application
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only
from klas.sealed import SealedTextField
from pharmacies.models import Pharmacy


class HandOver(StatefulModel):
    """An application offered to another pharmacy, and what came of it.

    It has no last day of its own: the decision, or the giver, ends an offer that nobody answers.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=HandOverStatus, default=HandOverStatus.OFFERED)
    reason = SealedTextField()
    offered_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    # When and by whom it was accepted, declined or taken back; nobody when it ended by itself.
    ended_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status=HandOverStatus.OFFERED),
                name="one_open_hand_over",
                violation_error_message=_("Ansökan är redan erbjuden ett apotek."),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="hand_over_to_another_pharmacy"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_over_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status=HandOverStatus.OFFERED, ended_at__isnull=True)
                | (~Q(status=HandOverStatus.OFFERED) & Q(ended_at__isnull=False)),
                name="hand_over_ended_iff_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["giver", "-offered_at", "-id"], name="hand_over_of_giver"),
            models.Index(fields=["receiver", "-offered_at", "-id"], name="hand_over_of_receiver"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.giver_id}–{self.receiver_id}"

    def get_absolute_url(self) -> str:
        return reverse("applications:hand_over", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == HandOverStatus.OFFERED


class HandOverEvent(EventModel):
    """One step of a hand-over."""

    subject = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
