"""A form acts once, and pages that only read cannot write."""

import threading
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from klas.errors import Refused
from klas.middleware import ReadOnlyGetMiddleware, WriteOnGet
from klas.models import IdempotencyKey, Series
from klas.once import once
from tests import factories


def posted(user: Any, key: str) -> Any:
    request = RequestFactory().post("/", {"_key": key})
    request.user = user
    return request


@pytest.mark.django_db
class TestOnce:
    def test_the_second_sending_is_led_to_the_first_answer(self) -> None:
        user, key, done = factories.UserFactory(), str(uuid.uuid4()), []

        def act() -> str:
            done.append(1)
            return f"/svar/{len(done)}/"

        first, second = once(posted(user, key), act), once(posted(user, key), act)
        assert first["Location"] == second["Location"] == "/svar/1/"
        assert done == [1]

    def test_keys_are_each_person_s_own(self) -> None:
        key = str(uuid.uuid4())
        once(posted(factories.UserFactory(), key), lambda: "/a/")
        assert once(posted(factories.UserFactory(), key), lambda: "/b/")["Location"] == "/b/"

    def test_a_refusal_frees_the_key(self) -> None:
        user, key = factories.UserFactory(), str(uuid.uuid4())

        def refuse() -> str:
            raise Refused("nej")

        with pytest.raises(Refused):
            once(posted(user, key), refuse)
        assert once(posted(user, key), lambda: "/svar/")["Location"] == "/svar/"

    @pytest.mark.parametrize("key", ["", "x", "1234"])
    def test_a_form_without_a_key_is_no_form_of_ours(self, key: str) -> None:
        with pytest.raises(SuspiciousOperation):
            once(posted(factories.UserFactory(), key), lambda: "/")


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_the_same_moment_act_once() -> None:
    user, key = factories.UserFactory(), str(uuid.uuid4())
    done, answers, barrier = [], [], threading.Barrier(4)

    def act() -> str:
        done.append(1)
        return "/svar/"

    def send() -> None:
        try:
            barrier.wait()
            answers.append(once(posted(user, key), act)["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
    assert answers == ["/svar/"] * 4
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
class TestReadOnlyGet:
    def middleware(self) -> ReadOnlyGetMiddleware:
        def view(request: Any) -> HttpResponse:
            Series.objects.create(name="x", year=2026, last=1)
            return HttpResponse()

        return ReadOnlyGetMiddleware(view)

    def test_a_get_cannot_write(self) -> None:
        with pytest.raises(WriteOnGet), transaction.atomic():
            self.middleware()(RequestFactory().get("/"))
        assert not Series.objects.exists()

    def test_a_post_can(self) -> None:
        request = RequestFactory().post("/")
        request.user = AnonymousUser()
        assert self.middleware()(request).status_code == 200
        assert Series.objects.count() == 1
