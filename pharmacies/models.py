"""Register of pharmacies and care units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from klas.formats import (
    display_organisation_number,
    validate_gln,
    validate_hsa_id,
    validate_organisation_number,
    validate_workplace_code,
)
from pharmacies.enums import PharmacyKind


class PostalAddress(models.Model):
    """A Swedish postal address and a phone number."""

    street = models.CharField(_("gatuadress eller box"), max_length=120, blank=True)
    postcode = models.CharField(_("postnummer"), max_length=5, blank=True)
    city = models.CharField(_("ort"), max_length=80, blank=True)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)

    class Meta:
        abstract = True

    @property
    def postcode_display(self) -> str:
        """Return the postcode as it is written in an address: "752 20"."""
        return f"{self.postcode[:3]} {self.postcode[3:]}" if self.postcode else ""

    def _address(self, *names: str) -> list[str]:
        last = f"{self.postcode_display} {self.city}".strip()
        return [line for line in (*names, self.street, last) if line]


class Pharmacy(PostalAddress):
    """A place that sells medicines to patients or hospitals; known by its GLN."""

    gln = models.CharField(_("GLN"), max_length=13, unique=True, validators=[validate_gln])
    name = models.CharField(_("apotekets namn"), max_length=120)
    legal_name = models.CharField(_("juridisk person"), max_length=120)
    organisation_number = models.CharField(
        _("organisationsnummer"), max_length=10, validators=[validate_organisation_number]
    )
    chain = models.CharField(_("kedja"), max_length=80, blank=True)
    kind = models.CharField(
        _("slag"), max_length=12, choices=PharmacyKind, default=PharmacyKind.RETAIL
    )
    email = models.EmailField(_("e-post"), blank=True)
    active = models.BooleanField(_("verksamt"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(gln__regex=r"^[0-9]{13}$"), name="pharmacy_gln"),
            models.CheckConstraint(
                condition=Q(organisation_number__regex=r"^[0-9]{10}$"),
                name="pharmacy_organisation_number",
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"),
                name="pharmacy_postcode",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PharmacyKind.values), name="pharmacy_kind_known"
            ),
        ]
        verbose_name = _("apotek")
        verbose_name_plural = _("apotek")

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """Return the lines of a letter's address: name, street, postcode and town."""
        return self._address(self.name)

    @property
    def organisation_number_display(self) -> str:
        """Return the organisation number as NNNNNN-NNNN."""
        return display_organisation_number(self.organisation_number)

    @property
    def serves_patients(self) -> bool:
        """Tell whether medicines are handed out on prescription here."""
        return self.kind in (PharmacyKind.RETAIL, PharmacyKind.ONLINE)


class CareUnit(PostalAddress):
    """A hospital, a part of one, or a clinic; known by its HSA-id.

    `preparedness` is the allow-list of the organisations that may ask for preparedness licences
    (domain §3).
    """

    hsa_id = models.CharField(_("HSA-id"), max_length=31, unique=True, validators=[validate_hsa_id])
    name = models.CharField(_("vårdenhet"), max_length=160)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    workplace_code = models.CharField(
        _("arbetsplatskod"), max_length=13, blank=True, validators=[validate_workplace_code]
    )
    active = models.BooleanField(_("verksam"), default=True)
    preparedness = models.BooleanField(_("får skriva för beredskapslicens"), default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hsa_id__regex=r"^SE[0-9]{10}-[A-Z0-9-]{1,18}$"), name="care_unit_hsa_id"
            ),
            models.CheckConstraint(
                condition=Q(workplace_code="") | Q(workplace_code__regex=r"^[0-9]{13}$"),
                name="care_unit_workplace_code",
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"),
                name="care_unit_postcode",
            ),
        ]
        verbose_name = _("vårdenhet")
        verbose_name_plural = _("vårdenheter")

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """Return the lines of a letter's address: unit, organisation, street, postcode and town."""
        return self._address(self.name, self.organisation)
