"""Opening a stored file, for whoever may: that is for the caller to have found out."""

from io import BytesIO

from django.http import FileResponse

from accounts.models import Assignment
from klas import audit, limits, page_pictures
from klas.download import file_response
from klas.models import AccessAction
from motivations.models.stored import StoredFile
from motivations.services import files

WHAT = "attachment"


def open_file(file: StoredFile, by: Assignment) -> BytesIO:
    """A file's content; the download is recorded.

    Raises:
        files.DamagedFile: what is stored is not what was uploaded.
        TooMany: so much has been downloaded lately.
    """
    limits.take(limits.DOWNLOADS)
    content = _content(file)
    record(AccessAction.DOWNLOAD, file, by)
    return BytesIO(content)


def download(file: StoredFile, *, by: Assignment) -> FileResponse:
    """The answer to a request for a file. Raises as `open_file`."""
    return file_response(open_file(file, by), filename=file.name, content_type=file.content_type)


def count_pages(file: StoredFile) -> int:
    """How many pages there are to look at. Raises as `open_file`."""
    return page_pictures.count_pages(_content(file), file.content_type)


def page_picture(file: StoredFile, number: int, *, by: Assignment) -> bytes:
    """A page (from 1) as PNG; the reading is recorded.

    Raises:
        files.DamagedFile: as `open_file`.
        LookupError: there is no such page.
        page_pictures.Busy, Failed, Interrupted: it cannot be drawn, just now or at all.
    """
    content = _content(file)
    if not 1 <= number <= page_pictures.count_pages(content, file.content_type):
        raise LookupError(number)
    picture = page_pictures.page_picture(content, file.content_type, number)
    record(AccessAction.READ, file, by)
    return picture


def record(action: AccessAction, file: StoredFile, by: Assignment) -> None:
    """Note in the access log what was done with a file."""
    audit.record(action, by=by, what=WHAT, obj=file, whose=file.whose)


def delete(file: StoredFile) -> None:
    """Delete a row and, when the transaction is through, its files."""
    files.delete(files.KEPT, file.stored_as)
    files.delete(files.QUARANTINE, file.quarantined_as)
    file.delete()


def _content(file: StoredFile) -> bytes:
    return files.read(files.KEPT, file.stored_as, expected=file.sha256)
