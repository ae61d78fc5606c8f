"""Search in the register: name, substance, ATC, forgiving accents and typing errors."""

import random
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medicines.importers.table import import_products
from medicines.models import LicenceProduct
from medicines.queries import search_products
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).resolve().parents[2] / "medicines" / "examples" / "products.csv"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def catalogue() -> None:
    import_products(EXAMPLES, source="example", progress=lambda line: None)


def names(text: str, **options) -> list[str]:
    return [product.name for product in search_products(text, **options)]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Impavido", "Impavido"),
        ("impav", "Impavido"),
        ("miltefosin", "Impavido"),
        ("P01CX04", "Impavido"),
        ("p01cx", "Impavido"),
        ("sultiam desitin", "Ospolot"),
        ("biltricid", "Biltricide"),
        ("MESTINON retard", "Mestinon Retard"),
        ("retard mestinon", "Mestinon Retard"),
        ("Radiogardase", "Radiogardase-Cs"),
        ("qp51bc04", "Marquis"),
        ("Ósþölöt", "Ospolot"),
    ],
)
def test_what_people_write_comes_first(text: str, first: str) -> None:
    assert names(text)[0] == first


@pytest.mark.usefixtures("catalogue")
def test_strength_decides_between_equals() -> None:
    assert search_products("impavido 50 mg")[0].strength == "50 mg"
    assert search_products("impavido 10 mg")[0].strength == "10 mg"
    assert search_products("ospolot 200")[0].strength == "200 mg"


@pytest.mark.usefixtures("catalogue")
def test_two_wrong_letters_still_find_in_the_top_three() -> None:
    chance = random.Random(20261120)
    sample = [
        name
        for name in LicenceProduct.objects.order_by("name")
        .values_list("name", flat=True)
        .distinct()
        if name.isalpha() and len(name) >= 7
    ]
    missed = []
    for name in sample:
        letters = list(name.lower())
        for place in chance.sample(range(1, len(letters)), 2):
            letters[place] = chance.choice(LETTERS.replace(letters[place], ""))
        typed = "".join(letters)
        if name not in names(typed, limit=3):
            missed.append((name, typed))
    assert len(sample) >= 30
    assert len(missed) <= len(sample) * 0.1, missed


def test_accents_are_forgiven_both_ways() -> None:
    ProductFactory(name="MÉTHOPROVE")
    ProductFactory(name="Ameprov")
    assert names("methoprove")[0] == "MÉTHOPROVE"
    assert names("Améprov")[0] == "Ameprov"


@pytest.mark.usefixtures("catalogue")
def test_animals_and_people_can_be_kept_apart() -> None:
    animals = search_products("P", veterinary=True)
    assert animals
    assert all(product.veterinary for product in animals)
    assert "Marquis" not in names("marquis", veterinary=False)


@pytest.mark.usefixtures("catalogue")
def test_the_order_is_the_same_every_time_and_two_queries() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = search_products("natrium", limit=50)
    assert len(queries) == 2
    assert len(first) > 3
    assert search_products("natrium", limit=50) == first
    assert search_products("natrium", limit=2) == first[:2]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\x00", "()[]\\*", "'; --", "mg 50 x 3"])
def test_signs_are_no_wildcards_and_break_nothing(text: str) -> None:
    assert len(search_products(text, limit=100)) < 60


@pytest.mark.usefixtures("catalogue")
def test_a_very_long_text_is_cut() -> None:
    assert names("impavido " * 500)[0] == "Impavido"


def test_active_products_come_before_withdrawn_ones_with_the_same_name() -> None:
    ProductFactory(name="Provmedel", strength="1 mg", status="withdrawn")
    ProductFactory(name="Provmedel", strength="2 mg", status="active")
    assert [product.strength for product in search_products("provmedel")] == ["2 mg", "1 mg"]
