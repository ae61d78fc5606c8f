"""Telling somebody that something has happened: once, in the transaction in which it does."""

from collections.abc import Mapping

from accounts.models import User
from klas import clock
from notifications.enums import NoticeKind
from notifications.models import Notice


def tell(
    user: User,
    kind: NoticeKind,
    *,
    key: str,
    url: str,
    reference: str = "",
    facts: Mapping[str, str] | None = None,
) -> bool:
    """Leave a notice for a person; returns False when they have been told already.

    Args:
        key: names the occasion; a second call with the same key for the same person does nothing.
        url: the page in KLAS where it is seen, e.g. ``motivation.get_absolute_url()``.
        reference: a reference number or dnr.
        facts: what the words of the kind need besides (`notifications.words`); never anything
            about a patient.
    """
    _notice, is_new = Notice.objects.get_or_create(
        recipient=user,
        key=key,
        defaults={
            "kind": kind,
            "reference": reference,
            "facts": dict(facts or {}),
            "url": url,
            "at": clock.now(),
        },
    )
    return is_new
