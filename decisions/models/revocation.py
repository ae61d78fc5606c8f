"""Taking a licence back: proposed by one person, signed by another."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import Hearing, RevocationGround
from decisions.models.licence import Licence
from klas.frozen import frozen_when
from klas.sealed import SealedTextField


class Revocation(models.Model):
    """A decision to revoke a licence, on a ground of FL 37 §, with reasons (FL 32 §).

    As with `Decision`: live until a countersigner returns it; decided, it is frozen.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="revocations")
    ground = models.CharField(max_length=10, choices=RevocationGround)
    reasons = SealedTextField()
    instruction = SealedTextField(blank=True)
    hearing = models.CharField(max_length=20, choices=Hearing)
    hearing_text = SealedTextField()
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
        ordering = ("licence", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["licence"],
                # A licence that got its force back after an appeal can be revoked anew.
                condition=Q(returned_at__isnull=True, decided_at__isnull=True),
                name="one_live_revocation_per_licence",
                violation_error_message=_("Någon har redan föreslagit att licensen återkallas."),
            ),
            models.CheckConstraint(
                condition=~Q(reasons="") & ~Q(hearing_text=""), name="revocation_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, returned_at__isnull=True),
                name="revocation_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="revocation_returned_at_by_and_why",
            ),
        ]
        triggers = frozen_when(decided_at__isnull=False)

    def __str__(self) -> str:
        return f"{self.ground} {self.licence_id}"
