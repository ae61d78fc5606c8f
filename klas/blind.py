"""A blind index: what a sealed value can be found by, exactly, without being readable.

The keys lie outside the database (`settings.SEARCH_KEYS`, a ring of their own): who has only the
database can neither read the indexed values nor try out guesses of them, few as the possible
personnummer are. While a key is being replaced, both are asked.
"""

import hmac

from django.conf import settings

from klas.keys import Ring


def ring() -> Ring:
    """The keys of the index.

    Raises:
        klas.keys.KeysMissing: there are none.
    """
    keys: Ring = settings.SEARCH_KEYS.ring()
    return keys


def blind(kind: str, value: str) -> bytes:
    """The thirty-two bytes that a value of a kind is found by, made with the current key.

    The same value of another kind gives other bytes.

    Args:
        value: in its normal form; only the very same text gives the same bytes.
    """
    keys = ring()
    return _hashed(keys.secrets[keys.current], kind, value)


def blinds(kind: str, value: str) -> list[bytes]:
    """What a value may stand under in the index: `blind` with each key of the ring."""
    return [_hashed(secret, kind, value) for secret in ring().secrets.values()]


def _hashed(secret: str, kind: str, value: str) -> bytes:
    own = hmac.digest(secret.encode(), kind.encode(), "sha256")
    return hmac.digest(own, value.encode(), "sha256")
