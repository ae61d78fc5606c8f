"""PDFs merged into one to print, each beginning on a sheet of its own."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

_A4 = (595, 842)  # points


def merged(documents: Sequence[bytes], *, title: str, stamp: bytes | None = None) -> bytes:
    """The pages of all documents in order; the same documents give the same bytes.

    After an odd number of pages comes an empty one, so that the next document begins on a new sheet
    when both sides are printed. A copy to print: what is archived is each document by itself.

    Args:
        stamp: a PDF whose first page is laid over every page that is not empty.
    """
    with pikepdf.new() as whole:
        if stamp is not None:
            stamped = pikepdf.open(BytesIO(stamp))
        for content in documents:
            with pikepdf.open(BytesIO(content)) as one:
                first = len(whole.pages)
                whole.pages.extend(one.pages)
                for page in whole.pages[first:]:
                    # Structure stays with the whole document it belongs to.
                    if "/StructParents" in page.obj:
                        del page.obj["/StructParents"]
                    if stamp is not None:
                        page.add_overlay(stamped.pages[0], pikepdf.Rectangle(page.mediabox))
                if len(one.pages) % 2:
                    whole.add_blank_page(page_size=_A4)
        whole.Root.Lang = pikepdf.String("sv")
        whole.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        whole.docinfo["/Title"] = title
        made = BytesIO()
        whole.save(made, deterministic_id=True)
    return made.getvalue()
