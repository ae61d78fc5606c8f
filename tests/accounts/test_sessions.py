"""How long a session lasts, and where the person sees and ends their own."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import PersonSession
from accounts.presentation import browser_words
from accounts.sessions import ADDRESS_KEY, AGENT_KEY, STARTED_KEY, hashed
from accounts.tasks import purge_sessions
from klas.access import Role
from klas.models import AccessLogEntry
from klas.policy import policy
from tests import factories
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
PAGE, TIME_LEFT = reverse("accounts:profile"), reverse("accounts:time_left")
END = reverse("accounts:end_sessions")
IDLE = timedelta(minutes=policy.session_idle_minutes)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"


def is_in(client: ActingClient) -> bool:
    return bool(client.get(PAGE).status_code == 200)


def row_of(client: ActingClient) -> PersonSession:
    return PersonSession.objects.get(pk=hashed(str(client.session.session_key)))


@pytest.fixture
def client() -> ActingClient:
    with time_machine.travel(NOW, tick=False):
        return ActingClient().act_as(factories.acting_as(Role.CASEWORKER))


# The limits


def test_it_lasts_while_it_is_used_and_no_longer(client: ActingClient) -> None:
    for minutes in (29, 58, 87):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert is_in(client)
    with time_machine.travel(NOW + timedelta(minutes=87) + IDLE, tick=False):
        told = client.get(PAGE)
        assert told["Location"] == f"/logga-in/?avslutad=1&next={PAGE}"
        page = client.get(told["Location"]).content.decode()
    assert '<h1 class="govuk-heading-l">Du har loggats ut</h1>' in page
    assert "finns kvar" not in page, "nothing was typed"


def test_asking_how_long_it_lasts_does_not_prolong_it_and_going_on_does(
    client: ActingClient,
) -> None:
    later = NOW + IDLE - timedelta(minutes=2)
    with time_machine.travel(later, tick=False):
        for _ in range(2):
            answer = client.get(TIME_LEFT).json()
            assert answer["seconds"] == 120
        assert client.post(TIME_LEFT).json()["seconds"] == IDLE.total_seconds()
    with time_machine.travel(later + IDLE, tick=False):
        assert client.get(TIME_LEFT).json() == {"seconds": 0, "last": 0}
        assert not is_in(client)


def test_nobody_is_signed_in_longer_than_the_absolute_limit(client: ActingClient) -> None:
    session = client.session
    with time_machine.travel(NOW, tick=False):
        session[STARTED_KEY] = (NOW - timedelta(hours=policy.session_hours, minutes=-5)).timestamp()
        session.save()
    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        answer = client.post(TIME_LEFT).json()
        assert answer["seconds"] == answer["last"] == 120
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        assert not is_in(client)


def test_a_page_says_the_limit_and_carries_what_the_warning_takes(client: ActingClient) -> None:
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        page = client.get(PAGE).content.decode()
    assert f'data-seconds="{int(IDLE.total_seconds()) - 30}"' in page
    assert f'data-warning="{60 * policy.session_warning_minutes}"' in page
    assert policy.session_warning_minutes >= 2
    assert "Du loggas ut när du inte har använt KLAS på 30 minuter" in page
    anonymous = ActingClient().get(reverse("accounts:sign_in")).content.decode()
    assert "<dialog" not in anonymous


def test_the_use_is_written_once_a_minute_and_costs_one_query(client: ActingClient) -> None:
    def queries_at(seconds: int) -> list[str]:
        with (
            time_machine.travel(NOW + timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as asked,
        ):
            assert is_in(client)
        return [query["sql"] for query in asked.captured_queries]

    queries_at(1)
    early, late = queries_at(59), queries_at(61)
    assert len(late) == len(early) + 1
    assert [sql.startswith("UPDATE") for sql in late].count(True) == 1
    assert len(queries_at(62)) == len(early)


# Their own list


@pytest.fixture
def other() -> ActingClient:
    """The same person elsewhere: see `both`."""
    return ActingClient()


@pytest.fixture
def both(client: ActingClient, other: ActingClient) -> Any:
    """Two browsers of one person, now; gives a third, somebody else's."""
    with time_machine.travel(NOW, tick=False):
        other.force_login(PersonSession.objects.get().user)  # type: ignore[arg-type]
        session = other.session
        session[AGENT_KEY], session[ADDRESS_KEY] = FIREFOX, "192.0.2.7"
        session.save()
        yield ActingClient().act_as(factories.acting_as(Role.CASEWORKER))


def test_the_profile_lists_own_sessions_and_marks_this_one(
    client: ActingClient, other: ActingClient, both: ActingClient
) -> None:
    page = client.get(PAGE).content.decode()
    assert page.count('name="end"') == 2 + 2, "one for each, all others, all"
    assert page.count("Den här inloggningen") == 1
    assert "Firefox på Windows" in page
    assert "192.0.2.7" in page
    assert 'value="andra"' not in both.get(PAGE).content.decode()


def test_one_is_ended_and_dead_at_once(
    client: ActingClient, other: ActingClient, both: ActingClient
) -> None:
    client.post(END, {"end": row_of(other).pk})
    assert not is_in(other)
    assert is_in(client)
    assert AccessLogEntry.objects.filter(what="sessions_ended").count() == 1


def test_all_others_are_ended(
    client: ActingClient, other: ActingClient, both: ActingClient
) -> None:
    told = client.post(END, {"end": "andra"}, follow=True).content.decode()
    assert "Utloggningen är klar" in told
    assert (is_in(client), is_in(other), is_in(both)) == (True, False, True)


def test_all_are_ended_in_one_click(
    client: ActingClient, other: ActingClient, both: ActingClient
) -> None:
    assert client.post(END, {"end": "alla"})["Location"] == reverse("accounts:signed_out")
    assert (is_in(client), is_in(other), is_in(both)) == (False, False, True)


@pytest.mark.parametrize("which", ["", "nagot"])
def test_nobody_ends_anothers_session(
    client: ActingClient, other: ActingClient, both: ActingClient, which: str
) -> None:
    client.post(END, {"end": which or row_of(both).pk})
    assert (is_in(client), is_in(other), is_in(both)) == (True, True, True)


# What is stored


def test_the_database_does_not_hold_the_key_that_lets_one_in(client: ActingClient) -> None:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert not PersonSession.objects.filter(pk=key).exists()
    client.cookies[settings.SESSION_COOKIE_NAME] = hashed(key)
    assert not is_in(client)


def test_what_has_ended_is_thrown_away(client: ActingClient, both: ActingClient) -> None:
    PersonSession.objects.filter(pk=row_of(client).pk).update(last_used_at=NOW - IDLE)
    PersonSession.objects.filter(pk=row_of(both).pk).update(expire_date=NOW)
    purge_sessions(int(time.time()))
    assert PersonSession.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox på Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge på Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari på iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile Safari/537", "Chrome på Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/18 Safari/605", "Safari på Mac"),
        ("curl/8", "Okänd webbläsare"),
        ("", "Okänd webbläsare"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words
