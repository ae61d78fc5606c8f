"""New wordings of the letters' texts, beside those in code (`decisions.letters.texts`)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas.frozen import frozen_when


class LetterText(models.Model):
    """One wording of one text: a draft, then published by another person, or thrown away.

    Published it has a `number`, in the order of publishing, and is never changed: a letter's
    `text_version` names the last number that it is written with.
    """

    key = models.CharField(max_length=60)
    wording = models.TextField()
    # Why the text is changed, for the one who publishes it.
    reason = models.CharField(max_length=300)
    from_day = models.DateField()
    proposed_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True, unique=True)
    discarded_by = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("key", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(published_at__isnull=True, discarded_at__isnull=True),
                name="one_draft_per_letter_text",
                violation_error_message=_("Texten har redan ett utkast. Ändra i det."),
            ),
            models.CheckConstraint(
                condition=Q(
                    published_at__isnull=True, published_by__isnull=True, number__isnull=True
                )
                | Q(published_at__isnull=False, published_by__isnull=False, number__isnull=False),
                name="letter_text_published_at_by_and_number",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="letter_text_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True)
                | Q(
                    discarded_at__isnull=False,
                    discarded_by__isnull=False,
                    published_at__isnull=True,
                ),
                name="letter_text_discarded_at_and_by",
            ),
        ]
        triggers = frozen_when(published_at__isnull=False)

    def __str__(self) -> str:
        return f"{self.key} {self.from_day}"
