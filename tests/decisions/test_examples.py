"""The example data of the demo: every kind of motivation is there, and everybody may sign in."""

import pytest

from accounts.demo import PEOPLE
from accounts.enums import Profession
from accounts.models import Assignment
from decisions.examples.load import load
from motivations.enums import LicenceKind, MotivationStatus
from motivations.kinds import kinds_for
from motivations.models import Motivation

pytestmark = pytest.mark.django_db


def test_the_examples_hold_a_waiting_motivation_of_each_kind() -> None:
    assert load(say=lambda line: None)
    waiting = Motivation.objects.filter(status=MotivationStatus.SUBMITTED)
    assert {LicenceKind(kind) for kind in waiting.values_list("kind", flat=True)} == set(
        LicenceKind
    )
    assert not load(say=lambda line: None), "loading again changes nothing"
    assignments = {
        assignment.user.subject.rpartition("SE5590000003-")[2]: assignment
        for assignment in Assignment.objects.select_related("user", "care_unit").order_by("-pk")
    }
    assert set(assignments) == {person.key for person in PEOPLE}
    may_write = {
        key: {kind.code.value for kind in kinds_for(assignments[key])}
        for key in ("lakare", "tandlakare", "veterinar", "beredskapslakare")
    }
    assert may_write == {
        "lakare": {"individual", "general"},
        "tandlakare": {"individual", "general"},
        "veterinar": {"veterinary"},
        "beredskapslakare": {"individual", "general", "preparedness"},
    }
    units = {
        key: assignment.care_unit.name for key, assignment in assignments.items()
        if assignment.care_unit is not None
    }  # fmt: skip
    assert "Djursjukhuset" in units["veterinar"]
    assert "tandvård" in units["tandlakare"]
    assert assignments["veterinar"].user.profession == Profession.VETERINARIAN
