"""The register's pages: who may search, what they get, the same queries for any number of hits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klas.access import ROLES, Permission, Role
from medicines.models import Pack, ProductSubstance, Substance
from tests.factories import AssignmentFactory, ProductFactory, acting_as

pytestmark = pytest.mark.django_db
SEARCH, SUGGEST = reverse("medicines:search"), reverse("medicines:suggest")


@pytest.fixture
def prescriber(acting):
    return acting(AssignmentFactory(prescriber=True))


@pytest.mark.parametrize("role", list(Role))
def test_who_may_search_the_register(acting, role: Role) -> None:
    product = ProductFactory()
    expected = 200 if Permission.SEARCH_PRODUCTS in ROLES[role].permissions else 403
    client = acting(acting_as(role))
    for url in (SEARCH, f"{SUGGEST}?q=osp", reverse("medicines:product", args=[product.pk])):
        assert client.get(url).status_code == expected


def test_nobody_searches_without_signing_in(client) -> None:
    assert client.get(SEARCH).status_code == 302
    assert client.get(SUGGEST, {"q": "osp"}).status_code == 302


def test_a_search_lists_products_and_links_to_them(prescriber) -> None:
    product = ProductFactory()
    page = prescriber.get(SEARCH, {"q": "ospolo"}).content.decode()
    assert reverse("medicines:product", args=[product.pk]) in page
    assert "Desitin Arzneimittel" in page
    assert "Tyskland" in page
    assert "1 läkemedel" in page


def test_no_hit_says_what_to_do(prescriber) -> None:
    page = prescriber.get(SEARCH, {"q": "finnsinte"}).content.decode()
    assert "Inga läkemedel hittades" in page
    assert "skrivas för hand" in page


def test_a_personal_number_is_refused(prescriber) -> None:
    response = prescriber.get(SEARCH, {"q": "19570428-9999"})
    assert "Det finns ett problem" in response.content.decode()
    assert prescriber.get(SUGGEST, {"q": "195704289999"}).json() == {"results": []}


def test_25_hits_a_page_in_the_same_number_of_queries(prescriber) -> None:
    def queries_for(count: int) -> int:
        ProductFactory.create_batch(count, name="Provmedel")
        with CaptureQueriesContext(connection) as queries:
            response = prescriber.get(SEARCH, {"q": "provmedel"})
        assert response.status_code == 200
        return len(queries)

    one = queries_for(1)
    assert queries_for(49) == one
    response = prescriber.get(SEARCH, {"q": "provmedel", "page": "2"})
    page = response.content.decode()
    assert len(response.context["products"]) == 25
    assert "(sida 2 av 2)" in page
    assert "50 läkemedel" in page


def test_suggestions_are_ten_at_most_and_say_what_tells_products_apart(prescriber) -> None:
    products = ProductFactory.create_batch(12, name="Provmedel")
    results = prescriber.get(SUGGEST, {"q": "provm"}).json()["results"]
    assert len(results) == 10
    assert results[0] == {
        "id": products[0].pk,
        "label": "Provmedel, filmdragerad tablett, 50 mg",
        "detail": "sultiam · Desitin Arzneimittel · Tyskland",
    }
    assert prescriber.get(SUGGEST).json() == {"results": []}


def test_a_product_s_page_shows_packs_substances_and_status(prescriber) -> None:
    product = ProductFactory(status="withdrawn_by_authority", supply_status="shortage")
    substance = Substance.objects.create(name="Sultiam")
    ProductSubstance.objects.create(product=product, substance=substance, strength="50 mg")
    Pack.objects.create(product=product, pack_id="10", description="200 tabletter", marketed=True)
    page = prescriber.get(reverse("medicines:product", args=[product.pk])).content.decode()
    for text in ("200 tabletter", "Sultiam", "Restnoterat", "Tyskland", "särskilt skäl"):
        assert text in page


def test_a_product_approved_in_the_whole_union_is_pointed_out(prescriber) -> None:
    product = ProductFactory(approval_number="EU/1/17/1235")
    page = prescriber.get(reverse("medicines:product", args=[product.pk])).content.decode()
    assert "gäller i hela EU" in page


def test_an_unknown_product_is_not_found(prescriber) -> None:
    assert prescriber.get(reverse("medicines:product", args=[0])).status_code == 404
