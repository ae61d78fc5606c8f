"""Motivations that were sent become PDFs, one per audience; called by the worker."""

from klas.documents import Drawn, issue_waiting
from motivations.letters import document_html
from motivations.models import MotivationDocument


def issue_documents(*, limit: int | None = None) -> int:
    """Render the motivations' PDFs that are waiting (at most `limit`); returns how many."""
    return issue_waiting(
        MotivationDocument, draw=lambda document: Drawn(document_html(document)), limit=limit
    )
