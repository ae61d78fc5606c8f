"""Särskilt tillstånd: dispensing on prescription under a licence for requisitions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.models import Licence
from klas.frozen import frozen_fields
from klas.sealed import SealedTextField


class DispensingPermission(models.Model):
    """The agency's particular permission, for a time and with conditions.

    What was decided never changes; a permission can be ended before its last day.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="permissions")
    dnr = models.CharField(_("diarienummer"), max_length=30)
    conditions = SealedTextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    decided_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    ended_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = SealedTextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="permission_ends_after_start",
                violation_error_message=_("Tillståndet ska sluta gälla efter att det börjat."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="permission_ended_at_by_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "valid_to"], name="permission_of_licence"),
            models.Index(fields=["-decided_at", "-id"], name="permission_newest"),
        ]
        triggers = frozen_fields(
            "licence", "dnr", "conditions", "valid_from", "valid_to", "decided_by", "decided_at",
            decided_at__isnull=False,
        )  # fmt: skip

    def __str__(self) -> str:
        return self.dnr

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None
