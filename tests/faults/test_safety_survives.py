"""Workers are killed in the middle of a safety action: every licence is stopped, each once."""

from collections import Counter

import pytest

from decisions.models import Letter, Licence, LicenceEvent
from licences.enums import ActedState
from licences.models import ActedLicence
from licences.services import safety
from notifications.models import Notice
from tests import factories
from tests.bench.licences import many_licences
from tests.faults.installation import wait_for, worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults"),
]

LICENCES, KILLED_AFTER = 150, (20, 60)


def done() -> int:
    return ActedLicence.objects.filter(state=ActedState.DONE).count()


def test_a_safety_action_survives_workers_that_are_killed() -> None:
    sample = many_licences(LICENCES)
    licences = Licence.objects.filter(product=sample.product)
    assert licences.count() == LICENCES
    stopping = safety.SafetyFacts("suspend", [sample.product], "Nya uppgifter.")
    safety.order(stopping, expected=LICENCES, by=factories.AssignmentFactory())

    for enough in KILLED_AFTER:
        with worker() as killed:
            wait_for(lambda enough=enough: done() >= enough, f"{enough} licences")
            killed.kill()  # in the middle of the next licence
            killed.wait()
        assert done() < LICENCES, "the worker was too quick to be killed"

    with worker() as last:
        wait_for(lambda: done() == LICENCES, "all licences")
        last.kill()
        last.wait()

    assert not licences.exclude(status="suspended").exists()
    events = Counter(LicenceEvent.objects.values_list("subject", "action"))
    assert set(events.values()) == {1}
    assert len(events) == LICENCES
    assert Letter.objects.filter(reason="suspension").count() == LICENCES
    told = Counter(Notice.objects.filter(kind="safety_suspended").values_list("recipient"))
    assert set(told.values()) == {1}
