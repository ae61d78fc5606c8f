"""Letters: ordered with the decision, rendered once, posted or delivered."""

import secrets

from django.db import models
from django.db.models import Q

from decisions.enums import Channel, LetterReason, LetterStatus, Recipient
from decisions.models.case import Case
from decisions.models.decision import Decision
from klas.documents import RenderedDocument
from klas.flow import EventModel, StatefulModel
from klas.frozen import append_only, frozen_fields
from klas.sealed import SealedJSONField

# Letters easy to read aloud and to type; no 0/O, 1/I.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def verification_code() -> str:
    """A random code that proves a letter genuine (60 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class Letter(StatefulModel, RenderedDocument):
    """One letter to one recipient for one reason.

    `about` names the row that it tells of, and `facts` what is said of it. These, the recipient's
    `address` as lines and `text_version`, which names the texts it is written with, are frozen when
    the letter is ordered (`decisions.services.ordering`). A letter about a decision says what the
    decision's own row says.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="letters"
    )
    about = models.CharField(max_length=60)
    facts = SealedJSONField(default=dict)
    recipient = models.CharField(max_length=20, choices=Recipient)
    reason = models.CharField(max_length=30, choices=LetterReason)
    channel = models.CharField(max_length=20, choices=Channel)
    status = models.CharField(max_length=20, choices=LetterStatus, default=LetterStatus.PENDING)
    address = SealedJSONField(default=list)
    text_version = models.CharField(max_length=40)
    code = models.CharField(max_length=12, default=verification_code, unique=True)
    posted_on = models.DateField(null=True)
    # The letter that this one stands instead of: who verifies that one is told so.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )

    class Meta:
        ordering = ("ordered_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["about", "recipient", "reason"], name="one_letter_per_matter"
            ),
            models.CheckConstraint(
                condition=Q(status=LetterStatus.PENDING, issued_at__isnull=True)
                | Q(status=LetterStatus.CANCELLED)
                | (~Q(status=LetterStatus.PENDING) & Q(issued_at__isnull=False)),
                name="letter_issued_iff_not_pending",
            ),
            models.CheckConstraint(
                condition=Q(status=LetterStatus.POSTED, posted_on__isnull=False)
                | (~Q(status=LetterStatus.POSTED) & Q(posted_on__isnull=True)),
                name="letter_posted_on_iff_posted",
            ),
            *RenderedDocument.issued_constraints("letter"),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=Q(issued_at__isnull=True),
                name="letter_waiting",
            )
        ]
        triggers = frozen_fields(
            "pdf",
            "sha256",
            "issued_at",
            "address",
            "code",
            "facts",
            "replaces",
            issued_at__isnull=False,
        )

    def __str__(self) -> str:
        return f"brev {self.pk}"


class LetterEvent(EventModel):
    """One step in a letter's life."""

    subject = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="letter_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
