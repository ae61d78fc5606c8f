"""Pharmacies and care units from CSV files with a header (docs/registers.md)."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from django.core.validators import validate_email
from django.db import models, transaction

from klas.formats import (
    normalise_gln,
    normalise_hsa_id,
    normalise_organisation_number,
    normalise_workplace_code,
)
from klas.importing import (
    Account,
    boolean,
    cell,
    check_lengths,
    only_one_import,
    read_csv,
    upsert,
)
from pharmacies.enums import PharmacyKind
from pharmacies.models import CareUnit, Pharmacy

PHARMACY_REQUIRED = ("gln", "name", "legal_name", "organisation_number", "kind")
PHARMACY_OPTIONAL = ("chain", "street", "postcode", "city", "phone", "email", "active")
CARE_UNIT_REQUIRED = ("hsa_id", "name", "organisation", "region")
CARE_UNIT_OPTIONAL = (
    "workplace_code",
    "street",
    "postcode",
    "city",
    "phone",
    "active",
    "preparedness",
)

BOOLEANS = ("active", "preparedness")


def import_pharmacies(path: Path) -> Account:
    """Read a CSV file of pharmacies, by GLN; those not in the file are left as they are.

    One transaction. Raises CommandError naming file and line of every wrong row (at most 20).
    """
    return _import(
        path,
        Pharmacy,
        key="gln",
        required=PHARMACY_REQUIRED,
        optional=PHARMACY_OPTIONAL,
        parsers={
            "gln": normalise_gln,
            "organisation_number": normalise_organisation_number,
            "kind": _kind,
            "email": _email,
        },
    )


def import_care_units(path: Path) -> Account:
    """Read a CSV file of care units, by HSA-id; those not in the file are left as they are.

    One transaction. Raises CommandError naming file and line of every wrong row (at most 20).
    """
    return _import(
        path,
        CareUnit,
        key="hsa_id",
        required=CARE_UNIT_REQUIRED,
        optional=CARE_UNIT_OPTIONAL,
        parsers={"hsa_id": normalise_hsa_id, "workplace_code": normalise_workplace_code},
    )


def _import(
    path: Path,
    model: type[models.Model],
    *,
    key: str,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    parsers: Mapping[str, Callable[[str], str]],
) -> Account:
    account = Account()
    parsers = {"postcode": _postcode, **parsers}
    rows: dict[str, tuple[int, Mapping[str, object]]] = {}
    for line, row in read_csv(path, account, required=required, optional=optional):
        values: dict[str, object] = {
            column: cell(
                account, path.name, line, column, text=text, parse=parsers.get(column, str)
            )
            for column, text in row.items()
            if column not in BOOLEANS
        }
        # A register that does not say otherwise lists those in business.
        active = cell(account, path.name, line, "active", text=row["active"], parse=boolean)
        values["active"] = True if row["active"] == "" else bool(active)
        # Nobody is on the allow-list whom the register does not put there.
        if "preparedness" in optional:
            listed = cell(
                account, path.name, line, "preparedness", text=row["preparedness"], parse=boolean
            )
            values["preparedness"] = bool(listed)
        for column in required:
            if not row[column]:
                account.error(path.name, line, f"{column} saknas.")
        check_lengths(account, path.name, line, model, values)
        name = str(values[key])
        if name and name in rows:
            account.error(path.name, line, f"{key} {name} står även på rad {rows[name][0]}.")
        rows[name] = (line, values)
    account.raise_errors()
    with transaction.atomic():
        only_one_import(model._meta.label)
        upsert(model, key, rows, account.file(path.name))
        account.check()
    return account


def _kind(text: str) -> str:
    if text not in PharmacyKind.values:
        raise ValueError(f"skriv ett av {', '.join(PharmacyKind.values)}.")
    return text


def _postcode(text: str) -> str:
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{5}", digits):
        raise ValueError("postnumret ska ha fem siffror.")
    return digits


def _email(text: str) -> str:
    validate_email(text)
    return text
