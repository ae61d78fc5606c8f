"""Documents that are given out become PDFs; called by the worker."""

from django.template.loader import render_to_string
from django.utils import translation

from decisions.letters.texts import TEXT_VERSION, texts
from decisions.models import Disclosure
from klas.documents import Drawn, issue_waiting
from klas.pdf import document_time
from klas.presentation import swedish_date


def issue_disclosures(*, limit: int | None = None) -> int:
    """Render what waits (at most `limit`); returns how many."""
    return issue_waiting(Disclosure, draw=draw, limit=limit)


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
