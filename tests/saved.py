"""Files that an answer sends: what stands in them."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook


def content_of(response: Any) -> bytes:
    """All of an answer that is sent piece by piece; its temporary file is let go."""
    content: bytes = response.getvalue()
    if file := getattr(response, "file_to_stream", None):
        file.close()
    return content


def book_of(response: Any) -> Any:
    """A spreadsheet as openpyxl reads it."""
    return load_workbook(BytesIO(content_of(response)))
