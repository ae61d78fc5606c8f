"""The French register: every row is accounted for, twice changes nothing, errors undo all."""

import os
import time
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from klas.importing import Fate
from medicines.enums import PackStatus, ProductStatus, SupplyStatus
from medicines.importers.bdpm import import_bdpm
from medicines.importers.bdpm_rows import product_name
from medicines.models import LicenceProduct, Pack, ProductSubstance, Substance
from tests.medicines import bdpm_extract as extract

pytestmark = pytest.mark.django_db
SHARED = Path(
    os.environ.get("KLAS_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)


def read(folder: Path, **options: Any):
    return import_bdpm(folder, progress=lambda line: None, **options)


def fates(account, name: str) -> tuple[int, int, int, int, int]:
    counted = account.files[name]
    return (counted.read, *(counted.fates[fate] for fate in Fate))


def test_every_row_of_every_file_gets_one_fate(tmp_path: Path) -> None:
    account = read(extract.write(tmp_path))
    assert fates(account, "CIS_bdpm.txt") == (4, 4, 0, 0, 0)
    assert fates(account, "CIS_COMPO_bdpm.txt") == (6, 4, 0, 0, 2)
    assert fates(account, "CIS_CIP_bdpm.txt") == (3, 2, 0, 0, 1)
    assert fates(account, "CIS_MITM.txt") == (3, 1, 0, 0, 2)
    assert fates(account, "CIS_CIP_Dispo_Spec.txt") == (3, 1, 0, 0, 2)
    assert account.files["CIS_COMPO_bdpm.txt"].reasons == {
        "samma uppgift står redan i filen": 1,
        "läkemedlet finns inte i CIS_bdpm.txt": 1,
    }


def test_a_product_stands_in_the_register_as_the_files_say(tmp_path: Path) -> None:
    read(extract.write(tmp_path))
    product = LicenceProduct.objects.get(source="bdpm", source_id="61000001")
    assert product.facts() == {
        "name": "ZINNPROV",
        "substances": "PROVINE",
        "form": "comprimé pelliculé",
        "strength": "250 mg",
        "mah": "LABO PROV",
        "country": "FR",
        "approval_number": "61000001",
        "atc": "J01DC02",
    }
    assert product.product_line == "ZINNPROV, comprimé pelliculé, 250 mg (LABO PROV)"
    assert product.status == ProductStatus.ACTIVE
    assert product.marketed
    assert product.supply_status == SupplyStatus.SHORTAGE
    assert product.supply_changed_on == date(2026, 1, 26)
    # The salt is kept beside the part that has the effect.
    names = product.product_substances.values_list("substance__name", "role", "strength")
    assert list(names) == [
        ("CHLORHYDRATE DE PROVINE", "active_substance", "280 mg"),
        ("PROVINE", "therapeutic_moiety", "250 mg"),
    ]


def test_odd_rows_are_understood(tmp_path: Path) -> None:
    read(extract.write(tmp_path))
    central = LicenceProduct.objects.get(source_id="61000002")
    assert central.approval_number == "EU/1/17/1235"
    assert central.centrally_approved
    assert central.route == "intraveineuse, orale"
    assert central.strength == "10 mg / 1 ml de solution"
    assert central.substances_text == "L’ARYLPROVASE"
    quoted = LicenceProduct.objects.get(source_id="61000003")
    assert quoted.name == 'POMMADE "PROV"'
    assert quoted.form == "pommade"
    assert quoted.status == ProductStatus.WITHDRAWN_BY_AUTHORITY
    assert not quoted.marketed
    assert LicenceProduct.objects.get(source_id="61000004").status == ProductStatus.WITHDRAWN
    broken = Pack.objects.get(pack_id="3000002")
    assert broken.description == "plaquette(s) de 90 comprimé(s)"
    assert broken.status == PackStatus.ACTIVE
    assert not broken.marketed


def test_a_second_time_changes_nothing_and_says_so(tmp_path: Path) -> None:
    folder = extract.write(tmp_path)
    read(folder)
    before = list(LicenceProduct.objects.order_by("pk").values())
    links = list(ProductSubstance.objects.order_by("pk").values())
    account = read(folder)
    assert list(LicenceProduct.objects.order_by("pk").values()) == before
    assert list(ProductSubstance.objects.order_by("pk").values()) == links
    assert not account.changed_anything
    assert all(not f.fates[Fate.NEW] and not f.fates[Fate.CHANGED] for f in account.files.values())
    assert "Ingenting har ändrats" in account.table()


def test_a_change_in_the_file_changes_just_that(tmp_path: Path) -> None:
    read(extract.write(tmp_path))
    LicenceProduct.objects.filter(source_id="61000001").update(on_licence_before=True)
    stopped = extract.PRODUCTS[0].replace("\tCommercialisée", "\tNon commercialisée")
    packs = [extract.PACKS[0].replace("30 comprimé", "28 comprimé"), *extract.PACKS[1:]]
    account = read(
        extract.write(tmp_path, products=[stopped, *extract.PRODUCTS[1:]], packs=packs, supply=[])
    )
    assert fates(account, "CIS_bdpm.txt") == (4, 0, 1, 3, 0)
    assert fates(account, "CIS_CIP_bdpm.txt") == (3, 0, 1, 1, 1)
    product = LicenceProduct.objects.get(source_id="61000001")
    assert not product.marketed
    assert product.supply_status == ""
    assert product.on_licence_before, "what our own agency knows is not the file's to change"


def test_a_vanished_product_is_kept_and_marked(tmp_path: Path) -> None:
    read(extract.write(tmp_path))
    gone = LicenceProduct.objects.get(source_id="61000001")
    folder = extract.write(tmp_path, products=extract.PRODUCTS[1:], composition=[], packs=[])
    account = read(folder, accept_shrunken=True)
    gone.refresh_from_db()
    assert gone.status == ProductStatus.UNKNOWN
    assert not gone.marketed
    assert set(gone.packs.values_list("status", "marketed")) == {("unknown", False)}
    assert sum(account.notes.values()) >= 3
    again = read(folder)
    assert not again.changed_anything


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    read(extract.write(tmp_path))
    folder = extract.write(tmp_path, products=extract.PRODUCTS[:1])
    with pytest.raises(CommandError, match=r"3 av 4 läkemedel saknas"):
        read(folder)
    assert LicenceProduct.objects.filter(status=ProductStatus.UNKNOWN).count() == 0


@pytest.mark.parametrize(
    ("replaced", "says"),
    [
        (
            {"products": [*extract.PRODUCTS, "61000005\tPOUR PEU"]},
            r"CIS_bdpm\.txt, rad 5: raden har 2 kolumner i stället för 12",
        ),
        (
            {"products": [*extract.PRODUCTS, extract.PRODUCTS[0]]},
            r"CIS_bdpm\.txt, rad 5: CIS 61000001 står två gånger",
        ),
        (
            {"products": [extract.PRODUCTS[0].replace("Autorisation active", "Peut-être")]},
            r"CIS_bdpm\.txt, rad 1: okänd status: Peut-être",
        ),
        (
            {"composition": [extract.COMPOSITION[0].replace("\tSA\t", "\tXX\t")]},
            r"CIS_COMPO_bdpm\.txt, rad 1: ",
        ),
        (
            {"packs": [extract.PACKS[0].replace("Présentation active", "?")]},
            r"CIS_CIP_bdpm\.txt, rad 1: okänd status",
        ),
        ({"atc": ["61000001\tFEL\tZINNPROV\tx"]}, r"CIS_MITM\.txt, rad 1: ATC-koden"),
        (
            {"supply": [extract.SUPPLY[0].replace("02/10/2025", "32/10/2025")]},
            r"CIS_CIP_Dispo_Spec\.txt, rad 1: ",
        ),
        (
            {"packs": [extract.PACKS[0].replace("plaquette", "p" * 600)]},
            r"CIS_CIP_bdpm\.txt, rad 1: description: högst 500 tecken",
        ),
    ],
)
def test_an_error_names_file_and_line_and_leaves_nothing(
    tmp_path: Path, replaced: dict[str, list[str]], says: str
) -> None:
    with pytest.raises(CommandError, match=says) as caught:
        read(extract.write(tmp_path, **replaced))
    assert "Ingenting har ändrats" in str(caught.value)
    assert not LicenceProduct.objects.exists()
    assert not Substance.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    extract.write(tmp_path)
    (tmp_path / "CIS_MITM.txt").unlink()
    with pytest.raises(CommandError, match=r"CIS_MITM\.txt"):
        read(tmp_path)
    assert not LicenceProduct.objects.exists()


def test_a_file_in_windows_1252_reads_the_same(tmp_path: Path) -> None:
    extract.write(tmp_path)
    path = tmp_path / "CIS_bdpm.txt"
    path.write_bytes(path.read_bytes().decode().encode("cp1252"))
    read(tmp_path)
    assert LicenceProduct.objects.get(source_id="61000001").form == "comprimé pelliculé"


@pytest.mark.parametrize(
    ("denomination", "form", "name"),
    [
        ("ABACAVIR ARROW 300 mg, comprimé pelliculé sécable", "comprimé", "ABACAVIR ARROW"),
        ("EVEROLIMUS TEVA 10 mg comprimé", "comprimé", "EVEROLIMUS TEVA"),
        ("AMOXI/CLAV PROV 500 mg/62,5 mg, poudre", "poudre", "AMOXI/CLAV PROV"),
        ("NICOTINE MENTHE 4 mg SANS SUCRE, gomme", "gomme", "NICOTINE MENTHE SANS SUCRE"),
        ("HUMALOG 100 unités/ml JUNIOR, solution", "solution", "HUMALOG JUNIOR"),
        ("IOMERON 300 (300 mg Iode/mL), solution", "solution", "IOMERON 300"),
        ("VITAMINE B12 HORUS, collyre", "collyre", "VITAMINE B12 HORUS"),
        ("A 313 200 000 UI POUR CENT, pommade", "pommade", "A 313 200 000 UI POUR CENT"),
    ],
)
def test_a_name_is_cleaned_of_strength_and_form(denomination: str, form: str, name: str) -> None:
    assert product_name(denomination, form) == name


if (SHARED / "bdpm").is_dir():

    def test_the_real_register_is_read_whole_within_a_minute() -> None:
        out, begun = StringIO(), time.monotonic()
        call_command("import_bdpm", str(SHARED / "bdpm"), stdout=out)
        assert time.monotonic() - begun < 60
        assert LicenceProduct.objects.filter(source="bdpm").count() == 15_799
        # 20,875 rows; six are of products that the file itself does not know.
        assert Pack.objects.count() == 20_869
        text = " ".join(out.getvalue().split())
        assert "CIS_CIP_bdpm.txt 20 875 20 869 0 0 6" in text
        account = read(SHARED / "bdpm")
        assert not account.changed_anything
