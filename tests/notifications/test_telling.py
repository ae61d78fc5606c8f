"""Telling somebody: once per occasion, and whether an e-mail is due."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from notifications.enums import MailState, NoticeGroup, NoticeKind
from notifications.models import Notice
from notifications.services import reading
from notifications.services.telling import tell
from tests import factories
from tests.notifications.conftest import DECIDED, Mailbox, told

pytestmark = pytest.mark.django_db


def mail_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notifications.send_mail").count()


def test_a_person_is_told_once_about_an_occasion() -> None:
    first, second = factories.UserFactory(), factories.UserFactory()
    answers = [
        tell(person, NoticeKind.DECIDED, key=key, url="/profil/", facts=DECIDED)
        for person, key in [(first, "a"), (first, "a"), (first, "b"), (second, "a")]
    ]
    assert answers == [True, False, True, True]
    assert Notice.objects.count() == 3


def test_words_that_cannot_be_filled_in_are_not_told(person: User) -> None:
    with pytest.raises(ValueError, match="outcome"):
        tell(person, NoticeKind.DECIDED, key="a", url="/", facts={"product": "Ospolot"})
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_once(mailbox: Mailbox) -> None:
    person = factories.UserFactory()
    ready, answers = threading.Barrier(2), []

    def tell_in_a_transaction() -> None:
        try:
            ready.wait(timeout=10)
            with transaction.atomic():
                answers.append(
                    tell(person, NoticeKind.DECIDED, key="a", url="/profil/", facts=DECIDED)
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=tell_in_a_transaction) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [False, True]
    assert Notice.objects.count() == mail_jobs() == 1


def test_with_an_address_an_e_mail_waits_and_its_job_is_ordered(
    person: User, mailbox: Mailbox
) -> None:
    told(person)
    assert Notice.objects.get().mail == MailState.WAITING
    assert mail_jobs() == 1


@pytest.mark.parametrize("why", ["no address", "group off", "no server"])
def test_otherwise_nothing_is_queued(
    person: User, mailbox: Mailbox, settings: Any, why: str
) -> None:
    if why == "no address":
        person.email = ""
    elif why == "group off":
        reading.choose_mail(set(NoticeGroup) - {NoticeGroup.CASES}, by=person)
    else:
        settings.EMAIL_HOST = ""
    told(person)
    assert Notice.objects.get().mail == MailState.NONE
    assert mail_jobs() == 0


def test_a_group_turned_off_leaves_the_others_and_can_be_turned_on_again(
    person: User, mailbox: Mailbox
) -> None:
    reading.choose_mail([NoticeGroup.CASES], by=person)
    told(person)
    told(person, NoticeKind.SUPPLEMENT_REQUESTED, due_on="2026-12-01")
    reading.choose_mail(list(NoticeGroup), by=person)
    told(person, NoticeKind.SUPPLEMENT_REQUESTED, due_on="2026-12-01")
    states = [notice.mail for notice in Notice.objects.order_by("pk")]
    assert states == [MailState.WAITING, MailState.NONE, MailState.WAITING]


def test_what_is_rolled_back_was_never_told(person: User, mailbox: Mailbox) -> None:
    def tell_and_fail() -> None:
        with transaction.atomic():
            told(person)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        tell_and_fail()
    assert not Notice.objects.exists()
    assert mail_jobs() == 0
