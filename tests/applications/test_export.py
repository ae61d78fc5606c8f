"""The list of “Detta apotek” as a file: exactly what the page shows, in the same order."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klas.models import AccessLogEntry
from tests import factories
from tests.applications.conftest import url

pytestmark = pytest.mark.django_db


def text_of_file(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def rows_of(client: Any, **query: str) -> list[list[str]]:
    """The rows below the heading."""
    response = client.get(url("export"), query)
    assert response.status_code == 200
    text = text_of_file(response).removeprefix("\ufeff")
    return list(csv.reader(text.splitlines(), delimiter=";"))[1:]


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
        "\ufeffReferensnummer;Läkemedel;Angelägenhet;Diarienummer;Status;Skickad;Beslut väntas;"
        "Ansvarig"
    )
    assert row.startswith(f"{sent.motivation.reference};Ospolot")
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
    assert [row[1].split(",")[0] for row in rows] == ["Betamed", "Alfamed"]


def test_every_tab_has_its_columns_and_nothing_of_the_patient(acting: Any, pharmacist: Any) -> None:
    addressed = factories.motivation(hantering={"pharmacy": pharmacist.pharmacy.gln})
    factories.application_draft(by=pharmacist)
    factories.decided(of=factories.application(by=pharmacist))
    factories.application(by=pharmacist)
    client = acting(pharmacist)
    seen = {
        "till-oss": addressed.author.user.name,
        "utkast": pharmacist.user.name,
        "skickade": "Registrerad",
        "beslutade": "Bifall",
    }
    for tab, words in seen.items():
        text = text_of_file(client.get(url("export"), {"tab": tab}))
        assert words in text
        assert len(text.splitlines()) == 2
        assert len({line.count(";") for line in text.splitlines()}) == 1
        for hidden in ("Provpatient", "19570428", "epilepsi"):
            assert hidden not in text


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
    assert row[1].startswith("'=HYPERLINK(1)")
