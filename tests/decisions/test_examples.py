"""The demo's data: everybody finds something to do, and loading twice changes nothing."""

from typing import Any

import pytest

from accounts.demo import PEOPLE, people_by_group, sign_in_lines
from accounts.models import User
from applications.enums import ApplicationStatus
from applications.models import Application
from decisions.enums import OPEN_CASES, CaseStatus
from decisions.examples import load
from decisions.models import Case, Licence
from klas.clock import today
from motivations.enums import LicenceKind, MotivationStatus, Outcome
from motivations.kinds import kinds_for
from motivations.models import Motivation
from motivations.queries import ending_licences, templates_of

pytestmark = pytest.mark.django_db


def test_the_demo(settings: Any, tmp_path: Any) -> None:
    """Loaded once for all that is asked of it: loading takes longer than asking."""
    settings.MEDIA_ROOT = tmp_path
    assert load(say=lambda step: None) is True
    every_role_finds_something_to_do()
    the_doctor_has_a_licence_to_renew_and_a_template_to_use()
    everybody_can_sign_in()
    a_motivation_of_each_kind_waits_and_its_author_is_at_the_right_place()
    loading_again_changes_nothing()


def every_role_finds_something_to_do() -> None:
    by_status = {
        status: Motivation.objects.filter(status=status).count() for status in MotivationStatus
    }
    assert by_status[MotivationStatus.DRAFT] == 4
    assert by_status[MotivationStatus.SUBMITTED] == 8
    assert Application.objects.filter(status=ApplicationStatus.DRAFT).count() == 1
    open_cases = Case.objects.filter(status__in=OPEN_CASES)
    assert open_cases.count() == 41
    assert {case.status for case in open_cases} == set(OPEN_CASES)
    assert open_cases.filter(due_on__lt=today()).exists()
    assert open_cases.filter(due_on__gt=today()).exists()
    assert open_cases.filter(is_urgent=True).exists()
    assert open_cases.filter(is_first_time=True).exists()
    outcomes = set(
        Application.objects.filter(case__status=CaseStatus.DECIDED).values_list(
            "outcome", flat=True
        )
    )
    assert outcomes == {Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION, Outcome.REJECTED}
    in_use = Licence.objects.filter(valid_from__lte=today(), valid_to__gte=today())
    assert in_use.exists()


def the_doctor_has_a_licence_to_renew_and_a_template_to_use() -> None:
    doctor = User.objects.get(subject="SE5590000003-lakare").assignments.get()
    assert ending_licences(doctor, today=today()).count() == 1
    template = templates_of(doctor).get()
    drafts = Motivation.objects.filter(author=doctor, status=MotivationStatus.DRAFT)
    assert drafts.filter(product_line__startswith=template.product_name).exists()


def everybody_can_sign_in() -> None:
    people = [person for _, group in people_by_group() for person in group]
    assert len(people) == len(PEOPLE)
    assert all(person.assignments for person in people)
    assert len([line for line in sign_in_lines() if line.startswith("  ")]) == len(PEOPLE)


def loading_again_changes_nothing() -> None:
    before = Motivation.objects.count(), Case.objects.count()
    assert load(say=lambda step: None) is False
    assert (Motivation.objects.count(), Case.objects.count()) == before


def a_motivation_of_each_kind_waits_and_its_author_is_at_the_right_place() -> None:
    waiting = Motivation.objects.filter(status=MotivationStatus.SUBMITTED)
    assert set(waiting.values_list("kind", flat=True)) == {kind.value for kind in LicenceKind}
    people = {
        person.user.subject.rpartition("-")[2]: person.assignments[0]
        for _, group in people_by_group()
        for person in group
    }
    may_write = {
        key: {kind.code.value for kind in kinds_for(people[key])}
        for key in ("lakare", "tandlakare", "veterinar", "beredskapslakare")
    }
    assert may_write == {
        "lakare": {"individual", "general"},
        "tandlakare": {"individual", "general"},
        "veterinar": {"veterinary"},
        "beredskapslakare": {"individual", "general", "preparedness"},
    }
    assert "Djursjukhuset" in people["veterinar"].unit_name
    assert "tandvård" in people["tandlakare"].unit_name
