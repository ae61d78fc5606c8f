"""A licence that has been withdrawn, or cannot be confirmed, stops what is to be sent."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from accounts.models import Assignment
from accounts.practice.checking import check, is_confirmed
from accounts.practice.registers import RegisterDown
from klas import clock
from klas.access import Role
from klas.errors import Refused
from klas.policy import policy
from motivations.models import Motivation
from tests import factories

pytestmark = pytest.mark.django_db


def complete_draft() -> Motivation:
    answers = factories.individual_answers(factories.ProductFactory())
    return factories.draft(by=factories.acting_as(Role.PRESCRIBER), answers=answers)


class Hosp:
    """The configured register: a file that the test writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.says()

    def says(self, *rows: str) -> None:
        self.path.write_text("\n".join(["hsa_id,profession,prescriber_code,valid", *rows, ""]))

    def about(self, person: Assignment, valid: str, profession: str = "doctor") -> None:
        code = "7654321" if profession == "doctor" else ""
        self.says(f"{person.user.subject},{profession},{code},{valid}")


@pytest.fixture
def hosp(settings: Any, tmp_path: Path) -> Hosp:
    settings.KLAS_REGISTERS = [str(tmp_path / "hosp.csv")]
    return Hosp(tmp_path / "hosp.csv")


class TestChecking:
    def test_the_answer_is_kept(self, hosp: Hosp) -> None:
        doctor = factories.acting_as(Role.PRESCRIBER)
        assert not is_confirmed(doctor.user)
        hosp.about(doctor, "yes")
        check(doctor.user)
        doctor.user.refresh_from_db()
        assert doctor.user.licensed_to_practise
        assert doctor.user.prescriber_code == "7654321"
        assert is_confirmed(doctor.user)

    def test_one_register_that_is_silent_does_not_stop_whom_another_knows(
        self, hosp: Hosp, settings: Any, tmp_path: Path
    ) -> None:
        settings.KLAS_REGISTERS = [str(tmp_path / "away.csv"), *settings.KLAS_REGISTERS]
        doctor, other = factories.acting_as(Role.PRESCRIBER), factories.acting_as(Role.PRESCRIBER)
        hosp.about(doctor, "yes")
        check(doctor.user)
        assert is_confirmed(doctor.user)
        with pytest.raises(RegisterDown):
            check(other.user)
        assert other.user.licensed_to_practise, "nobody has said otherwise"

    def test_who_is_in_no_register_has_no_licence(self, hosp: Hosp) -> None:
        doctor = factories.acting_as(Role.PRESCRIBER)
        check(doctor.user)
        doctor.user.refresh_from_db()
        assert not doctor.user.licensed_to_practise

    def test_who_needs_no_licence_is_not_asked_about(self, hosp: Hosp) -> None:
        officer = factories.acting_as(Role.CASEWORKER)
        hosp.path.unlink()  # to ask would fail
        check(officer.user)
        assert officer.user.licence_checked_at is None

    def test_an_answer_grows_old(self, hosp: Hosp) -> None:
        doctor = factories.acting_as(Role.PRESCRIBER)
        hosp.about(doctor, "yes")
        check(doctor.user)
        later = clock.now() + policy.licence_answer_holds + timedelta(seconds=1)
        with clock.at(later):
            assert not is_confirmed(doctor.user)


class TestSending:
    def send(self, acting: Any, draft: Any) -> Any:
        client = acting(draft.author)
        address = reverse("motivations:check", args=[draft.pk])
        page = client.get(address)
        form = page.context
        return client.post(
            address,
            {
                "_checked": form["checked"],
                "_version": draft.revision,
                "_key": "6f1c8a52-26a3-4d0e-8d3c-0f1f4bb2a111",
            },
        )

    def test_a_licence_withdrawn_meanwhile_stops_at_once(self, hosp: Hosp, acting: Any) -> None:
        draft = complete_draft()
        hosp.about(draft.author, "no")
        page = self.send(acting, draft)
        assert page.status_code == 409
        assert "saknar giltig legitimation" in page.text
        draft.refresh_from_db()
        assert draft.is_draft

    def test_a_register_that_is_silent_is_told_and_nothing_is_lost(
        self, hosp: Hosp, acting: Any
    ) -> None:
        draft = complete_draft()
        hosp.path.unlink()
        page = self.send(acting, draft)
        assert page.status_code == 503
        assert "svarar inte" in page.text
        assert "sparat" in page.text
        hosp.about(draft.author, "yes")
        assert self.send(acting, draft).status_code == 302
        draft.refresh_from_db()
        assert draft.reference

    def test_the_service_itself_demands_a_fresh_answer(self, hosp: Hosp) -> None:
        draft = complete_draft()
        with pytest.raises(Refused, match="svarar inte"):
            factories.submission.submit(draft, by=draft.author)

    def test_a_pharmacist_whose_licence_was_withdrawn(self, hosp: Hosp, acting: Any) -> None:
        pharmacist = factories.acting_as(Role.PHARMACIST)
        hosp.about(pharmacist, "yes", "pharmacist")
        draft = factories.application_draft(on=sent_before(hosp), by=pharmacist)
        hosp.about(pharmacist, "no", "pharmacist")
        client = acting(pharmacist)
        address = reverse("applications:check", args=[draft.pk])
        page = client.post(
            address,
            {"_version": draft.revision, "_key": "6f1c8a52-26a3-4d0e-8d3c-0f1f4bb2a112"},
        )
        assert page.status_code == 409
        assert "saknar giltig legitimation" in page.text


def sent_before(hosp: Hosp) -> Any:
    author = factories.acting_as(Role.PRESCRIBER)
    hosp.about(author, "yes")
    check(author.user)
    return factories.motivation(by=author)


def test_without_a_register_the_deploy_check_fails(settings: Any) -> None:
    found = {error.id for error in run_checks(include_deployment_checks=True)}
    assert "accounts.E003" in found
    settings.KLAS_REGISTERS = ["http://hosp.invalid/"]
    found = {error.id for error in run_checks(include_deployment_checks=True)}
    assert "accounts.E004" in found
