"""An appeal of a decision, from the pharmacy's draft to the court's outcome (domain §6)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, User
from decisions.enums import (
    AppealChannel,
    AppealDocumentKind,
    AppealMatter,
    AppealStatus,
    CourtOutcome,
)
from decisions.models.case import Case
from decisions.models.decision import Decision
from decisions.models.revocation import Revocation
from klas.documents import RenderedDocument
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only, frozen_fields, frozen_when
from klas.sealed import SealedJSONField, SealedTextField
from motivations.models.stored import StoredFile

_DRAFT = Q(status=AppealStatus.DRAFT)
_ENDED_BY_COURT = Q(status=AppealStatus.ENDED)


class Appeal(StatefulModel):
    """An appeal of a case's decision; or of what came after it, a revocation or a rejected appeal.

    `decision` is the case's own, also when what is appealed is the `revocation` of the licence
    that it gave, or the `rejection` of an earlier appeal as too late (FL 45 §).
    `text` is what the party writes (`change`, `how`, `reasons`); of one that came by post what the
    officer says of it. It may tell of the patient: it is read by the pharmacy and the agency only.
    `got_on` is the day the party got the decision and `last_on` the last day to appeal; neither is
    known while the decision has not been delivered. `reasons` are of the agency's own decision:
    why the appeal is rejected, or why the decision is changed or not.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    revocation = models.ForeignKey(
        Revocation, on_delete=models.PROTECT, null=True, related_name="appeals"
    )
    rejection = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="appeals"
    )
    number = models.CharField(max_length=36, blank=True)
    status = models.CharField(max_length=20, choices=AppealStatus, default=AppealStatus.DRAFT)
    channel = models.CharField(max_length=20, choices=AppealChannel)
    text = SealedJSONField(default=dict)
    created_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    received_on = models.DateField(null=True)
    received_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    got_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    is_in_time = models.BooleanField(null=True)
    reasons = SealedTextField(blank=True)
    settled_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    forwarded_on = models.DateField(null=True)
    court_outcome = models.CharField(max_length=20, choices=CourtOutcome, blank=True)
    court_on = models.DateField(null=True)
    court_number = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("case", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "revocation", "rejection"],
                nulls_distinct=False,
                condition=~Q(status__in=[AppealStatus.DRAFT, AppealStatus.WITHDRAWN]),
                name="one_appeal_per_decision",
                violation_error_message=_("Beslutet är redan överklagat."),
            ),
            models.UniqueConstraint(
                fields=["decision", "revocation", "rejection"],
                nulls_distinct=False,
                condition=_DRAFT,
                name="one_appeal_draft_per_decision",
            ),
            models.CheckConstraint(
                condition=Q(revocation__isnull=True) | Q(rejection__isnull=True),
                name="appeal_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="appeal_number_once"
            ),
            models.CheckConstraint(
                condition=(_DRAFT & Q(received_on__isnull=True, is_in_time__isnull=True, number=""))
                | (
                    ~_DRAFT & Q(received_on__isnull=False, is_in_time__isnull=False) & ~Q(number="")
                ),
                name="appeal_received_unless_draft",
            ),
            models.CheckConstraint(
                condition=(_ENDED_BY_COURT & ~Q(court_outcome="") & Q(court_on__isnull=False))
                | (~_ENDED_BY_COURT & Q(court_outcome="", court_on__isnull=True)),
                name="appeal_outcome_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[AppealStatus.FORWARDED, AppealStatus.ENDED],
                    forwarded_on__isnull=False,
                )
                | (
                    ~Q(status__in=[AppealStatus.FORWARDED, AppealStatus.ENDED])
                    & Q(forwarded_on__isnull=True)
                ),
                name="appeal_forwarded_on_iff_forwarded",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "received_on", "id"], name="appeal_by_status"),
        ]
        triggers = frozen_fields(
            "case",
            "decision",
            "revocation",
            "rejection",
            "text",
            "channel",
            "received_on",
            received_on__isnull=False,
        )

    def __str__(self) -> str:
        return self.number or f"överklagande {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("decisions:appeal", args=[self.pk])

    @property
    def matter(self) -> AppealMatter:
        """What is appealed."""
        if self.revocation_id is not None:
            return AppealMatter.REVOCATION
        return AppealMatter.DECISION if self.rejection_id is None else AppealMatter.REJECTION

    @property
    def channel_words(self) -> str:
        """How it came in, within a sentence: “i KLAS”."""
        words = str(self.get_channel_display())
        return words[:1].lower() + words[1:]

    @property
    def is_draft(self) -> bool:
        return self.status == AppealStatus.DRAFT

    @property
    def state(self) -> AppealStatus:
        """The status, for `status_tag`."""
        return AppealStatus(self.status)


class AppealEvent(EventModel):
    """One step in an appeal's life."""

    subject = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="appeal_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"


class AppealDocument(StoredFile):
    """A file of an appeal; a medical statement is about the patient's health.

    The pharmacy reads what it has sent itself, and the agency; nobody else.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("slag"), max_length=30, choices=AppealDocumentKind)

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = StoredFile.constraints_named("appeal_document")
        indexes = [StoredFile.index_named("appeal_document")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.appeal_id})"

    @property
    def whose(self) -> str:
        return self.appeal.case.dnr

    @property
    def written_at(self) -> str:
        if self.appeal.channel == AppealChannel.POST:
            return self.appeal.get_absolute_url()
        return reverse(
            "decisions:appeal_documents", args=[self.appeal.case.application_id, self.appeal.matter]
        )

    @property
    def owners(self) -> set[User]:
        return {self.uploaded_by.user}


class AppealFile(RenderedDocument):
    """The file that goes to the court: everything in the case, numbered, in one PDF."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="file")

    class Meta:
        constraints = [*RenderedDocument.issued_constraints("appeal_file")]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=Q(issued_at__isnull=True),
                name="appeal_file_waiting",
            )
        ]
        triggers = frozen_when(issued_at__isnull=False)

    def __str__(self) -> str:
        return f"akt till {self.appeal_id}"
