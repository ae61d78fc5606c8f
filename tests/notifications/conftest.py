"""A person who is told things, and a real mail server on loopback to tell them by."""

import email
import email.policy
import logging
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from accounts.models import User
from notifications.enums import NoticeKind
from notifications.services.telling import tell
from tests import factories
from tests.faults.installation import free_port

DECIDED = {"product": "Ospolot", "outcome": "granted"}


class Mailbox:
    """What the server has taken in; `answer` is what it says to the next e-mails."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.received.append(parsed)  # type: ignore[arg-type]
        return self.answer

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.received]


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """The installation has a mail server, and it answers."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.DEFAULT_FROM_EMAIL = "KLAS <klas@klas.example>"
    settings.BASE_URL = "https://klas.example"
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it shows what it is told
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def person(db: None) -> User:
    return factories.UserFactory()


_number = iter(range(1_000_000))


def told(person: User, kind: NoticeKind = NoticeKind.DECIDED, **facts: str) -> str:
    """Tell a person something new; returns the key of the occasion."""
    key = f"occasion {next(_number)}"
    given = facts or DECIDED
    assert tell(person, kind, key=key, url="/profil/", reference="KL-2026-000001-X", facts=given)
    return key
