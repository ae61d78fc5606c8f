"""The agency's file on an application."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from applications.models import Application
from decisions.enums import ENDED_CASES, OPEN_CASES, CaseStatus
from decisions.models.counting import counted
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only
from motivations.enums import LicenceKind, Urgency

_OPEN = Q(status__in=OPEN_CASES)
_ENDED = Q(status__in=ENDED_CASES)


class Case(StatefulModel):
    """A case in the queue.

    `due_on` is computed by `decisions.services.registration.due_date`, nowhere else. `is_urgent`
    repeats the motivation's urgency so that one index gives the queue its order. `decided_at` is
    when it ended: with a decision, or closed because the pharmacy withdrew its application
    (avskrivning, domain §1), taken by somebody or not. `answer_due_on` is the last day of the
    question that is due first, while the case waits for an answer. `round` counts how often it has
    been opened: after an appeal it can be reopened, and is complete anew from that day.

    What the queue filters and counts by stands here too, so that indexes on open cases know it:
    `is_duplicate` (there was another case or licence for the same patient and product when it was
    registered, or another has come since), `supplement_arrived_at` (an answer that the officer has
    not acted on yet), `told_until` (the day that the party was last told of, FL 11 §),
    `request_due_on` (when a request to decide must be answered, FL 12 §), and `search_text`: its
    numbers and product, folded. Nothing in it is about the patient.
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="case")
    dnr = models.CharField(_("diarienummer"), max_length=30, unique=True)
    kind = models.CharField(max_length=20, choices=LicenceKind)
    status = models.CharField(max_length=20, choices=CaseStatus, default=CaseStatus.REGISTERED)
    is_urgent = models.BooleanField(default=False)
    is_first_time = models.BooleanField(default=False)
    is_duplicate = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    complete_at = models.DateTimeField()
    due_on = models.DateField()
    assignee = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    decided_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    supplement_arrived_at = models.DateTimeField(null=True)
    told_until = models.DateField(null=True)
    request_due_on = models.DateField(null=True)
    search_text = models.TextField(default="")
    answer_due_on = models.DateField(null=True)

    class Meta:
        triggers = counted()
        constraints = [
            models.CheckConstraint(
                condition=Q(status=CaseStatus.REGISTERED, assignee__isnull=True)
                | Q(status=CaseStatus.CLOSED)
                | (~Q(status=CaseStatus.REGISTERED) & Q(assignee__isnull=False)),
                name="case_assigned_iff_taken",
                violation_error_message=_("Ett taget ärende ska ha en handläggare."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED_CASES, decided_at__isnull=False)
                | (~Q(status__in=ENDED_CASES) & Q(decided_at__isnull=True)),
                name="case_decided_at_iff_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "due_on", "id"],
                condition=Q(status=CaseStatus.REGISTERED),
                name="case_next",
            ),
            models.Index(fields=["due_on", "id"], condition=_OPEN, name="case_open_by_due"),
            models.Index(
                fields=["assignee", "due_on", "id"], condition=_OPEN, name="case_open_of_assignee"
            ),
            # One for each tab, filter and order of the queue, over open cases only: a page of it
            # costs the same however many there are (tests/bench/test_queue.py).
            models.Index(fields=["registered_at", "id"], condition=_OPEN, name="case_open_by_age"),
            models.Index(
                fields=["status", "due_on", "id"], condition=_OPEN, name="case_open_by_status"
            ),
            models.Index(
                fields=["status", "registered_at", "id"],
                condition=_OPEN,
                name="case_open_by_status_age",
            ),
            models.Index(
                fields=["kind", "due_on", "id"], condition=_OPEN, name="case_open_of_kind"
            ),
            *(
                models.Index(fields=["due_on", "id"], condition=_OPEN & rare, name=name)
                for name, rare in {
                    "case_open_urgent": Q(is_urgent=True),
                    "case_open_first_time": Q(is_first_time=True),
                    "case_open_duplicate": Q(is_duplicate=True),
                    "case_open_arrived": Q(supplement_arrived_at__isnull=False),
                    "case_open_requested": Q(request_due_on__isnull=False),
                }.items()
            ),
            models.Index(
                Greatest(F("due_on"), F("told_until")),
                "id",
                condition=_OPEN & ~Q(status=CaseStatus.WAITING),
                name="case_open_untold",
            ),
            GinIndex(
                fields=["search_text"],
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
                condition=_OPEN,
                name="case_open_search",
            ),
            models.Index(fields=["decided_at", "id"], condition=_ENDED, name="case_ended"),
            GinIndex(
                fields=["search_text"],
                opclasses=["gin_trgm_ops"],
                condition=_ENDED,
                name="case_ended_search",
            ),
        ]

    def __str__(self) -> str:
        return self.dnr

    def get_absolute_url(self) -> str:
        return reverse("decisions:case", args=[self.pk])

    @property
    def urgency(self) -> Urgency:
        return Urgency.URGENT if self.is_urgent else Urgency.NORMAL

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CASES

    def answer_is_overdue(self, today: date) -> bool:
        """Whether somebody who was asked has let the last day pass."""
        return (
            self.status == CaseStatus.WAITING
            and self.answer_due_on is not None
            and self.answer_due_on < today
        )

    @property
    def is_assessable(self) -> bool:
        """A proposal rests on the assessment: from then on it stands."""
        return self.status in (
            CaseStatus.REGISTERED,
            CaseStatus.IN_REVIEW,
            CaseStatus.WAITING,
        )


class CaseEvent(EventModel):
    """One step in a case's life."""

    subject = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="case_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
