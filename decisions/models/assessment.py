"""What officers write while they review: the assessment and their notes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, User
from decisions.enums import Conclusion
from decisions.models.case import Case
from klas.frozen import append_only
from klas.sealed import SealedTextField
from motivations.models import MotivationVersion


class Assessment(models.Model):
    """The three requirements of HSLF-FS 2018:25, each with a conclusion, and benefit–risk.

    `version` is the newest version of the motivation when it was saved.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="assessment")
    need = models.CharField(_("Behovet är styrkt"), max_length=10, choices=Conclusion, blank=True)
    need_text = SealedTextField(blank=True)
    ground = models.CharField(
        _("Vetenskaplig grund finns"), max_length=10, choices=Conclusion, blank=True
    )
    ground_text = SealedTextField(blank=True)
    manufacture = models.CharField(
        _("Tillverkningen är dokumenterad"), max_length=10, choices=Conclusion, blank=True
    )
    manufacture_text = SealedTextField(blank=True)
    benefit_risk = SealedTextField(_("Nytta och risk"), blank=True)
    version = models.ForeignKey(
        MotivationVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    need__in=["", *Conclusion.values],
                    ground__in=["", *Conclusion.values],
                    manufacture__in=["", *Conclusion.values],
                ),
                name="assessment_conclusions_known",
            )
        ]

    def __str__(self) -> str:
        return f"bedömning {self.case_id}"

    @property
    def is_complete(self) -> bool:
        """Whether all three requirements have a conclusion and benefit and risk are weighed."""
        return bool(self.need and self.ground and self.manufacture and self.benefit_risk.strip())


class Note(models.Model):
    """An internal note on a case: who and when are kept (FL 27 §), and it is never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = SealedTextField()
    author = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        triggers = append_only()

    def __str__(self) -> str:
        return f"anteckning {self.pk}"


class Mention(models.Model):
    """A colleague named in a note: it is told to them, and stands in their list."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "note"], name="one_mention_per_note")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.person_id} i anteckning {self.note_id}"
