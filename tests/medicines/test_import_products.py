"""Products of other countries from CSV: the documented columns, errors by line, the examples."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from medicines.importers.table import import_products
from medicines.models import LicenceProduct

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).resolve().parents[2] / "medicines" / "examples" / "products.csv"
HEADER = (
    "source_id,name,substances,form,strength,mah,country,atc,veterinary,on_licence_before,packs"
)
ROW = (
    "1,Ospolot,Sultiam=50 mg,tablett,50 mg,Desitin,de,n03ax03,0,1,10=200 tabletter;11=50 tabletter"
)


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "products.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def read(path: Path, source: str = "de", **options: bool):
    return import_products(path, source=source, progress=lambda line: None, **options)


def test_a_row_becomes_a_product_with_substances_and_packs(tmp_path: Path) -> None:
    read(write(tmp_path, ROW))
    product = LicenceProduct.objects.get(source="csv:de", source_id="1")
    assert product.product_line == "Ospolot, tablett, 50 mg (Desitin)"
    assert (product.country, product.atc, product.status) == ("DE", "N03AX03", "unknown")
    assert product.on_licence_before
    assert [str(row) for row in product.product_substances.all()] == ["Sultiam 50 mg"]
    assert [str(pack) for pack in product.packs.all()] == ["200 tabletter", "50 tabletter"]


def test_twice_changes_nothing_and_a_changed_row_is_counted(tmp_path: Path) -> None:
    read(write(tmp_path, ROW))
    assert not read(write(tmp_path, ROW)).changed_anything
    account = read(write(tmp_path, ROW.replace("200 tabletter", "100 tabletter")))
    assert account.files["products.csv"].fates == {"ändrade": 1}


def test_on_licence_before_is_never_cleared_by_a_file(tmp_path: Path) -> None:
    read(write(tmp_path, ROW))
    account = read(write(tmp_path, ROW.replace(",0,1,", ",0,0,")))
    assert LicenceProduct.objects.get().on_licence_before
    assert not account.changed_anything


def test_sources_do_not_touch_each_other(tmp_path: Path) -> None:
    read(write(tmp_path, ROW), source="de")
    read(write(tmp_path, ROW), source="at")
    assert LicenceProduct.objects.count() == 2


def test_semicolons_and_empty_country_are_understood(tmp_path: Path) -> None:
    header = "source_id;name;substances;form;strength;mah;country"
    read(write(tmp_path, "7;Provmedel;Provin;kapsel;1 mg;Prov AB;", header=header))
    product = LicenceProduct.objects.get()
    assert product.status == "not_approved"
    assert product.country_display == ""


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ROW.replace("Ospolot", ""), "rad 2: name saknas"),
        (ROW.replace(",de,", ",xx,"), "rad 2: country: Landskoden finns inte"),
        (ROW.replace("n03ax03", "fel"), "rad 2: atc: ATC-koden"),
        (ROW.replace(",0,1,", ",1,1,"), "rad 2: veterinary och atc säger olika"),
        (ROW.replace(",0,1,", ",kanske,1,"), "rad 2: veterinary: skriv 1 eller 0"),
        (ROW.replace("10=", ""), "rad 2: packs: skriv nummer=förpackning"),
        (ROW + ",mer", "rad 2: raden har 12 kolumner i stället för 11"),
        (ROW.replace("Desitin", "D" * 201), "rad 2: mah: högst 200 tecken"),
        (f"{ROW}\n{ROW}", "rad 3: source_id 1 står två gånger"),
    ],
)
def test_an_error_names_file_and_line_and_leaves_nothing(
    tmp_path: Path, row: str, says: str
) -> None:
    with pytest.raises(CommandError) as caught:
        read(write(tmp_path, row))
    assert f"products.csv, {says}" in str(caught.value)
    assert not LicenceProduct.objects.exists()


def test_a_wrong_header_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"rad 1: kolumner saknas: mah.*okända kolumner: holder"):
        read(write(tmp_path, header=HEADER.replace("mah", "holder")))


def test_the_source_s_name_is_plain(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--source"):
        call_command("import_products", str(write(tmp_path, ROW)), source="Tyskland!")


def test_the_example_catalogue_is_whole() -> None:
    out = StringIO()
    call_command("import_products", str(EXAMPLES), source="example", stdout=out)
    products = LicenceProduct.objects.filter(source="example")
    assert products.filter(veterinary=False).count() >= 60
    animals = products.filter(veterinary=True)
    assert animals.count() >= 8
    assert all(product.atc.startswith("Q") for product in animals.order_by("pk"))
    assert products.filter(status="withdrawn_by_authority").count() == 1
    assert products.filter(on_licence_before=False).exists()
    for product in products.order_by("pk"):
        product.full_clean()
