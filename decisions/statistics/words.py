"""Names of what is counted: regions, ATC groups, outcomes, ages."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.models.statistics import UNKNOWN
from klas.policy import policy
from klas.presentation import number
from motivations.enums import LicenceKind, Outcome

# The anatomical main groups; ATCvet has the same with a Q in front, and QI of its own.
MAIN_GROUPS: dict[str, Promise] = {
    "A": gettext_lazy("Matsmältning och ämnesomsättning"),
    "B": gettext_lazy("Blod och blodbildande organ"),
    "C": gettext_lazy("Hjärta och kretslopp"),
    "D": gettext_lazy("Hud"),
    "G": gettext_lazy("Urin- och könsorgan, könshormoner"),
    "H": gettext_lazy("Hormoner"),
    "I": gettext_lazy("Immunologiska medel"),
    "J": gettext_lazy("Infektionssjukdomar"),
    "L": gettext_lazy("Tumörer och immunsystem"),
    "M": gettext_lazy("Rörelseapparaten"),
    "N": gettext_lazy("Nervsystemet"),
    "P": gettext_lazy("Parasitsjukdomar"),
    "R": gettext_lazy("Andningsorganen"),
    "S": gettext_lazy("Ögon och öron"),
    "V": gettext_lazy("Övrigt"),
}


def kind_name(key: str) -> str:
    return str(LicenceKind(key).label)


def outcome_name(key: str) -> str:
    return str(Outcome(key).label)


def region_name(key: str) -> str:
    return _("Okänd region") if key == UNKNOWN else key


def atc_name(code: str) -> str:
    """A code with its main group's name; finer groups go by their code."""
    if code == UNKNOWN:
        return _("Okänd ATC-kod")
    if code.endswith(UNKNOWN):
        return _("%(code)s utan närmare kod") % {"code": code.removesuffix(UNKNOWN)}
    name = MAIN_GROUPS.get(code[-1:]) if len(code.removeprefix("Q")) <= 1 else None
    if name is None:
        return code
    return f"{code} {name}" if not code.startswith("Q") else f"{code} {name} ({_('djur')})"


def month_name(month: date) -> str:
    """“mars 2026”."""
    return date_format(month, "F Y")


def period_name(first: date, last: date) -> str:
    """“mars 2026”, “januari–mars 2026”, “2025”, “oktober 2025–mars 2026”."""
    if first == last:
        return month_name(first)
    if (first.month, last.month) == (1, 12):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if first.year == last.year:
        return f"{date_format(first, 'F')}–{month_name(last)}"
    return f"{month_name(first)}–{month_name(last)}"


def age_names() -> list[str]:
    """The steps of `policy.statistics_age_steps`, and one for what is older."""
    steps = policy.statistics_age_steps
    names = [
        _("%(from)s–%(to)s arbetsdagar") % {"from": low, "to": high}
        for low, high in zip((0, *(step + 1 for step in steps)), steps, strict=False)
    ]
    return [*names, _("Mer än %(days)s arbetsdagar") % {"days": steps[-1]}]


def percent(part: int, whole: int) -> float | None:
    """A share in percent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def percent_text(share: float | None) -> str:
    return f"{number(share)}\u00a0%" if share is not None else "–"


def short_month(month: int) -> str:
    """“jan”."""
    return date_format(date(2000, month, 1), "M").rstrip(".").lower()[:3]
