"""The register's rows: what the database refuses, and the frozen product."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from medicines.models import ExactProduct, LicenceProduct, Substance
from medicines.queries import has_been_on_licence
from medicines.services import mark_on_licence
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"source_id": ""},
        {"status": "perhaps"},
        {"supply_status": "perhaps"},
        {"country": "fr"},
        {"country": "", "approval_number": "1"},
        {"status": "not_approved"},
        {"atc": "N03-AX"},
    ],
)
def test_the_database_refuses_impossible_products(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductFactory(**wrong)
    assert not LicenceProduct.objects.exists()


def test_a_source_names_a_product_once() -> None:
    ProductFactory(source_id="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductFactory(source_id="1")


def test_a_substance_stands_once_whatever_its_case() -> None:
    Substance.objects.create(name="Sultiam")
    with pytest.raises(IntegrityError), transaction.atomic():
        Substance.objects.create(name="SULTIAM")


def test_an_exact_product_is_a_copy_that_nothing_changes() -> None:
    product = ProductFactory()
    exact = ExactProduct.objects.create(register=product, **product.facts())
    assert exact.product_line == product.product_line
    assert exact.product_facts() == product.facts()
    with pytest.raises(DatabaseError), transaction.atomic():
        ExactProduct.objects.filter(pk=exact.pk).update(name="Annat")
    with pytest.raises(DatabaseError), transaction.atomic():
        exact.delete()


def test_two_wordings_of_a_product_share_a_key_and_another_strength_does_not() -> None:
    facts = {"name": "Ospolot", "form": "tablett", "strength": "50 mg", "mah": "Desitin"}
    first = ExactProduct.objects.create(**facts)
    same = ExactProduct.objects.create(**{**facts, "name": "OSPOLÓT", "strength": "50mg"})
    other = ExactProduct.objects.create(**{**facts, "strength": "200 mg"})
    assert first.product_key == same.product_key
    assert first.product_key != other.product_key


def test_the_product_line_leaves_out_what_is_blank() -> None:
    assert ExactProduct(name="Provmedel", strength="1 mg").product_line == "Provmedel, 1 mg"


def test_a_granted_licence_marks_the_product_for_good() -> None:
    product = ProductFactory(on_licence_before=False)
    exact = ExactProduct.objects.create(register=product, **product.facts())
    mark_on_licence(exact)
    mark_on_licence(exact)
    product.refresh_from_db()
    assert product.on_licence_before


def test_a_product_written_by_hand_is_known_by_its_wording_once_licensed() -> None:
    facts = {"name": "Provolol", "form": "tablett", "strength": "5 mg", "mah": "Prov Pharma"}
    assert not has_been_on_licence(facts, None)
    mark_on_licence(ExactProduct.objects.create(**facts))
    assert has_been_on_licence({**facts, "name": "PROVOLÓL ", "strength": "5mg"}, None)
    assert not has_been_on_licence({**facts, "strength": "10 mg"}, None)
    assert not has_been_on_licence({}, None)
    same_in_the_register = ProductFactory(on_licence_before=False, **facts)
    assert has_been_on_licence(same_in_the_register.facts(), same_in_the_register)
