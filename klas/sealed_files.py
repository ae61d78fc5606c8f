"""Stored files, sealed: what lies in the files folder is ciphertext, each bound to its own name."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from klas.sealing import seal, unseal

PLACE = "files"


class SealedStorage(FileSystemStorage):
    """The file system, sealed. Files are limited in size, so each is sealed as a whole."""

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        stored = Path(self.path(name)).read_bytes()
        return ContentFile(unseal(stored, place=PLACE, row=_row(name)), name=name)

    def _save(self, name: str, content: "File[Any]") -> str:
        content.seek(0)
        sealed = seal(content.read(), place=PLACE, row=_row(name))
        saved = str(super()._save(name, ContentFile(sealed)))  # type: ignore[misc]
        if _row(saved) != _row(name):  # taken meanwhile: it could not be opened by another name
            self.delete(saved)
            raise FileExistsError(name)
        return saved


def _row(name: str) -> str:
    return Path(name).as_posix()
