"""A decision as officers look for it: what it was about, without whom."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Concat

from decisions.models.decision import Decision
from klas.frozen import append_only
from motivations.enums import LicenceKind, Outcome

# The stems of Swedish words; clinical text itself is sealed and never searched.
CONFIG = "swedish"


def _folded(*fields: str) -> models.GeneratedField:
    """A stored column: the fields in small letters without accents."""
    text = F(fields[0]) if len(fields) == 1 else Concat(*_spaced(fields))
    return models.GeneratedField(
        expression=Func(text, function="klas_fold", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )


def _spaced(fields: tuple[str, ...]) -> list[F | Value]:
    return [part for field in fields for part in (F(field), Value(" "))]


class Precedent(models.Model):
    """What a decision on the merits was about, its outcome, and the note written when deciding.

    The note is de-identified (`decisions.services.precedents`), and so is the diagnosis code: it is
    the officer's choice for this very use, and stands apart from the patient's sealed answers.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="precedent")
    kind = models.CharField(max_length=20, choices=LicenceKind)
    outcome = models.CharField(max_length=30, choices=Outcome)
    decided_at = models.DateTimeField()
    product_line = models.CharField(max_length=1300)
    # Equal for two wordings of the product (`medicines.models.exact`), and of its substances.
    product_key = models.CharField(max_length=32)
    substances = models.CharField(max_length=2000, blank=True)
    substances_key = models.CharField(max_length=500, blank=True)
    atc = models.CharField(max_length=8, blank=True)
    # As chosen (“G40.4”), and with the category (“G40”) that it is also found by.
    icd10 = ArrayField(models.CharField(max_length=6), default=list)
    icd10_keys = ArrayField(models.CharField(max_length=6), default=list)
    note = models.TextField(blank=True)
    search = models.GeneratedField(
        expression=SearchVector("note", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    about_folded = _folded("product_line", "substances")

    class Meta:
        ordering = ("-decided_at", "-pk")
        indexes = [
            GinIndex(fields=["search"], name="precedent_words"),
            GinIndex(fields=["about_folded"], opclasses=["gin_trgm_ops"], name="precedent_about"),
            GinIndex(fields=["icd10_keys"], name="precedent_icd10"),
            models.Index(fields=["-decided_at", "-id"], name="precedent_newest"),
            models.Index(fields=["product_key", "-decided_at", "-id"], name="precedent_product"),
            models.Index(
                fields=["substances_key", "-decided_at", "-id"], name="precedent_substances"
            ),
            models.Index(fields=["atc"], opclasses=["varchar_pattern_ops"], name="precedent_atc"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"praxis {self.decision_id}"


class PrecedentWord(models.Model):
    """A word of some precedent's note, product or substances, once each, in small letters.

    What is misspelled is corrected by these: they are few however many precedents there are.
    """

    word = models.CharField(max_length=100, unique=True)
    folded = _folded("word")

    class Meta:
        indexes = [
            GinIndex(
                fields=["folded"],
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
                name="precedent_word_spelling",
            )
        ]

    def __str__(self) -> str:
        return self.word
