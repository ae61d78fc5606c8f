"""A safety action on many licences: how far it reaches, done once each, told once each."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Assignment
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from licences import oversight
from licences.enums import ActedState
from licences.models import ActedLicence, SafetyAction
from licences.services import safety, safety_work
from medicines.models import ExactProduct
from motivations.enums import LicenceKind
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.licences.conftest import (
    REASON,
    dispense,
    granted,
    hidden,
    pharmacist_at,
    revoked,
    stopped,
    text_of,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def three(pharmacist: Assignment, elsewhere: Assignment) -> list[Licence]:
    """Three licences for one product: two of them for one patient, at one pharmacy."""
    general = granted(LicenceKind.GENERAL, by=elsewhere)
    made = [granted(by=pharmacist), granted(by=pharmacist), general]
    assert len({licence.product.product_key for licence in made}) == 1
    return made


def facts(licences: list[Licence], act: str = "suspend") -> safety.SafetyFacts:
    return safety.SafetyFacts(act, [licences[0].product], REASON, "Lägg undan allt.")


def ordered(licences: list[Licence], *, by: Assignment, act: str = "suspend") -> SafetyAction:
    return safety.order(facts(licences, act), expected=len(licences), by=by)


def statuses(licences: list[Licence]) -> list[str]:
    found = Licence.objects.in_bulk([licence.pk for licence in licences])
    return [found[licence.pk].status for licence in licences]


def test_how_far_it_reaches(three: list[Licence]) -> None:
    dispense(three[0], by=pharmacist_at())
    touched = oversight.touched_by("suspend", [three[0].product], today=clock.today())
    assert oversight.count_touched(touched) == oversight.Touched(3, 3, 1)


def test_every_licence_is_stopped_once_and_every_holder_told_once(
    three: list[Licence], officer: Assignment, pharmacist: Assignment, elsewhere: Assignment
) -> None:
    third = pharmacist_at()
    dispense(three[0], by=third)
    action = ordered(three, by=officer)
    assert statuses(three) == [LicenceStatus.ACTIVE] * 3, "the worker does it"
    assert safety_work.work(limit=2) == 2
    assert safety_work.work(limit=10) == 1
    assert safety_work.work(limit=10) == 0
    assert statuses(three) == [LicenceStatus.SUSPENDED] * 3
    for licence in three:
        [event] = licence.events.filter(action="suspend")
        assert (event.actor, event.reason) == (officer, REASON)
        assert licence.decision.case.letters.filter(reason="suspension").count() == 1
    told = Notice.objects.filter(kind=NoticeKind.SAFETY_SUSPENDED)
    assert sorted(told.values_list("recipient", flat=True)) == sorted(
        [pharmacist.user_id, elsewhere.user_id, third.user_id]
    )
    assert not Notice.objects.filter(recipient=pharmacist.user, kind="licence_suspended").exists()
    authors = Notice.objects.filter(kind=NoticeKind.LICENCE_SUSPENDED)
    assert authors.count() == 3, "each author of their own licence"
    assert action.licences.filter(state=ActedState.DONE).count() == 3


def test_lifting_and_telling(three: list[Licence], officer: Assignment) -> None:
    stopped(three[1])
    lifting = safety.order(facts(three, "lift"), expected=1, by=officer)
    telling = safety.order(facts(three, "tell"), expected=3, by=officer)
    safety_work.work(limit=10)
    assert statuses(three) == [LicenceStatus.ACTIVE] * 3
    assert [action.licences.count() for action in (lifting, telling)] == [1, 3]
    assert Notice.objects.filter(kind=NoticeKind.SAFETY_INFORMATION).count() == 3
    assert Notice.objects.filter(kind=NoticeKind.SAFETY_TOLD).count() == 2
    assert not three[0].events.exists(), "to be told changes nothing"


def test_ended_and_revoked_licences_are_left_alone(three: list[Licence]) -> None:
    revoked(three[0])
    stopped(three[1])
    touched = oversight.touched_by("suspend", [three[2].product], today=clock.today())
    assert list(touched) == [three[2]]
    later = three[2].valid_to + timedelta(days=1)
    assert not oversight.touched_by("tell", [three[2].product], today=later).exists()


def test_the_count_is_taken_again_when_it_is_confirmed(
    three: list[Licence], officer: Assignment
) -> None:
    stopped(three[1])
    with pytest.raises(Stale, match="Nu är det 2 licenser, inte 3"):
        ordered(three, by=officer)
    unused = _unused()
    with pytest.raises(Refused, match="inga licenser"):
        safety.order(safety.SafetyFacts("lift", [unused], REASON), expected=0, by=officer)
    with pytest.raises(NotAllowed):
        ordered(three, by=factories.acting_as(Role.ASSESSOR))
    assert not SafetyAction.objects.exists()


def _unused() -> ExactProduct:
    product = ExactProduct.objects.create(name="Ingen licens")
    product.refresh_from_db()
    return product


def test_what_somebody_did_in_between_is_told_with_why(
    acting: Any, three: list[Licence], officer: Assignment
) -> None:
    action = ordered(three, by=officer)
    stopped(three[0])
    safety_work.work(limit=10)
    failed = ActedLicence.objects.get(state=ActedState.FAILED)
    assert failed.licence == three[0]
    page = text_of(acting(officer).get(action.get_absolute_url()))
    assert "allt gick inte" in page
    assert three[0].number in page
    assert "Tillfälligt stoppad" in page


def test_an_unforeseen_error_stops_only_its_own_licence(
    three: list[Licence], officer: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered(three, by=officer)
    real = safety_work.stopping.suspend

    def broken(licence: Licence, **about: Any) -> Licence:
        if licence.pk == three[0].pk:
            raise RuntimeError("boom")
        return real(licence, **about)

    monkeypatch.setattr(safety_work.stopping, "suspend", broken)
    safety_work.work(limit=10)
    assert statuses(three) == [LicenceStatus.ACTIVE, *[LicenceStatus.SUSPENDED] * 2]
    assert ActedLicence.objects.get(licence=three[0]).state == ActedState.WAITING
    safety_work.work(limit=10)
    safety_work.work(limit=10)
    failed = ActedLicence.objects.get(licence=three[0])
    assert (failed.state, failed.attempts) == (ActedState.FAILED, 3)
    assert "RuntimeError" in failed.problem


def test_an_officer_finds_chooses_confirms_and_follows(
    acting: Any, three: list[Licence], officer: Assignment, pharmacist: Assignment
) -> None:
    client, address = acting(officer), url("safety")
    assert "Inga licenser stämmer" in text_of(client.get(address, {"q": "finns inte"}))
    page = client.get(address, {"q": "SULTIAM desitin"})
    assert "3 licenser som inte har gått ut" in text_of(page)
    chosen = page.context["form"].found
    fields: dict[str, Any] = {"q": "SULTIAM desitin", "act": "suspend", "reason": REASON}
    fields["instruction"] = "Lägg undan."
    missing = client.post(address, fields)
    assert missing.status_code == 422
    assert "Välj minst ett läkemedel" in text_of(missing)
    fields["products"] = [str(pk) for pk in chosen]
    check = client.post(address, fields)
    words = text_of(check)
    assert "Åtgärden gäller 3 licenser" in words
    assert "1 patient eller djurägare" in words
    assert "2 apotek" in words

    granted(by=pharmacist)  # in between
    confirm = {**hidden(check), **fields, "_confirm": "1", "expected": "3"}
    response = client.post(address, confirm)
    assert response.status_code == 409
    assert "Nu är det 4 licenser, inte 3" in text_of(response)
    confirm |= {**hidden(response), "expected": "4"}
    addresses = {client.post(address, confirm)["Location"] for _double_click in "ab"}
    action = SafetyAction.objects.get()
    assert addresses == {action.get_absolute_url()}
    assert "0 av 4 licenser är klara" in text_of(client.get(action.get_absolute_url()))
    safety_work.work(limit=10)
    page = text_of(client.get(action.get_absolute_url()))
    assert "Säkerhetsåtgärden är klar" in page
    assert "4 av 4" in page

    notice = Notice.objects.get(kind=NoticeKind.SAFETY_SUSPENDED, recipient=pharmacist.user)
    told = text_of(acting(pharmacist).get(notice.url))
    assert REASON in told
    assert "Lägg undan." in told
    assert three[0].number in told
    assert three[2].number not in told, "another pharmacy's"
    assert acting(pharmacist_at()).get(notice.url).status_code == 404


def test_lists_ask_as_much_for_many_as_for_one(
    acting: Any, three: list[Licence], officer: Assignment
) -> None:
    client = acting(officer)

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    stopped(three[0])
    addresses = [url("oversight") + "?tab=alla", url("safety"), url("safety") + "?q=ospolot"]
    ordered(three[1:], by=officer)
    few = [count(address) for address in addresses]
    more = [granted() for _ in range(4)]
    for licence in more[:3]:
        stopped(licence)
    for _ in range(3):
        safety.order(facts(three, "tell"), expected=7, by=officer)
    assert [count(address) for address in addresses] == few
