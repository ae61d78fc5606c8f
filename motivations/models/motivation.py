"""The motivation: what its life and its lists need. What it says stands in its versions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.flow import StatefulModel
from klas.sealed import SealedJSONField
from motivations.enums import (
    UNDER_WAY,
    LicenceKind,
    LicenceStop,
    MotivationStatus,
    Outcome,
    Urgency,
)

_NEVER_SUBMITTED = (MotivationStatus.DRAFT,)


class Motivation(StatefulModel):
    """A prescriber's statement of why a licence is needed.

    `product_line` and `subject_label` repeat what draft or version say, for lists; the rules read
    the version. `dnr`, `expected_on`, `outcome` and the licence's number, last day and stop are
    what the agency told downwards. `drafted_by` is the colleague who began it for its author;
    `renews` the motivation whose licence it is to renew.
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
    drafted_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    dnr = models.CharField(_("diarienummer"), max_length=30, blank=True)
    expected_on = models.DateField(_("beslut väntas"), null=True)
    outcome = models.CharField(max_length=30, choices=Outcome, blank=True)
    licence_number = models.CharField(_("licensnummer"), max_length=20, blank=True)
    licence_valid_to = models.DateField(_("licensen gäller till"), null=True)
    licence_stop = models.CharField(max_length=12, choices=LicenceStop, blank=True)

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
            models.CheckConstraint(
                condition=Q(licence_number="", licence_valid_to__isnull=True)
                | (
                    # In a case once more when a pharmacy renews the licence on the same motivation.
                    Q(
                        status__in=(
                            MotivationStatus.CLOSED,
                            MotivationStatus.IN_CASE,
                            MotivationStatus.SUPPLEMENT,
                        ),
                        licence_valid_to__isnull=False,
                    )
                    & ~Q(licence_number="")
                ),
                name="motivation_licence_only_after_case",
            ),
            models.CheckConstraint(
                condition=Q(licence_stop="") | ~Q(licence_number=""),
                name="motivation_stop_only_of_a_licence",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(status__in=UNDER_WAY),
                name="one_open_renewal",
                violation_error_message=_("Licensen förnyas redan."),
            ),
        ]
        indexes = [
            # The author's list: drafts first (they are not submitted), then the newest.
            models.Index(
                fields=["author", "-submitted_at", "-created_at", "-id"],
                name="motivation_of_author",
            ),
            models.Index(fields=["author", "status"], name="motivation_author_status"),
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
            models.Index(
                fields=["licence_valid_to", "author"],
                condition=Q(licence_valid_to__isnull=False),
                name="motivation_licence_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"utkast {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("motivations:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == MotivationStatus.DRAFT

    @property
    def is_written(self) -> bool:
        """Whether its answers can be changed: a draft, or a version that is being supplemented."""
        return self.status in (MotivationStatus.DRAFT, MotivationStatus.SUPPLEMENT)
