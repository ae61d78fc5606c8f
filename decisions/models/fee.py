"""Application fees: what pharmacy companies owe, month by month, and what has been invoiced."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import Application
from klas.frozen import append_only
from klas.sealed import SealedTextField
from motivations.enums import LicenceKind
from pharmacies.models import Pharmacy

_CHARGE = Q(credits__isnull=True)


class FeeEntry(models.Model):
    """One line of the ledger: a charge for an application sent, or a credit of a charge.

    Who pays is frozen: the company of the pharmacy that sent, whoever has the application later.
    `month` is the first day of the month it is invoiced in, `rate_from` the day from which the row
    of the fee table is in force (`klas.policy`), `amount` whole SEK, negative for a credit.
    Nothing here is about a patient.
    """

    month = models.DateField()
    booked_at = models.DateTimeField()
    organisation_number = models.CharField(_("organisationsnummer"), max_length=10)
    company = models.CharField(_("bolag"), max_length=200)
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    # None when the application has been erased by rule (`klas.retention`): the ledger stays.
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="fees"
    )
    dnr = models.CharField(_("diarienummer"), max_length=30)
    kind = models.CharField(max_length=20, choices=LicenceKind)
    for_animals = models.BooleanField()
    rate_from = models.DateField()
    amount = models.IntegerField()
    credits = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="credited_by"
    )
    reason = SealedTextField(blank=True)
    entered_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("month", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=_CHARGE, name="one_charge_per_application"
            ),
            models.CheckConstraint(
                condition=(_CHARGE & Q(amount__gte=0, reason="", entered_by__isnull=True))
                | (
                    Q(credits__isnull=False, amount__lt=0, entered_by__isnull=False) & ~Q(reason="")
                ),
                name="fee_charge_or_reasoned_credit",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="fee_month_is_a_month"),
        ]
        indexes = [
            models.Index(fields=["month", "organisation_number", "id"], name="fee_of_company"),
            models.Index(fields=["pharmacy", "month", "id"], name="fee_of_pharmacy"),
        ]
        triggers = [
            *append_only(),
            # The lock of `decisions.services.fees` makes this hold under load too.
            pgtrigger.Trigger(
                name="month_is_open",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM decisions_invoicebasis WHERE month >= NEW.month) THEN
                        RAISE EXCEPTION 'the month of a fee is closed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dnr} {self.amount} kr"

    @property
    def is_credit(self) -> bool:
        return self.credits_id is not None

    @property
    def organisation_number_display(self) -> str:
        return f"{self.organisation_number[:6]}-{self.organisation_number[6:]}"


class InvoiceBasis(models.Model):
    """A month that is closed: its sums, as they were handed over for invoicing."""

    number = models.CharField(max_length=20, unique=True)
    month = models.DateField(unique=True)
    entries = models.PositiveIntegerField()
    companies = models.PositiveIntegerField()
    charged = models.PositiveIntegerField()
    credited = models.PositiveIntegerField()
    total = models.IntegerField()
    closed_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ("month",)
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="basis_month_is_a_month"),
            models.CheckConstraint(
                condition=Q(total=F("charged") - F("credited")), name="basis_adds_up"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number
