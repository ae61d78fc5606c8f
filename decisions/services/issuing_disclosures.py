"""Documents that are given out become PDFs; called by the worker."""

from django.template.loader import render_to_string
from django.utils import timezone, translation

from decisions import disclosed_files
from decisions.letters.texts import TEXT_VERSION, texts
from decisions.models import Disclosure
from klas.documents import Drawn, RenderedDocument, issue_waiting
from klas.pdf import RenderedPdf, document_time
from klas.pdf_file import Part, bound
from klas.presentation import swedish_date


def issue_disclosures(*, limit: int | None = None) -> int:
    """Render what waits (at most `limit`); returns how many."""
    return issue_waiting(Disclosure, draw=draw, keep=_keep, limit=limit)


def _keep(disclosure: Disclosure, rendered: RenderedPdf) -> None:
    """Bind the files and letters that are given out behind what is written."""
    by = disclosure.decided_by
    with translation.override("sv"):
        parts = [
            disclosed_files.part_of(row["file"], title=row["title"], by=by)
            for part in disclosure.content
            for row in part["rows"]
            if row.get("file")
        ]
    if parts:
        on = timezone.localdate(disclosure.ordered_at)
        cover = Part(title="Handlingar", on=on, pdf=rendered.content)
        rendered = bound([cover, *parts], name=disclosure.case.dnr)
    RenderedDocument.keep(disclosure, rendered)


def draw(disclosure: Disclosure) -> Drawn:
    """The documents before they are rendered: of their frozen content only."""
    with translation.override("sv"):
        return Drawn(
            render_to_string(
                "letters/disclosure.html",
                {
                    "disclosure": disclosure,
                    "case": disclosure.case,
                    "created": document_time(disclosure.ordered_at),
                    "date": swedish_date(disclosure.ordered_at),
                    "texts": texts(TEXT_VERSION),
                    "parts": disclosure.content,
                    "grounds": sorted({one["ground"] for one in disclosure.masked}),
                },
            )
        )
