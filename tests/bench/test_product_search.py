"""How long a product search takes, and how it grows: `pytest -m bench -s` prints the figures."""

import random
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection

from medicines.models import LicenceProduct, ProductSubstance, Substance
from medicines.queries import search_products

pytestmark = [pytest.mark.django_db, pytest.mark.bench]
SYLLABLES = [a + b for a in "bcdfglmnprstvxz" for b in "aeiou"] + [
    "min",
    "lol",
    "pril",
    "stat",
    "cil",
]
SEARCHES = 200


def fill(products: int, chance: random.Random) -> list[str]:
    """Make `products` products of as many invented names as a real register has (0.6 a product)."""
    ProductSubstance.objects.all().delete()
    LicenceProduct.objects.all().delete()
    Substance.objects.all().delete()
    invented = [
        "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))
        for _ in range(max(1, int(products * 0.6)))
    ]
    substances = Substance.objects.bulk_create(
        [Substance(name=name) for name in sorted({f"{name}um" for name in invented[::4]})]
    )
    made = LicenceProduct.objects.bulk_create(
        [
            LicenceProduct(
                source="bench",
                source_id=str(n),
                name=f"{chance.choice(invented)} {chance.choice(('Alfa', 'Beta', 'Gamma'))}",
                status="active",
            )
            for n in range(products)
        ]
    )
    ProductSubstance.objects.bulk_create(
        [ProductSubstance(product=p, substance=chance.choice(substances)) for p in made]
    )
    with connection.cursor() as cursor:
        for model in (LicenceProduct, Substance, ProductSubstance):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return [product.name.split()[0] for product in made]


def wrong(word: str, chance: random.Random) -> str:
    letters = list(word)
    for place in chance.sample(range(1, len(letters)), 2):
        letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def measure(words: list[str], write: Callable[[str], str]) -> tuple[float, float]:
    """Return p50 and p95 of a search in milliseconds."""
    took = []
    for word in words:
        text = write(word)
        begun = time.perf_counter()
        search_products(text, limit=10)
        took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=20)
    return statistics.median(took), cuts[18]


def test_search_grows_slower_than_the_register() -> None:
    chance = random.Random(1)
    ways: dict[str, Callable[[str], str]] = {
        "prefix": lambda word: word[:5],
        "whole word": str,
        "two typing errors": lambda word: wrong(word, chance),
    }
    figures: dict[str, dict[int, tuple[float, float]]] = {way: {} for way in ways}
    for products in (1_000, 16_000):
        words = chance.sample(fill(products, chance), SEARCHES)
        measure(words[:20], str)
        for way, write in ways.items():
            figures[way][products] = measure(words, write)
    for way, by_size in figures.items():
        small, large = by_size[1_000], by_size[16_000]
        print(
            f"\n{way}: 1,000 products p50 {small[0]:.1f} ms p95 {small[1]:.1f} ms; "
            f"16,000 products p50 {large[0]:.1f} ms p95 {large[1]:.1f} ms; "
            f"ratio p50 {large[0] / small[0]:.1f}"
        )
        assert large[0] / small[0] < 16, "a search must not grow as fast as the register"
        assert large[1] < 1_000, "the time limit of a search is one second"
