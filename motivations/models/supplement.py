"""A question from the agency, and its answer: what all such have, and those to the prescriber."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only
from klas.sealed import SealedJSONField
from motivations.enums import ANSWERED, SupplementStatus
from motivations.models.motivation import Motivation
from motivations.models.version import MotivationVersion


class AgencyRequest(StatefulModel):
    """What the agency asks about something, until when, and what came of it.

    A concrete model adds what it is about, and `version`: what the answer froze beside what was
    sent before. Questions and answer are sealed. `texts` names the library's text that each
    question began as ("" for the officer's own words), `follows` the request whose answer did not
    suffice; `enjoined_at` is set when an injunction demands the answer (FL 20 §).
    """

    number = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=20, choices=SupplementStatus, default=SupplementStatus.OPEN
    )
    questions = SealedJSONField()
    texts = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("svara senast"))
    enjoined_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    answer = SealedJSONField(default=str)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def status_member(self) -> SupplementStatus:
        return SupplementStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.status == SupplementStatus.OPEN

    def __str__(self) -> str:
        return f"komplettering {self.number}"


def request_constraints(
    subject: str, *, number: str, one_open: str, answered: str
) -> list[models.BaseConstraint]:
    """For a subclass's `Meta.constraints`; `subject` is the field of what it is about."""
    is_answered = Q(status__in=ANSWERED)
    return [
        models.UniqueConstraint(fields=[subject, "number"], name=number),
        models.UniqueConstraint(
            fields=[subject],
            condition=Q(status=SupplementStatus.OPEN),
            name=one_open,
            violation_error_message=_("Det finns redan en fråga att svara på."),
        ),
        models.CheckConstraint(
            condition=(
                is_answered
                & Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    version__isnull=False,
                )
            )
            | (
                ~is_answered
                & Q(answered_at__isnull=True, answered_by__isnull=True, version__isnull=True)
            ),
            name=answered,
        ),
    ]


class SupplementRequest(AgencyRequest):
    """What the prescriber is asked about a motivation.

    Questions and answer speak of the patient's health: no pharmacy sees them. Read and written
    through `motivations.services.supplements` only. `version` is the new version of the motivation
    that the answer came with.
    """

    motivation = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="+")
    version = models.OneToOneField(
        MotivationVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("motivation", "number")
        constraints = request_constraints(
            "motivation",
            number="supplement_request_number_once",
            one_open="one_open_supplement_request",
            answered="supplement_answered_iff_version",
        )


class SupplementEvent(EventModel):
    """One step in the life of a question to the prescriber."""

    subject = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="supplement_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
