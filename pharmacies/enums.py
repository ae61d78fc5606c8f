"""Choices of the register of pharmacies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PharmacyKind(models.TextChoices):
    """What a pharmacy is; any öppenvårdsapotek hands out individual licences (domain §3)."""

    RETAIL = "retail", _("Öppenvårdsapotek")
    ONLINE = "online", _("Öppenvårdsapotek med e-handel")
    HOSPITAL = "hospital", _("Sjukhusapotek")
    EXTEMPORE = "extempore", _("Extemporeapotek")
