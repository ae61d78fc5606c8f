"""Documents: ordered in the transaction of what they tell about, rendered once by the worker.

The row is the order and later the artefact. The worker takes it with a row lock that it holds while
rendering; a lost worker lets go of the lock and the next one takes the row again, so that a
document is neither lost nor rendered twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django.db import models, transaction

from klas import clock
from klas.pdf import EmbeddedFile, RenderedPdf, render
from klas.sealed import SealedBinaryField

logger = structlog.get_logger("klas.documents")


Document = TypeVar("Document", bound="RenderedDocument")


class DocumentManager(models.Manager[Document]):
    """Leaves the bytes in the database until they are asked for."""

    def get_queryset(self) -> models.QuerySet[Document]:
        return super().get_queryset().defer("pdf")


class RenderedDocument(models.Model):
    """A PDF that is issued once and never rendered again."""

    ordered_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    pdf = SealedBinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The class of the last error; its text could hold what the document holds.
    last_error = models.CharField(max_length=100, blank=True)

    objects: DocumentManager[Any] = DocumentManager()

    class Meta:
        abstract = True

    def keep(self, rendered: RenderedPdf) -> None:
        """Store the rendered PDF. Called with the row locked."""
        self.pdf = rendered.content
        self.sha256 = rendered.sha256
        self.size = len(rendered.content)
        self.issued_at = clock.now()
        self.attempts += 1
        self.save(update_fields=["pdf", "sha256", "size", "issued_at", "attempts"])

    @classmethod
    def issued_constraints(cls, name: str) -> list[models.CheckConstraint]:
        """For a subclass's `Meta.constraints`: issued if and only if there are hashed bytes."""
        issued = models.Q(issued_at__isnull=False, pdf__isnull=False) & ~models.Q(sha256="")
        waiting = models.Q(issued_at__isnull=True, pdf__isnull=True, sha256="")
        return [models.CheckConstraint(condition=issued | waiting, name=f"{name}_issued_whole")]


@dataclass(frozen=True)
class Drawn:
    """A document before it is rendered: its HTML, from frozen rows only, and a file to embed."""

    html: str
    embedded: EmbeddedFile | None = None


def issue_waiting(
    model: type[Document],
    *,
    draw: Callable[[Document], Drawn | RenderedPdf],
    keep: Callable[[Document, RenderedPdf], None] = RenderedDocument.keep,
    limit: int | None = None,
    only: models.Q = models.Q(),  # noqa: B008 - never changed
) -> int:
    """Render the documents of a kind that are ordered and not issued; returns how many.

    Args:
        draw: what a document says; or its PDF, when that is made of others.
        keep: stores the rendered PDF on the locked row.
        limit: at most so many, so that a job on one kind does not keep the others waiting.
        only: which of them are wanted (still).

    One transaction each. One that fails is counted, left for the next run and does not stop the
    others; the fewer failures, the earlier its turn.
    """
    failed: set[int] = set()
    issued = 0
    while limit is None or issued < limit:
        with transaction.atomic():
            document = (
                model.objects.filter(only, issued_at__isnull=True)
                .exclude(pk__in=failed)
                .order_by("attempts", "pk")
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if document is None:
                break
            problem = _issue(document, draw, keep)
        if problem is None:
            issued += 1
        else:
            failed.add(document.pk)
            _note_failure(model, document.pk, problem)
    return issued


def _issue(
    document: Document,
    draw: Callable[[Document], Drawn | RenderedPdf],
    keep: Callable[[Document, RenderedPdf], None],
) -> Exception | None:
    try:
        with transaction.atomic():
            drawn = draw(document)
            if isinstance(drawn, Drawn):
                drawn = render(drawn.html, embedded=drawn.embedded)
            keep(document, drawn)
    except Exception as error:  # one document must not stop the others
        return error
    return None


def _note_failure(model: type[RenderedDocument], pk: int, problem: Exception) -> None:
    name = type(problem).__name__
    logger.error("document_failed", kind=model.__name__, pk=pk, error=name)
    updates: dict[str, Any] = {"attempts": models.F("attempts") + 1, "last_error": name}
    model.objects.filter(pk=pk, issued_at__isnull=True).update(**updates)
