"""Uploaded Word documents (DOCX): what can be said of them at once, without unpacking them.

A DOCX is a zip of XML parts. It is measured from the zip's own list of contents first; a part that
is longer than the list says is found broken when it is read. Making a PDF of it is the worker's
(`klas.word_to_pdf`).
"""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from klas.errors import UploadRefused
from klas.policy import policy

ZIP = b"PK\x03\x04"
# The container of older Word documents, and of all that are protected by a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_CONTENT_TYPES, _DOCUMENT = "[Content_Types].xml", "word/document.xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_MAIN = (f"{_WORD}document.main+xml", f"{_WORD}template.main+xml")
_MACROS = ("macroenabled", "vbaproject")
# Below this nothing is dense enough to matter.
_SMALL = 1_000_000
_PASSWORD_NEEDED = 0x1


def check(content: bytes) -> None:
    """Look at what begins as a zip.

    Raises:
        UploadRefused: it is no Word document, is too large unpacked, is protected by a password,
            carries macros or entity declarations, or cannot be read.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            listed = parts.infolist()
            _demand_sound_size(listed)
            _demand_word(parts, {part.filename for part in listed})
            for part in listed:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _parse(parts.read(part))
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, EOFError, OSError,
        ValueError, LookupError, RuntimeError,
    ) as error:  # fmt: skip
        # zipfile tells of broken and odd files in many ways; all of them are broken to us.
        raise UploadRefused.broken() from error


def refuse_ole(content: bytes) -> None:
    """Say what to do with a document in the older container.

    Raises:
        UploadRefused: always.
    """
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UploadRefused.locked()
    raise UploadRefused(
        _(
            "Filen är i ett äldre Office-format. Är det ett Word-dokument? Öppna det, spara det "
            "som .docx eller PDF och försök igen."
        )
    )


def _demand_sound_size(listed: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & _PASSWORD_NEEDED for part in listed):
        raise UploadRefused.locked()
    too_dense = any(
        part.file_size > _SMALL and part.file_size > policy.word_max_density * part.compress_size
        for part in listed
    )
    if (
        too_dense
        or len(listed) > policy.word_max_parts
        or sum(part.file_size for part in listed) > policy.word_max_unpacked_bytes
    ):
        raise UploadRefused(
            _("Word-dokumentet är för stort när det packas upp. Spara det som PDF och försök igen.")
        )


def _demand_word(parts: zipfile.ZipFile, names: set[str]) -> None:
    if not {_CONTENT_TYPES, _DOCUMENT} <= names:
        raise UploadRefused.type_unknown()
    types: dict[str, str] = {}

    def note(_tag: str, attributes: dict[str, str]) -> None:
        key = attributes.get("PartName") or attributes.get("Extension", "")
        types[key] = attributes.get("ContentType", "")

    _parse(parts.read(_CONTENT_TYPES), note)
    said = " ".join([*types.values(), *names]).lower()
    if any(word in said for word in _MACROS):
        raise UploadRefused(
            _(
                "Dokumentet innehåller makron, och sådana tar vi inte emot. Spara det som vanligt "
                "Word-dokument (.docx) eller PDF och försök igen."
            )
        )
    if types.get(f"/{_DOCUMENT}") not in _MAIN:
        raise UploadRefused.type_unknown()


class _EntityDeclared(ValueError):
    """XML that declares a document type or entities: Word never does."""


def _parse(xml: bytes, note: Callable[[str, dict[str, str]], None] | None = None) -> None:
    """Read XML through, in whatever encoding, so that what declares entities is found."""
    parser = expat.ParserCreate()

    def refuse(*_declaration: object) -> None:
        raise _EntityDeclared

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = note
    parser.Parse(xml, True)
