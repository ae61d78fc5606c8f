"""Choices of the medicines register."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductStatus(models.TextChoices):
    """State of the approval in the country where the product is approved."""

    ACTIVE = "active", _("Godkänt")
    SUSPENDED = "suspended", _("Godkännandet är tillfälligt stoppat")
    WITHDRAWN = "withdrawn", _("Godkännandet är avslutat av företaget")
    # By a decision: the licence is then restrictive and needs an extra reason (domain §4).
    WITHDRAWN_BY_AUTHORITY = "withdrawn_by_authority", _("Godkännandet är återkallat av myndighet")
    NOT_APPROVED = "not_approved", _("Inte godkänt i något land")
    UNKNOWN = "unknown", _("Okänd status")

    @property
    def is_restrictive(self) -> bool:
        """Tell whether a licence for the product needs an extra reason (domain §4)."""
        return self is ProductStatus.WITHDRAWN_BY_AUTHORITY


class PackStatus(models.TextChoices):
    """State of one pack size in its country."""

    ACTIVE = "active", _("Godkänd")
    WITHDRAWN = "withdrawn", _("Avslutad")
    UNKNOWN = "unknown", _("Okänd status")


class SupplyStatus(models.TextChoices):
    """What the country's own register says about supply; "" when it says nothing."""

    SHORTAGE = "shortage", _("Restnoterat")
    STRAINED = "strained", _("Begränsad tillgång")
    DISCONTINUED = "discontinued", _("Säljs inte längre")
    AVAILABLE_AGAIN = "available_again", _("Tillgängligt igen")


class SubstanceRole(models.TextChoices):
    """Whether a row names the substance as weighed in (a salt) or the part that has the effect."""

    ACTIVE_SUBSTANCE = "active_substance", _("Aktiv substans")
    THERAPEUTIC_MOIETY = "therapeutic_moiety", _("Verksam del")
