"""The e-mails: what they say, and that each comes once whatever happens to server and worker."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from klas import clock
from klas.policy import policy
from notifications.enums import MailState
from notifications.models import Notice
from notifications.services import mailing
from notifications.tasks import send_mail, sweep_mail
from tests import factories
from tests.faults.installation import free_port
from tests.notifications.conftest import Mailbox, told

pytestmark = pytest.mark.django_db


def later(start: datetime, minutes: int) -> None:
    """The sweep, so many minutes after a moment."""
    with clock.at(start + timedelta(minutes=minutes)):
        sweep_mail.func(0)


def test_the_e_mail_says_where_to_read_and_nothing_of_what(person: User, mailbox: Mailbox) -> None:
    told(person, product="Zyxmedel", outcome="rejected")
    send_mail.func()
    (message,) = mailbox.received
    assert message["Subject"] == "Du har ett nytt meddelande i KLAS"
    assert message["To"] == person.email
    assert message["From"] == "KLAS <klas@klas.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    body = message.get_content()
    lines = body.splitlines()
    assert "https://klas.example/aviseringar/" in lines
    assert "https://klas.example/aviseringar/e-post/" in lines
    whole = mailbox.raw[0].decode().lower() + body.lower()
    for secret in ("zyxmedel", "KL-2026", "avslagen", "rejected", person.name, person.subject):
        told_of = whole.replace(person.email, "")
        assert secret.lower() not in told_of


def test_the_notice_is_sent_when_the_server_has_it(person: User, mailbox: Mailbox) -> None:
    told(person)
    assert mailing.send_waiting() == 1
    assert mailing.send_waiting() == 0
    notice = Notice.objects.get()
    assert notice.mail == MailState.SENT
    assert notice.mailed_at is not None
    assert mailbox.message_ids == [notice.message_id]
    assert notice.message_id.endswith("@klas.example>")


def test_what_waits_at_the_same_time_shares_one_e_mail(person: User, mailbox: Mailbox) -> None:
    other = factories.UserFactory()
    for _number in range(5):
        told(person)
    told(other)
    assert mailing.send_waiting() == 2
    by_receiver = {message["To"]: message for message in mailbox.received}
    assert by_receiver[person.email]["Subject"] == "Du har 5 nya meddelanden i KLAS"
    assert "Du har 5 nya meddelanden i KLAS." in by_receiver[person.email].get_content()
    assert by_receiver[other.email]["Subject"] == "Du har ett nytt meddelande i KLAS"
    assert len(set(mailbox.message_ids)) == 2


def test_a_failure_is_tried_again_after_waits_that_grow(person: User, mailbox: Mailbox) -> None:
    start = clock.now()
    mailbox.answer = "451 Try again later"
    with clock.at(start):
        told(person)
    later(start, 0)
    notice = Notice.objects.get()
    assert (notice.mail, notice.mail_attempts) == (MailState.WAITING, 1)
    first, second = policy.mail_retry_minutes[:2]
    assert first < second
    mailbox.answer = "250 OK"
    later(start, first - 1)
    assert not mailbox.received
    mailbox.answer = "451 Try again later"
    later(start, first)
    notice.refresh_from_db()
    assert notice.mail_attempts == 2
    mailbox.answer = "250 OK"
    later(start, first + second - 1)
    assert not mailbox.received
    later(start, first + second)
    assert len(mailbox.received) == 1
    notice.refresh_from_db()
    assert notice.mail == MailState.SENT


@pytest.mark.parametrize("server", ["answers no", "is not there"])
def test_after_the_last_attempt_it_is_given_up(
    person: User, mailbox: Mailbox, settings: Any, server: str
) -> None:
    mailbox.answer = "554 No"
    if server == "is not there":
        settings.EMAIL_PORT = free_port()
    now = clock.now()
    with clock.at(now):
        told(person)
    for minutes in (0, *policy.mail_retry_minutes):
        now += timedelta(minutes=minutes)
        later(now, 0)
    notice = Notice.objects.get()
    assert notice.mail == MailState.FAILED
    assert notice.mail_attempts == len(policy.mail_retry_minutes) + 1
    mailbox.answer = "250 OK"
    later(now, 10_000)
    assert not mailbox.received


def test_one_bad_address_does_not_stop_the_others(person: User, mailbox: Mailbox) -> None:
    class Picky(Mailbox):
        async def handle_RCPT(
            self, server: Any, session: Any, envelope: Any, address: str, options: Any
        ) -> str:
            if address == person.email:
                return "550 No such user"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    mailbox.__class__ = Picky
    other = factories.UserFactory()
    told(person)
    told(other)
    assert mailing.send_waiting() == 1
    assert [message["To"] for message in mailbox.received] == [other.email]
    assert Notice.objects.get(recipient=person).mail == MailState.WAITING


def killed(monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """The worker dies between claim and sending, or between sending and ticking off."""
    send = mailing._send

    def die(claim: mailing.Claim) -> None:
        if not before:
            send(claim)
        raise KeyboardInterrupt  # not an Exception: nothing in the code may catch it

    with monkeypatch.context() as patch:
        patch.setattr(mailing, "_send", die)
        with pytest.raises(KeyboardInterrupt):
            mailing.send_waiting()


@pytest.mark.parametrize("before", [True, False])
def test_a_lost_claim_is_taken_again_with_the_same_message_id(
    person: User, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        told(person)
        killed(monkeypatch, before=before)
        told(person)  # what is new has an e-mail of its own
    claimed = Notice.objects.order_by("pk")[0]
    assert claimed.mail == MailState.SENDING
    later(start, policy.mail_lost_after_minutes - 1)
    assert mailbox.message_ids.count(claimed.message_id) == (0 if before else 1)
    later(start, policy.mail_lost_after_minutes)
    assert mailbox.message_ids.count(claimed.message_id) == (1 if before else 2)
    assert len(set(mailbox.message_ids)) == 2
    assert {notice.mail for notice in Notice.objects.all()} == {MailState.SENT}


def test_a_claim_that_is_lost_every_time_is_given_up(
    person: User, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with clock.at(now):
        told(person)
    for _attempt in range(mailing.MOST_ATTEMPTS):
        with clock.at(now):
            killed(monkeypatch, before=True)
        now += timedelta(minutes=policy.mail_lost_after_minutes)
    later(now, 0)
    assert Notice.objects.get().mail == MailState.FAILED
    assert not mailbox.received


def test_when_the_server_falls_silent_the_claim_stands(person: User, mailbox: Mailbox) -> None:
    """Nobody knows whether it was taken: it may only come again as the same e-mail."""

    class HangsUp(Mailbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            answer = await super().handle_DATA(server, session, envelope)
            server.transport.close()
            return answer

    mailbox.__class__ = HangsUp
    start = clock.now()
    with clock.at(start):
        told(person)
    later(start, 0)
    assert Notice.objects.get().mail == MailState.SENDING
    mailbox.__class__ = Mailbox
    later(start, policy.mail_lost_after_minutes)
    assert Notice.objects.get().mail == MailState.SENT
    first, again = mailbox.message_ids
    assert first == again


def test_an_address_taken_away_meanwhile_gets_nothing(person: User, mailbox: Mailbox) -> None:
    told(person)
    User.objects.filter(pk=person.pk).update(email="")
    assert mailing.send_waiting() == 0
    assert Notice.objects.get().mail == MailState.NONE
    assert not mailbox.received


def test_without_a_server_what_waits_stays(person: User, mailbox: Mailbox, settings: Any) -> None:
    told(person)
    settings.EMAIL_HOST = ""
    assert mailing.send_waiting() == 0
    assert Notice.objects.get().mail == MailState.WAITING


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_e_mail_once(mailbox: Mailbox) -> None:
    people = factories.UserFactory.create_batch(6)
    for person in people:
        for _number in range(3):
            told(person)
    ready, sent = threading.Barrier(3), []

    def work() -> None:
        try:
            ready.wait(timeout=10)
            sent.append(mailing.send_waiting())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sum(sent) == len(people)
    assert sorted(message["To"] for message in mailbox.received) == sorted(
        person.email for person in people
    )
    assert {message["Subject"] for message in mailbox.received} == {
        "Du har 3 nya meddelanden i KLAS"
    }


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_server_thinks(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(factories.UserFactory())
    was_open = []
    monkeypatch.setattr(mailing, "_send", lambda claim: was_open.append(connection.in_atomic_block))
    mailing.send_waiting()
    assert was_open == [False]


@pytest.mark.parametrize("answer", ["250 OK", "554 No such person here"])
def test_the_log_never_shows_an_address(
    person: User,
    mailbox: Mailbox,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    answer: str,
) -> None:
    mailbox.answer = answer
    told(person)
    mailing.send_waiting()
    logged = "".join((caplog.text, *capsys.readouterr()))
    assert person.email not in logged
    assert "No such person" not in logged
    assert ("mail_failed" in logged) == answer.startswith("554")
