"""Receipts of applications become PDFs; called by the worker."""

from applications.letters import receipt_html
from applications.models import ApplicationReceipt
from klas.documents import Drawn, issue_waiting


def issue_receipts(*, limit: int | None = None) -> int:
    """Render the receipts that are waiting (at most `limit`); returns how many."""
    return issue_waiting(
        ApplicationReceipt, draw=lambda document: Drawn(receipt_html(document)), limit=limit
    )
