"""What is left to dispense on a licence."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from decisions.models import Licence


class LicenceBalance(models.Model):
    """Granted − dispensed + reversed, shared by all pharmacies (domain §1, “balance”).

    Made with the first entry (`services.dispensing`); a licence without a row has all of it left.
    It is locked at each entry, and the database itself refuses to overdraw. `revision` counts the
    entries.
    """

    licence = models.OneToOneField(
        Licence, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    granted = models.DecimalField(max_digits=12, decimal_places=3)
    remaining = models.DecimalField(max_digits=12, decimal_places=3)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("granted")),
                name="balance_within_what_is_granted",
                violation_error_message=_("Uttaget är större än det som finns kvar på licensen."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.remaining} / {self.granted}"

    @classmethod
    def untouched(cls, licence: Licence) -> "LicenceBalance":
        """The balance of a licence that nothing has been dispensed on; not saved."""
        return cls(licence=licence, granted=licence.quantity, remaining=licence.quantity)
