"""Pharmacies and care units: imports, look-ups, addresses."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from pharmacies.importers import import_care_units, import_pharmacies
from pharmacies.models import CareUnit, Pharmacy
from pharmacies.queries import active_pharmacies, find_pharmacy, search_care_units
from tests.factories import CareUnitFactory, PharmacyFactory

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).resolve().parents[2] / "pharmacies" / "examples"
HEADER = "gln,name,legal_name,organisation_number,kind,postcode,city,email,active"
ROW = "9520000000011,Apotek Ett,Prov AB,999900-0012,retail,752 20,Uppsala,a@exempel.invalid,"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_pharmacy_is_read_and_codes_are_tidied(tmp_path: Path) -> None:
    import_pharmacies(write(tmp_path, ROW))
    pharmacy = Pharmacy.objects.get()
    assert (pharmacy.organisation_number, pharmacy.postcode) == ("9999000012", "75220")
    assert pharmacy.organisation_number_display == "999900-0012"
    assert pharmacy.address_lines == ["Apotek Ett", "752 20 Uppsala"]
    assert pharmacy.active
    assert pharmacy.serves_patients


def test_twice_changes_nothing_and_a_change_is_counted(tmp_path: Path) -> None:
    import_pharmacies(write(tmp_path, ROW))
    assert not import_pharmacies(write(tmp_path, ROW)).changed_anything
    account = import_pharmacies(write(tmp_path, ROW + "0"))
    assert account.files["file.csv"].fates == {"ändrade": 1}
    assert not active_pharmacies().exists()


def test_pharmacies_not_in_the_file_are_left_alone(tmp_path: Path) -> None:
    other = PharmacyFactory()
    import_pharmacies(write(tmp_path, ROW))
    assert set(active_pharmacies().values_list("gln", flat=True)) == {other.gln, "9520000000011"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ROW.replace("9520000000011", "9520000000012"), "rad 2: gln: Kontrollsiffran i GLN"),
        (ROW.replace("999900-0012", "999900-0013"), "rad 2: organisation_number: "),
        (ROW.replace("retail", "kiosk"), "rad 2: kind: skriv ett av retail"),
        (ROW.replace("752 20", "7522"), "rad 2: postcode: postnumret ska ha fem siffror"),
        (ROW.replace("a@exempel.invalid", "a"), "rad 2: email: "),
        (ROW.replace("Apotek Ett", ""), "rad 2: name saknas"),
        (f"{ROW}\n{ROW}", "rad 3: gln 9520000000011 står även på rad 2"),
    ],
)
def test_an_error_names_file_and_line_and_leaves_nothing(
    tmp_path: Path, row: str, says: str
) -> None:
    good = ROW.replace("9520000000011", "9520000000028")
    with pytest.raises(CommandError) as caught:
        import_pharmacies(write(tmp_path, row, good))
    assert f"file.csv, {says}" in str(caught.value)
    assert not Pharmacy.objects.exists()


def test_a_care_unit_with_a_wrong_hsa_id_is_refused(tmp_path: Path) -> None:
    header = "hsa_id,name,organisation,region,workplace_code"
    with pytest.raises(CommandError, match="rad 2: hsa_id: "):
        import_care_units(write(tmp_path, "SE123-1,Kliniken,Region,Region,", header=header))
    import_care_units(write(tmp_path, "se2321000016-1003,Kliniken,Region,R,", header=header))
    assert CareUnit.objects.get().hsa_id == "SE2321000016-1003"


def test_the_examples_are_whole_and_formally_right() -> None:
    call_command("import_pharmacies", str(EXAMPLES / "pharmacies.csv"), stdout=StringIO())
    call_command("import_care_units", str(EXAMPLES / "care_units.csv"), stdout=StringIO())
    pharmacies = list(Pharmacy.objects.order_by("pk"))
    assert len(pharmacies) >= 14
    assert len({pharmacy.chain for pharmacy in pharmacies if pharmacy.chain}) >= 2
    assert any(pharmacy.kind == "hospital" for pharmacy in pharmacies)
    assert all(pharmacy.gln.startswith("952") for pharmacy in pharmacies)
    units = list(CareUnit.objects.order_by("pk"))
    assert len(units) >= 12
    for row in (*pharmacies, *units):
        row.full_clean()


@pytest.mark.parametrize(
    "text",
    [
        "Apotek Ett",
        "apotek ett, uppsala",
        "9520000000011",
        "952 0000000 011",
        "ett uppsala",
        "ETT",
    ],
)
def test_a_pharmacy_is_found_by_gln_name_or_name_and_town(tmp_path: Path, text: str) -> None:
    import_pharmacies(write(tmp_path, ROW))
    PharmacyFactory(name="Apotek Två")
    assert [pharmacy.name for pharmacy in find_pharmacy(text)] == ["Apotek Ett"]


def test_a_full_name_beats_longer_names_and_a_part_gives_the_choice() -> None:
    PharmacyFactory(name="Apoteket Björken")
    PharmacyFactory(name="Apoteket Björken Norra")
    assert len(find_pharmacy("apoteket björken")) == 1
    assert len(find_pharmacy("bjorken")) == 2
    assert find_pharmacy("") == find_pharmacy("%") == []


def test_a_closed_pharmacy_is_not_found() -> None:
    closed = PharmacyFactory(active=False)
    assert find_pharmacy(closed.gln) == find_pharmacy(closed.name) == []


def test_a_care_unit_is_found_by_hsa_id_or_words() -> None:
    unit = CareUnitFactory(name="Neurologkliniken", organisation="Region Öst", city="Ängelholm")
    CareUnitFactory(name="Barnkliniken")
    assert search_care_units(unit.hsa_id.lower()) == [unit]
    assert search_care_units("neurolog angelholm") == [unit]
    assert unit.address_lines == [
        "Neurologkliniken", "Region Öst", "Sjukhusvägen 1", "751 85 Ängelholm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("factory", "wrong"),
    [
        (PharmacyFactory, {"gln": "952"}),
        (PharmacyFactory, {"organisation_number": "556"}),
        (PharmacyFactory, {"postcode": "7522"}),
        (PharmacyFactory, {"kind": "kiosk"}),
        (CareUnitFactory, {"hsa_id": "232100"}),
        (CareUnitFactory, {"workplace_code": "12"}),
        (CareUnitFactory, {"postcode": "ABCDE"}),
    ],
)
def test_the_database_refuses_impossible_rows(factory, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**wrong)


def test_only_a_care_unit_that_the_register_lists_is_allowed_preparedness(tmp_path: Path) -> None:
    header = "hsa_id,name,organisation,region,preparedness"
    rows = [f"SE2321000016-100{number},Enhet {number},O,R,{listed}" for number, listed in
            enumerate(("1", "0", ""))]  # fmt: skip
    import_care_units(write(tmp_path, *rows, header=header))
    assert [unit.name for unit in CareUnit.objects.filter(preparedness=True)] == ["Enhet 0"]
    with pytest.raises(CommandError, match="rad 2: preparedness: "):
        import_care_units(write(tmp_path, rows[0].replace(",1", ",kanske"), header=header))
    import_care_units(
        write(tmp_path, rows[0].removesuffix(",1"), header=header[: -len(",preparedness")])
    )
    assert not CareUnit.objects.filter(preparedness=True).exists()
