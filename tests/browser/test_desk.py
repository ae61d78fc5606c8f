"""The pharmacy's desk: a list narrowed and saved, and work at several pharmacies."""

import csv
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook

from accounts.models import Assignment
from applications.models import Application
from tests import factories
from tests.browser.conftest import SCRIPT_ONLY, Visitor, person

NewVisitor = Callable[[], Visitor]


def sent(product: str, by: Assignment) -> Application:
    about = factories.motivation(product=factories.ProductFactory(name=product))
    application = factories.application(on=about, by=by)
    application.refresh_from_db()
    return application


def saved(somebody: Visitor, link: str, folder: Path) -> Path:
    """The file that a link gives, as the browser saves it."""
    with somebody.page.expect_download() as download:
        somebody.page.get_by_role("main").get_by_role("link", name=link, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_list_is_narrowed_and_saved_as_it_stands(
    visitor: NewVisitor, people: None, tmp_path: Path
) -> None:
    elsa = person("farmaceut")
    for product in ("Betamed", "Annat", "Alfamed"):
        sent(product, elsa)
    desk = visitor().sign_in("farmaceut").open("/apotek/").follow("Skickade")
    assert "Detta apotek: 3 skickade ansökningar" in desk.text
    desk.fill("Sök i listan", "med").press("Sök").follow("Läkemedel")
    assert "2 skickade ansökningar" in desk.text
    path = saved(desk, "CSV", tmp_path)
    assert path.name == "detta-apotek-skickade.csv"
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [row[2].split(",")[0] for row in rows] == ["Läkemedel", "Alfamed", "Betamed"]
    path = saved(desk, "Excel (XLSX)", tmp_path)
    assert path.name == "detta-apotek-skickade.xlsx"
    sheet = load_workbook(path).active
    assert sheet is not None
    assert [list(row)[:3] for row in sheet.iter_rows(values_only=True)] == [row[:3] for row in rows]
    assert "Inga licenser slutar snart" in desk.follow("Licenser som slutar snart").text


@SCRIPT_ONLY
def test_several_pharmacies_in_one_list(visitor: NewVisitor, people: None) -> None:
    here, there = sent("Alfamed", person("farmaceut")), sent("Betamed", person("farmaceut2"))
    gunvor = visitor().sign_in("kedjefarmaceut", assignment=f"Farmaceut, {here.pharmacy.name}")
    gunvor.open("/apotek/?tab=skickade")
    assert there.dnr not in gunvor.text
    gunvor.follow("Visa alla dina 3 apotek")
    assert "Alla mina apotek: 2 skickade ansökningar" in gunvor.text
    gunvor.page.locator("[name=pharmacy]").select_option(label=there.pharmacy.name)
    gunvor.press("Sök")
    assert here.dnr not in gunvor.text
    gunvor.follow(there.dnr)
    assert f"Ärendet hör till {there.pharmacy.name}" in gunvor.text
    header = gunvor.page.get_by_role("banner")
    assert here.pharmacy.name in header.inner_text()
    gunvor.press(f"Byt till {there.pharmacy.name} och öppna")
    assert there.pharmacy.name in header.inner_text()
    assert gunvor.path == there.get_absolute_url()
    assert "Betamed" in gunvor.text


@SCRIPT_ONLY
def test_long_names_stay_on_the_page(visitor: NewVisitor, people: None) -> None:
    """`look` says that nothing scrolls sideways at 320 px."""
    there = sent("Alfamed", person("farmaceut2"))
    there.pharmacy.name = "Universitetssjukhusapoteket vid huvudentrén, " * 2
    there.pharmacy.save()
    gunvor = visitor().sign_in("kedjefarmaceut", assignment="Farmaceut, Apoteket Exempel Björken")
    gunvor.open("/apotek/alla/?tab=skickade").follow(there.dnr)
    gunvor.press("Byt till Universitetssjukhusapoteket")
    assert gunvor.path == there.get_absolute_url()
