"""Facts of invented cases, and what a reader with pen and paper would count of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from decisions.models import CaseFact, CountedProduct
from motivations.enums import LicenceKind, Outcome

ATC_CODES = ("N03AX03", "N03AG01", "P01CX04", "QP52AA01", "N03", "")
REGIONS = ("Region Ett", "Region Två", "?")


@dataclass(frozen=True)
class Invented:
    """One case as the tests think of it; `ended` and `outcome` are None while it is open."""

    kind: str
    region: str
    product: int
    registered: date
    ended: date | None
    outcome: str
    days: int
    supplemented: bool

    @property
    def atc(self) -> str:
        return ATC_CODES[self.product]


_MONTHS = [date(year, month, 1) for year in (2023, 2024, 2025) for month in (1, 2, 11, 12)]


@st.composite
def invented_case(draw: Callable[..., object]) -> Invented:
    registered = draw(st.sampled_from(_MONTHS))
    is_open = draw(st.booleans()) and draw(st.booleans())
    ended = None if is_open else draw(st.sampled_from([m for m in _MONTHS if m >= registered]))
    return Invented(
        kind=draw(st.sampled_from(LicenceKind.values)),
        region=draw(st.sampled_from(REGIONS)),
        product=draw(st.integers(0, len(ATC_CODES) - 1)),
        registered=registered,
        ended=ended,
        outcome="" if is_open else draw(st.sampled_from(Outcome.values)),
        days=draw(st.integers(0, 70)),
        supplemented=draw(st.booleans()),
    )


def lay_out(cases: Iterable[Invented]) -> list[CountedProduct]:
    """Write the facts; returns the products by the place of their code in `ATC_CODES`."""
    products = [
        CountedProduct.objects.get_or_create(
            product_key=f"p{place}", defaults={"line": f"Läkemedel {place}", "atc": atc}
        )[0]
        for place, atc in enumerate(ATC_CODES)
    ]
    CaseFact.objects.bulk_create(
        CaseFact(
            kind=case.kind,
            region=case.region,
            product=products[case.product],
            registered_month=case.registered,
            ended_month=case.ended,
            outcome=case.outcome,
            working_days=case.days,
            had_supplement=case.supplemented,
        )
        for case in cases
    )
    return products
