"""What each tab of the desk shows: one table of columns for the page and for the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.desk import ADDRESSED, DECIDED, DRAFTS, ENDING, SENT, WAITING
from applications.enums import ApplicationStatus, WaitingFor
from applications.models import Application
from klas.export import Column, Value
from klas.policy import policy
from klas.presentation import number
from klas.summary import Row
from klas.tags import status_tag
from motivations.enums import Outcome, Urgency
from motivations.models import Motivation
from pharmacies.models import Pharmacy

Item = Motivation | Application
PHARMACY = "pharmacy"


@dataclass(frozen=True)
class ListColumn:
    """One fact of a list.

    Attributes:
        value: the fact of a row: a motivation or an application.
        sort: the word in the address that sorts by it, and `by` what it then goes by.
        none: what the page says where there is none.
        on_page: whether it has a column on the page; else it stands in the first one there.
    """

    title: Promise
    value: Callable[[Any], Value]
    sort: str = ""
    by: tuple[str, ...] = ()
    width: int = 20
    none: Promise | str = ""
    on_page: bool = True

    def shown(self, item: Item) -> str:
        """The fact of a row, for the page."""
        value = self.value(item)
        if isinstance(value, TextChoices):
            return status_tag(value)
        if value in (None, ""):
            return format_html('<span class="klas-muted">{}</span>', self.none)
        if isinstance(value, str):
            return value
        return format_html('<span class="klas-reference">{}</span>', Row("", value).shown)


@dataclass(frozen=True)
class DeskList:
    """A tab: what it is called, how its rows are counted, what it says when empty, its columns.

    `action` is where an empty list leads: the name of an address, its query, and the link's words.
    """

    name: Promise
    counted: Any
    empty: Promise
    empty_text: Promise | str
    action: tuple[str, str, Promise]
    default_sort: str
    columns: tuple[ListColumn, ...]

    def heading(self, count: int) -> str:
        """How many there are, in words."""
        return str(self.counted % {"count": count, "n": number(count)})

    @property
    def number_title(self) -> Promise:
        """What the first column on the page, the row's number, is called."""
        return (_NUMBER if _NUMBER in self.columns else _REFERENCE).title

    def shown_columns(self, *, chain: bool) -> list[ListColumn]:
        """The columns; that of the pharmacy where there are several."""
        return [one for one in self.columns if chain or one.sort != PHARMACY]

    def order(self, sort: str, *, chain: bool) -> tuple[str, list[str]]:
        """The word that is sorted by, and by what; the tab's own order for what is no column."""
        by = {one.sort: one.by for one in self.shown_columns(chain=chain) if one.sort}
        if sort.removeprefix("-") not in by:
            sort = self.default_sort
        sign = "-" if sort.startswith("-") else ""
        return sort, [f"{sign}{field}" for field in (*by[sort.removeprefix("-")], "pk")]


def file_columns(columns: Sequence[ListColumn]) -> list[Column]:
    """The columns as a file's."""
    return [Column(one.title, one.width) for one in columns]


def file_row(columns: Sequence[ListColumn], item: Item) -> list[Value]:
    """A row as a file's."""
    return [one.value(item) for one in columns]


def product_line(item: Item) -> str:
    """The product applied for; the motivation's while none is."""
    product = None if isinstance(item, Motivation) else item.product
    return product.product_line if product else motivation_of(item).product_line


def motivation_of(item: Item) -> Motivation:
    """The motivation that a row is, or builds on."""
    return item if isinstance(item, Motivation) else item.motivation


def pharmacy_of(item: Item) -> Pharmacy:
    """The pharmacy that a row is at."""
    pharmacy = item.chosen_pharmacy if isinstance(item, Motivation) else item.pharmacy
    assert pharmacy is not None  # noqa: S101 - a desk lists motivations that name a pharmacy
    return pharmacy


def number_of(item: Item) -> str:
    """What a row is known by: its dnr, until it has one its motivation's reference number."""
    dnr = "" if isinstance(item, Motivation) else item.dnr
    return dnr or motivation_of(item).reference or ""


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _status(item: Application) -> TextChoices:
    return WaitingFor(item.waiting_for) if item.waiting_for else ApplicationStatus(item.status)


def _ending(item: Application) -> TextChoices:
    return Outcome(item.outcome) if item.outcome else ApplicationStatus(item.status)


_REFERENCE = ListColumn(
    _("Referensnummer"), lambda item: motivation_of(item).reference, on_page=False
)
_NUMBER = ListColumn(_("Diarienummer"), lambda item: item.dnr, on_page=False)


def _columns(
    *own: ListColumn,
    product: str = "product__name",
    pharmacy: str = "pharmacy__name",
    has_number: bool = True,
) -> tuple[ListColumn, ...]:
    """What every list begins with, and a list's own."""
    return (
        _REFERENCE,
        *((_NUMBER,) if has_number else ()),
        ListColumn(_("Läkemedel"), product_line, "product", (product,), width=60),
        ListColumn(
            _("Angelägenhet"), lambda item: Urgency(motivation_of(item).urgency), on_page=False
        ),
        ListColumn(
            _("Apotek"), lambda item: pharmacy_of(item).name, PHARMACY, (pharmacy,), width=40
        ),
        *own,
    )


_SENT = ListColumn(_("Skickad"), lambda item: _day(item.sent_at), "sent", ("sent_at",))
_RESPONSIBLE = ListColumn(
    _("Ansvarig"),
    lambda item: item.assigned_to.user.name if item.assigned_to else None,
    width=30,
    none=_("Ingen"),
)
_SEARCH = ("applications:search", "", _("Sök licensmotivering"))

LISTS: dict[str, DeskList] = {
    ADDRESSED: DeskList(
        _("Till oss"),
        ngettext_lazy("%(n)s motivering till oss", "%(n)s motiveringar till oss", "count"),
        _("Inga motiveringar väntar"),
        _("Här visas licensmotiveringar som förskrivaren har skickat till apoteket."),
        _SEARCH,
        "sent",
        _columns(
            ListColumn(_("Förskrivare"), lambda item: item.author.user.name, width=30),
            ListColumn(_("Vårdenhet"), lambda item: item.author.unit_name, width=40),
            ListColumn(
                _("Kom till oss"),
                lambda item: _day(item.submitted_at),
                "sent",
                ("submitted_at",),
            ),
            product="product_line",
            pharmacy="chosen_pharmacy__name",
            has_number=False,
        ),
    ),
    DRAFTS: DeskList(
        _("Utkast"),
        ngettext_lazy("%(n)s utkast", "%(n)s utkast", "count"),
        _("Inga utkast"),
        _("Sök fram en licensmotivering för att börja på en ansökan."),
        _SEARCH,
        "-begun",
        _columns(
            ListColumn(_("Påbörjad av"), lambda item: item.created_by.user.name, width=30),
            ListColumn(
                _("Påbörjad"),
                lambda item: _day(item.created_at),
                "begun",
                ("created_at",),
            ),
            _RESPONSIBLE,
            product="motivation__product_line",
            has_number=False,
        ),
    ),
    SENT: DeskList(
        _("Skickade"),
        ngettext_lazy("%(n)s skickad ansökan", "%(n)s skickade ansökningar", "count"),
        _("Inga ansökningar väntar på beslut"),
        _("Här visas ansökningar som ligger hos Läkemedelsverket."),
        ("", f"?tab={DRAFTS}", _("Gå till utkasten")),
        "expected",
        _columns(
            ListColumn(_("Status"), _status, "status", ("status", "waiting_for"), width=26),
            _SENT,
            ListColumn(
                _("Beslut väntas"), lambda item: item.expected_on, "expected", ("expected_on",)
            ),
            _RESPONSIBLE,
        ),
    ),
    WAITING: DeskList(
        _("Väntar på komplettering"),
        ngettext_lazy(
            "%(n)s ansökan väntar på komplettering",
            "%(n)s ansökningar väntar på komplettering",
            "count",
        ),
        _("Inget väntar på komplettering"),
        _("Här visas ansökningar där Läkemedelsverket har ställt frågor som inte är besvarade."),
        ("", f"?tab={SENT}", _("Gå till de skickade ansökningarna")),
        "answer",
        _columns(
            ListColumn(_("Väntar på"), _status, "status", ("waiting_for",), width=26),
            ListColumn(
                _("Svar senast"), lambda item: item.answer_due_on, "answer", ("answer_due_on",)
            ),
            _SENT,
            _RESPONSIBLE,
        ),
    ),
    DECIDED: DeskList(
        _("Avslutade"),
        ngettext_lazy("%(n)s avslutad ansökan", "%(n)s avslutade ansökningar", "count"),
        _("Inga avslutade ansökningar än"),
        _("Här visas ansökningar när Läkemedelsverket har beslutat eller ni har återkallat dem."),
        ("", f"?tab={SENT}", _("Gå till de skickade ansökningarna")),
        "-decided",
        _columns(
            ListColumn(_("Utfall"), _ending, width=26),
            _SENT,
            ListColumn(
                _("Avslutad"),
                lambda item: _day(item.ended_at),
                "decided",
                ("ended_at",),
            ),
        ),
    ),
    ENDING: DeskList(
        _("Licenser som slutar snart"),
        ngettext_lazy("%(n)s licens slutar snart", "%(n)s licenser slutar snart", "count"),
        _("Inga licenser slutar snart"),
        format_lazy(
            _("Här visas licenser under deras sista {days} dagar, så att de hinner förnyas."),
            days=policy.licence_ends_soon_days,
        ),
        ("licences:own", "", _("Se alla licenser")),
        "to",
        _columns(
            ListColumn(_("Licens"), lambda item: item.licence_number),
            ListColumn(
                _("Gäller till"), lambda item: item.licence_valid_to, "to", ("licence_valid_to",)
            ),
            ListColumn(_("Ny motivering"), lambda item: bool(item.motivation.renewals.all())),
        ),
    ),
}
