"""A medicine approved in Sweden: what a licence must not be used instead of without a reason."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from klas.formats import ATC_PATTERN, validate_atc, validate_npl_id
from medicines.models.facts import product_line


class ApprovedProduct(models.Model):
    """A product of the Swedish register (NPL).

    `substances_key` and `form_group` repeat substances and form as `medicines.sameness` compares
    them; the importer writes them.
    """

    npl_id = models.CharField(_("NPL-id"), max_length=14, unique=True, validators=[validate_npl_id])
    name = models.CharField(_("namn"), max_length=300)
    form = models.CharField(_("läkemedelsform"), max_length=200)
    strength = models.CharField(_("styrka"), max_length=500, blank=True)
    mah = models.CharField(_("innehavare av godkännandet"), max_length=200, blank=True)
    atc = models.CharField(_("ATC-kod"), max_length=8, blank=True, validators=[validate_atc])
    substances_text = models.CharField(_("aktiva substanser"), max_length=2000)
    marketed = models.BooleanField(_("säljs i Sverige"), default=False)
    veterinary = models.BooleanField(_("för djur"), default=False)
    substances_key = models.CharField(max_length=2000, editable=False)
    form_group = models.CharField(max_length=200, editable=False)

    class Meta:
        ordering = ("name", "strength", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(npl_id__regex=r"^[0-9]{14}$"), name="approved_product_npl_id_form"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(form="") & ~Q(substances_key=""),
                name="approved_product_facts_given",
            ),
            models.CheckConstraint(
                condition=Q(atc="") | Q(atc__regex=ATC_PATTERN), name="approved_product_atc_form"
            ),
        ]
        # The two ways in of `medicines.queries.approved_in_sweden`.
        indexes = [
            models.Index(
                fields=["atc", "form_group"], condition=Q(marketed=True), name="approved_by_atc"
            ),
            models.Index(
                fields=["substances_key", "form_group"],
                condition=Q(marketed=True),
                name="approved_by_substances",
            ),
        ]
        verbose_name = _("läkemedel godkänt i Sverige")
        verbose_name_plural = _("läkemedel godkända i Sverige")

    def __str__(self) -> str:
        return product_line(self.name, self.form, self.strength, self.mah)

    def as_known(self) -> dict[str, Any]:
        """What a motivation keeps of it: `ApprovedProductsField` shows it."""
        return {
            "npl_id": self.npl_id,
            "name": self.name,
            "form": self.form,
            "strength": self.strength,
            "mah": self.mah,
        }
