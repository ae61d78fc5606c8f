"""“Alla mina apotek”: one list over the pharmacies where a person works, and nothing behind it."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from applications.desk_lists import LISTS
from klas import clock
from klas.access import Role
from klas.models import AccessLogEntry
from tests import factories
from tests.applications.conftest import hidden, text_of, url
from tests.saved import book_of, content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(pharmacist: Assignment) -> Assignment:
    """The pharmacist's assignment at another pharmacy, as staff without a licence to practise."""
    pharmacy = factories.PharmacyFactory(name="Apoteket Andra")
    return factories.AssignmentFactory(staff=True, user=pharmacist.user, pharmacy=pharmacy)


def _addressed(to: Assignment) -> Any:
    return factories.motivation(hantering={"pharmacy": to.pharmacy.gln})


def _at(assignment: Assignment) -> Assignment:
    """A pharmacist of the assignment's pharmacy."""
    return factories.AssignmentFactory(pharmacist=True, pharmacy=assignment.pharmacy)


def test_all_of_ones_own_pharmacies_and_no_other_of_the_chain(
    acting: Any, pharmacist: Any, second: Any, stranger: Any
) -> None:
    assert stranger.pharmacy.chain == second.pharmacy.chain
    ours = [factories.application(by=one) for one in (pharmacist, _at(second))]
    theirs = factories.application(by=stranger)
    addressed = [_addressed(one) for one in (pharmacist, second)]
    _addressed(stranger)
    client = acting(pharmacist)
    response = client.get(url("chain"), {"tab": "skickade"})
    page = text_of(response)
    assert "Alla mina apotek: 2 skickade ansökningar" in page
    assert "Till oss 2 Utkast 0 Skickade 2" in page
    for application in (*ours, theirs):
        application.refresh_from_db()
        assert (application.dnr in page) == (application is not theirs)
        assert (f"{application.pharmacy.name} Registrerad" in page) == (application is not theirs)
    page = text_of(client.get(url("chain"), {"tab": "till-oss"}))
    assert all(motivation.reference in page for motivation in addressed)
    assert "2 motiveringar till oss" in page


def test_the_way_there_is_shown_to_those_who_have_several(
    acting: Any, pharmacist: Any, stranger: Any, second: Any
) -> None:
    page = acting(pharmacist).get(url("inbox"))
    assert f'href="{url("chain")}?tab=till-oss"' in page.content.decode()
    assert "Visa alla dina 2 apotek" in text_of(page)
    assert url("chain") not in acting(stranger).get(url("inbox")).content.decode()


@pytest.mark.parametrize("name", ["chain", "chain_export"])
def test_it_does_not_exist_for_others(acting: Any, stranger: Any, name: str) -> None:
    """One pharmacy, two roles there, and an assignment that is over: that is one pharmacy."""
    factories.AssignmentFactory(staff=True, user=stranger.user, pharmacy=stranger.pharmacy)
    yesterday = clock.today() - timedelta(days=1)
    factories.AssignmentFactory(pharmacist=True, user=stranger.user, valid_to=yesterday)
    factories.AssignmentFactory(
        user=stranger.user, role=Role.CARE_COLLEAGUE, care_unit=factories.CareUnitFactory()
    )
    client = acting(stranger)
    assert client.get(url(name), {"tab": "skickade"}).status_code == 404
    assert not AccessLogEntry.objects.filter(what="chain_list").exists()


def test_one_of_the_pharmacies_can_be_chosen(acting: Any, pharmacist: Any, second: Any) -> None:
    first_one, second_one = (factories.application(by=one) for one in (pharmacist, _at(second)))
    client = acting(pharmacist)
    chosen = {"tab": "skickade", "pharmacy": str(second.pharmacy_id)}
    response = client.get(url("chain"), chosen)
    page = text_of(response)
    for application in (first_one, second_one):
        application.refresh_from_db()
    assert second_one.dnr in page
    assert first_one.dnr not in page
    assert "Till oss 0 Utkast 0 Skickade 1" in page
    assert f"?tab=utkast&amp;pharmacy={second.pharmacy_id}" in response.content.decode()
    chosen["pharmacy"] = str(factories.PharmacyFactory().pk)
    assert "Välj ett av apoteken i listan" in text_of(client.get(url("chain"), chosen))
    assert client.get(url("chain_export"), chosen).status_code == 404


def test_what_is_ones_own_at_any_of_them(acting: Any, pharmacist: Any, second: Any) -> None:
    from applications.services.assigning import assign

    there = _at(second)
    mine, other = (factories.application(by=there) for _n in range(2))
    assign(mine, to=second, by=there)
    assign(other, to=there, by=there)
    page = text_of(acting(pharmacist).get(url("chain"), {"tab": "skickade", "mine": "on"}))
    mine.refresh_from_db()
    assert "1 skickad ansökan" in page
    assert mine.dnr in page


def test_nothing_elsewhere_is_opened_before_one_has_changed_to_it(
    acting: Any, pharmacist: Any, second: Any
) -> None:
    here, there = (factories.application(by=one) for one in (pharmacist, _at(second)))
    client = acting(pharmacist)
    page = client.get(url("chain"), {"tab": "skickade"}).content.decode()
    assert f'href="{url("detail", here.pk)}"' in page
    assert f'href="{url("detail", there.pk)}"' not in page
    assert f'href="{url("open_application", there.pk)}"' in page
    assert client.get(url("detail", there.pk)).status_code == 404

    step = client.get(url("open_application", there.pk))
    assert "Byt till Apoteket Andra och öppna" in text_of(step)
    assert "där du är apotekspersonal" in text_of(step)
    assert "Provpatient" not in step.content.decode()
    assert client.get(url("detail", there.pk)).status_code == 404, "looking changes nothing"

    fields = {"assignment": second.pk, "next": url("detail", there.pk)}
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in step.content.decode()
    response = client.post(reverse("accounts:choose_assignment"), {**hidden(step), **fields})
    assert response["Location"] == url("detail", there.pk)
    entry = AccessLogEntry.objects.filter(what="session").latest("at")
    assert (entry.assignment_id, entry.unit) == (second.pk, "Apoteket Andra")
    assert client.get(url("detail", there.pk)).status_code == 200
    read = AccessLogEntry.objects.filter(what="application").latest("at")
    assert (read.role, read.unit) == (Role.PHARMACY_STAFF, "Apoteket Andra")
    assert client.get(url("detail", here.pk)).status_code == 404


def test_a_motivation_addressed_elsewhere_the_same_way(
    acting: Any, pharmacist: Any, second: Any, stranger: Any
) -> None:
    here, there, theirs = (_addressed(one) for one in (pharmacist, second, stranger))
    client = acting(pharmacist)
    page = client.get(url("chain"), {"tab": "till-oss"}).content.decode()
    assert f'href="{url("motivation", here.pk)}"' in page
    assert f'href="{url("open_motivation", there.pk)}"' in page
    step = text_of(client.get(url("open_motivation", there.pk)))
    assert f"{there.reference}, Ospolot" in step
    assert client.get(url("open_motivation", theirs.pk)).status_code == 404
    response = client.get(url("open_motivation", here.pk))
    assert response["Location"] == url("motivation", here.pk)


def test_who_has_two_roles_there_is_a_pharmacist(acting: Any, pharmacist: Any, second: Any) -> None:
    factories.AssignmentFactory(pharmacist=True, user=pharmacist.user, pharmacy=second.pharmacy)
    there = factories.application(by=_at(second))
    step = text_of(acting(pharmacist).get(url("open_application", there.pk)))
    assert "där du är farmaceut" in step


@pytest.mark.parametrize("tab", list(LISTS))
def test_as_a_file_with_the_pharmacy(acting: Any, pharmacist: Any, second: Any, tab: str) -> None:
    for one in (pharmacist, _at(second)):
        _addressed(one)
        factories.application_draft(by=one)
        waiting = factories.application(by=one)
        factories.asked(factories.case(of=waiting, taken_by=factories.AssignmentFactory()))
        factories.licensed(pharmacist=one)
    client = acting(pharmacist)
    query = {"tab": tab, "sort": "-pharmacy"}
    response = client.get(url("chain_export"), query)
    assert response["Content-Disposition"] == f'attachment; filename="alla-mina-apotek-{tab}.csv"'
    text = content_of(response).decode("utf-8-sig")
    heading, *rows = csv.reader(text.splitlines(), delimiter=";")
    place = heading.index("Apotek")
    assert [row[place] for row in rows] == [pharmacist.pharmacy.name, "Apoteket Andra"]
    for hidden_word in ("Provpatient", "19570428"):
        assert hidden_word not in text
    query |= {"format": "xlsx", "pharmacy": str(second.pharmacy_id)}
    sheet = book_of(client.get(url("chain_export"), query)).active
    assert [row[place].value for row in sheet.rows] == ["Apotek", "Apoteket Andra"]


def test_both_page_and_file_are_kept_in_the_access_log(
    acting: Any, pharmacist: Any, second: Any
) -> None:
    client = acting(pharmacist)
    client.get(url("chain"))
    content_of(client.get(url("chain_export"), {"tab": "utkast"}))
    log = AccessLogEntry.objects.filter(what="chain_list").order_by("at", "id")
    assert [entry.action for entry in log] == ["read", "download"]
    assert {entry.assignment_id for entry in log} == {pharmacist.pk}
    assert log[0].what_display == "Lista över ärenden vid flera apotek"


def test_five_pharmacies_cost_what_one_costs(acting: Any, pharmacist: Any, second: Any) -> None:
    client = acting(pharmacist)

    def queries(tab: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("chain"), {"tab": tab}).status_code == 200
        return len(captured)

    def one_of_each(by: Assignment) -> None:
        _addressed(by)
        factories.application_draft(by=by)
        waiting = factories.application(by=by)
        factories.asked(factories.case(of=waiting, taken_by=factories.AssignmentFactory()))
        factories.licensed(pharmacist=by)

    one_of_each(pharmacist)
    few = {tab: queries(tab) for tab in LISTS}
    for _n in range(3):
        one_of_each(factories.AssignmentFactory(pharmacist=True, user=pharmacist.user))
    one_of_each(_at(second))
    assert "5 utkast" in text_of(client.get(url("chain"), {"tab": "utkast"}))
    assert {tab: queries(tab) for tab in LISTS} == few
