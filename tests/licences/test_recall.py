"""A batch is recalled: who dispensed it, and that each pharmacy is told once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Assignment
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, WrongState
from licences import queries
from licences.models import Recall, RecallNotice
from licences.services import dispensing
from licences.services.dispensing import CannotDispense
from licences.services.recall import end, recall
from medicines.models import ExactProduct
from motivations.enums import LicenceKind
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.licences.conftest import dispense, granted, hidden, recalled, text_of, url, withdrawal

pytestmark = pytest.mark.django_db
ASKED = {"product": "ospolot", "batch": "ab 127"}


@pytest.fixture
def operator() -> Assignment:
    return factories.acting_as(Role.OPERATOR)


@pytest.fixture
def spread(licence: Licence, pharmacist: Assignment, elsewhere: Assignment) -> Licence:
    """The batch handed out at two pharmacies, spelled in two ways; one withdrawal taken back."""
    dispense(licence, by=pharmacist, batch="AB-12/7", quantity=Decimal(10))
    dispense(licence, by=elsewhere, batch="ab127", quantity=Decimal(20))
    wrong = dispense(licence, by=elsewhere, batch="AB12.7", quantity=Decimal(5))
    dispensing.reverse(wrong, reason="Fel.", by=elsewhere)
    dispense(licence, by=elsewhere, batch="AB128", quantity=Decimal(1))
    return licence


def test_every_dispensing_per_pharmacy_however_the_batch_was_spelled(
    acting: Any,
    spread: Licence,
    pharmacist: Assignment,
    elsewhere: Assignment,
    operator: Assignment,
) -> None:
    reach = queries.reach_of(queries.dispensed_of(operator, **ASKED))
    by_pharmacy = {row.pharmacy_id: (row.withdrawals, row.reversed, row.quantity) for row in reach}
    assert by_pharmacy == {
        pharmacist.pharmacy_id: (1, 0, Decimal(10)),
        elsewhere.pharmacy_id: (2, 1, Decimal(20)),
    }
    page = text_of(acting(operator).get(url("recall"), ASKED))
    assert "3 uttag på 2 apotek" in page
    assert "varav 1 rättade" in page


def test_another_product_or_batch_is_not_reached(spread: Licence, operator: Assignment) -> None:
    for asked in ({"product": "diacomit", "batch": "AB127"}, {"product": "", "batch": "-"}):
        assert not queries.dispensed_of(operator, **asked).exists()


def test_each_pharmacy_is_told_once(
    acting: Any,
    spread: Licence,
    pharmacist: Assignment,
    elsewhere: Assignment,
    operator: Assignment,
) -> None:
    colleague = factories.AssignmentFactory(pharmacist=True, pharmacy=pharmacist.pharmacy)
    factories.AssignmentFactory(staff=True, pharmacy=pharmacist.pharmacy)
    factories.AssignmentFactory(
        pharmacist=True, pharmacy=pharmacist.pharmacy, valid_to=clock.today() - timedelta(days=1)
    )
    client = acting(operator)
    page = client.get(url("recall"), ASKED)
    order = {"products": [str(spread.product_id)], "reason": "Fel styrka i burken."}
    response = client.post(url("recall"), {**hidden(page), **ASKED, **order})
    page = client.get(response["Location"])
    assert "2 apotek har fått notisen" in text_of(page)
    assert "Inte skickad" not in text_of(page)
    told = Notice.objects.filter(kind=NoticeKind.RECALL)
    assert set(told.values_list("recipient", flat=True)) == {
        pharmacist.user_id, colleague.user_id, elsewhere.user_id,
    }  # fmt: skip
    assert recalled(spread, "AB-127", by=operator).pharmacies == 0
    assert told.count() == 3
    assert RecallNotice.objects.count() == 2

    notice = told.get(recipient=pharmacist.user)
    assert notice.facts == {"product": spread.product.product_line, "batch": "ab127"}
    own = text_of(acting(pharmacist).get(notice.url))
    assert "Batch ab127 dras in" in own
    assert spread.number in own
    assert acting(elsewhere).get(notice.url).status_code == 404


class TestARecalledBatch:
    def test_is_refused_with_the_reason_and_what_to_do(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        recalled(licence, "ab 127")
        with pytest.raises(CannotDispense, match="Fel styrka i burken") as refused:
            dispense(licence, by=pharmacist, batch="AB-12/7")
        assert refused.value.field == "batch"
        assert "Lägg förpackningen åt sidan" in str(refused.value)
        assert dispense(licence, by=pharmacist, batch="AB-12/8"), "another batch may be handed out"

    def test_is_refused_in_another_wording_of_the_same_product(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        other = ExactProduct.objects.create(
            register=licence.product.register, name="Ospolot 50", form="tablett"
        )
        other.refresh_from_db()
        operator = factories.acting_as(Role.OPERATOR)
        recall([other], batch="AB127", reason="Fel.", by=operator)
        with pytest.raises(CannotDispense):
            dispense(licence, by=pharmacist)

    def test_another_product_s_batch_with_the_number_is_not_refused(
        self, pharmacist: Assignment
    ) -> None:
        licence = granted(LicenceKind.VETERINARY, by=pharmacist)
        other = ExactProduct.objects.create(name="Diacomit", form="pulver")
        other.refresh_from_db()
        recall([other], batch="AB127", reason="Fel.", by=factories.acting_as(Role.OPERATOR))
        assert dispense(licence, by=pharmacist)

    def test_handed_out_before_the_recall_can_be_written_down_and_is_told_of(
        self, licence: Licence, pharmacist: Assignment
    ) -> None:
        before = clock.now() - timedelta(minutes=1)
        assert recalled(licence, "AB127").pharmacies == 0
        dispense(licence, by=pharmacist, at=before)
        assert Notice.objects.get(kind=NoticeKind.RECALL).recipient == pharmacist.user

    def test_can_be_handed_out_again_when_the_recall_is_ended(
        self, acting: Any, licence: Licence, pharmacist: Assignment, operator: Assignment
    ) -> None:
        [one] = recalled(licence, "AB127", by=operator).recalls
        client = acting(operator)
        assert "AB127" in text_of(client.get(url("recall")))
        page = client.get(url("recall_end", one.pk))
        empty = client.post(url("recall_end", one.pk), {**hidden(page), "reason": ""})
        assert empty.status_code == 422
        page = client.get(url("recall_end", one.pk))
        client.post(url("recall_end", one.pk), {**hidden(page), "reason": "Felanmälan."})
        assert dispense(licence, by=pharmacist)
        assert "Felanmälan." in text_of(client.get(url("recall")))
        with pytest.raises(WrongState):
            end(one, reason="En gång till.", by=operator)
        assert recalled(licence, "AB127", by=operator).recalls[0].pk != one.pk

    def test_the_check_page_refuses_too(self, licence: Licence, pharmacist: Assignment) -> None:
        recalled(licence, "AB127")
        with pytest.raises(CannotDispense):
            dispensing.check(licence, withdrawal(licence), by=pharmacist)


def test_a_batch_that_has_reached_no_pharmacy_can_be_recalled(
    acting: Any, licence: Licence, operator: Assignment
) -> None:
    client = acting(operator)
    asked = {"product": "ospolot", "batch": "NY-1"}
    page = client.get(url("recall"), asked)
    assert "Inget apotek har lämnat ut batchen" in text_of(page)
    order = {"products": [str(licence.product_id)], "reason": ""}
    response = client.post(url("recall"), {**hidden(page), **asked, **order})
    assert response.status_code == 422
    assert "Skriv varför batchen dras in" in text_of(response)
    order["reason"] = "Fel etikett."
    response = client.post(url("recall"), {**hidden(page), **asked, **order})
    assert "Batchen är indragen" in text_of(client.get(response["Location"]))
    assert Recall.objects.get().batch == "NY-1"


def test_as_csv(acting: Any, spread: Licence, operator: Assignment, pharmacist: Assignment) -> None:
    dispense(spread, by=pharmacist, batch="=AB127")
    response = acting(operator).get(url("recall_csv"), ASKED)
    text = response.getvalue().decode("utf-8-sig")
    lines = text.splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("Apotek;GLN;Utlämnat;Licens")
    assert len(lines) == 5
    assert sum(line.endswith(";Ja") for line in lines) == 1
    assert ";'=AB127;" in text, "no cell is a formula"
    assert acting(operator).get(url("recall_csv"), {"batch": "AB127"}).status_code == 404


def test_the_operator_sees_nobody(
    acting: Any, operator: Assignment, pharmacist: Assignment
) -> None:
    for kind in LicenceKind:
        dispense(granted(kind, by=pharmacist), by=pharmacist, order_id="RECEPTNUMMER")
    client = acting(operator)
    for name in ("recall", "recall_csv"):
        page = client.get(url(name), ASKED).getvalue().decode()
        assert "Ospolot" in page
        for word in ("Vera", "19570428", "Olle", "RECEPTNUMMER", "Provakuten"):
            assert word not in page


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.ASSESSOR, Role.PRESCRIBER])
def test_nobody_else_recalls(spread: Licence, role: Role) -> None:
    acting_as = factories.acting_as(role)
    assert not queries.dispensed_of(acting_as, **ASKED).exists()
    with pytest.raises(NotAllowed):
        recalled(spread, "AB127", by=acting_as)
    [one] = recalled(spread, "AB127").recalls
    with pytest.raises(NotAllowed):
        end(one, reason="Fel.", by=acting_as)


def test_a_form_half_filled_says_so(acting: Any, operator: Assignment) -> None:
    response = acting(operator).get(url("recall"), {"product": "", "batch": "A1"})
    assert response.status_code == 422
    assert "Fyll i läkemedel" in text_of(response)
