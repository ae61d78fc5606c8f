"""The exact product that a motivation, an application or a licence is about, frozen."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from klas.frozen import append_only
from medicines.models.facts import ProductFacts
from medicines.models.product import LicenceProduct


class _WordingKey(Func):
    """Hash of a text without its capitals, accents and spaces."""

    template = r"md5(regexp_replace(klas_fold(%(expressions)s), '\s+', '', 'g'))"
    output_field = models.CharField(max_length=32)


def wording_key(name: Any, form: Any, strength: Any, mah: Any) -> Func:
    """The expression whose value is equal for two wordings of one product (domain §1).

    In: expressions (`F`, `Value`) for the four facts that name it.
    """
    between = Value("|")
    return _WordingKey(
        Concat(
            name, between, form, between, strength, between, mah,
            output_field=models.TextField(),
        )
    )  # fmt: skip


class ExactProduct(ProductFacts):
    """A product's facts as somebody stated them on one occasion; never changed.

    `register` is where they were taken from, None when written by hand. `product_key` is equal
    for two wordings of one product: same name, form, strength and MAH (domain §1) but for
    capitals, accents and spaces. The database computes it.
    """

    register = models.ForeignKey(
        LicenceProduct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exact_products",
        verbose_name=_("registrets läkemedel"),
    )
    created_at = models.DateTimeField(_("skapad"), auto_now_add=True)
    product_key = models.GeneratedField(
        expression=wording_key(F("name"), F("form"), F("strength"), F("mah")),
        output_field=models.CharField(max_length=32),
        db_persist=True,
        db_index=True,
    )

    class Meta:
        verbose_name = _("exakt läkemedel")
        verbose_name_plural = _("exakta läkemedel")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="exact_product_name_given")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.product_line


class LicensedProduct(models.Model):
    """A product, by its wording, that a licence has been granted for; nothing undoes it.

    So that a product written by hand is known again although no register names it.
    """

    product_key = models.CharField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("läkemedel som har varit på licens")
        verbose_name_plural = _("läkemedel som har varit på licens")

    def __str__(self) -> str:
        return self.product_key
