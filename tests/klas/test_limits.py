"""Limits: what somebody may do so often is counted by all processes together."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from klas import clock, limits
from klas.access import Role
from klas.limits import Asker, Limit, TooMany
from klas.models import Bucket
from klas.policy import Rate
from tests import factories

TWO = Rate(2, 10)


@pytest.mark.django_db
def test_so_many_at_once_and_then_one_for_each_token_that_comes_back() -> None:
    now = clock.now()
    with clock.at(now):
        limits.take_from("x", "a", TWO)
        limits.take_from("x", "a", TWO)
        with pytest.raises(TooMany) as refused:
            limits.take_from("x", "a", TWO)
        assert refused.value.until == now + timedelta(minutes=5)
        limits.take_from("x", "b", TWO)
        limits.take_from("y", "a", TWO)
    with clock.at(now + timedelta(minutes=4, seconds=59)), pytest.raises(TooMany):
        limits.take_from("x", "a", TWO)
    with clock.at(now + timedelta(minutes=5)):
        limits.take_from("x", "a", TWO)
        with pytest.raises(TooMany):
            limits.take_from("x", "a", TWO)
    with clock.at(now + timedelta(hours=1)):
        assert limits.purge() == 3


@pytest.mark.django_db
def test_person_unit_and_address_are_counted_each_by_itself() -> None:
    limit = Limit("x", person=Rate(2, 10), unit=Rate(3, 10), address=Rate(4, 10))

    def take(person: str, unit: str, address: str) -> bool:
        before = limits.asker.set(Asker(person, unit, address))
        try:
            limits.take(limit)
        except TooMany:
            return False
        finally:
            limits.asker.reset(before)
        return True

    assert take("p1", "u1", "a1")
    assert take("p1", "u1", "a1")
    assert not take("p1", "u2", "a2"), "the person"
    assert take("p2", "u1", "a1")
    assert not take("p3", "u1", "a2"), "the unit"
    assert take("p4", "u4", "a1")
    assert not take("p5", "u5", "a1"), "the address"
    assert take("", "", "a3")
    assert not Bucket.objects.filter(key__contains=b"a1").exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_one_by_one() -> None:
    passed: list[int] = []

    def ask() -> None:
        try:
            for _ in range(10):
                limits.take_from("x", "a", Rate(15, 60))
                passed.append(1)
        except TooMany:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 15


# Pages


@pytest.mark.django_db
def test_a_form_that_meets_the_limit_is_kept_and_can_be_sent_again(
    acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITES", Limit("writes", person=Rate(1, 10)))
    client = acting(factories.acting_as(Role.PRESCRIBER))
    page, typed = reverse("accounts:profile"), {"phone": '08-1 "2"\n<b>', "email": "a@b.se"}
    now = clock.now()
    with clock.at(now):
        assert client.post(page, {**typed, "email": "inte en adress"}).status_code == 422
        refused = client.post(page, typed)
    html = refused.content.decode()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"
    assert "Försök igen klockan" in html
    assert "Skicka igen" in html
    assert 'name="phone" value="08-1 &quot;2&quot;\n&lt;b&gt;"' in html
    assert f'action="{page}"' in html
    assert client.get(page).status_code == 200, "reading is not counted"
    with clock.at(now + timedelta(minutes=10)):
        assert client.post(page, {"phone": "08-12", "email": "a@b.se"}).status_code == 302


@pytest.mark.django_db
def test_what_another_site_sends_is_not_offered_to_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.conftest import ActingClient

    monkeypatch.setattr(limits, "WRITES", Limit("writes", address=Rate(1, 10)))
    client = ActingClient(enforce_csrf_checks=True).act_as(factories.acting_as(Role.PRESCRIBER))
    for _ in range(3):
        answer = client.post(reverse("accounts:profile"), {"phone": "falskt"})
        assert answer.status_code == 403
        assert "falskt" not in answer.content.decode()


@pytest.mark.django_db
def test_a_file_is_counted_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS", Limit("uploads", address=Rate(1, 10)))
    from tests.conftest import ActingClient

    client = ActingClient()
    page = reverse("verification:check")
    assert client.post(page, {"file": SimpleUploadedFile("a.png", b"x")}).status_code == 422

    class NeverRead:
        def read(self, *size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    headers = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "9000"}
    answer = client.generic("POST", page, **headers, **{"wsgi.input": NeverRead()})
    assert answer.status_code == 429
    assert "skicka det igen" in answer.content.decode()


@pytest.mark.django_db
def test_files_and_lists_are_counted_as_downloads(
    acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DOWNLOADS", Limit("downloads", unit=Rate(1, 10)))
    for _ in range(2):
        client = acting(factories.acting_as(Role.CASEWORKER))
        answer = client.get(reverse("decisions:export"))
    assert answer.status_code == 429
    assert "Ladda om sidan" in answer.content.decode()


# Addresses


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "inte en adress", ""),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_only(
    client: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    proxies: int,
    forwarded: str,
    counted: str,
) -> None:
    settings.PROXIES = proxies
    seen: set[str] = set()
    monkeypatch.setattr(limits, "take_from", lambda name, who, rate: seen.add(who))
    client.post("/sprak/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert seen == ({counted} if counted else set())
    assert limits.asker.get() == limits.NOBODY
