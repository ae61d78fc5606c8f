"""Products approved in Sweden from CSV, and which of them equal a licence product."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from medicines.importers.swedish import import_swedish_products
from medicines.importers.table import import_products
from medicines.models import ApprovedProduct, LicenceProduct
from medicines.queries import approved_in_sweden
from tests.factories import ApprovedProductFactory, ProductFactory

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / "medicines" / "examples"
HEADER = "npl_id,name,substances,form,strength,mah,atc,marketed,veterinary"
ROW = "20990101000011,Sultimed,Sultiam; Tiamin,filmdragerad tablett,50 mg,Prov AB,n03ax03,1,0"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "swedish.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def read(path: Path, **options: bool) -> Any:
    return import_swedish_products(path, progress=lambda line: None, **options)


def rows(count: int) -> list[str]:
    return [ROW.replace("20990101000011", f"20990101{n:06d}") for n in range(count)]


def test_a_row_becomes_a_product(tmp_path: Path) -> None:
    read(write(tmp_path, ROW))
    product = ApprovedProduct.objects.get()
    product.full_clean()
    assert str(product) == "Sultimed, filmdragerad tablett, 50 mg (Prov AB)"
    assert (product.atc, product.marketed, product.veterinary) == ("N03AX03", True, False)
    assert product.substances_text == "Sultiam, Tiamin"
    assert (product.substances_key, product.form_group) == ("sultiam|tiamin", "tablet")


def test_twice_changes_nothing_and_a_changed_row_is_counted(tmp_path: Path) -> None:
    assert read(write(tmp_path, ROW)).files["swedish.csv"].fates == {"nya": 1}
    assert not read(write(tmp_path, ROW)).changed_anything
    account = read(write(tmp_path, ROW.replace(",1,0", ",0,0")))
    assert account.files["swedish.csv"].fates == {"ändrade": 1}
    assert not ApprovedProduct.objects.get().marketed


def test_what_the_file_no_longer_names_is_kept_as_not_sold(tmp_path: Path) -> None:
    read(write(tmp_path, *rows(20)))
    account = read(write(tmp_path, *rows(19)))
    assert account.notes == {"läkemedel som inte längre finns i filen, nu som inte sålda": 1}
    assert ApprovedProduct.objects.filter(marketed=True).count() == 19
    assert not read(write(tmp_path, *rows(19))).changed_anything


def test_a_shrunken_file_is_refused_unless_said_to_be_right(tmp_path: Path) -> None:
    read(write(tmp_path, *rows(20)))
    with pytest.raises(CommandError, match="5 av 20 läkemedel saknas"):
        read(write(tmp_path, *rows(15)))
    assert ApprovedProduct.objects.filter(marketed=True).count() == 20
    read(write(tmp_path, *rows(15)), accept_shrunken=True)
    assert ApprovedProduct.objects.filter(marketed=True).count() == 15


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ROW.replace("20990101000011", "2099010100001"), "rad 2: npl_id: NPL-id ska ha 14 siffror"),
        (ROW.replace("20990101000011", "20991301000011"), "rad 2: npl_id: NPL-id ska ha 14"),
        (ROW.replace("20990101000011", ""), "rad 2: npl_id saknas"),
        (ROW.replace("Sultimed", ""), "rad 2: name saknas"),
        (ROW.replace("Sultiam; Tiamin", " ; "), "rad 2: substances saknas"),
        (ROW.replace("filmdragerad tablett", ""), "rad 2: form saknas"),
        (ROW.replace("n03ax03", "fel"), "rad 2: atc: ATC-koden"),
        (ROW.replace(",1,0", ",1,1"), "rad 2: veterinary och atc säger olika"),
        (ROW.replace(",1,0", ",kanske,0"), "rad 2: marketed: skriv 1 eller 0"),
        (ROW.replace("Prov AB", "P" * 201), "rad 2: mah: högst 200 tecken"),
        (f"{ROW}\n{ROW}", "rad 3: npl_id 20990101000011 står två gånger"),
    ],
)
def test_an_error_names_file_and_line_and_leaves_nothing(
    tmp_path: Path, row: str, says: str
) -> None:
    with pytest.raises(CommandError) as caught:
        read(write(tmp_path, row))
    assert f"swedish.csv, {says}" in str(caught.value)
    assert not ApprovedProduct.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"npl_id": "1"}, {"name": ""}, {"substances_key": ""}, {"form": ""}, {"atc": "x"}]
)
def test_the_database_refuses_impossible_products(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovedProductFactory(**wrong)


FACTS = {"substances": "sultiam", "form": "filmdragerad tablett", "atc": "N03AX03"}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, True),
        ({"atc": ""}, True),
        ({"substances": "SULTIAME", "atc": ""}, True),
        ({"substances": "något annat"}, True),
        ({"atc": "n03 ax03", "substances": ""}, True),
        ({"form": "comprimé"}, True),
        ({"atc": "N03AX", "substances": ""}, False),
        ({"atc": "N03AX04", "substances": "sultiam, tiamin"}, False),
        ({"form": "oral suspension"}, False),
        ({"form": "depottablett"}, False),
        ({"form": ""}, False),
        ({"substances": "", "atc": ""}, False),
    ],
)
def test_the_same_substance_and_form_is_found(facts: dict[str, str], found: bool) -> None:
    product = ApprovedProductFactory()
    assert approved_in_sweden({**FACTS, **facts}, veterinary=False) == [product] * found


def test_what_is_not_sold_or_for_the_other_species_is_not_found() -> None:
    ApprovedProductFactory(marketed=False)
    for_animals = ApprovedProductFactory(veterinary=True)
    assert approved_in_sweden(FACTS, veterinary=False) == []
    assert approved_in_sweden(FACTS, veterinary=True) == [for_animals]


def test_nothing_is_asked_of_the_database_for_an_empty_product(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(0):
        assert approved_in_sweden({}, veterinary=False) == []


def test_the_question_is_answered_by_the_indexes() -> None:
    """Also in a register of 15,000 products."""
    ApprovedProduct.objects.bulk_create(
        ApprovedProductFactory.build(
            npl_id=f"20990102{n:06d}",
            atc=f"N03AX{n % 90 + 10}",
            substances_key=f"provin{n % 3000}",
        )
        for n in range(15_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE medicines_approvedproduct")
        cursor.execute(
            "EXPLAIN SELECT * FROM medicines_approvedproduct WHERE marketed AND NOT veterinary "
            "AND form_group = 'tablet' AND (atc = 'N03AX03' OR substances_key = 'sultiam')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "approved_by_atc" in plan
    assert "approved_by_substances" in plan
    assert "Seq Scan" not in plan


def test_the_example_register_meets_the_example_catalogue() -> None:
    import_products(FOLDER / "products.csv", source="example", progress=lambda line: None)
    call_command("import_swedish_products", str(FOLDER / "swedish_products.csv"), stdout=StringIO())
    for approved in ApprovedProduct.objects.all():
        approved.full_clean()
    met = {
        product.name
        for product in LicenceProduct.objects.order_by("pk")
        if approved_in_sweden(product.facts(), veterinary=product.veterinary)
    }
    assert {"Ruzurgi", "Thybon", "Propycil", "Stromectol", "Tolfine", "Thyrosafe"} <= met
    assert not met & {"Ospolot", "Tapclob", "Mestinon Retard", "Orap", "Syprine"}
    assert ProductFactory().name not in met
