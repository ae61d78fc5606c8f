"""Products of any other country, from a CSV file with a header (docs/registers.md)."""

from pathlib import Path
from typing import Any

from django.db import transaction

from klas.formats import is_veterinary_atc, normalise_atc, normalise_country
from klas.importing import (
    Account,
    boolean,
    cell,
    check_lengths,
    only_one_import,
    read_csv,
)
from medicines.enums import PackStatus, ProductStatus
from medicines.importers.store import (
    PackRow,
    ProductRow,
    Progress,
    SubstanceRow,
    live_products,
    refuse_shrunken,
    store,
)
from medicines.models import LicenceProduct, Pack, ProductSubstance

EXAMPLE = "example"
REQUIRED = ("source_id", "name", "substances", "form", "strength", "mah", "country")
OPTIONAL = (
    "route", "approval_number", "atc", "status", "marketed", "on_licence_before", "veterinary",
    "packs",
)  # fmt: skip


def source_name(name: str) -> str:
    """Return the register's name of a CSV source: "example", or "csv:<name>"."""
    return name if name == EXAMPLE else f"csv:{name}"


def import_products(
    path: Path, *, source: str, progress: Progress = print, accept_shrunken: bool = False
) -> Account:
    """Read a CSV file of products and make the register's products of `source` equal to it.

    One transaction: nothing is written when any row is wrong. Raises CommandError naming file
    and line, or when more than a tenth would vanish and `accept_shrunken` is not set.
    """
    account = Account()
    rows: dict[str, ProductRow] = {}
    for line, row in read_csv(path, account, required=REQUIRED, optional=OPTIONAL):
        if row["source_id"] in rows:
            account.error(path.name, line, f"source_id {row['source_id']} står två gånger.")
        else:
            rows[row["source_id"]] = _product(account, path.name, line, row)
    account.raise_errors()
    progress(f"{path.name} läst")
    source = source_name(source)
    with transaction.atomic():
        only_one_import(source)
        if not accept_shrunken:
            refuse_shrunken(live_products(source), rows)
        outcome = store(source, rows, account, progress)
        for source_id, product in rows.items():
            account.file(path.name).row(outcome.row_fate(source_id, product))
        account.check()
    return account


def _product(account: Account, name: str, line: int, row: dict[str, str]) -> ProductRow:
    for column in ("source_id", "name", "substances"):
        if not row[column]:
            account.error(name, line, f"{column} saknas.")
    substances = _substances(row["substances"])
    country = cell(account, name, line, "country", text=row["country"], parse=normalise_country)
    atc = cell(account, name, line, "atc", text=row["atc"], parse=normalise_atc)
    status = row["status"] or (ProductStatus.UNKNOWN if country else ProductStatus.NOT_APPROVED)
    if status not in ProductStatus.values:
        account.error(name, line, f"status: skriv ett av {', '.join(ProductStatus.values)}.")
    if row["approval_number"] and not row["country"]:
        account.error(name, line, "approval_number kräver ett godkännandeland i country.")
    if status == ProductStatus.NOT_APPROVED and row["country"]:
        account.error(name, line, "status not_approved kräver att country är tomt.")
    values: dict[str, Any] = {
        "name": row["name"],
        "form": row["form"],
        "strength": row["strength"],
        "route": row["route"],
        "mah": row["mah"],
        "country": country,
        "approval_number": row["approval_number"],
        "atc": atc,
        "status": status,
        "marketed": bool(
            cell(account, name, line, "marketed", text=row["marketed"], parse=boolean)
        ),
        "on_licence_before": bool(
            cell(
                account,
                name,
                line,
                "on_licence_before",
                text=row["on_licence_before"],
                parse=boolean,
            )
        ),
        "veterinary": bool(
            cell(account, name, line, "veterinary", text=row["veterinary"], parse=boolean)
        ),
        "substances_text": ", ".join(substance.name for substance in substances),
    }
    if atc and is_veterinary_atc(atc) != values["veterinary"]:
        account.error(name, line, "veterinary och atc säger olika: en ATCvet-kod börjar med Q.")
    check_lengths(account, name, line, LicenceProduct, {**values, "source_id": row["source_id"]})
    for substance in substances:
        check_lengths(account, name, line, ProductSubstance, {"strength": substance.strength})
    return ProductRow(values, substances, _packs(account, name, line, row["packs"]))


def _substances(text: str) -> list[SubstanceRow]:
    """Read "Name=strength; Name" as substances; the strength may be left out."""
    found = []
    for part in text.split(";"):
        name, _equals, strength = (piece.strip() for piece in part.partition("="))
        if name:
            found.append(SubstanceRow(name, strength))
    return found


def _packs(account: Account, name: str, line: int, text: str) -> dict[str, PackRow]:
    """Read "id=description; id=description" as packs."""
    packs: dict[str, PackRow] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        pack_id, equals, description = (piece.strip() for piece in part.partition("="))
        if not equals or not pack_id or not description or pack_id in packs:
            account.error(name, line, "packs: skriv nummer=förpackning, med semikolon mellan.")
            continue
        values = {"pack_id": pack_id, "description": description}
        check_lengths(account, name, line, Pack, values)
        packs[pack_id] = PackRow(pack_id, description, "", PackStatus.ACTIVE, marketed=True)
    return packs
