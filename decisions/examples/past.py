"""Years of past facts for the demo's statistics: invented, and marked by having no case.

They are counted in statistics only; the queue, the searches and the registers know none of them.
"""

from datetime import date
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from django.db import transaction

from decisions.models import CaseFact, CountedProduct
from decisions.statistics.questions import months
from klas import clock
from medicines.models import LicenceProduct
from motivations.enums import LicenceKind, Outcome

YEARS, A_MONTH = 3, 230
_KINDS = {
    LicenceKind.INDIVIDUAL: 84,
    LicenceKind.GENERAL: 9,
    LicenceKind.VETERINARY: 6,
    LicenceKind.PREPAREDNESS: 1,
}
_OUTCOMES = {
    Outcome.GRANTED: 78,
    Outcome.GRANTED_WITH_RESERVATION: 9,
    Outcome.REJECTED: 7,
    Outcome.DISMISSED: 2,
    Outcome.CLOSED: 4,
}
# Invented, as the example units' are.
_REGIONS = {
    "Region Exempelvik": 30,
    "Region Provsund": 24,
    "Region Låtsåsen": 18,
    "Region Påhittsmark": 12,
    "Region Skissfors": 9,
    "Region Modelby": 5,
    "?": 2,
}
_DAYS = {1: 2, 2: 3, 3: 6, 4: 11, 5: 17, 6: 22, 7: 21, 8: 7, 9: 4, 11: 3, 14: 2, 19: 1, 33: 1}


@transaction.atomic
def load() -> bool:
    """Lay out the facts of the years before this month; False when they are there already."""
    if CaseFact.objects.filter(case__isnull=True).exists():
        return False
    random = Random(26)  # noqa: S311 - the same pictures every time
    products = _products()
    weights = list(accumulate(1 / place for place in range(1, len(products) + 1)))
    this_month = clock.today().replace(day=1)
    past = months(date(this_month.year - YEARS, 1, 1), this_month)[:-1]
    facts = []
    for place, (month, following) in enumerate(pairwise((*past, this_month))):
        season = 0.7 if month.month == 7 else 1.15 if month.month in (3, 10) else 1
        for _ in range(round(A_MONTH * season * (1 + place / 100))):
            days = _one(random, _DAYS)
            has_supplement = random.random() < 0.14
            follows = random.random() < days / 30 or has_supplement
            ended = following if follows else month
            facts.append(
                CaseFact(
                    kind=_one(random, _KINDS),
                    product=random.choices(products, cum_weights=weights)[0],
                    region=_one(random, _REGIONS),
                    registered_month=month,
                    ended_month=ended,
                    outcome=_one(random, _OUTCOMES),
                    working_days=days,
                    had_supplement=has_supplement,
                )
            )
    CaseFact.objects.bulk_create(facts, batch_size=2_000)
    return True


def _one(random: Random, weighted: dict[Any, int]) -> Any:
    return random.choices(list(weighted), weights=list(weighted.values()))[0]


def _products() -> list[CountedProduct]:
    """The example catalogue, the most used first."""
    found = LicenceProduct.objects.order_by("atc", "pk")
    made = [
        CountedProduct(
            product_key=f"example-{product.pk}", line=product.product_line, atc=product.atc
        )
        for product in found
    ]
    CountedProduct.objects.bulk_create(made)
    Random(7).shuffle(made)  # noqa: S311
    return made
