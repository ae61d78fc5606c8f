"""What statistics are made of: a narrow fact per case, and the cells that are counted from them.

Nothing here tells of a patient, and no clinical text (docs/decisions/008-statistics.md).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions.models.case import Case
from klas.frozen import append_only
from motivations.enums import LicenceKind, Outcome

# What a region or an ATC group that is not known is counted under.
UNKNOWN = "?"


class CountedProduct(models.Model):
    """An exact product, by its wording, as statistics know it; `atc` is "" when nobody says."""

    product_key = models.CharField(max_length=32, unique=True)
    line = models.CharField(max_length=3100)
    atc = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ("line", "pk")

    def __str__(self) -> str:
        return self.line


class CaseFact(models.Model):
    """What is counted of one case. Months are their first day.

    `working_days` are from complete to ended, or to the day of the refresh while the case is open;
    days on which its clock stood still are left out. A row without a case is example data.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, null=True, related_name="fact")
    case_revision = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=LicenceKind)
    product = models.ForeignKey(
        CountedProduct, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The region of the prescriber's care unit.
    region = models.CharField(max_length=80, default=UNKNOWN)
    registered_month = models.DateField()
    ended_month = models.DateField(null=True)
    outcome = models.CharField(max_length=30, choices=Outcome, blank=True)
    working_days = models.PositiveSmallIntegerField()
    had_supplement = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_month__isnull=True, outcome="")
                | (Q(ended_month__isnull=False) & ~Q(outcome="")),
                name="fact_outcome_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(registered_month__day=1)
                & (Q(ended_month__isnull=True) | Q(ended_month__day=1)),
                name="fact_months_are_first_days",
            ),
            models.CheckConstraint(condition=~Q(region=""), name="fact_region_given"),
        ]
        indexes = [
            models.Index(fields=["registered_month"], name="fact_registered"),
            models.Index(fields=["ended_month"], name="fact_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.registered_month:%Y-%m}"


class Span(models.IntegerChoices):
    """What a cell counts: what is open now, or what happened in a month or a year."""

    OPEN = 0, _("öppna nu")
    MONTH = 1, _("månad")
    YEAR = 12, _("år")


class Level(models.IntegerChoices):
    """How closely a cell says which medicine."""

    ALL = 0, _("alla läkemedel")
    ATC1 = 1, _("ATC nivå 1")
    ATC2 = 2, _("ATC nivå 2")
    ATC3 = 3, _("ATC nivå 3")
    ATC4 = 4, _("ATC nivå 4")
    ATC5 = 5, _("ATC nivå 5")
    PRODUCT = 6, _("läkemedel")


class StatisticsCell(models.Model):
    """The cases of one span, kind, region and medicine, counted.

    "" means all kinds or regions. `node` is an ATC code, or a `CountedProduct`'s key. The two
    arrays are a histogram: `counts[i]` cases took `days[i]` working days (of open ones: are so
    old). Histograms add up exactly, medians do not. Withdrawn cases are in no histogram.
    """

    span = models.PositiveSmallIntegerField(choices=Span)
    starts = models.DateField()
    kind = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level)
    node = models.CharField(max_length=20, blank=True)
    registered = models.PositiveIntegerField()
    granted = models.PositiveIntegerField()
    granted_with_reservation = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    dismissed = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    supplemented = models.PositiveIntegerField()
    days = ArrayField(models.PositiveSmallIntegerField())
    counts = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "kind", "region", "span", "starts", "node"],
                name="one_cell_of_each",
            )
        ]
        indexes = [
            models.Index(fields=["span", "starts"], name="cell_of_span"),
            models.Index(
                fields=["node", "level", "kind", "span", "starts"],
                condition=~Q(node=""),
                name="cell_of_node",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_span_display()} {self.starts} {self.kind} {self.region} {self.node}"


class StatisticsState(models.Model):
    """When statistics were last brought up to date; one row, locked while it is done."""

    refreshed_at = models.DateTimeField(null=True)
    first_month = models.DateField(null=True)
    has_examples = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_statistics_state"),
        ]

    def __str__(self) -> str:
        return f"{self.refreshed_at}"


class PublishedYear(models.Model):
    """The public statistics of one year, small cells taken out, as they were once published.

    A published year never changes: two editions could be compared, and what was taken out found.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    published_at = models.DateTimeField()
    document = models.JSONField()
    is_example = models.BooleanField(default=False)

    class Meta:
        ordering = ("-year",)
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.year)
