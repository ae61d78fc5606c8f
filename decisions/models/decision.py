"""A decision, from proposal to signature."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import Hearing
from decisions.models.case import Case
from klas.frozen import frozen_when
from klas.sealed import SealedJSONField, SealedTextField
from medicines.models import ExactProduct
from motivations.enums import Outcome, QuantityUnit

GRANTED = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION)
ON_THE_MERITS = (*GRANTED, Outcome.REJECTED)


class Decision(models.Model):
    """What was proposed and decided, by whom (FL 31 §), with reasons and provisions (FL 32 §).

    A row is live until a countersigner returns it, or the case is reopened (`Case.round`): each
    round has a decision of its own, and the earlier stays as it was. Decided, a row is frozen.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=30, choices=Outcome)
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, related_name="+")
    # Who the licence is for, in one line (name and number).
    subject_line = SealedJSONField()
    reasons = SealedTextField(blank=True)
    provisions = models.CharField(max_length=500, blank=True)
    conditions = SealedTextField(blank=True)
    reservation = SealedTextField(blank=True)
    special_information = SealedTextField(blank=True)
    # When the licence may be revoked (FL 37 § 1).
    revocation_clause = SealedTextField(blank=True)
    hearing = models.CharField(max_length=20, choices=Hearing, blank=True)
    hearing_text = SealedTextField(blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    unit = models.CharField(max_length=20, choices=QuantityUnit, blank=True)
    # Granted for less, or for a shorter time, than was applied for (`decisions.rules.is_reduced`).
    is_reduced = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    precedent_note = models.TextField(blank=True)
    # De-identified codes for precedents, with commas between.
    precedent_icd10 = SealedTextField(blank=True)
    proposed_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    returned_at = models.DateTimeField(null=True)
    return_reason = SealedTextField(blank=True)

    class Meta:
        ordering = ("case", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(returned_at__isnull=True),
                name="one_live_decision_per_case",
                violation_error_message=_("Ärendet har redan ett beslut eller förslag."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        outcome__in=GRANTED,
                        quantity__gt=0,
                        valid_from__isnull=False,
                        valid_to__gt=F("valid_from"),
                    )
                    & ~Q(unit="")
                )
                | (
                    ~Q(outcome__in=GRANTED)
                    & Q(
                        quantity__isnull=True,
                        unit="",
                        valid_from__isnull=True,
                        valid_to__isnull=True,
                    )
                ),
                name="decision_period_and_quantity_iff_granted",
                violation_error_message=_("En beviljad licens ska ha mängd och giltighetstid."),
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.GRANTED_WITH_RESERVATION) & ~Q(reservation=""))
                | (~Q(outcome=Outcome.GRANTED_WITH_RESERVATION) & Q(reservation="")),
                name="decision_reservation_iff_reserved",
                violation_error_message=_("Förbehållet ska skrivas ut."),
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.GRANTED, is_reduced=False)
                | (~Q(reasons="") & ~Q(provisions="")),
                name="decision_reasons_when_against",
                violation_error_message=_("Ett beslut som går emot ska ha skäl och bestämmelser."),
            ),
            models.CheckConstraint(
                condition=Q(is_reduced=False) | Q(outcome__in=GRANTED),
                name="decision_reduced_only_when_granted",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=ON_THE_MERITS) | Q(special_information=""),
                name="decision_special_information_on_the_merits",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.REJECTED, Outcome.DISMISSED])
                | Q(hearing=Hearing.HEARD)
                | (Q(hearing=Hearing.EXCEPTION) & ~Q(hearing_text="")),
                name="decision_heard_before_rejection",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decision_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=(
                    Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                    | (
                        Q(returned_at__isnull=False, returned_by__isnull=False)
                        & ~Q(return_reason="")
                    )
                ),
                name="decision_returned_at_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(returned_at__isnull=True),
                name="decision_not_both_decided_and_returned",
            ),
        ]
        triggers = frozen_when(decided_at__isnull=False)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.case_id}"

    @property
    def is_granted(self) -> bool:
        return self.outcome in GRANTED

    @property
    def goes_against(self) -> bool:
        """Whether the applicant got less than was asked for, and may appeal."""
        return self.outcome != Outcome.GRANTED or self.is_reduced

    @property
    def is_on_the_merits(self) -> bool:
        """Whether the application was tried: neither dismissed nor closed."""
        return self.outcome in ON_THE_MERITS
