"""The list of “Detta apotek” as a file: exactly what the page shows, in the same order."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.desk_lists import LISTS
from klas import clock
from klas.models import AccessLogEntry
from tests import factories
from tests.applications.conftest import url
from tests.saved import book_of, content_of

pytestmark = pytest.mark.django_db


def text_of_file(response: Any) -> str:
    return content_of(response).decode()


def rows_of(client: Any, **query: str) -> list[list[str]]:
    """The rows below the heading."""
    response = client.get(url("export"), query)
    assert response.status_code == 200
    text = text_of_file(response).removeprefix("\ufeff")
    return list(csv.reader(text.splitlines(), delimiter=";"))[1:]


def sheet_of(client: Any, **query: str) -> Any:
    response = client.get(url("export"), {**query, "format": "xlsx"})
    assert response.status_code == 200
    return book_of(response).active


def product(name: str) -> Any:
    return factories.motivation(product=factories.ProductFactory(name=name))


def test_opens_in_a_swedish_spreadsheet(acting: Any, pharmacist: Any) -> None:
    sent = factories.application(by=pharmacist)
    response = acting(pharmacist).get(url("export"), {"tab": "skickade"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="detta-apotek-skickade.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.streaming
    text = text_of_file(response)
    heading, row = text.splitlines()
    assert heading == (
        "\ufeffReferensnummer;Diarienummer;Läkemedel;Angelägenhet;Status;Skickad;Beslut väntas;"
        "Ansvarig"
    )
    sent.refresh_from_db()
    assert row.startswith(f"{sent.motivation.reference};{sent.dnr};Ospolot")
    assert row.endswith(f";{sent.expected_on.isoformat()};" if sent.expected_on else ";;")


def test_same_search_and_order_as_on_the_page(acting: Any, pharmacist: Any, stranger: Any) -> None:
    for name in ("Betamed", "Alfamed", "Annat"):
        factories.application(by=pharmacist, on=product(name))
    factories.application(by=stranger, on=product("Gammamed"))
    client = acting(pharmacist)
    page = client.get(url("inbox"), {"tab": "skickade", "q": "med", "sort": "-product"})
    address = f"{url('export')}?tab=skickade&amp;q=med&amp;sort=-product"
    for format in ("xlsx", "csv"):
        assert f'href="{address}&amp;format={format}"' in page.content.decode()
    rows = rows_of(client, tab="skickade", q="med", sort="-product")
    assert [row[2].split(",")[0] for row in rows] == ["Betamed", "Alfamed"]


def test_every_tab_has_its_columns_and_nothing_of_the_patient(acting: Any, pharmacist: Any) -> None:
    addressed = factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln})
    factories.application_draft(by=pharmacist)
    factories.decided(of=factories.application(by=pharmacist))
    asked = factories.case(
        of=factories.application(by=pharmacist), taken_by=factories.AssignmentFactory()
    )
    factories.asked(asked)
    licence = factories.licensed(pharmacist=pharmacist)
    client = acting(pharmacist)
    seen = {
        "till-oss": (1, addressed.author.user.name),
        "utkast": (1, pharmacist.user.name),
        "skickade": (1, "Väntar på förskrivaren"),
        "vantar": (1, (clock.today() + timedelta(days=14)).isoformat()),
        "beslutade": (2, "Bifall"),
        "slutar-snart": (1, licence.licence_number),
    }
    assert set(seen) == set(LISTS)
    for tab, (count, words) in seen.items():
        text = text_of_file(client.get(url("export"), {"tab": tab}))
        assert words in text
        assert len(text.splitlines()) == 1 + count
        assert len({line.count(";") for line in text.splitlines()}) == 1
        sheet = sheet_of(client, tab=tab)
        assert sheet.max_row == 1 + count
        assert words in {
            cell.value.date().isoformat() if cell.is_date else cell.value for cell in sheet[2]
        } | {cell.value for cell in sheet[sheet.max_row]}
        for hidden in ("Provpatient", "19570428", "epilepsi"):
            assert hidden not in text


def test_a_spreadsheet_of_the_same_list(acting: Any, pharmacist: Any) -> None:
    for name in ("Betamed", "Alfamed", "Annat"):
        factories.application(by=pharmacist, on=product(name))
    client = acting(pharmacist)
    wanted = {"tab": "skickade", "q": "med", "sort": "-product"}
    sheet = sheet_of(client, **wanted)
    heading, *rows = [[cell.value for cell in row] for row in sheet.rows]
    assert heading[4:] == ["Status", "Skickad", "Beslut väntas", "Ansvarig"]
    assert [row[2] for row in rows] == [row[2] for row in rows_of(client, **wanted)]
    assert all(sheet.cell(line, 6).is_date for line in (2, 3))


def test_all_pages_for_as_many_queries_as_one_row(acting: Any, pharmacist: Any) -> None:
    client = acting(pharmacist)
    counts = []
    for wanted in (1, 4):
        while len(rows_of(client, tab="utkast")) < wanted:
            factories.application_draft(by=pharmacist)
        with CaptureQueriesContext(connection) as captured:
            assert len(rows_of(client, tab="utkast")) == wanted
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_is_recorded_as_a_download(acting: Any, pharmacist: Any) -> None:
    rows_of(acting(pharmacist), tab="utkast")
    entry = AccessLogEntry.objects.get(what="application_list", user=pharmacist.user)
    assert (entry.action, entry.what_display) == ("download", "Lista över apotekets ärenden")


@pytest.mark.parametrize(
    "query",
    [{"tab": "allt"}, {"tab": "utkast", "q": "19570428-9999"}, {"tab": "utkast", "format": "pdf"}],
)
def test_what_is_no_list_is_no_file(acting: Any, pharmacist: Any, query: dict[str, str]) -> None:
    assert acting(pharmacist).get(url("export"), query).status_code == 404
    assert not AccessLogEntry.objects.filter(what="application_list").exists()


def test_no_cell_is_a_formula(acting: Any, pharmacist: Any) -> None:
    factories.application(by=pharmacist, on=product("=HYPERLINK(1)"))
    (row,) = rows_of(acting(pharmacist), tab="skickade")
    assert row[2].startswith("'=HYPERLINK(1)")
