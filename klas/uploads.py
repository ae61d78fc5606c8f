"""What people upload: never stored as it came, but opened, understood and written anew.

What a file is follows from its first bytes, not from its name. Each type has one function that
rebuilds it; whatever that function does not carry over (scripts, forms, files within files,
positions in photographs) is gone. A type that is not in the table is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Any

import pikepdf
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from klas import word
from klas.errors import UploadRefused
from klas.policy import policy

# A4 scanned at 600 dots per inch is 35 million.
MAX_PIXELS = 40_000_000
MAX_NAME = 150
# A small file can unpack to a very large one; these hold for the whole process.
_UNPACKED = 200_000_000
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=1000,
    flate_max_memory=_UNPACKED,
    png_max_memory=_UNPACKED,
    run_length_max_memory=_UNPACKED,
    tiff_max_memory=_UNPACKED,
)


@dataclass(frozen=True)
class RebuiltFile:
    """A file as it may be kept: written by us, named by the person.

    A Word document is kept as PDF, which the worker makes of it (`klas.word_to_pdf`): until then
    it has no `content`. `original` is what was uploaded; nobody is ever given it.
    """

    name: str
    content: bytes | None
    content_type: str
    original: bytes


def rebuild(upload: "UploadedFile[Any]") -> RebuiltFile:
    """Check an uploaded file and write it anew; a Word document is only checked.

    Raises:
        UploadRefused: it is empty, too large, of a type we do not take, protected by a password,
            carries macros, or cannot be read. Source of the limits: `klas.policy`.
    """
    size = upload.size or 0
    if size == 0:
        raise UploadRefused(_("Filen är tom. Kontrollera att du har valt rätt fil."))
    if size > policy.attachment_max_bytes:
        raise UploadRefused(
            _("Filen är större än %(limit)s MB. Dela upp den, eller spara den i mindre storlek.")
            % {"limit": policy.attachment_max_bytes // 1_000_000}
        )
    upload.seek(0)
    content = upload.read()
    for type_ in _TYPES:
        if content.startswith(type_.begins_with):
            rebuilt = type_.rebuild(content)
            return RebuiltFile(_name(upload.name, type_), rebuilt, type_.content_type, content)
    raise UploadRefused.type_unknown()


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Stops writing a file to disk when it is larger than any we take.

    The rest is read and thrown away, so that the page can say what was wrong; the file's `size`
    tells how much was sent.
    """

    _sent = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._sent = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._sent += len(raw_data)
        if self._sent <= policy.attachment_max_bytes:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return super().file_complete(max(file_size, self._sent))


# PDF

# What a page needs to look the same. Not annotations, actions, thumbnails or private data.
_PAGE_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents")
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
# What leads out of a page that is drawn: files within and without, data that nobody sees. Scripts
# and actions hang on annotations, forms and the catalogue, none of which are carried over.
_DROPPED = ("/AF", "/EF", "/JS", "/OpenAction")
_DROPPED_FROM_STREAMS = (
    "/Alternates", "/F", "/FDecodeParms", "/FFilter", "/Metadata", "/OPI", "/PieceInfo", "/Ref",
    "/StructParent", "/StructParents",
)  # fmt: skip
_DEEPEST = 100


def _rebuild_pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(BytesIO(content)) as source:
            if source.is_encrypted:
                raise pikepdf.PasswordError
            count = len(source.pages)
            if count == 0:
                raise UploadRefused.broken()
            if count > policy.attachment_max_pages:
                raise UploadRefused(
                    _(
                        "Filen har %(count)s sidor. Högst %(limit)s kan tas emot. Dela upp den, "
                        "eller ta med bara de sidor som behövs."
                    )
                    % {"count": count, "limit": policy.attachment_max_pages}
                )
            return _written_anew(source)
    except pikepdf.PasswordError as error:
        raise UploadRefused.locked() from error
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, LookupError) as error:
        # qpdf tells of broken files in many ways; none of them is more than broken to us.
        raise UploadRefused.broken() from error


def _written_anew(source: pikepdf.Pdf) -> bytes:
    with pikepdf.new() as fresh:
        for page in source.pages:
            kept = pikepdf.Dictionary(Type=pikepdf.Name.Page)
            for key in _PAGE_KEYS:
                if key in page.obj:
                    kept[key] = fresh.copy_foreign(_indirect(source, page.obj[key]))
            for key in _INHERITED:
                value = None if key in kept else _inherited(page.obj, key)
                if value is not None:
                    kept[key] = fresh.copy_foreign(_indirect(source, value))
            fresh.pages.append(pikepdf.Page(fresh.make_indirect(kept)))
        for item in fresh.objects:
            _drop_ways_out(item)
        out = BytesIO()
        fresh.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()


def _indirect(source: pikepdf.Pdf, value: pikepdf.Object) -> pikepdf.Object:
    # Only an indirect object can be copied from one file to another.
    return value if getattr(value, "is_indirect", False) else source.make_indirect(value)


def _inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    node = page
    for _level in range(_DEEPEST):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node.Parent
    raise UploadRefused.broken()


def _drop_ways_out(item: pikepdf.Object, depth: int = 0) -> None:
    """Take what leads out of the page away from an object and all that stands directly in it."""
    if depth > _DEEPEST:
        raise UploadRefused.broken()
    if isinstance(item, pikepdf.Array):
        inner = list(item)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        from_streams = _DROPPED_FROM_STREAMS if isinstance(item, pikepdf.Stream) else ()
        for key in (*_DROPPED, *from_streams):
            if key in item:
                del item[key]
        inner = [value for _key, value in item.items()]
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _drop_ways_out(value, depth + 1)


# Pictures


def _rebuild_png(content: bytes) -> bytes:
    return _rebuild_picture(content, "PNG", ("1", "L", "RGB", "RGBA"), "RGBA")


def _rebuild_jpeg(content: bytes) -> bytes:
    return _rebuild_picture(content, "JPEG", ("L", "RGB"), "RGB", quality=90)


def _rebuild_picture(
    content: bytes, format_: str, modes: tuple[str, ...], other: str, **options: int
) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=(format_,)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            picture.verify()
        with Image.open(BytesIO(content), formats=(format_,)) as picture:
            # The camera's notes (place, time, owner) stay behind, so turn the picture as they say.
            turned = ImageOps.exif_transpose(picture)
            plain = turned if turned.mode in modes else turned.convert(other)
            fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        out = BytesIO()
        fresh.save(out, format_, **options)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError) as error:
        raise UploadRefused.broken() from error
    return out.getvalue()


def _too_many_pixels() -> UploadRefused:
    return UploadRefused(
        _("Bilden har för hög upplösning. Spara den med högst 40 miljoner bildpunkter.")
    )


@dataclass(frozen=True)
class _Type:
    begins_with: bytes
    content_type: str
    suffixes: tuple[str, ...]
    rebuild: Callable[[bytes], bytes | None]
    # What it is kept as, when that is something else.
    becomes: str = ""


_TYPES = (
    _Type(b"%PDF-", "application/pdf", (".pdf",), _rebuild_pdf),
    _Type(b"\x89PNG\r\n\x1a\n", "image/png", (".png",), _rebuild_png),
    _Type(b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg"), _rebuild_jpeg),
    _Type(word.ZIP, "application/pdf", (".docx",), word.check, becomes=".pdf"),
    _Type(word.OLE, "", (), word.refuse_ole),
)
ACCEPT = ",".join(suffix for type_ in _TYPES for suffix in type_.suffixes)


def _name(given: str | None, type_: _Type) -> str:
    """The person's own name for the file, with an ending that tells what it is."""
    printable = "".join(c for c in PurePath(given or "").name if c.isprintable()).strip()
    stem, suffix = PurePath(printable).stem, PurePath(printable).suffix
    if suffix.lower() not in type_.suffixes:
        stem, suffix = printable, type_.suffixes[0]
    return f"{stem[:MAX_NAME] or 'fil'}{type_.becomes or suffix}"
