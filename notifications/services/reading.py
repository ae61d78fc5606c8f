"""Notices that have been read, and what a person wants e-mail about."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from klas import clock
from notifications.enums import NoticeGroup
from notifications.models import MailPreference, Notice
from notifications.queries import unread_of


@transaction.atomic
def mark_read(notice: Notice, *, by: User) -> str:
    """Note that its recipient has read a notice; returns where what it tells of is seen."""
    unread_of(by).filter(pk=notice.pk).update(read_at=clock.now())
    return notice.url


@transaction.atomic
def mark_all_read(newest: Notice, *, by: User) -> None:
    """Note that a person has read all notices up to the newest that they have been shown."""
    unread_of(by).filter(at__lte=newest.at).update(read_at=clock.now())


@transaction.atomic
def choose_mail(groups: Collection[NoticeGroup], *, by: User) -> None:
    """Keep which groups of notices a person wants e-mail about."""
    MailPreference.objects.bulk_create(
        [MailPreference(user=by, group=group, wanted=group in groups) for group in NoticeGroup],
        update_conflicts=True,
        unique_fields=["user", "group"],
        update_fields=["wanted"],
    )
