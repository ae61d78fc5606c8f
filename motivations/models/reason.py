"""A prescriber's own texts, to use again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from klas.sealed import SealedJSONField


class ReasonTemplate(models.Model):
    """Reason texts for one product, kept by the person who wrote them.

    `texts` are answers of the clinical section by field name; nothing of a patient belongs there.
    `product_folded` is the product's name in small letters without accents, by which it is found.
    """

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reason_templates")
    title = models.CharField(_("mallens namn"), max_length=100)
    product_name = models.CharField(_("läkemedel"), max_length=300)
    product_folded = models.CharField(max_length=300)
    texts = SealedJSONField()
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("product_folded", "title", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "product_folded", "title"],
                name="one_template_per_name_and_product",
                violation_error_message=_("Du har redan en mall med det namnet för läkemedlet."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_name}: {self.title}"
