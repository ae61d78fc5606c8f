"""A pharmacy's application for a licence."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.enums import ApplicationStatus, WaitingFor
from klas.flow import StatefulModel
from klas.sealed import SealedJSONField, SealedTextField
from medicines.models import ExactProduct
from motivations.enums import Outcome, QuantityUnit
from motivations.kinds import Route
from motivations.models import Motivation, MotivationVersion
from pharmacies.models import Pharmacy

BEFORE_DECISION = (ApplicationStatus.SENT, ApplicationStatus.IN_REVIEW)
LIVE = (ApplicationStatus.DRAFT, *BEFORE_DECISION)
OVER = (ApplicationStatus.DECIDED, ApplicationStatus.WITHDRAWN)
WITH_THE_AGENCY = (*BEFORE_DECISION, ApplicationStatus.DECIDED)


class Application(StatefulModel):
    """An application built on a motivation.

    While it is a draft its answers stand in `ApplicationSection`; sending freezes them in `answers`
    and in the columns. `dnr`, `expected_on`, `waiting_for`, `answer_due_on`, `outcome` and the
    licence's number and last day are what the agency told.
    """

    motivation = models.ForeignKey(
        Motivation, on_delete=models.PROTECT, related_name="applications"
    )
    # The application whose licence this one renews on the same motivation, and that licence.
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    renewed_licence = models.CharField(_("licens som förnyas"), max_length=20, blank=True)
    version = models.ForeignKey(MotivationVersion, on_delete=models.PROTECT, null=True)
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(
        max_length=20, choices=ApplicationStatus, default=ApplicationStatus.DRAFT
    )
    created_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # Who at the pharmacy looks after it; nobody unless somebody says so.
    assigned_to = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sent_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    product = models.ForeignKey(ExactProduct, on_delete=models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, choices=Route, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    unit = models.CharField(max_length=20, choices=QuantityUnit, blank=True)
    months = models.PositiveSmallIntegerField(null=True)
    fee = models.PositiveIntegerField(_("avgift i kronor"), null=True)
    answers = SealedJSONField(null=True)
    # Why it was sent although there is a licence or case for the same patient and product.
    duplicate_reason = SealedTextField(blank=True)
    dnr = models.CharField(_("diarienummer"), max_length=30, blank=True)
    expected_on = models.DateField(_("beslut väntas"), null=True)
    waiting_for = models.CharField(max_length=12, choices=WaitingFor, blank=True)
    answer_due_on = models.DateField(_("svar senast"), null=True)
    # Until when the agency waits to hear the pharmacy about what speaks against it (FL 25 §).
    hearing_due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=30, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True)
    licence_number = models.CharField(_("licensnummer"), max_length=20, blank=True)
    licence_valid_to = models.DateField(_("licensen gäller till"), null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["motivation"],
                condition=Q(status__in=[ApplicationStatus.SENT, ApplicationStatus.IN_REVIEW]),
                name="one_application_in_case_per_motivation",
                violation_error_message=_("Ett annat apotek har redan ansökt."),
            ),
            models.UniqueConstraint(
                fields=["motivation", "pharmacy"],
                condition=Q(status=ApplicationStatus.DRAFT),
                name="one_draft_per_motivation_and_pharmacy",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=ApplicationStatus.DRAFT, sent_at__isnull=True, sent_by__isnull=True)
                    | Q(
                        status__in=WITH_THE_AGENCY,
                        sent_at__isnull=False,
                        sent_by__isnull=False,
                        product__isnull=False,
                        version__isnull=False,
                        answers__isnull=False,
                        quantity__gt=0,
                        months__gte=1,
                        fee__isnull=False,
                    )
                    | Q(status=ApplicationStatus.WITHDRAWN)
                ),
                name="application_whole_when_sent",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=ApplicationStatus.DECIDED, decided_at__isnull=False) & ~Q(outcome="")
                )
                | (~Q(status=ApplicationStatus.DECIDED) & Q(decided_at__isnull=True, outcome="")),
                name="application_outcome_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(renews__isnull=True, renewed_licence="")
                | (Q(renews__isnull=False) & ~Q(renewed_licence="")),
                name="application_renews_a_licence",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(status=ApplicationStatus.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="application_withdrawn_at_iff_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="", answer_due_on__isnull=True)
                | (Q(status=ApplicationStatus.IN_REVIEW) & ~Q(waiting_for="")),
                name="application_waits_only_in_review",
            ),
            models.CheckConstraint(
                condition=Q(licence_number="", licence_valid_to__isnull=True)
                | (Q(status=ApplicationStatus.DECIDED) & ~Q(licence_number="")),
                name="application_licence_only_when_decided",
            ),
        ]
        indexes = [
            # The counts of the desk's tabs, and each tab in its order (`applications.desk`).
            models.Index(
                fields=["pharmacy", "status"],
                include=["waiting_for", "licence_valid_to"],
                name="application_desk_counts",
            ),
            models.Index(
                fields=["pharmacy", "-created_at", "-id"],
                condition=Q(status=ApplicationStatus.DRAFT),
                name="application_desk_drafts",
            ),
            models.Index(
                fields=["pharmacy", "expected_on", "id"],
                condition=Q(status__in=BEFORE_DECISION),
                name="application_desk_sent",
            ),
            models.Index(
                fields=["pharmacy", "answer_due_on", "id"],
                condition=~Q(waiting_for=""),
                name="application_desk_waiting",
            ),
            models.Index(
                F("pharmacy"),
                Coalesce("decided_at", "withdrawn_at").desc(),
                F("id").desc(),
                condition=Q(status__in=OVER),
                name="application_desk_over",
            ),
            models.Index(
                fields=["pharmacy", "licence_valid_to", "id"],
                condition=Q(licence_valid_to__isnull=False),
                name="application_desk_ending",
            ),
        ]

    def __str__(self) -> str:
        return self.dnr or f"ansökan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("applications:detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Not over: a draft, or with the agency and not decided."""
        return self.status in LIVE

    @property
    def is_renewal(self) -> bool:
        """Whether it renews a licence on the motivation that the licence was granted on."""
        return self.renews_id is not None

    @property
    def is_draft(self) -> bool:
        return self.status == ApplicationStatus.DRAFT


class ApplicationSection(models.Model):
    """The answers of one section of a draft, right or wrong, as they were typed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="sections")
    slug = models.CharField(max_length=40)
    answers = SealedJSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "slug"], name="one_section_per_application"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.slug}"
