"""Registering and reversing: what is refused and why, and that the balance is always right."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Assignment
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessLogEntry
from licences import queries
from licences.enums import DispensingKind
from licences.models import Dispensing, LicenceBalance
from licences.services import dispensing
from licences.services.dispensing import CannotDispense
from licences.services.permissions import end, permit
from medicines.models import Pack
from motivations.enums import LicenceKind
from motivations.kinds import Route
from pharmacies.enums import PharmacyKind
from tests import factories
from tests.licences.conftest import (
    UNIT,
    dispense,
    granted,
    pharmacist_at,
    stopped,
    withdrawal,
)

pytestmark = pytest.mark.django_db


def left(licence: Licence) -> Decimal:
    return LicenceBalance.objects.get(licence=licence).remaining


def refused(licence: Licence, by: Assignment, **fields: Any) -> CannotDispense:
    with pytest.raises(CannotDispense) as caught:
        dispense(licence, by=by, **fields)
    assert not Dispensing.objects.filter(licence=licence).exists()
    return caught.value


class TestWithdrawal:
    def test_it_is_written_down_and_taken_from_what_is_left(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist, quantity=Decimal("30.5"))
        entry.refresh_from_db()
        assert entry.kind == DispensingKind.WITHDRAWAL
        assert (entry.pharmacy, entry.registered_by) == (pharmacist.pharmacy, pharmacist)
        assert entry.product_key == licence.product.product_key
        assert entry.batch_folded == "AB127"
        assert left(licence) == Decimal("699.5")

    def test_it_is_recorded_in_the_access_log(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        logged = AccessLogEntry.objects.get(what="dispensing")
        assert (logged.action, logged.object_id) == ("write", entry.pk)
        assert logged.whose == licence.decision.case.dnr

    def test_pharmacies_share_what_is_left(
        self, licence: Licence, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        dispense(licence, by=pharmacist, quantity=Decimal(700))
        dispense(licence, by=elsewhere, quantity=Decimal(30))
        assert left(licence) == 0
        with pytest.raises(CannotDispense, match="Hela mängden är uttagen"):
            dispense(licence, by=pharmacist, quantity=Decimal(1))

    def test_never_more_than_what_is_left(self, licence: Licence, pharmacist: Assignment) -> None:
        error = refused(licence, pharmacist, quantity=Decimal("730.001"))
        assert error.field == "quantity"
        assert "730 tabletter kvar" in str(error).replace("\u00a0", " ")

    def test_what_was_handed_out_yesterday_can_be_written_today(
        self, pharmacist: Assignment
    ) -> None:
        yesterday = clock.now() - timedelta(days=1)
        today = clock.today()
        licence = granted(
            by=pharmacist,
            valid_from=today - timedelta(days=2),
            valid_to=today + timedelta(days=9),
        )
        assert dispense(licence, by=pharmacist, at=yesterday).at == yesterday

    @pytest.mark.parametrize("role", [Role.PHARMACY_STAFF, Role.CASEWORKER, Role.PRESCRIBER])
    def test_only_a_pharmacist_registers(self, licence: Licence, role: Role) -> None:
        with pytest.raises(NotAllowed):
            dispense(licence, by=factories.acting_as(role))


class TestRefusals:
    def test_a_licence_that_has_not_begun(self, pharmacist: Assignment) -> None:
        licence = granted(by=pharmacist, valid_from=clock.today() + timedelta(days=3))
        assert "börjar gälla" in str(refused(licence, pharmacist))

    def test_a_licence_that_has_ended(self, pharmacist: Assignment) -> None:
        today = clock.today()
        licence = granted(
            by=pharmacist,
            valid_from=today - timedelta(days=9),
            valid_to=today - timedelta(days=1),
        )
        error = refused(licence, pharmacist)
        assert "gick ut" in str(error)
        assert "ny licens" in str(error)
        # … but what was handed out in time can be written down afterwards.
        assert dispense(licence, by=pharmacist, at=clock.now() - timedelta(days=2))

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (LicenceStatus.SUSPENDED, "stoppat licensen tills vidare"),
            (LicenceStatus.REVOKED, "återkallat licensen"),
        ],
    )
    def test_a_licence_that_the_agency_has_stopped(
        self, licence: Licence, pharmacist: Assignment, status: LicenceStatus, words: str
    ) -> None:
        assert words in str(refused(stopped(licence, status), pharmacist))

    def test_a_time_that_has_not_come(self, licence: Licence, pharmacist: Assignment) -> None:
        error = refused(licence, pharmacist, at=clock.now() + timedelta(minutes=5))
        assert error.field == "on"

    def test_a_pack_that_has_expired(self, licence: Licence, pharmacist: Assignment) -> None:
        today = clock.today()
        error = refused(licence, pharmacist, expires_on=today - timedelta(days=1))
        assert error.field == "expires_on"
        assert dispense(licence, by=pharmacist, expires_on=today), "its last day is a day of use"

    def test_a_pack_that_nobody_has_compared(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        error = refused(licence, pharmacist, product_checked=False, gtin="03400930012340")
        assert error.field == "product_checked"

    def test_a_pack_of_another_product(self, licence: Licence, pharmacist: Assignment) -> None:
        other = factories.ProductFactory(name="Ospolot", strength="200 mg")
        Pack.objects.create(product=other, pack_id="1", code="3400930012340", description="50 st")
        error = refused(licence, pharmacist, gtin="03400930012340", product_checked=True)
        assert error.field == "gtin"
        assert "Fel läkemedel" in str(error)
        assert "200 mg" in str(error)

    def test_a_pack_whose_code_is_the_licence_s_needs_no_tick(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        assert licence.product.register
        Pack.objects.create(
            product=licence.product.register, pack_id="1", code="3400930012340", description="30 st"
        )
        entry = dispense(licence, by=pharmacist, gtin="03400930012340", product_checked=False)
        assert entry.gtin == "03400930012340"

    def test_a_hospital_pharmacy_that_does_not_hold_it(self, licence: Licence) -> None:
        error = refused(licence, pharmacist_at(PharmacyKind.HOSPITAL))
        assert "öppenvårdsapotek" in str(error)

    def test_an_individual_licence_on_requisition(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        error = refused(licence, pharmacist, route=Route.REQUISITION)
        assert error.field == "route"


class TestGeneral:
    @pytest.fixture
    def general(self, pharmacist: Assignment) -> Licence:
        return granted(LicenceKind.GENERAL, by=pharmacist)

    def test_on_requisition_from_a_unit_in_the_decision(
        self, general: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(general, by=pharmacist)
        assert (entry.care_unit, entry.care_unit_name) == (UNIT, "Provakuten")

    @pytest.mark.parametrize("unit", ["", "SE2321000016-9999"])
    def test_never_to_another_unit(
        self, general: Licence, pharmacist: Assignment, unit: str
    ) -> None:
        error = refused(general, pharmacist, care_unit=unit)
        assert error.field == "care_unit"
        assert "står inte i beslutet" in str(error)

    def test_never_by_another_pharmacy(self, general: Licence, elsewhere: Assignment) -> None:
        error = refused(general, elsewhere)
        assert general.holder.name in str(error)
        assert general.holder.phone in str(error)

    def test_never_on_prescription(self, general: Licence, pharmacist: Assignment) -> None:
        error = refused(general, pharmacist, route=Route.PRESCRIPTION)
        assert "bara mot rekvisition" in str(error)

    def test_on_prescription_at_any_pharmacy_with_a_permission(
        self, general: Licence, elsewhere: Assignment
    ) -> None:
        officer = factories.AssignmentFactory()
        permission = permit(
            general,
            dnr="5.8.2-2026-7",
            conditions="",
            valid_from=general.valid_from,
            valid_to=general.valid_to,
            by=officer,
        )
        entry = dispense(general, by=elsewhere, route=Route.PRESCRIPTION)
        assert entry.permission == permission
        with pytest.raises(CannotDispense, match="Bara apoteket som har licensen"):
            dispense(general, by=elsewhere)
        end(permission, reason="Säkerhetssignal.", by=officer)
        with pytest.raises(CannotDispense, match="Bara apoteket som har licensen"):
            dispense(general, by=elsewhere, route=Route.PRESCRIPTION)

    def test_a_preparedness_licence_goes_to_its_organisation(self, pharmacist: Assignment) -> None:
        licence = granted(LicenceKind.PREPAREDNESS, by=pharmacist)
        assert queries.units_of(licence) == ()
        assert dispense(licence, by=pharmacist).care_unit == ""


class TestReversal:
    def test_it_gives_the_whole_back_and_leaves_the_withdrawal(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        reversal = dispensing.reverse(entry, reason="Fel antal.", by=pharmacist)
        assert (reversal.kind, reversal.reversal_of) == (DispensingKind.REVERSAL, entry)
        assert (reversal.quantity, reversal.batch) == (entry.quantity, entry.batch)
        assert left(licence) == licence.quantity
        assert Dispensing.objects.filter(pk=entry.pk).exists()

    def test_only_once(self, licence: Licence, pharmacist: Assignment) -> None:
        entry = dispense(licence, by=pharmacist)
        reversal = dispensing.reverse(entry, reason="Fel antal.", by=pharmacist)
        with pytest.raises(Refused, match="redan rättat"):
            dispensing.reverse(entry, reason="En gång till.", by=pharmacist)
        with pytest.raises(Refused, match="kan inte rättas"):
            dispensing.reverse(reversal, reason="Ångrade mig.", by=pharmacist)
        assert left(licence) == licence.quantity

    def test_not_without_a_reason(self, licence: Licence, pharmacist: Assignment) -> None:
        entry = dispense(licence, by=pharmacist)
        with pytest.raises(Refused, match="Skriv varför"):
            dispensing.reverse(entry, reason="  ", by=pharmacist)

    def test_not_by_another_pharmacy(
        self, licence: Licence, pharmacist: Assignment, elsewhere: Assignment, staff: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        for other in (elsewhere, staff):
            with pytest.raises(NotAllowed):
                dispensing.reverse(entry, reason="Fel.", by=other)

    def test_also_on_a_licence_that_has_been_stopped(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        stopped(licence, LicenceStatus.REVOKED)
        dispensing.reverse(entry, reason="Fel licens.", by=pharmacist)
        assert left(licence) == licence.quantity


class TestTheDatabase:
    def test_entries_neither_change_nor_go(self, licence: Licence, pharmacist: Assignment) -> None:
        entry = dispense(licence, by=pharmacist)
        refusals = (InternalError, IntegrityError, ProgrammingError)
        with pytest.raises(refusals), transaction.atomic():
            Dispensing.objects.filter(pk=entry.pk).update(quantity=1)
        with pytest.raises(refusals), transaction.atomic():
            entry.delete()

    @pytest.mark.parametrize("remaining", [Decimal("-0.001"), Decimal("730.001")])
    def test_it_does_not_overdraw_whoever_asks(
        self, licence: Licence, pharmacist: Assignment, remaining: Decimal
    ) -> None:
        dispense(licence, by=pharmacist)
        with pytest.raises(IntegrityError), transaction.atomic():
            LicenceBalance.objects.filter(licence=licence).update(remaining=remaining)

    @pytest.mark.parametrize(
        "wrong",
        [{"quantity": 0}, {"packs": 0}, {"reason": "Utan rättelse."}, {"kind": "reversal"}],
    )
    def test_it_keeps_no_impossible_entry(
        self, licence: Licence, pharmacist: Assignment, wrong: dict[str, Any]
    ) -> None:
        entry = dispense(licence, by=pharmacist)
        values = {
            field.attname: getattr(entry, field.attname)
            for field in Dispensing._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispensing.objects.create(**(values | wrong))


def test_the_balance_is_what_the_entries_say(licence: Licence, pharmacist: Assignment) -> None:
    """Any acts in any order: never overdrawn, and the balance can be counted from the entries."""
    acts = st.lists(
        st.decimals("0.001", "500", places=3) | st.integers(0, 9), min_size=1, max_size=12
    )

    @settings(max_examples=25)
    @given(acts)
    def walk(acts: list[Decimal | int]) -> None:
        entries: list[Dispensing] = []
        with transaction.atomic():
            for act in acts:
                before = queries.recounted(licence)
                try:
                    if isinstance(act, int):
                        if entries:
                            entry = entries[act % len(entries)]
                            dispensing.reverse(entry, reason="Fel.", by=pharmacist)
                    else:
                        entries.append(dispense(licence, by=pharmacist, quantity=act))
                except Refused:
                    assert queries.recounted(licence) == before
                counted = queries.recounted(licence)
                if entries:
                    assert left(licence) == counted
                assert 0 <= counted <= licence.quantity
            transaction.set_rollback(True)

    walk()


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What `act(n)` answers or raises in so many threads with connections of their own."""
    ready = threading.Barrier(count)
    answers: list[object] = [None] * count

    def run(number: int) -> None:
        try:
            ready.wait(timeout=60)
            answers[number] = act(number)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


@pytest.mark.django_db(transaction=True)
def test_thirty_two_pharmacists_at_once_never_overdraw_and_lose_nothing() -> None:
    holder = pharmacist_at()
    licence = granted(by=holder, quantity=Decimal(100))
    people = [holder, *(pharmacist_at() for _ in range(7))]

    def act(number: int) -> Dispensing:
        by = people[number % len(people)]
        return dispense(licence, by=by, quantity=Decimal(7), order_id=f"R-{number}")

    answers = at_once(32, act)
    accepted = [answer for answer in answers if isinstance(answer, Dispensing)]
    refusals = [answer for answer in answers if isinstance(answer, CannotDispense)]
    assert len(accepted) == 14, answers  # 14 × 7 = 98; a fifteenth would overdraw
    assert len(refusals) == 18, answers
    stored = Dispensing.objects.filter(licence=licence)
    assert set(stored.values_list("pk", flat=True)) == {entry.pk for entry in accepted}
    assert left(licence) == queries.recounted(licence) == Decimal(2)


@pytest.mark.django_db(transaction=True)
def test_reversals_and_withdrawals_at_once_keep_the_balance() -> None:
    holder = pharmacist_at()
    licence = granted(by=holder, quantity=Decimal(100))
    first = dispense(licence, by=holder, quantity=Decimal(100))

    def act(number: int) -> Dispensing:
        if number < 4:
            return dispensing.reverse(first, reason="Fel.", by=holder)
        return dispense(licence, by=holder, quantity=Decimal(10))

    # Few enough for the database's connections when it runs beside the test above.
    answers = at_once(14, act)
    reversals = [a for a in answers if isinstance(a, Dispensing) and not a.is_withdrawal]
    assert len(reversals) == 1, answers
    odd = [answer for answer in answers if not isinstance(answer, Dispensing | Refused)]
    assert not odd
    assert left(licence) == queries.recounted(licence) >= 0


def test_a_page_that_somebody_was_ahead_of(
    licence: Licence, pharmacist: Assignment, elsewhere: Assignment
) -> None:
    opened = queries.balance_of(licence).revision
    dispense(licence, by=elsewhere)
    with pytest.raises(Stale, match="700"):
        dispensing.dispense(licence, withdrawal(licence), by=pharmacist, opened_revision=opened)
    assert left(licence) == 700
