"""The ledger of fees: charged when an application is sent, credited, closed by the month."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Assignment
from applications.services import handing_over
from decisions.models import FeeEntry, InvoiceBasis
from decisions.services import fees
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.policy import Fee, Policy
from tests import factories

pytestmark = pytest.mark.django_db
FEES = reverse("decisions:fees")
OCTOBER, NOVEMBER = datetime(2026, 10, 5, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def chief(db: None) -> Assignment:
    return factories.acting_as(Role.DECISION_MAKER)


@pytest.fixture
def charged(db: None) -> FeeEntry:
    """Sent in October 2026."""
    with clock.at(OCTOBER):
        return factories.application().fees.get()


def _post(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, {"_key": str(uuid4()), **fields})


class TestCharging:
    def test_who_sends_is_charged_what_was_accepted(self, charged: FeeEntry) -> None:
        application = charged.application
        assert (charged.amount, charged.dnr) == (application.fee, application.dnr)
        assert (charged.month, charged.rate_from) == (date(2026, 10, 1), date(2025, 1, 1))
        assert charged.company == "Provapoteken AB"
        assert charged.organisation_number == application.pharmacy.organisation_number
        assert not charged.for_animals

    def test_a_hand_over_does_not_move_the_charge(self, charged: FeeEntry) -> None:
        application = charged.application
        other = factories.acting_as(Role.PHARMACIST)
        offered = handing_over.offer(
            application, to=other.pharmacy, reason="Går inte att beställa.", by=application.sent_by
        )
        handing_over.accept(offered, by=other, available=True)
        application.refresh_from_db()
        assert application.pharmacy == other.pharmacy
        assert application.fees.get().pharmacy_id == charged.pharmacy_id

    def test_nothing_in_the_ledger_changes(self, charged: FeeEntry) -> None:
        for act in (
            lambda: FeeEntry.objects.filter(pk=charged.pk).update(amount=1),
            charged.delete,
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_an_application_is_charged_once(self, charged: FeeEntry) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            fees.charge(charged.application, dnr=charged.dnr)


class TestRates(TestCase):
    @given(day=st.dates(date(2019, 1, 1), date(2030, 1, 1)))
    def test_the_latest_row_that_has_begun_is_in_force(self, day: date) -> None:
        table = tuple(
            Fee(begins, human=amount, veterinary=amount)
            for begins, amount in (
                (date(2025, 1, 1), 3),
                (date(2018, 1, 1), 1),
                (date(2022, 7, 1), 2),
            )
        )
        wanted = 1 if day < date(2022, 7, 1) else 2 if day < date(2025, 1, 1) else 3
        assert Policy(fees=table).fee_row_on(day).human == wanted


class TestCredits:
    def test_a_credit_is_a_new_entry_in_the_month_it_is_made(
        self, charged: FeeEntry, chief: Assignment
    ) -> None:
        with clock.at(NOVEMBER):
            entry = fees.credit(charged, amount=100, reason="Dubbelt skickad.", by=chief)
        charged.refresh_from_db()
        assert (entry.amount, entry.month, entry.credits) == (-100, date(2026, 11, 1), charged)
        assert charged.amount == 400
        assert fees.left_of(charged) == 300

    def test_never_more_than_is_left(self, charged: FeeEntry, chief: Assignment) -> None:
        fees.credit(charged, amount=300, reason="Delvis.", by=chief)
        with pytest.raises(Refused, match="100 kr"):
            fees.credit(charged, amount=101, reason="Mer.", by=chief)

    def test_with_a_reason_that_names_nobody_and_the_right(
        self, charged: FeeEntry, chief: Assignment
    ) -> None:
        with pytest.raises(Refused, match="varför"):
            fees.credit(charged, amount=1, reason=" ", by=chief)
        with pytest.raises(ValidationError):
            fees.credit(charged, amount=1, reason=factories.PERSONAL_NUMBER, by=chief)
        with pytest.raises(NotAllowed):
            fees.credit(charged, amount=1, reason="x", by=factories.acting_as(Role.OPERATOR))

    def test_somebody_was_quicker(self, charged: FeeEntry, chief: Assignment) -> None:
        fees.credit(charged, amount=100, reason="Först.", by=chief)
        with pytest.raises(Stale):
            fees.credit(charged, amount=100, reason="Sen.", by=chief, left_when_opened=400)

    def test_the_page_asks_before_it_is_done(
        self, acting: Any, charged: FeeEntry, chief: Assignment
    ) -> None:
        client, address = acting(chief), reverse("decisions:credit_fee", args=[charged.pk])
        wrong = _post(client, address, amount="401", reason="För mycket.")
        assert wrong.status_code == 422
        assert "mer än vad som är kvar" in wrong.content.decode()
        asked = _post(client, address, amount="400", reason="Återbetalas.")
        assert "Du krediterar en avgift" in asked.content.decode()
        assert FeeEntry.objects.count() == 1
        done = _post(client, address, amount="400", reason="Återbetalas.", left="400", _confirm="1")
        assert done.status_code == 302
        assert "Återbetalas." in client.get(done.url).content.decode()
        assert client.get(address).status_code == 302


class TestClosing:
    def test_the_basis_holds_the_sums_and_later_credits_fall_in_an_open_month(
        self, charged: FeeEntry, chief: Assignment
    ) -> None:
        with clock.at(OCTOBER):
            fees.credit(charged, amount=50, reason="Rabatt.", by=chief)
        with clock.at(NOVEMBER):
            basis = fees.close_month(date(2026, 10, 1), by=chief)
            late = fees.credit(charged, amount=50, reason="Sen.", by=chief)
        assert (basis.charged, basis.credited, basis.total) == (400, 50, 350)
        assert (basis.entries, basis.companies, basis.number) == (2, 1, "F-2026-0001")
        assert late.month == date(2026, 11, 1)
        with clock.at(OCTOBER):
            assert factories.application().fees.get().month == date(2026, 11, 1)

    def test_the_database_refuses_entries_in_a_closed_month(
        self, charged: FeeEntry, chief: Assignment
    ) -> None:
        with clock.at(NOVEMBER):
            fees.close_month(charged.month, by=chief)
        charged.pk, charged.amount, charged.reason = None, -1, "x"
        charged.credits, charged.entered_by = FeeEntry.objects.get(), chief
        with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            charged.save()

    def test_in_order_once_and_when_it_is_over(self, charged: FeeEntry, chief: Assignment) -> None:
        with clock.at(NOVEMBER):
            factories.application()
            with pytest.raises(Refused, match="inte slut"):
                fees.close_month(date(2026, 11, 1), by=chief)
        with clock.at(datetime(2026, 12, 1, 8, tzinfo=UTC)):
            with pytest.raises(Refused, match="tidigare månad"):
                fees.close_month(date(2026, 11, 1), by=chief)
            with pytest.raises(NotAllowed):
                fees.close_month(charged.month, by=factories.acting_as(Role.CASEWORKER))
            fees.close_month(charged.month, by=chief)
            with pytest.raises(WrongState):
                fees.close_month(charged.month, by=chief)
            fees.close_month(date(2026, 11, 1), by=chief)
        assert InvoiceBasis.objects.count() == 2

    def test_on_its_page(self, acting: Any, charged: FeeEntry, chief: Assignment) -> None:
        client, address = acting(chief), reverse("decisions:close_fees", args=["2026-10"])
        with clock.at(OCTOBER):
            assert _post(client, address).status_code == 409
        with clock.at(NOVEMBER):
            assert "1 bolag, 400 kr" in client.get(address).content.decode()
            done = _post(client, address)
            assert "Månaden är stängd" in client.get(done.url).content.decode()
        assert client.get(reverse("decisions:close_fees", args=["oktober"])).status_code == 404


class TestPages:
    def test_sums_by_company_and_the_file_as_filtered(
        self, acting: Any, charged: FeeEntry, chief: Assignment
    ) -> None:
        other = factories.PharmacyFactory(legal_name="Annat AB", organisation_number="5560360793")
        with clock.at(OCTOBER):
            factories.application(by=factories.acting_as(Role.PHARMACIST, pharmacy=other))
        client = acting(chief)
        page = client.get(FEES, {"manad": "2026-10"}).content.decode()
        assert "Summa: 800 kr" in page
        assert page.index("Annat AB") < page.index("Provapoteken AB")
        narrowed = {"manad": "2026-10", "q": "556036-0793"}
        assert "Provapoteken" not in client.get(FEES, narrowed).content.decode()
        address = reverse("decisions:fees_file")
        csv = b"".join(client.get(address, narrowed).streaming_content).decode("utf-8-sig")
        assert len(csv.splitlines()) == 2
        assert "556036-0793;Annat AB" in csv
        xlsx = b"".join(client.get(address, {**narrowed, "format": "xlsx"}).streaming_content)
        assert b"Annat AB" in ZipFile(BytesIO(xlsx)).read("xl/worksheets/sheet1.xml")

    @pytest.mark.parametrize("name", ["fees", "company_fees"])
    def test_as_many_questions_for_many_as_for_one(
        self, acting: Any, charged: FeeEntry, chief: Assignment, name: str
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        args = [charged.organisation_number] if name == "company_fees" else []
        client, address = acting(chief), reverse(f"decisions:{name}", args=args)

        def count() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(address, {"manad": "2026-10"}).status_code == 200
            return len(captured)

        count()
        few = count()
        with clock.at(OCTOBER):
            for amount in range(1, 31):
                fees.credit(charged, amount=1, reason=f"Nr {amount}", by=chief)
        assert count() == few

    def test_a_pharmacy_sees_its_own_only(self, acting: Any, charged: FeeEntry) -> None:
        address = reverse("decisions:pharmacy_fees")
        staff = factories.acting_as(Role.PHARMACY_STAFF, pharmacy=charged.pharmacy)
        query = {"manad": "2026-10"}
        assert charged.dnr in acting(staff).get(address, query).content.decode()
        # Of the same company.
        other = factories.acting_as(Role.PHARMACIST)
        assert charged.dnr not in acting(other).get(address, query).content.decode()

    def test_nothing_of_the_patient(
        self, acting: Any, charged: FeeEntry, chief: Assignment
    ) -> None:
        address = reverse("decisions:company_fees", args=[charged.organisation_number])
        page = acting(chief).get(address, {"manad": "2026-10"}).content.decode()
        assert "Vera" not in page
        assert "epilepsi" not in page

    def test_an_unknown_company_is_not_there(self, acting: Any, chief: Assignment) -> None:
        address = reverse("decisions:company_fees", args=["5560000000"])
        assert acting(chief).get(address).status_code == 404


def test_the_migration_charges_what_was_sent_before(charged: FeeEntry) -> None:
    from importlib import import_module

    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE decisions_feeentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM decisions_feeentry")
        cursor.execute("ALTER TABLE decisions_feeentry ENABLE TRIGGER USER")
    import_module("decisions.migrations.0018_charge_sent").charge(apps, None)
    again = FeeEntry.objects.get()
    for field in ("month", "dnr", "company", "pharmacy_id", "amount", "rate_from", "for_animals"):
        assert getattr(again, field) == getattr(charged, field)


@pytest.mark.django_db(transaction=True)
def test_credits_while_the_month_is_closed_are_each_invoiced_once() -> None:
    """At midnight some are still booked in October; what the basis sums is what it holds."""
    chief = factories.acting_as(Role.DECISION_MAKER)
    with clock.at(OCTOBER):
        charged = [factories.application().fees.get() for _ in range(3)]
    start, failures = threading.Barrier(len(charged) * 2 + 1, timeout=20), []

    def work(at: datetime, act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                with clock.at(at):
                    start.wait()
                    act()
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        return run

    def credit(entry: FeeEntry) -> Callable[[], object]:
        return lambda: fees.credit(entry, amount=10, reason="Rabatt.", by=chief)

    works = [work(OCTOBER, credit(entry)) for entry in (*charged, *charged)]
    works.append(work(NOVEMBER, lambda: fees.close_month(date(2026, 10, 1), by=chief)))
    threads = [threading.Thread(target=run) for run in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not failures
    basis, entries = InvoiceBasis.objects.get(), FeeEntry.objects.order_by("pk")
    october = entries.filter(month=basis.month)
    assert (basis.entries, basis.total) == (
        october.count(),
        october.aggregate(n=Sum("amount"))["n"],
    )
    assert entries.filter(amount=-10).count() == 2 * len(charged)
    assert set(entries.values_list("month", flat=True)) <= {basis.month, date(2026, 11, 1)}
