"""The officers' library: what is often asked, or written in decisions, kept by version."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import TextPlace
from klas.frozen import append_only
from motivations.enums import LicenceKind


class QuestionText(models.Model):
    """A question, or a passage of decisions, that recurs: where, in which kind of case."""

    place = models.CharField(_("används i"), max_length=20, choices=TextPlace)
    kind = models.CharField(_("slag av licens"), max_length=20, choices=LicenceKind, blank=True)
    topic = models.CharField(_("ämne"), max_length=100)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("place", "topic", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind", "topic"],
                condition=Q(retired_at__isnull=True),
                name="question_text_topic_once",
                violation_error_message=_("Det finns redan en färdig text om det ämnet."),
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="question_text_retired_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class QuestionTextVersion(models.Model):
    """The wording of a text, never changed; {braces} are filled in when it is chosen.

    Those that came with the service have nobody in `created_by`.
    """

    text_of = models.ForeignKey(QuestionText, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("text_of", "number")
        constraints = [
            models.UniqueConstraint(fields=["text_of", "number"], name="question_version_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.text_of_id} version {self.number}"
