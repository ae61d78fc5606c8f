"""A batch is recalled: who dispensed it, and that each pharmacy is told once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Assignment
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed
from licences import queries
from licences.models import RecallNotice
from licences.services import dispensing
from licences.services.recall import tell_pharmacies
from motivations.enums import LicenceKind
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.licences.conftest import dispense, granted, hidden, text_of, url

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
    fields = hidden(client.get(url("recall"), ASKED))
    response = client.post(url("recall"), {**fields, **ASKED})
    page = client.get(response["Location"])
    assert "2 apotek har fått notisen" in text_of(page)
    assert "Alla apotek i listan har fått notisen" in text_of(page)
    told = Notice.objects.filter(kind=NoticeKind.RECALL)
    assert set(told.values_list("recipient", flat=True)) == {
        pharmacist.user_id, colleague.user_id, elsewhere.user_id,
    }  # fmt: skip
    assert tell_pharmacies(product="Ospolot", batch="AB-127", by=operator) == 0
    assert told.count() == 3
    assert RecallNotice.objects.count() == 2

    notice = told.get(recipient=pharmacist.user)
    assert notice.facts == {"product": spread.product.product_line, "batch": "ab127"}
    own = text_of(acting(pharmacist).get(notice.url))
    assert "Batch ab127 dras in" in own
    assert spread.number in own
    assert acting(elsewhere).get(notice.url).status_code == 404


def test_a_pharmacy_that_dispenses_it_later_can_be_told_later(
    spread: Licence, operator: Assignment
) -> None:
    assert tell_pharmacies(**ASKED, by=operator) == 2
    third = factories.AssignmentFactory(pharmacist=True)
    dispense(spread, by=third)
    assert tell_pharmacies(**ASKED, by=operator) == 1


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
        tell_pharmacies(**ASKED, by=acting_as)


def test_a_form_half_filled_says_so(acting: Any, operator: Assignment) -> None:
    response = acting(operator).get(url("recall"), {"product": "", "batch": "A1"})
    assert response.status_code == 422
    assert "Fyll i läkemedel" in text_of(response)
