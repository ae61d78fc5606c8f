"""A product of the register and its substances."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from klas.countries import country_name
from klas.formats import ATC_PATTERN, validate_atc, validate_country
from medicines.enums import ProductStatus, SubstanceRole, SupplyStatus
from medicines.models.facts import product_line


def folded(field: str) -> models.GeneratedField:
    """Return a stored column: `field` in small letters without accents, for search."""
    return models.GeneratedField(
        expression=Func(F(field), function="klas_fold", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )


class Substance(models.Model):
    """An active substance as its register writes it."""

    name = models.CharField(_("namn"), max_length=300)
    name_folded = folded("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="substance_name_unique")]
        indexes = [
            GinIndex(
                fields=["name_folded"], opclasses=["gin_trgm_ops"], name="substance_name_trigram"
            ),
            models.Index(
                fields=["name_folded"], opclasses=["text_pattern_ops"], name="substance_name_prefix"
            ),
        ]
        verbose_name = _("substans")
        verbose_name_plural = _("substanser")

    def __str__(self) -> str:
        return self.name


class LicenceProduct(models.Model):
    """A medicine as one source's register describes it; never deleted, only marked.

    `source` is "bdpm", "example" or "csv:<name>"; `source_id` is the register's own number.
    `country` is where it is approved (ISO 3166-1 alpha-2), "" for nowhere.
    """

    source = models.CharField(_("källa"), max_length=40)
    source_id = models.CharField(_("källans nummer"), max_length=60)
    name = models.CharField(_("namn"), max_length=300)
    form = models.CharField(_("läkemedelsform"), max_length=200, blank=True)
    strength = models.CharField(_("styrka"), max_length=500, blank=True)
    route = models.CharField(_("administreringssätt"), max_length=200, blank=True)
    mah = models.CharField(_("innehavare av godkännandet"), max_length=200, blank=True)
    country = models.CharField(
        _("godkännandeland"), max_length=2, blank=True, validators=[validate_country]
    )
    approval_number = models.CharField(_("godkännandenummer"), max_length=60, blank=True)
    atc = models.CharField(_("ATC-kod"), max_length=8, blank=True, validators=[validate_atc])
    status = models.CharField(
        _("status"), max_length=24, choices=ProductStatus, default=ProductStatus.UNKNOWN
    )
    marketed = models.BooleanField(_("marknadsförs"), default=False)
    on_licence_before = models.BooleanField(_("har varit på licens tidigare"), default=False)
    veterinary = models.BooleanField(_("för djur"), default=False)
    supply_status = models.CharField(
        _("tillgång"), max_length=20, choices=SupplyStatus, blank=True, default=""
    )
    supply_changed_on = models.DateField(_("tillgången ändrad"), null=True, blank=True)
    substances_text = models.CharField(_("aktiva substanser"), max_length=2000, blank=True)
    substances = models.ManyToManyField(
        Substance, through="medicines.ProductSubstance", related_name="products"
    )
    name_folded = folded("name")
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)

    class Meta:
        ordering = ["name", "strength", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="product_source_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="product_name_given"),
            models.CheckConstraint(condition=~Q(source_id=""), name="product_source_id_given"),
            models.CheckConstraint(
                condition=Q(status__in=ProductStatus.values), name="product_status_known"
            ),
            models.CheckConstraint(
                condition=Q(supply_status="") | Q(supply_status__in=SupplyStatus.values),
                name="product_supply_status_known",
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"),
                name="product_country_form",
            ),
            models.CheckConstraint(
                condition=Q(atc="") | Q(atc__regex=ATC_PATTERN), name="product_atc_form"
            ),
            # A number is a number in some country's register.
            models.CheckConstraint(
                condition=Q(approval_number="") | ~Q(country=""),
                name="product_approval_has_country",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProductStatus.NOT_APPROVED) | Q(country=""),
                name="product_not_approved_has_no_country",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["name_folded"], opclasses=["gin_trgm_ops"], name="product_name_trigram"
            ),
            models.Index(
                fields=["name_folded"], opclasses=["text_pattern_ops"], name="product_name_prefix"
            ),
            models.Index(fields=["atc"], opclasses=["varchar_pattern_ops"], name="product_atc"),
        ]
        verbose_name = _("licensläkemedel")
        verbose_name_plural = _("licensläkemedel")

    def __str__(self) -> str:
        return self.product_line

    def facts(self) -> dict[str, str]:
        """Return the values of `ProductFacts` by field name, to be frozen into a snapshot."""
        return {
            "name": self.name,
            "substances": self.substances_text,
            "form": self.form,
            "strength": self.strength,
            "mah": self.mah,
            "country": self.country,
            "approval_number": self.approval_number,
            "atc": self.atc,
        }

    @property
    def product_line(self) -> str:
        """Return "Name, form, strength (MAH)", leaving out what is blank."""
        return product_line(self.name, self.form, self.strength, self.mah)

    @property
    def country_display(self) -> str:
        """Return the country's name in the active language, "" when approved nowhere."""
        return country_name(self.country)

    @property
    def status_member(self) -> ProductStatus:
        """Return the status as a member of `ProductStatus`."""
        return ProductStatus(self.status)

    @property
    def centrally_approved(self) -> bool:
        """Tell whether the EU approved it for all member states, Sweden among them."""
        return self.approval_number.startswith("EU/")


class ProductSubstance(models.Model):
    """A substance of a product with its strength there, in the register's order."""

    product = models.ForeignKey(
        LicenceProduct, on_delete=models.CASCADE, related_name="product_substances"
    )
    substance = models.ForeignKey(
        Substance, on_delete=models.PROTECT, related_name="product_substances"
    )
    role = models.CharField(
        _("roll"), max_length=20, choices=SubstanceRole, default=SubstanceRole.ACTIVE_SUBSTANCE
    )
    part = models.CharField(_("del av läkemedlet"), max_length=200, blank=True)
    strength = models.CharField(_("styrka"), max_length=200, blank=True)
    per = models.CharField(_("mängden avser"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("ordning"), default=1)

    class Meta:
        ordering = ["product", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "order"], name="product_substance_order_unique"
            ),
            models.CheckConstraint(
                condition=Q(role__in=SubstanceRole.values), name="product_substance_role_known"
            ),
        ]
        verbose_name = _("substans i läkemedel")
        verbose_name_plural = _("substanser i läkemedel")

    def __str__(self) -> str:
        return f"{self.substance} {self.strength}".strip()
