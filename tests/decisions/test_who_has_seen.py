"""Who has seen a person's data: the operator's report, without a word of what was seen."""

import pytest
from django.urls import reverse

from klas.access import Role
from klas.models import AccessAction, AccessLogEntry
from tests import factories
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db
ADDRESS = reverse("decisions:who_has_seen")
NUMBER = {"personal_number": "570428-9999"}


def operator() -> ActingClient:
    return ActingClient().act_as(factories.acting_as(Role.OPERATOR))


def test_it_tells_everybody_who_has_seen_and_nothing_of_what() -> None:
    case = factories.decided()
    motivation = case.application.motivation
    page = operator().post(ADDRESS, NUMBER).content.decode()
    assert motivation.author.user.name in page
    assert case.assignee.user.name in page
    assert case.dnr in page
    assert motivation.reference in page
    for secret in ("Vera Provpatient", "epilepsi", "19570428"):
        assert secret not in page.replace('value="195704289999"', "").replace(
            'value="19570428-9999"', ""
        )


def test_another_persons_entries_are_not_in_it() -> None:
    other = factories.motivation(
        patient={"personal_number": "20210902-9807", "name": "Barn Prov", "weight": "20"}
    )
    page = operator().post(ADDRESS, NUMBER).content.decode()
    assert "Ingenting i KLAS gäller" in page
    assert other.reference not in page


def test_asking_is_itself_recorded_and_in_the_next_report() -> None:
    motivation = factories.motivation()
    client = operator()
    client.post(ADDRESS, NUMBER)
    entry = AccessLogEntry.objects.get(what="log_of_person")
    assert (entry.action, entry.whose) == (AccessAction.SEARCH, motivation.reference)
    assert "Vem har sett en persons uppgifter" in client.post(ADDRESS, NUMBER).content.decode()


def test_it_is_given_out_as_a_file() -> None:
    motivation = factories.motivation()
    response = operator().post(ADDRESS, NUMBER | {"_format": "csv"})
    text = b"".join(response).decode()
    assert text.splitlines()[0].endswith("Adress")
    assert motivation.reference in text
    assert "Vera" not in text
    assert AccessLogEntry.objects.filter(what="log_of_person", action="download").exists()


def test_a_number_that_cannot_be_is_an_error() -> None:
    response = operator().post(ADDRESS, {"personal_number": "1"})
    assert response.status_code == 422


def test_the_page_costs_the_same_however_many_entries(
    django_assert_max_num_queries: object,
) -> None:
    factories.decided()
    client = operator()
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.post(ADDRESS, NUMBER)
