"""Telling somebody that something has happened: once, in the transaction in which it does."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from klas import clock
from notifications.enums import MailState, NoticeKind
from notifications.models import Notice
from notifications.services import mailing
from notifications.tasks import send_mail
from notifications.words import facts_needed


@transaction.atomic
def tell(
    user: User,
    kind: NoticeKind,
    *,
    key: str,
    url: str,
    reference: str = "",
    facts: Mapping[str, str] | None = None,
) -> bool:
    """Leave a notice for a person, and order an e-mail about it if they want one.

    Args:
        key: names the occasion; a second call with the same key for the same person does nothing.
        url: the page in KLAS where it is seen, e.g. ``motivation.get_absolute_url()``.
        reference: a reference number or dnr.
        facts: what the words of the kind need besides (`notifications.words`); never anything
            about a patient.

    Returns:
        False when they have been told already.

    Raises:
        ValueError: the words of the kind need more facts.
    """
    missing = facts_needed(kind) - set(facts or {})
    if missing:
        raise ValueError(f"{kind}: {sorted(missing)} not told")
    notice, is_new = Notice.objects.get_or_create(
        recipient=user,
        key=key,
        defaults={
            "kind": kind,
            "reference": reference,
            "facts": dict(facts or {}),
            "url": url,
            "at": clock.now(),
            "mail": mailing.first_state(user, kind),
        },
    )
    if is_new and notice.mail == MailState.WAITING:
        send_mail.defer()
    return is_new
