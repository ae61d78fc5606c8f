"""A licence: the permission to sell one exact product, for a time and a quantity."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from decisions.enums import LicenceStatus
from decisions.models.decision import Decision
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only
from klas.sealed import SealedJSONField
from medicines.models import ExactProduct
from motivations.enums import LicenceKind, QuantityUnit
from motivations.kinds import Route
from pharmacies.models import Pharmacy


class Licence(StatefulModel):
    """What a granting decision gives the applicant; any pharmacy may later dispense against it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="licence")
    number = models.CharField(_("licensnummer"), max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=LicenceKind)
    status = models.CharField(max_length=20, choices=LicenceStatus, default=LicenceStatus.ACTIVE)
    holder = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="licences")
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, related_name="licences")
    subject_line = SealedJSONField()
    route = models.CharField(max_length=20, choices=Route)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=20, choices=QuantityUnit)
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="licence_ends_after_start",
                violation_error_message=_("Licensen ska sluta gälla efter att den börjat."),
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="licence_quantity_positive"),
        ]
        indexes = [models.Index(fields=["holder", "valid_to", "id"], name="licence_of_holder")]

    def __str__(self) -> str:
        return self.number


class LicenceEvent(EventModel):
    """One step in a licence's life; `data` holds what the pharmacies were asked to do."""

    subject = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="licence_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
