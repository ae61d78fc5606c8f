"""What has been handed out on a licence."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.urls import reverse

from accounts.models import Assignment
from decisions.models import Licence
from klas.frozen import append_only
from klas.sealed import SealedTextField
from licences.enums import DispensingKind
from licences.models.permission import DispensingPermission
from motivations.kinds import Route
from pharmacies.models import Pharmacy


def batch_folded() -> models.GeneratedField:
    """A stored column: `batch` in capitals, letters and digits only (`licences.gs1.fold_batch`)."""
    return models.GeneratedField(
        expression=Upper(
            Func(
                F("batch"), Value("[^A-Za-z0-9]"), Value(""), Value("g"),
                function="regexp_replace", output_field=models.CharField(max_length=20),
            )
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )  # fmt: skip


class Dispensing(models.Model):
    """One entry: a withdrawal, or the reversal of a whole one. Kept for five years, never changed.

    `at` is when it was handed out, `registered_at` when that was written here. `product_key`
    repeats the licence's product, for recalls. `care_unit` and `care_unit_name` are the unit of a
    requisition, as the decision names it; `permission` is what let a general licence's product be
    handed out on prescription.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="dispensings")
    kind = models.CharField(max_length=12, choices=DispensingKind)
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="dispensings")
    registered_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    at = models.DateTimeField()
    route = models.CharField(max_length=20, choices=Route)
    order_id = SealedTextField()
    care_unit = models.CharField(max_length=31, blank=True)
    care_unit_name = models.CharField(max_length=160, blank=True)
    permission = models.ForeignKey(
        DispensingPermission, on_delete=models.PROTECT, null=True, related_name="+"
    )
    product_key = models.CharField(max_length=32)
    pack = models.CharField(max_length=120)
    packs = models.PositiveIntegerField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    batch = models.CharField(max_length=20)
    batch_folded = batch_folded()
    expires_on = models.DateField()
    gtin = models.CharField(max_length=14, blank=True)
    serial = models.CharField(max_length=20, blank=True)
    reversal_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    reason = SealedTextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, packs__gte=1), name="dispensing_of_something"
            ),
            models.CheckConstraint(
                condition=Q(kind=DispensingKind.WITHDRAWAL, reversal_of__isnull=True, reason="")
                | (Q(kind=DispensingKind.REVERSAL, reversal_of__isnull=False) & ~Q(reason="")),
                name="dispensing_reversal_of_and_why",
            ),
            models.CheckConstraint(condition=~Q(order_id=""), name="dispensing_on_an_order"),
            models.CheckConstraint(
                condition=Q(at__lte=F("registered_at")), name="dispensing_not_in_the_future"
            ),
            models.CheckConstraint(
                condition=Q(permission__isnull=True) | Q(route=Route.PRESCRIPTION),
                name="dispensing_permission_is_for_prescriptions",
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "-at", "-id"], name="dispensing_of_licence"),
            models.Index(fields=["pharmacy", "-at", "-id"], name="dispensing_of_pharmacy"),
            models.Index(fields=["batch_folded", "product_key"], name="dispensing_of_batch"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"

    def get_absolute_url(self) -> str:
        return reverse("licences:receipt", args=[self.pk])

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == DispensingKind.WITHDRAWAL

    @property
    def is_reversed(self) -> bool:
        """Whether a reversal has been written; `reversal` is to be fetched along."""
        return getattr(self, "reversal", None) is not None
