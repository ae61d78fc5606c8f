"""The motivation: what its life and its lists need. What it says stands in its versions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.flow import StatefulModel
from klas.sealed import SealedJSONField
from motivations.enums import LicenceKind, MotivationStatus, Outcome, Urgency

_NEVER_SUBMITTED = (MotivationStatus.DRAFT,)


class Motivation(StatefulModel):
    """A prescriber's statement of why a licence is needed.

    `product_line` and `subject_label` repeat what draft or version say, for lists; the rules read
    the version. `dnr`, `expected_on` and `outcome` are what the agency told downwards.
    """

    kind = models.CharField(max_length=20, choices=LicenceKind)
    status = models.CharField(
        max_length=20, choices=MotivationStatus, default=MotivationStatus.DRAFT
    )
    reference = models.CharField(_("referensnummer"), max_length=20, null=True, unique=True)
    author = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="motivations")
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    product_line = models.CharField(_("läkemedel"), max_length=3100, blank=True)
    subject_label = SealedJSONField(default=str)
    chosen_pharmacy = models.ForeignKey(
        "pharmacies.Pharmacy",
        on_delete=models.PROTECT,
        null=True,
        related_name="addressed_motivations",
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    dnr = models.CharField(_("diarienummer"), max_length=30, blank=True)
    expected_on = models.DateField(_("beslut väntas"), null=True)
    outcome = models.CharField(max_length=30, choices=Outcome, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(
                        status__in=_NEVER_SUBMITTED,
                        reference__isnull=True,
                        submitted_at__isnull=True,
                    )
                    | (
                        ~Q(status__in=_NEVER_SUBMITTED)
                        & Q(reference__isnull=False, submitted_at__isnull=False)
                    )
                ),
                name="motivation_reference_iff_submitted",
                violation_error_message=_("Ett skickat underlag ska ha referensnummer."),
            ),
            models.CheckConstraint(
                condition=Q(status=MotivationStatus.CLOSED) | Q(outcome=""),
                name="motivation_outcome_only_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at", "-id"], name="motivation_of_author"),
            models.Index(
                fields=["chosen_pharmacy", "-submitted_at", "-id"],
                condition=Q(status=MotivationStatus.SUBMITTED),
                name="motivation_addressed_waiting",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(status=MotivationStatus.SUBMITTED),
                name="motivation_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"utkast {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("motivations:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == MotivationStatus.DRAFT
