"""Where the bytes of uploaded files lie: one random key each, those not yet checked apart."""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from klas.policy import policy
from klas.sealing import SealBroken
from motivations.models.stored import stored_models

KEPT, QUARANTINE = "attachments", "quarantine"
_KEYS = {KEPT: "stored_as", QUARANTINE: "quarantined_as"}


class DamagedFile(RuntimeError):
    """What is stored is not what was uploaded."""


def sha256(content: bytes) -> str:
    """The hash of a file as the rows keep it (hex)."""
    return hashlib.sha256(content).hexdigest()


def keep(folder: str, content: bytes) -> uuid.UUID:
    """Store a file and return its key. A row must come to name it, or `remove_strays` takes it."""
    key = uuid.uuid4()
    default_storage.save(f"{folder}/{key}", ContentFile(content))
    return key


def read(folder: str, key: uuid.UUID | None, *, expected: str) -> bytes:
    """A stored file.

    Args:
        expected: its SHA-256.

    Raises:
        DamagedFile: it is not what was stored.
        OSError: it is not there.
    """
    try:
        with default_storage.open(f"{folder}/{key}") as stored:
            content: bytes = stored.read()
    except SealBroken as error:
        raise DamagedFile(f"{folder} {key}") from error
    if sha256(content) != expected:
        raise DamagedFile(f"{folder} {key}")
    return content


def delete(folder: str, key: uuid.UUID | None) -> None:
    """Delete a file, if there is one, when the transaction is through."""
    if key is not None:
        transaction.on_commit(lambda: default_storage.delete(f"{folder}/{key}"))


def remove_strays(now: datetime) -> int:
    """Delete stored files that no row names; returns how many.

    They are left by transactions that were rolled back, and by processes killed between commit and
    deletion. Young files are let be: their transaction may not be through.
    """
    found = strays(now)
    for path, _stored_at in found:
        default_storage.delete(path)
    return len(found)


def strays(now: datetime) -> list[tuple[str, datetime]]:
    """The stored files that `remove_strays` would delete, and when each was stored."""
    before = now - timedelta(hours=policy.stray_file_hours)
    found = []
    for folder, field in _KEYS.items():
        if not default_storage.exists(folder):
            continue
        old = [
            (name, stored_at)
            for name in default_storage.listdir(folder)[1]
            if _is_key(name)
            and (stored_at := default_storage.get_modified_time(f"{folder}/{name}")) < before
        ]
        # Asked after the folder was read: a row that comes now names a young file.
        named = {
            key
            for model in stored_models()
            for key in model._default_manager.filter(**{f"{field}__isnull": False}).values_list(
                field, flat=True
            )
        }
        found += [
            (f"{folder}/{name}", stored_at)
            for name, stored_at in old
            if uuid.UUID(name) not in named
        ]
    return found


def _is_key(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False
