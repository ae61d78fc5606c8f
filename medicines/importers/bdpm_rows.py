"""The five files of France's public medicines database (BDPM), row by row.

The files are tab-separated without quoting or header; each row begins with the product's CIS
number. Free text may hold line breaks, and the last column tabs: see `logical_rows`.
"""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from klas.importing import Account, read_text
from medicines.enums import PackStatus, ProductStatus, SubstanceRole, SupplyStatus

PRODUCTS = "CIS_bdpm.txt"
COMPOSITION = "CIS_COMPO_bdpm.txt"
PACKS = "CIS_CIP_bdpm.txt"
ATC = "CIS_MITM.txt"
SUPPLY = "CIS_CIP_Dispo_Spec.txt"

COLUMNS = {PRODUCTS: 12, COMPOSITION: 8, PACKS: 13, ATC: 4, SUPPLY: 8}
# Files whose last column is free text, where a tab is part of the text.
_FREE_TEXT_LAST = {PACKS}

PRODUCT_STATUS = {
    "autorisation active": ProductStatus.ACTIVE,
    "autorisation suspendue": ProductStatus.SUSPENDED,
    "autorisation abrogée": ProductStatus.WITHDRAWN,
    "autorisation archivée": ProductStatus.WITHDRAWN,
    "autorisation retirée": ProductStatus.WITHDRAWN_BY_AUTHORITY,
}
MARKETED = {"commercialisée": True, "non commercialisée": False}
PACK_STATUS = {
    "présentation active": PackStatus.ACTIVE,
    "présentation abrogée": PackStatus.WITHDRAWN,
}
# The register's three sentences on a pack, told apart by how they begin.
PACK_MARKETED = (
    ("déclaration de commercialisation", True),
    ("déclaration d'arrêt", False),
    ("déclaration de suspension", False),
    ("arrêt de commercialisation", False),
)
ROLES = {
    "SA": SubstanceRole.ACTIVE_SUBSTANCE,
    "FT": SubstanceRole.THERAPEUTIC_MOIETY,
}
SUPPLY_STATUS = {
    "1": SupplyStatus.SHORTAGE,
    "2": SupplyStatus.STRAINED,
    "3": SupplyStatus.DISCONTINUED,
    "4": SupplyStatus.AVAILABLE_AGAIN,
}

_CIS_START = re.compile(r"\d{8}\t")
_NUMBER = r"(?:\d{1,3}(?:[\s.]\d{3})+|\d+)(?:[.,]\d+)?"
_UNIT = (
    r"(?:milligrammes?|microgrammes?|nanogrammes?|grammes?|mg|kg|µg|μg|mcg|ng|g|"
    r"millions?\s+d['’](?:unités?(?:\s+internationales?)?|U\.?I\.?)|millions?|M\.?U\.?I\.?|"
    r"unit[eé]s?(?:\s+internationales?|\s+speywood|\s+antigéniques?|\s+FEIBA)?|U\.I\.|UI|U|"
    r"m?mol|mEq|[MGk]?Bq|ml|cl|l|m²|cm²|ppm|bars?|POUR\s+CENT|POUR\s+MILLE|%|"
    r"doses?|heures|h)(?![\w])"
)
_STRENGTH = re.compile(
    rf"(?<![\w-]){_NUMBER}\s*{_UNIT}"
    rf"(?:\s*(?:/|\s+pour\s+|\s+par\s+)\s*(?:{_NUMBER})?\s*{_UNIT})*"
    r"(?:\s+POUR\s+(?:CENT|MILLE))?\.?",
    re.IGNORECASE,
)
_STRENGTH_IN_BRACKETS = re.compile(rf"\([^()]*{_STRENGTH.pattern}[^()]*\)", re.IGNORECASE)
_ENTITY = re.compile(r"&[A-Za-z]+;|&#\d+;")


def logical_rows(folder: Path, name: str, account: Account) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (line, CIS, the other columns) of a file; errors go to `account`.

    A line that does not begin with a CIS number belongs to the row before it. Columns come with
    single spaces and decoded HTML entities. Every yielded row and every error is counted as read.
    """
    counted = account.file(name)
    width = COLUMNS[name]
    for line, text in _joined_lines(folder / name):
        counted.read += 1
        columns = text.split("\t", width - 1) if name in _FREE_TEXT_LAST else text.split("\t")
        if len(columns) != width or not _CIS_START.match(text):
            account.error(
                name,
                line,
                f"raden har {len(columns)} kolumner i stället för {width}, "
                "eller börjar inte med åtta siffror och tabb.",
            )
            continue
        cis, *values = (_clean(column) for column in columns)
        yield line, cis, values


def _joined_lines(path: Path) -> Iterator[tuple[int, str]]:
    start, row = 0, ""
    for line, text in enumerate(read_text(path).split("\n"), start=1):
        if _CIS_START.match(text) or not row:
            if row:
                yield start, row
            start, row = line, text
        elif text.strip():
            row = f"{row} {text}"
    if row:
        yield start, row


def _clean(text: str) -> str:
    # Some entities are in capitals ("&RSQUO;"), which the standard does not know.
    decoded = _ENTITY.sub(lambda match: html.unescape(match[0].lower()), text)
    return " ".join(decoded.split())


def product_name(denomination: str, form: str) -> str:
    """Return the product's name: the denomination without strength and form.

    >>> product_name("EVEROLIMUS TEVA 10 mg, comprimé", "comprimé")
    'EVEROLIMUS TEVA'
    """
    name = denomination.split(", ", 1)[0]
    where = name.casefold().find(" " + form.casefold()) if form else -1
    if where > 0:
        name = name[:where]
    stripped = _STRENGTH.sub(" ", _STRENGTH_IN_BRACKETS.sub(" ", name))
    stripped = " ".join(stripped.split()).strip(" ,;/-")
    return stripped if len(stripped) > 1 else name.strip(" ,")


def pack_marketed(text: str) -> bool | None:
    """Return whether a pack is sold, None when the register's sentence is not known."""
    lowered = text.casefold().replace("’", "'")
    return next((sold for start, sold in PACK_MARKETED if lowered.startswith(start)), None)


def day(text: str) -> date | None:
    """Return the date of "22/10/2025"; None for "". Raises ValueError."""
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None
