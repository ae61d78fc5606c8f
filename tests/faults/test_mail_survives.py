"""A real worker sends real e-mails; killed in the middle, the e-mail comes all the same."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from klas.policy import policy
from notifications.enums import MailState
from notifications.models import Notice
from notifications.tasks import send_mail
from tests import factories
from tests.faults.installation import PATIENCE, wait_for, worker
from tests.notifications.conftest import Mailbox, mailbox, told

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults"),
]
__all__ = ["mailbox"]


@pytest.fixture
def environment(mailbox: Mailbox, settings: Any) -> dict[str, str]:
    """What the worker is told of the mail server."""
    return {
        "KLAS_SMTP": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "KLAS_MAIL_FROM": "klas@klas.example",
        "KLAS_BASE_URL": "https://klas.example/",
    }


def run_worker(environment: dict[str, str]) -> None:
    """A worker that does the jobs there are."""
    with worker("--one-shot", **environment) as process:
        assert process.wait(60) == 0, process.communicate()[1].decode()[-2000:]


def test_the_worker_sends_what_a_notice_ordered(
    mailbox: Mailbox, environment: dict[str, str]
) -> None:
    person = factories.UserFactory()
    told(person)
    told(person)
    run_worker(environment)
    (message,) = mailbox.received
    assert message["Subject"] == "Du har 2 nya meddelanden i KLAS"
    assert message["From"] == "klas@klas.example"
    assert "https://klas.example/aviseringar/" in message.get_content().splitlines()
    assert {notice.mail for notice in Notice.objects.all()} == {MailState.SENT}


def test_one_killed_between_claim_and_sending_is_sent_again_as_the_same(
    mailbox: Mailbox, environment: dict[str, str]
) -> None:
    class Slow(Mailbox):
        async def handle_MAIL(self, *arguments: Any) -> str:
            await asyncio.sleep(PATIENCE)
            raise AssertionError("the worker was not killed")

    mailbox.__class__ = Slow
    told(factories.UserFactory())
    with worker(**environment) as killed:
        wait_for(lambda: Notice.objects.get().mail == MailState.SENDING, "the claim")
        killed.kill()
        killed.wait()
    claimed = Notice.objects.get()
    assert claimed.mail == MailState.SENDING
    assert not mailbox.received
    mailbox.__class__ = Mailbox

    send_mail.defer()
    run_worker(environment)
    assert not mailbox.received  # the one that was killed could be at work still

    patience = timedelta(minutes=policy.mail_lost_after_minutes)
    Notice.objects.update(mail_claimed_at=F("mail_claimed_at") - patience)
    send_mail.defer()
    run_worker(environment)
    assert mailbox.message_ids == [claimed.message_id]
    assert Notice.objects.get().mail == MailState.SENT
