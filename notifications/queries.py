"""Questions about notices."""

from django.db.models import QuerySet

from accounts.models import User
from notifications.enums import NoticeGroup
from notifications.models import MailPreference, Notice

# The badge says “99+” when there are more.
MOST_COUNTED = 99


def notices_of(person: User) -> QuerySet[Notice]:
    """What a person has been told, newest first."""
    return Notice.objects.filter(recipient=person)


def unread_of(person: User) -> QuerySet[Notice]:
    """What a person has been told and not read, newest first."""
    return notices_of(person).filter(read_at__isnull=True)


def unread_count(person: User) -> int:
    """How many notices are unread, counted to one more than `MOST_COUNTED`."""
    return unread_of(person).order_by()[: MOST_COUNTED + 1].count()


def mail_groups(person: User) -> list[NoticeGroup]:
    """The groups of notices that a person wants e-mail about: all, until they say otherwise."""
    turned_off = set(
        MailPreference.objects.filter(user=person, wanted=False).values_list("group", flat=True)
    )
    return [group for group in NoticeGroup if group not in turned_off]
