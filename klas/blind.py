"""A blind index: what a sealed value can be found by, exactly, without being readable.

The key lies outside the database (`settings.SEARCH_KEY`): who has only the database can neither
read the indexed values nor try out guesses of them, few as the possible personnummer are.
"""

import hmac

from django.conf import settings


def blind(kind: str, value: str) -> bytes:
    """The thirty-two bytes that a value of a kind is found by.

    The same value of another kind gives other bytes.

    Args:
        value: in its normal form; only the very same text gives the same bytes.
    """
    own = hmac.digest(settings.SEARCH_KEY.encode(), kind.encode(), "sha256")
    return hmac.digest(own, value.encode(), "sha256")
