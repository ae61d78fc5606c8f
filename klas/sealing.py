"""Sealing: AES-256-GCM, bound to the place where the value belongs.

What is sealed begins with `k<number>.`, the key that it was sealed with; then come a random nonce
and the ciphertext. Each column has keys of its own, derived (HKDF) from the ring's. Where the value
stands (table, column, row) is authenticated with it: moved to another row or column, or changed by
a bit, it is refused.
"""

import re
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from klas.keys import Ring

_HEAD = re.compile(rb"k(\d{1,4})\.")
_NONCE = 12  # bytes


class SealBroken(RuntimeError):
    """What is stored is not what was sealed here: changed, moved, never sealed, or its key is gone.

    The message names the place, never the content.
    """


def ring() -> Ring:
    """The keys that values are sealed with.

    Raises:
        klas.keys.KeysMissing: there are none.
    """
    keys: Ring = settings.SEAL_KEYS.ring()
    return keys


def head(number: int) -> bytes:
    """What everything sealed with a key begins with."""
    return b"k%d." % number


def key_number(sealed: bytes) -> int | None:
    """The number of the key that something was sealed with; None when it was not sealed."""
    found = _HEAD.match(sealed)
    return int(found[1]) if found else None


def seal(content: bytes, *, place: str, row: str) -> bytes:
    """Seal a value with the current key.

    Args:
        place: what the key is derived for, such as ``table:column``.
        row: which row of it.
    """
    keys = ring()
    nonce = secrets.token_bytes(_NONCE)
    cipher = _cipher(keys.secrets[keys.current], place)
    return head(keys.current) + nonce + cipher.encrypt(nonce, content, f"{place}:{row}".encode())


def unseal(sealed: bytes, *, place: str, row: str) -> bytes:
    """Open what was sealed for this very place and row.

    Raises:
        SealBroken: it was not, or has been changed, or its key is not there.
    """
    found = _HEAD.match(sealed)
    if found is None:
        raise SealBroken(f"{place}, row {row}: is not sealed")
    number, body = int(found[1]), sealed[found.end() :]
    secret = ring().secrets.get(number)
    if secret is None:
        raise SealBroken(f"{place}, row {row}: key {number} is missing")
    try:
        return _cipher(secret, place).decrypt(
            body[:_NONCE], body[_NONCE:], f"{place}:{row}".encode()
        )
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            f"{place}, row {row}: has been changed, or was sealed for another place"
        ) from error


@lru_cache(maxsize=1024)
def _cipher(secret: str, place: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"klas:{place}".encode())
    return AESGCM(derive.derive(secret.encode()))
