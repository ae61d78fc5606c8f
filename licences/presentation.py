"""What the pages show of licences in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.corrections import as_corrected
from decisions.models import Licence
from klas.export import Column, Value
from klas.presentation import number, quantity, swedish_date
from klas.summary import Row
from licences.enums import LicenceState
from licences.models import Dispensing, DispensingPermission, LicenceBalance
from licences.queries import balance_of
from licences.rules import state_of
from licences.services.dispensing import Withdrawal
from licences.timeline import stops_of
from motivations.kinds import Route, Unit, kind_of


@dataclass(frozen=True)
class Meter:
    """How much is left, in words and as a bar; `percent` is whole, 0 only when nothing is left.

    `share` is “366 av 730 tabletter”.
    """

    remaining: str
    granted: str
    share: str
    percent: int


def meter(licence: Licence, balance: LicenceBalance) -> Meter:
    """How much is left of a licence."""
    percent = int(balance.remaining * 100 / balance.granted)
    unit = licence.get_unit_display()
    granted = quantity(balance.granted, unit)
    return Meter(
        remaining=quantity(balance.remaining, unit),
        granted=granted,
        share=_("%(left)s av %(granted)s")
        % {"left": number(balance.remaining), "granted": granted},
        percent=max(percent, 1) if balance.remaining else 0,
    )


def period(first: date, last: date) -> str:
    """“20 november 2026–19 november 2027”."""
    return f"{swedish_date(first)} – {swedish_date(last)}"


def product_rows(licence: Licence) -> list[Row]:
    """The exact product of a licence."""
    product = licence.product
    return [
        Row(_("Namn"), product.name),
        Row(_("Aktiva substanser"), product.substances),
        Row(_("Läkemedelsform"), product.form),
        Row(_("Styrka"), product.strength),
        Row(_("Innehavare av godkännandet"), product.mah),
        Row(_("Godkännandeland"), product.country_display),
        Row(_("Godkännandenummer"), product.approval_number),
    ]


def licence_rows(
    licence: Licence, *, units: tuple[Unit, ...], permission: DispensingPermission | None
) -> list[Row]:
    """For whom, on what terms and how long; what any pharmacy that found it may know."""
    kind, decision = kind_of(licence.kind), as_corrected(licence.decision)
    rows = [
        Row(_("Slag"), kind.title),
        Row(kind.subject_title, licence.subject_line),
        Row(_("Gäller"), period(licence.valid_from, licence.valid_to)),
        Row(_("Lämnas ut mot"), Route(licence.route).label),
        Row(_("Lämnas ut av"), _dispensed_by(licence)),
        Row(_("Apotek med licensen"), f"{licence.holder.name}, {licence.holder.city}"),
        Row(_("Diarienummer"), decision.case.dnr),
        Row(_("Villkor"), decision.conditions or _("Inga villkor")),
    ]
    if units:
        # The units are the subject too; each on a line of its own is easier to check against.
        rows[1] = Row(kind.subject_title, [f"{unit.name} ({unit.hsa_id})" for unit in units])
    if decision.reservation:
        rows.append(Row(_("Förbehåll"), decision.reservation))
    if permission is not None:
        rows.append(Row(_("Särskilt tillstånd"), permission_text(permission)))
    return rows


def permission_text(permission: DispensingPermission) -> str:
    """What a särskilt tillstånd lets a pharmacy do."""
    text = _("Får lämnas ut mot recept på öppenvårdsapotek %(period)s (%(dnr)s).") % {
        "period": period(permission.valid_from, permission.valid_to),
        "dnr": permission.dnr,
    }
    return f"{text}\n{permission.conditions}" if permission.conditions else text


def _dispensed_by(licence: Licence) -> str:
    if kind_of(licence.kind).any_pharmacy:
        return _("Alla öppenvårdsapotek")
    return _("Bara apoteket med licensen")


def withdrawal_rows(
    withdrawal: Withdrawal, licence: Licence, *, units: tuple[Unit, ...], remaining: Decimal
) -> list[Row]:
    """What is about to be registered, and what will be left."""
    unit = licence.get_unit_display()
    rows = [
        Row(_("Utlämnat"), withdrawal.at),
        Row(_("Utlämnat mot"), Route(withdrawal.route).label),
        Row(_("Nummer"), withdrawal.order_id),
    ]
    if withdrawal.route == Route.REQUISITION and units:
        name = next(unit.name for unit in units if unit.hsa_id == withdrawal.care_unit)
        rows.append(Row(_("Vårdenhet"), f"{name} ({withdrawal.care_unit})"))
    return [
        *rows,
        Row(_("Förpackning"), f"{withdrawal.packs} × {withdrawal.pack}"),
        Row(_("Mängd"), quantity(withdrawal.quantity, unit)),
        Row(_("Batch"), withdrawal.batch),
        Row(_("Utgångsdatum"), withdrawal.expires_on),
        Row(_("Produktnummer (GTIN)"), withdrawal.gtin),
        Row(_("Serienummer"), withdrawal.serial),
        Row(_("Kvar på licensen efter uttaget"), quantity(remaining - withdrawal.quantity, unit)),
    ]


def entry_rows(entry: Dispensing) -> list[Row]:
    """Everything of an entry, for the pharmacy that made it."""
    unit = entry.licence.get_unit_display()
    rows = [
        Row(_("Licens"), entry.licence.number),
        Row(_("Läkemedel"), entry.licence.product.product_line),
        Row(_("Utlämnat"), entry.at),
        Row(_("Utlämnat mot"), f"{Route(entry.route).label} {entry.order_id}"),
    ]
    if entry.care_unit:
        rows.append(Row(_("Vårdenhet"), f"{entry.care_unit_name} ({entry.care_unit})"))
    if entry.permission_id:
        rows.append(Row(_("Med stöd av"), _("Särskilt tillstånd")))
    rows += [
        Row(_("Förpackning"), f"{entry.packs} × {entry.pack}"),
        Row(_("Mängd"), quantity(entry.quantity, unit)),
        Row(_("Batch"), entry.batch),
        Row(_("Utgångsdatum"), entry.expires_on),
    ]
    if entry.gtin:
        rows.append(Row(_("Produktnummer (GTIN)"), entry.gtin))
    if entry.serial:
        rows.append(Row(_("Serienummer"), entry.serial))
    return [
        *rows,
        Row(_("Registrerat av"), f"{entry.registered_by.user.name}, {entry.pharmacy.name}"),
        Row(_("Registrerat"), entry.registered_at),
    ]


@dataclass(frozen=True)
class HistoryLine:
    """One entry in a licence's history; `details` only for the pharmacy that made it."""

    entry: Dispensing
    quantity: str
    is_own: bool
    details: list[str]
    can_reverse: bool


def history_lines(
    entries: Iterable[Dispensing], *, of: Licence, by: Assignment
) -> list[HistoryLine]:
    """Own entries in full, others' as date, quantity and pharmacy (domain §7, “balance”).

    Args:
        entries: of the licence, fetched by `queries.history_of`.
    """
    unit, lines = of.get_unit_display(), []
    for entry in entries:
        is_own = entry.pharmacy_id == by.pharmacy_id
        lines.append(
            HistoryLine(
                entry=entry,
                quantity=quantity(entry.quantity, unit),
                is_own=is_own,
                details=_details(entry) if is_own else [],
                can_reverse=is_own and entry.is_withdrawal and not entry.is_reversed,
            )
        )
    return lines


def _details(entry: Dispensing) -> list[str]:
    lines = [f"{Route(entry.route).label} {entry.order_id}"]
    if entry.care_unit_name:
        lines.append(entry.care_unit_name)
    lines += [
        f"{entry.packs} × {entry.pack}",
        _("Batch %(batch)s, hållbar till %(day)s")
        % {"batch": entry.batch, "day": swedish_date(entry.expires_on)},
        entry.registered_by.user.name,
    ]
    if entry.reason:
        lines.append(_("Skäl: %s") % entry.reason)
    return lines


@dataclass(frozen=True)
class OwnLine:
    """One licence in the pharmacy's own list: nothing of whom it is for."""

    licence: Licence
    kind: Any
    state: LicenceState
    meter: Meter
    stopped_because: str


def own_lines(licences: Iterable[Licence], *, today: date) -> list[OwnLine]:
    """The rows of a list of licences; they carry product and balance. One query."""
    lines, licences = [], list(licences)
    stops = stops_of(licences)
    for licence in licences:
        balance = balance_of(licence)
        state = state_of(licence, remaining=balance.remaining, on=today)
        title = kind_of(licence.kind).title
        stop = stops.get(licence.pk)
        reason = stop.reason if stop else ""
        lines.append(OwnLine(licence, title, state, meter(licence, balance), reason))
    return lines


def recall_columns() -> list[Column]:
    """The columns of a batch's dispensings as a file."""
    return [
        Column(_("Apotek"), 40),
        Column(_("GLN")),
        Column(_("Utlämnat")),
        Column(_("Licens")),
        Column(_("Läkemedel"), 60),
        Column(_("Mängd")),
        Column(_("Enhet")),
        Column(_("Batch")),
        Column(_("Utgångsdatum")),
        Column(_("Rättat")),
    ]


def recall_row(entry: Dispensing) -> list[Value]:
    """One dispensing of a batch; nothing of whom the licence is for."""
    return [
        entry.pharmacy.name,
        entry.pharmacy.gln,
        entry.at,
        entry.licence.number,
        entry.licence.product.product_line,
        entry.quantity,
        entry.licence.get_unit_display(),
        entry.batch,
        entry.expires_on,
        entry.is_reversed,
    ]
