"""A case referred to a colleague at the agency for an opinion."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import ReferralStatus
from decisions.models.case import Case
from klas.flow import EventModel, StatefulModel
from klas.frozen import Frozen, append_only, frozen_fields
from klas.sealed import SealedTextField


class Referral(StatefulModel):
    """A question to a consultant, with a last day; the case's clock runs on.

    The opinion is signed by the one who was asked, and never changes.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    status = models.CharField(max_length=20, choices=ReferralStatus, default=ReferralStatus.OPEN)
    consultant = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="referrals")
    question = SealedTextField()
    due_on = models.DateField()
    asked_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    opinion = SealedTextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("case", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "consultant"],
                condition=Q(status=ReferralStatus.OPEN),
                name="one_open_referral_per_case_and_consultant",
                violation_error_message=_("Kollegan har redan en fråga om ärendet att svara på."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=ReferralStatus.ANSWERED, answered_at__isnull=False) & ~Q(opinion="")
                )
                | (~Q(status=ReferralStatus.ANSWERED) & Q(answered_at__isnull=True, opinion="")),
                name="referral_opinion_iff_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["consultant", "status", "due_on", "id"], name="referral_of_person")
        ]
        triggers = [
            *frozen_fields(
                "case", "consultant", "question", "due_on", "asked_by", asked_at__isnull=False
            ),
            Frozen(
                name="opinion_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"remiss {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == ReferralStatus.OPEN


class ReferralEvent(EventModel):
    """One step in a referral's life."""

    subject = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="referral_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
