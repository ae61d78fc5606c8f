"""The facts that name one exact product, as they are frozen into motivations and licences."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from klas.countries import country_name
from klas.formats import validate_atc, validate_country

FACT_FIELDS = (
    "name",
    "substances",
    "form",
    "strength",
    "mah",
    "country",
    "approval_number",
    "atc",
)


class ProductFacts(models.Model):
    """A snapshot of the exact product: a licence is for one product and no generic (domain §3).

    Every field may be blank while a draft is written; the form that submits demands what the
    rules demand. `country` "" means that the product is approved nowhere.
    """

    name = models.CharField(_("läkemedlets namn"), max_length=300, blank=True)
    substances = models.CharField(_("aktiv substans"), max_length=2000, blank=True)
    form = models.CharField(_("läkemedelsform"), max_length=200, blank=True)
    strength = models.CharField(_("styrka"), max_length=500, blank=True)
    mah = models.CharField(
        _("innehavare av godkännandet eller ansvarigt företag"), max_length=200, blank=True
    )
    country = models.CharField(
        _("godkännandeland"), max_length=2, blank=True, validators=[validate_country]
    )
    approval_number = models.CharField(
        _("godkännandenummer i det landet"), max_length=60, blank=True
    )
    atc = models.CharField(_("ATC-kod"), max_length=8, blank=True, validators=[validate_atc])

    class Meta:
        abstract = True

    @property
    def product_line(self) -> str:
        """Return "Name, form, strength (MAH)", leaving out what is blank."""
        return product_line(self.name, self.form, self.strength, self.mah)

    @property
    def country_display(self) -> str:
        """Return the country's name in the active language, "" when approved nowhere."""
        return country_name(self.country)

    def product_facts(self) -> dict[str, str]:
        """Return the eight facts by field name, to be copied into another snapshot."""
        return {field: getattr(self, field) for field in FACT_FIELDS}


def product_line(name: str, form: str, strength: str, mah: str) -> str:
    """Return "Name, form, strength (MAH)", leaving out what is blank."""
    line = ", ".join(part for part in (name, form, strength) if part)
    return f"{line} ({mah})" if mah else line
