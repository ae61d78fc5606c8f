"""Two pharmacies send at the same moment: one wins, the other is told."""

import threading
from typing import Any

import pytest
from django.db import connection

from applications.enums import ApplicationStatus
from applications.models import Application
from decisions.models import Case
from tests import factories
from tests.applications.conftest import hidden, text_of, url


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_two_applications_sent_at_once_is_registered(acting: Any) -> None:
    motivation = factories.motivation()
    pharmacists = [factories.AssignmentFactory(pharmacist=True) for _ in range(2)]
    drafts = [factories.application_draft(on=motivation, by=person) for person in pharmacists]
    clients = [acting(person) for person in pharmacists]
    forms = [
        hidden(client.get(url("check", draft.pk)))
        for client, draft in zip(clients, drafts, strict=True)
    ]
    ready = threading.Barrier(2)
    responses: dict[int, Any] = {}

    def send(number: int) -> None:
        try:
            ready.wait(timeout=10)
            responses[number] = clients[number].post(url("check", drafts[number].pk), forms[number])
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(response.status_code for response in responses.values()) == [302, 409]
    told = next(response for response in responses.values() if response.status_code == 409)
    assert "Det finns redan en ansökan på licensmotiveringen." in text_of(told)
    assert Case.objects.count() == 1
    states = sorted(Application.objects.values_list("status", flat=True))
    assert states == [ApplicationStatus.DRAFT, ApplicationStatus.SENT]
