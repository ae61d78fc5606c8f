"""What a PDF says."""

import pypdfium2


def pdf_text(content: bytes) -> str:
    """All text of a PDF, with line breaks and soft hyphens folded to single spaces."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    joined = " ".join(pages).replace("\xad\r\n", "").replace("\ufffe\r\n", "").replace("\xa0", " ")
    return " ".join(joined.split())
