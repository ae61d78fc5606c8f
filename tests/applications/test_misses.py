"""Searches without a hit slow the next one down, and in the end stop it."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Assignment
from applications.services.misses import demand_few_misses
from applications.services.search import NotFound, find_by_fact
from klas import audit, clock
from klas.errors import Refused
from klas.models import AccessAction, AccessLogEntry
from klas.policy import policy
from motivations.enums import SearchedBy
from tests import factories

pytestmark = pytest.mark.django_db
SLOW, BLOCK = policy.search_misses_before_slow, policy.search_misses_before_block
TIMES = policy.search_misses_pharmacy_factor


def miss(by: Assignment, times: int = 1) -> None:
    for _ in range(times):
        audit.record(AccessAction.SEARCH, by=by, what="motivation_by_owner", hit=False)


def refused(by: Assignment, *, after: timedelta = timedelta(0)) -> str:
    """What is said to a search so long after the last miss; "" when it may be made."""
    last = AccessLogEntry.objects.order_by("-at").values_list("at", flat=True)[0]
    with clock.at(last + after):
        try:
            demand_few_misses(by)
        except Refused as error:
            return str(error)
    return ""


def seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def test_a_few_misses_cost_nothing(pharmacist: Assignment) -> None:
    miss(pharmacist, SLOW - 1)
    assert refused(pharmacist) == ""


def test_each_miss_beyond_them_makes_the_wait_longer(pharmacist: Assignment) -> None:
    miss(pharmacist, SLOW - 1)
    for number in range(1, BLOCK - SLOW + 1):
        miss(pharmacist)
        wait = policy.search_wait_seconds * number
        assert "Du har sökt flera gånger utan träff." in refused(
            pharmacist, after=seconds(wait - 1)
        )
        assert refused(pharmacist, after=seconds(wait)) == ""


def test_the_time_that_is_told_is_late_enough_and_hardly_later(pharmacist: Assignment) -> None:
    miss(pharmacist, SLOW)
    told = re.search(r"klockan (\d\d):(\d\d):(\d\d)", refused(pharmacist))
    assert told
    hour, minute, second = map(int, told.groups())
    last = timezone.localtime(AccessLogEntry.objects.latest("at").at)
    then = last.replace(hour=hour, minute=minute, second=second, microsecond=0)
    wait = then - last if then > last else then - last + timedelta(days=1)
    assert refused(pharmacist, after=wait) == ""
    assert wait <= seconds(policy.search_wait_seconds + 1)


def test_too_many_misses_stop_the_person_until_they_are_old(pharmacist: Assignment) -> None:
    miss(pharmacist, BLOCK)
    window = timedelta(minutes=policy.search_miss_window_minutes)
    assert "kan inte söka just nu" in refused(pharmacist, after=window - seconds(1))
    assert refused(pharmacist, after=window + seconds(1)) == ""


def test_hits_and_others_misses_do_not_count(pharmacist: Assignment, stranger: Any) -> None:
    miss(stranger, BLOCK)
    for _ in range(BLOCK):
        audit.record(AccessAction.SEARCH, by=pharmacist, what="motivation_by_owner", hit=True)
    assert refused(pharmacist) == ""


def test_it_follows_the_person_to_another_pharmacy(pharmacist: Assignment) -> None:
    miss(pharmacist, BLOCK)
    elsewhere = factories.AssignmentFactory(pharmacist=True, user=pharmacist.user)
    assert "kan inte söka just nu" in refused(elsewhere)


def test_the_misses_of_a_pharmacy_are_counted_together(pharmacist: Assignment) -> None:
    assert pharmacist.pharmacy is not None
    others = [
        factories.AssignmentFactory(pharmacist=True, pharmacy=pharmacist.pharmacy)
        for _ in range(TIMES)
    ]
    for other in others:
        miss(other, SLOW)
    assert "Ni på apoteket har sökt många gånger utan träff. Vänta" in refused(pharmacist)
    for other in others:
        miss(other, BLOCK - SLOW)
    assert "Ni på apoteket" in refused(pharmacist)
    assert "kan inte söka just nu" in refused(pharmacist, after=timedelta(minutes=30))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_tries_than_one_by_one() -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    outcomes: list[str] = []

    def search() -> None:
        try:
            find_by_fact(
                SearchedBy.OWNER, "Ingen Alls", second="Ospolot", purpose="customer", by=pharmacist
            )
        except NotFound:
            outcomes.append("missed")
        except Refused:
            outcomes.append("held back")
        finally:
            connection.close()

    threads = [threading.Thread(target=search) for _ in range(SLOW + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held back"] * 3 + ["missed"] * SLOW
    assert AccessLogEntry.objects.filter(hit=False).count() == SLOW
