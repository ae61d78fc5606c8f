"""A pack size of a product."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from medicines.enums import PackStatus
from medicines.models.product import LicenceProduct


class Pack(models.Model):
    """One pack size; `pack_id` is the source's own number, `code` the bar code (GTIN) if any."""

    product = models.ForeignKey(LicenceProduct, on_delete=models.CASCADE, related_name="packs")
    pack_id = models.CharField(_("förpackningens nummer"), max_length=60)
    code = models.CharField(_("streckkod"), max_length=14, blank=True)
    description = models.CharField(_("förpackning"), max_length=500)
    status = models.CharField(
        _("status"), max_length=10, choices=PackStatus, default=PackStatus.UNKNOWN
    )
    marketed = models.BooleanField(_("marknadsförs"), default=False)

    class Meta:
        ordering = ["product", "pack_id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "pack_id"], name="pack_id_unique"),
            models.CheckConstraint(
                condition=Q(status__in=PackStatus.values), name="pack_status_known"
            ),
            models.CheckConstraint(condition=~Q(description=""), name="pack_description_given"),
        ]
        verbose_name = _("förpackning")
        verbose_name_plural = _("förpackningar")

    def __str__(self) -> str:
        return self.description
