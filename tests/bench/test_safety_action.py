"""What a safety action on 5,000 licences costs: to order, and to do."""

import time
from typing import Any

import pytest
from django.urls import reverse

from licences import oversight
from licences.models import ActedLicence
from licences.services import safety, safety_work
from tests import factories
from tests.bench.licences import many_licences

# Committed licence by licence, as the worker does.
pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
LICENCES, MEASURED = 5_000, 500
# All 5,000 are to be stopped within the quarter of an hour.
MOST_SECONDS = 900
# The last take no longer than the first: what is done is not looked through again.
MOST = 2.0


def test_five_thousand_licences_are_stopped(acting: Any, capsys: Any) -> None:
    officer = factories.AssignmentFactory()
    sample = many_licences(LICENCES)
    facts = safety.SafetyFacts("suspend", [sample.product], "Nya uppgifter.")

    start = time.perf_counter()
    touched = oversight.count_touched(
        oversight.touched_by("suspend", facts.products, today=sample.valid_from)
    )
    counted = time.perf_counter() - start
    assert touched.licences == LICENCES

    start = time.perf_counter()
    action = safety.order(facts, expected=LICENCES, by=officer)
    ordered = time.perf_counter() - start

    start = time.perf_counter()
    assert safety_work.work(limit=MEASURED) == MEASURED
    first = time.perf_counter() - start
    safety_work.work(limit=LICENCES - 2 * MEASURED)
    start = time.perf_counter()
    safety_work.work(limit=MEASURED)
    last = time.perf_counter() - start
    assert not ActedLicence.objects.exclude(state="done").exists()

    client = acting(officer)
    start = time.perf_counter()
    client.get(reverse("licences:safety_action", args=[action.pk]))
    shown = time.perf_counter() - start
    rate, total = MEASURED / last, LICENCES / MEASURED * last
    with capsys.disabled():
        print(
            f"\nsafety action on {LICENCES} licences: counted in {counted * 1000:.0f} ms, ordered "
            f"in {ordered * 1000:.0f} ms, done at {MEASURED / first:.0f} a second at first and "
            f"{rate:.0f} at last ({total:.0f} s for all); its page {shown * 1000:.0f} ms"
        )
    assert total < MOST_SECONDS
    assert last / first < MOST
