"""France's public medicines database, read into the register of licence products.

The files are the January 2026 layout of base-donnees-publique.medicaments.gouv.fr.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from klas.formats import normalise_atc
from klas.importing import Account, Fate, check_lengths, only_one_import
from medicines.enums import SubstanceRole
from medicines.importers import bdpm_rows as files
from medicines.importers.store import (
    Outcome,
    PackRow,
    ProductRow,
    Progress,
    SubstanceRow,
    live_products,
    refuse_shrunken,
    store,
)
from medicines.models import LicenceProduct, Pack, ProductSubstance

SOURCE = "bdpm"
COUNTRY = "FR"
STRENGTH_LENGTH = 500
SUBSTANCES_LENGTH = 2000

UNKNOWN_PRODUCT = "läkemedlet finns inte i " + files.PRODUCTS
REPEATED = "samma uppgift står redan i filen"
OLDER_NOTICE = "nyare eller allvarligare uppgift om samma läkemedel finns"
# Of two notices of one day the worse counts.
_GRAVITY = ("1", "3", "2", "4")


@dataclass(frozen=True)
class _Composed:
    """A row of the composition file: where it stood, and what it says."""

    line: int
    number: int
    substance: SubstanceRow


class _Reading:
    """The five files as rows per product, before anything is written."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.products: dict[str, ProductRow] = {}
        self.composed: dict[str, list[_Composed]] = defaultdict(list)
        self.atc: list[str] = []
        self.supply: list[str] = []
        self.packs: list[tuple[str, str]] = []


def import_bdpm(
    folder: Path, *, progress: Progress = print, accept_shrunken: bool = False
) -> Account:
    """Read the five files of `folder` and make the register equal to them; return the account.

    One transaction: nothing is written when any row is wrong. Raises CommandError naming file
    and line, or when more than a tenth of the register would vanish and `accept_shrunken` is not
    set (a half-downloaded file looks like that).
    """
    account = Account()
    reading = _Reading(account)
    _read_products(folder, reading)
    progress(f"{files.PRODUCTS} läst")
    _read_composition(folder, reading)
    progress(f"{files.COMPOSITION} läst")
    _read_packs(folder, reading)
    progress(f"{files.PACKS} läst")
    _read_atc(folder, reading)
    _read_supply(folder, reading)
    progress(f"{files.ATC} och {files.SUPPLY} lästa")
    account.raise_errors()
    with transaction.atomic():
        only_one_import(SOURCE)
        if not accept_shrunken:
            refuse_shrunken(live_products(SOURCE), reading.products)
        outcome = store(SOURCE, reading.products, account, progress)
        _count_fates(reading, outcome)
        account.check()
    return account


def _read_products(folder: Path, reading: _Reading) -> None:
    account = reading.account
    for line, cis, columns in files.logical_rows(folder, files.PRODUCTS, account):
        denomination, form, route, status, _procedure, marketed = columns[:6]
        approval_number, mah = columns[8], columns[9]
        if cis in reading.products:
            account.error(files.PRODUCTS, line, f"CIS {cis} står två gånger.")
            continue
        if not denomination:
            account.error(files.PRODUCTS, line, "läkemedlet saknar namn.")
            continue
        if status.casefold() not in files.PRODUCT_STATUS:
            account.error(files.PRODUCTS, line, f"okänd status: {status or '(tom)'}.")
            continue
        if marketed.casefold() not in files.MARKETED:
            account.error(files.PRODUCTS, line, f"okänt om det säljs: {marketed or '(tomt)'}.")
            continue
        values: dict[str, Any] = {
            "name": files.product_name(denomination, form),
            "form": form,
            "route": ", ".join(part.strip() for part in route.split(";") if part.strip()),
            "mah": mah,
            "country": COUNTRY,
            # Without an EU number the authorisation is known by the register's own number.
            "approval_number": approval_number.rstrip("/") or cis,
            "status": files.PRODUCT_STATUS[status.casefold()],
            "marketed": files.MARKETED[marketed.casefold()],
        }
        check_lengths(account, files.PRODUCTS, line, LicenceProduct, values)
        values |= {
            "strength": "",
            "substances_text": "",
            "atc": "",
            "supply_status": "",
            "supply_changed_on": None,
        }
        reading.products[cis] = ProductRow(values)


PRODUCT_FIELDS = (
    "name", "form", "route", "mah", "country", "approval_number", "status", "marketed",
)  # fmt: skip


def _read_composition(folder: Path, reading: _Reading) -> None:
    account = reading.account
    seen: set[tuple[str, SubstanceRow, int]] = set()
    for line, cis, columns in files.logical_rows(folder, files.COMPOSITION, account):
        part, _code, name, strength, per, role, number = columns
        if role not in files.ROLES or not number.isdigit() or not name:
            account.error(
                files.COMPOSITION, line, "substansen saknar namn, slag (SA eller FT) eller nummer."
            )
            continue
        if cis not in reading.products:
            account.file(files.COMPOSITION).skip(UNKNOWN_PRODUCT)
            continue
        row = SubstanceRow(name, strength, files.ROLES[role], part, per)
        if (cis, row, int(number)) in seen:
            account.file(files.COMPOSITION).skip(REPEATED)
            continue
        seen.add((cis, row, int(number)))
        check_lengths(
            account,
            files.COMPOSITION,
            line,
            ProductSubstance,
            {"strength": strength, "part": part, "per": per},
        )
        reading.composed[cis].append(_Composed(line, int(number), row))
    for cis, rows in reading.composed.items():
        # The file's order is not promised; this one is the same at every download.
        rows.sort(key=lambda c: (c.substance.part, c.number, c.substance.role, c.substance.name))
        product = reading.products[cis]
        product.substances = [row.substance for row in rows]
        shown = _shown_substances(rows)
        product.values["substances_text"] = _joined(
            [row.name for row in shown], ", ", SUBSTANCES_LENGTH
        )
        product.values["strength"] = _joined(
            [_strength(row) for row in shown], " + ", STRENGTH_LENGTH
        )


def _shown_substances(rows: list[_Composed]) -> list[SubstanceRow]:
    """Leave out the salt where the file also names the part that has the effect, with its dose."""
    moieties = {
        (row.substance.part, row.number)
        for row in rows
        if row.substance.role == SubstanceRole.THERAPEUTIC_MOIETY and row.substance.strength
    }
    return [
        row.substance
        for row in rows
        if ((row.substance.part, row.number) in moieties)
        == (row.substance.role == SubstanceRole.THERAPEUTIC_MOIETY)
    ]


def _strength(row: SubstanceRow) -> str:
    """Return "500 mg", or "800 mg / 2 ml" where the dose is not for one piece ("un comprimé")."""
    if not row.strength or not row.per or row.per.split(" ", 1)[0].casefold() in ("un", "une"):
        return row.strength
    return f"{row.strength} / {row.per}"


def _joined(texts: list[str], separator: str, length: int) -> str:
    """Join the texts that differ, in order; what does not fit is replaced by an ellipsis."""
    text = separator.join(dict.fromkeys(text for text in texts if text))
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _read_packs(folder: Path, reading: _Reading) -> None:
    account = reading.account
    for line, cis, columns in files.logical_rows(folder, files.PACKS, account):
        pack_id, description, status, marketed, _date, code = columns[:6]
        sold = files.pack_marketed(marketed)
        if not pack_id or not description:
            account.error(files.PACKS, line, "förpackningen saknar nummer eller beskrivning.")
            continue
        if status.casefold() not in files.PACK_STATUS or sold is None:
            account.error(files.PACKS, line, f"okänd status: {status}, {marketed}.")
            continue
        if cis not in reading.products:
            account.file(files.PACKS).skip(UNKNOWN_PRODUCT)
            continue
        packs = reading.products[cis].packs
        if pack_id in packs:
            account.file(files.PACKS).skip(REPEATED)
            continue
        pack = PackRow(pack_id, description, code, files.PACK_STATUS[status.casefold()], sold)
        check_lengths(
            account,
            files.PACKS,
            line,
            Pack,
            {"pack_id": pack_id, "description": description, "code": code},
        )
        packs[pack_id] = pack
        reading.packs.append((cis, pack_id))


def _read_atc(folder: Path, reading: _Reading) -> None:
    account = reading.account
    for line, cis, columns in files.logical_rows(folder, files.ATC, account):
        try:
            code = normalise_atc(columns[0])
        except ValidationError as error:
            account.error(files.ATC, line, " ".join(error.messages))
            continue
        if cis not in reading.products:
            account.file(files.ATC).skip(UNKNOWN_PRODUCT)
            continue
        values = reading.products[cis].values
        if values["atc"]:
            account.file(files.ATC).skip(REPEATED)
            continue
        values["atc"] = code
        reading.atc.append(cis)


def _read_supply(folder: Path, reading: _Reading) -> None:
    account = reading.account
    counted = account.file(files.SUPPLY)
    best: dict[str, tuple[date, int, str]] = {}
    for line, cis, columns in files.logical_rows(folder, files.SUPPLY, account):
        code, begun, updated = columns[1], columns[3], columns[4]
        try:
            changed = files.day(updated) or files.day(begun)
        except ValueError:
            changed = None
        if code not in files.SUPPLY_STATUS or changed is None:
            account.error(files.SUPPLY, line, "okänd tillgångskod eller inget datum.")
            continue
        if cis not in reading.products:
            counted.skip(UNKNOWN_PRODUCT)
            continue
        if cis in best:
            counted.skip(OLDER_NOTICE)  # one of the two, whichever it is
        notice = (changed, -_GRAVITY.index(code), code)
        best[cis] = max(best.get(cis, notice), notice)
    for cis, (changed, _gravity, code) in best.items():
        values = reading.products[cis].values
        values["supply_status"] = files.SUPPLY_STATUS[code]
        values["supply_changed_on"] = changed
        reading.supply.append(cis)


def _count_fates(reading: _Reading, outcome: Outcome) -> None:
    file = reading.account.file
    for cis in reading.products:
        file(files.PRODUCTS).row(outcome.product_fate(cis, PRODUCT_FIELDS))
        for fate in outcome.substances.get(cis, []):
            file(files.COMPOSITION).row(fate)
    for key in reading.packs:
        file(files.PACKS).row(outcome.packs[key])
    for cis in reading.atc:
        file(files.ATC).row(outcome.product_fate(cis, ("atc",)))
    for cis in reading.supply:
        file(files.SUPPLY).row(outcome.product_fate(cis, ("supply_status", "supply_changed_on")))
    lost = sum(
        1
        for cis in reading.products
        if outcome.product_fate(cis, PRODUCT_FIELDS) is Fate.UNCHANGED and outcome.products[cis]
    )
    if lost:
        reading.account.notes["läkemedel med annan sammansättning, ATC-kod eller tillgång"] += lost
