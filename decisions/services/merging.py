"""Batches of letters become one PDF each; called by the worker."""

import hashlib

from django.template.loader import render_to_string
from django.utils import translation

from decisions.letter_queries import letters_in
from decisions.models import PrintBatch
from klas.documents import issue_waiting
from klas.merging import merged
from klas.pdf import RenderedPdf, document_time, render
from klas.presentation import swedish_date


def issue_batches() -> int:
    """Merge the batches that are waiting; returns how many."""
    return issue_waiting(PrintBatch, draw=merge)


def merge(batch: PrintBatch) -> RenderedPdf:
    """A batch as one PDF, of the letters' own bytes."""
    letters = letters_in(batch).select_related(None).defer(None).only("pdf")
    with translation.override("sv"):
        day = swedish_date(batch.ordered_at)
        title = f"Utskrift {batch.pk}, {day}"
        stamp = None
        if batch.is_reprint:
            context = {"day": day, "created": document_time(batch.ordered_at)}
            stamp = render(render_to_string("letters/stamp.html", context)).content
    parts = [bytes(letter.pdf) for letter in letters if letter.pdf]
    content = merged(parts, title=title, stamp=stamp)
    return RenderedPdf(content, hashlib.sha256(content).hexdigest())
