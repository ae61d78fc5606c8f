"""Somebody at the pharmacy looks after an application: chosen, shown in the lists, filtered by."""

from typing import Any

import pytest

from accounts.models import Assignment
from applications.models import Application
from applications.services.assigning import assign
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessLogEntry
from tests import factories
from tests.applications.conftest import hidden, press, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(pharmacist: Assignment) -> Application:
    return factories.application_draft(by=pharmacist)


def test_staff_choose_a_colleague_and_the_page_says_who(
    draft: Application, pharmacist: Assignment, colleague: Assignment, acting: Any
) -> None:
    client = acting(colleague)
    page = client.get(url("detail", draft.pk))
    assert "Ingen på apoteket är ansvarig." in text_of(page)
    assert url("assign", draft.pk) in page.content.decode()
    answer = press(client, url("assign", draft.pk), assignee=str(pharmacist.pk))
    assert f"Ansvarig på apoteket: {pharmacist.user.name}." in text_of(
        client.get(answer["Location"])
    )
    # And away again.
    assert 'value="ingen"' in client.get(url("assign", draft.pk)).content.decode()
    press(client, url("assign", draft.pk), assignee="ingen")
    draft.refresh_from_db()
    assert draft.assigned_to is None
    assert AccessLogEntry.objects.filter(what="application_assigned").count() == 2


def test_only_people_of_the_pharmacy_can_be_chosen(
    draft: Application, pharmacist: Assignment, stranger: Assignment, acting: Any
) -> None:
    client = acting(pharmacist)
    assert stranger.user.name not in text_of(client.get(url("assign", draft.pk)))
    answer = press(client, url("assign", draft.pk), assignee=str(stranger.pk))
    assert answer.status_code == 422
    assert "Personen arbetar inte längre här." in text_of(answer)
    with pytest.raises(Refused):
        assign(draft, to=stranger, by=pharmacist)
    with pytest.raises(NotAllowed):
        assign(draft, to=stranger, by=stranger)
    pharmacist.user.is_active = False
    with pytest.raises(Refused):
        assign(draft, to=pharmacist, by=pharmacist)


def test_a_colleague_was_quicker(
    draft: Application, pharmacist: Assignment, colleague: Assignment, acting: Any
) -> None:
    opened = draft.revision
    assign(draft, to=colleague, by=colleague)
    with pytest.raises(Stale):
        assign(draft, to=pharmacist, by=pharmacist, opened_revision=opened)
    client = acting(pharmacist)
    form = hidden(client.get(url("assign", draft.pk)))
    assign(draft, to=pharmacist, by=colleague)
    assert client.post(url("assign", draft.pk), {**form, "assignee": "ingen"}).status_code == 409


def test_nobody_is_chosen_for_what_is_over(pharmacist: Assignment, acting: Any) -> None:
    sent = factories.application(by=pharmacist)
    assign(sent, to=pharmacist, by=pharmacist)
    factories.decided(of=sent)
    with pytest.raises(WrongState):
        assign(sent, to=None, by=pharmacist)
    assert acting(pharmacist).get(url("assign", sent.pk))["Location"] == sent.get_absolute_url()


def test_the_lists_show_who_and_can_be_narrowed_to_mine(
    pharmacist: Assignment, colleague: Assignment, acting: Any
) -> None:
    mine, others = (factories.application(by=pharmacist) for _ in range(2))
    assign(mine, to=pharmacist, by=pharmacist)
    assign(others, to=colleague, by=pharmacist)
    client = acting(pharmacist)
    page = text_of(client.get(url("inbox"), {"tab": "skickade"}))
    assert mine.dnr in page
    assert others.dnr in page
    assert colleague.user.name in page
    narrowed = client.get(url("inbox"), {"tab": "skickade", "mine": "on"})
    assert "1 skickad ansökan" in text_of(narrowed)
    assert others.dnr not in text_of(narrowed)
    assert "&amp;mine=on" in narrowed.content.decode()
    file = client.get(url("export"), {"tab": "skickade", "mine": "on"})
    text = b"".join(file.streaming_content).decode()
    assert mine.dnr in text
    assert others.dnr not in text
    # What nobody has begun on is nobody's.
    addressed = client.get(url("inbox"), {"tab": "till-oss", "mine": "on"})
    assert 'name="mine"' not in addressed.content.decode()
