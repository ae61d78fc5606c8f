"""Rules of applying: the fact beside a person that a search must know too and when a licence can be
renewed without a new motivation (domain §5), and from when a decision can be asked for (FL 12 §).
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from applications.models import Application
from klas.formats import fold_words
from klas.policy import policy
from motivations.models import MotivationVersion


def is_about_product(version: MotivationVersion, text: str) -> bool:
    """Whether a text names a version's product: whole words of its line or substances.

    At least one must be of the name or a substance: “tablett 50 mg” is said of too many.
    """
    product = version.product
    names = {word for word in _words(product.name, product.substances) if not word.isdigit()}
    typed = _words(text)
    return bool(typed & names) and typed <= names | _words(product.name, product.product_line)


def is_by_prescriber(version: MotivationVersion, text: str) -> bool:
    """Whether a text is a version's prescriber: the code, or the name with at least the last."""
    prescriber = version.prescriber
    code = fold_words(text).replace(" ", "")
    name, typed = fold_words(prescriber["name"]).split(), _words(text)
    is_name = bool(name) and name[-1] in typed and typed <= set(name)
    return is_name or bool(code and code == prescriber["prescriber_code"])


def _words(*texts: str) -> set[str]:
    return set(fold_words(" ".join(texts)).split())


def may_ask_for_decision_from(application: Application) -> date | None:
    """The day after six months have passed, with the application sent and no decision (FL 12 §).

    A time of months ends on the day with the same number, or the month's last (lag 1930:173, 1 §).
    None for what is not sent.
    """
    if application.sent_at is None:
        return None
    sent = timezone.localdate(application.sent_at)
    return months_after(sent, policy.decision_request_after_months) + timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_young(submitted_on: date, *, on: date) -> bool:
    """Whether a motivation is younger than what a renewal may rest on (domain §5)."""
    return on < months_after(submitted_on, policy.renewal_motivation_months)


def is_same_rate(quantity: Decimal, months: int, *, as_in: tuple[Decimal, int]) -> bool:
    """Whether a quantity for some months is as much a month as another.

    Packs seldom come out even: they may differ by `policy.quantity_tolerance`.
    """
    before, before_months = as_in
    now, then = quantity * before_months, before * months
    return abs(now - then) <= policy.quantity_tolerance * then
