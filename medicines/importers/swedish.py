"""Products approved in Sweden, from a CSV file with NPL-ids (docs/registers.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from klas.formats import is_veterinary_atc, normalise_atc, normalise_npl_id
from klas.importing import (
    Account,
    Fate,
    boolean,
    cell,
    check_lengths,
    only_one_import,
    read_csv,
)
from medicines.importers.store import BATCH, Progress, refuse_shrunken
from medicines.models import ApprovedProduct
from medicines.sameness import form_group, substances_key

REQUIRED = ("npl_id", "name", "substances", "form", "strength", "mah")
OPTIONAL = ("atc", "marketed", "veterinary")
Rows = Mapping[str, dict[str, Any]]


def import_swedish_products(
    path: Path, *, progress: Progress = print, accept_shrunken: bool = False
) -> Account:
    """Read a CSV file of products approved in Sweden and make the register equal to it.

    A product that the file no longer names is kept and marked as not sold. One transaction:
    nothing is written when any row is wrong. Raises CommandError naming file and line, or when
    more than a tenth of what is sold would vanish and `accept_shrunken` is not set.
    """
    account = Account()
    rows: dict[str, dict[str, Any]] = {}
    for line, row in read_csv(path, account, required=REQUIRED, optional=OPTIONAL):
        values = _product(account, path.name, line, row)
        if values["npl_id"] and values["npl_id"] in rows:
            account.error(path.name, line, f"npl_id {values['npl_id']} står två gånger.")
        rows[values["npl_id"]] = values
    account.raise_errors()
    progress(f"{path.name} läst")
    with transaction.atomic():
        only_one_import("swedish products")
        stored = {
            product.npl_id: product
            for product in ApprovedProduct.objects.select_for_update().order_by("pk")
        }
        sold = {npl_id for npl_id, product in stored.items() if product.marketed}
        if not accept_shrunken:
            refuse_shrunken(sold, rows)
        _store(rows, stored, account, path.name)
        _mark_vanished(sold - rows.keys(), account)
        account.check()
    return account


def _product(account: Account, name: str, line: int, row: dict[str, str]) -> dict[str, Any]:
    for column in ("npl_id", "name", "form"):
        if not row[column]:
            account.error(name, line, f"{column} saknas.")
    substances = ", ".join(filter(None, (part.strip() for part in row["substances"].split(";"))))
    if not substances_key(substances):
        account.error(name, line, "substances saknas.")
    atc = cell(account, name, line, "atc", text=row["atc"], parse=normalise_atc)
    values: dict[str, Any] = {
        "npl_id": cell(account, name, line, "npl_id", text=row["npl_id"], parse=normalise_npl_id),
        "name": row["name"],
        "form": row["form"],
        "strength": row["strength"],
        "mah": row["mah"],
        "atc": atc,
        "substances_text": substances,
        "substances_key": substances_key(substances),
        "form_group": form_group(row["form"]),
        **{
            column: bool(cell(account, name, line, column, text=row[column], parse=boolean))
            for column in ("marketed", "veterinary")
        },
    }
    if atc and is_veterinary_atc(atc) != values["veterinary"]:
        account.error(name, line, "veterinary och atc säger olika: en ATCvet-kod börjar med Q.")
    check_lengths(account, name, line, ApprovedProduct, values)
    return values


def _store(rows: Rows, stored: Mapping[str, ApprovedProduct], account: Account, name: str) -> None:
    new: list[ApprovedProduct] = []
    changed: list[ApprovedProduct] = []
    fates = account.file(name)
    for npl_id, values in rows.items():
        product = stored.get(npl_id)
        if product is None:
            new.append(ApprovedProduct(**values))
            fates.row(Fate.NEW)
            continue
        differing = {field for field, value in values.items() if getattr(product, field) != value}
        for field in differing:
            setattr(product, field, values[field])
        if differing:
            changed.append(product)
        fates.row(Fate.CHANGED if differing else Fate.UNCHANGED)
    ApprovedProduct.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        fields = [field for field in next(iter(rows.values())) if field != "npl_id"]
        ApprovedProduct.objects.bulk_update(changed, fields, batch_size=BATCH)


def _mark_vanished(gone: set[str], account: Account) -> None:
    if gone:
        ApprovedProduct.objects.filter(npl_id__in=gone).update(marketed=False)
        account.notes["läkemedel som inte längre finns i filen, nu som inte sålda"] += len(gone)
