"""Sample checks: drawn at random, judged once, and themselves recorded."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import InternalError, ProgrammingError
from django.urls import reverse

from klas import audit, clock, log_samples
from klas.access import Role
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessAction, AccessLogEntry, LogSample, SampledEntry, Verdict
from tests import factories
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db


def write(n: int) -> None:
    by = factories.acting_as(Role.CASEWORKER)
    for i in range(n):
        audit.record(AccessAction.READ, by=by, what="case", whose=f"5.8.1-2026-{i}")


def drawn(n: int = 3) -> LogSample:
    today = clock.today()
    by = factories.acting_as(Role.OPERATOR)
    return log_samples.draw(first_day=today, last_day=today, most=n, by=by)


def test_a_sample_is_drawn_and_recorded() -> None:
    write(8)
    sample = drawn(3)
    assert (sample.entries.count(), sample.among) == (3, 8)
    assert len(set(sample.entries.values_list("entry_id", flat=True))) == 3
    assert AccessLogEntry.objects.get(what="log_sample").object_id == sample.pk


def test_nothing_to_draw_and_nobody_else_draws() -> None:
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(Refused):
        log_samples.draw(
            first_day=yesterday,
            last_day=yesterday,
            most=3,
            by=factories.acting_as(Role.OPERATOR),
        )
    with pytest.raises(NotAllowed):
        log_samples.draw(
            first_day=yesterday,
            last_day=yesterday,
            most=3,
            by=factories.acting_as(Role.CASEWORKER),
        )


def test_an_access_is_judged_once_on_its_page() -> None:
    write(2)
    sample = drawn(2)
    client = ActingClient().act_as(factories.acting_as(Role.OPERATOR))
    address = reverse("klas:check_sampled", args=[sample.pk, 1])
    questioned = {"verdict": "questioned", "note": "", "_key": str(uuid.uuid4())}
    assert client.post(address, questioned).status_code == 409
    answer = client.post(address, questioned | {"note": "Inget ärende öppet."}, follow=True)
    page = answer.content.decode()
    assert "Ifrågasatt" in page
    assert "Inget ärende öppet." in page
    assert client.get(address).status_code == 302
    one = SampledEntry.objects.get(place=1)
    with pytest.raises(WrongState):
        log_samples.check(one, verdict=Verdict.FINE, note="", by=sample.drawn_by)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        SampledEntry.objects.filter(pk=one.pk).update(verdict=Verdict.FINE)


def test_a_sample_is_drawn_from_the_page() -> None:
    write(2)
    client = ActingClient().act_as(factories.acting_as(Role.OPERATOR))
    address = reverse("klas:log_samples")
    today = clock.today().isoformat()
    form = {"first_day": today, "last_day": today, "most": "5", "_key": str(uuid.uuid4())}
    page = client.post(address, form, follow=True).content.decode()
    assert "5.8.1-2026-1" in page
    wrong = form | {"last_day": "2020-01-01"}
    assert client.post(address, wrong).status_code == 422
