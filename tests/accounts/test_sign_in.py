"""Signing in, choosing what to act as, signing out."""

from typing import Any

import pytest
from django.urls import reverse

from klas.access import Role
from klas.models import AccessAction, AccessLogEntry
from tests import factories
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db


def test_a_page_asks_for_sign_in_and_leads_back(client: ActingClient) -> None:
    response = client.get(reverse("accounts:profile"))
    assert (
        response["Location"] == f"{reverse('accounts:sign_in')}?next={reverse('accounts:profile')}"
    )


def test_one_assignment_is_chosen_by_itself(client: ActingClient) -> None:
    assignment = factories.acting_as(Role.OPERATOR)
    response = client.post(
        reverse("accounts:demo_sign_in"), {"subject": assignment.user.subject}, follow=True
    )
    assert response.redirect_chain[-1][0] == reverse("klas:access_log")
    assert AccessLogEntry.objects.filter(
        action=AccessAction.SIGN_IN, assignment=assignment
    ).exists()


def test_several_assignments_ask_which(client: ActingClient) -> None:
    first = factories.acting_as(Role.PRESCRIBER)
    second = factories.acting_as(Role.PRESCRIBER, user=first.user)
    response = client.post(
        reverse("accounts:demo_sign_in"), {"subject": first.user.subject, "next": "/profil/"}
    )
    assert response["Location"] == reverse("accounts:choose_assignment") + "?next=/profil/"
    assert second.unit_name in client.get(response["Location"]).content.decode()
    response = client.post(
        reverse("accounts:choose_assignment"), {"assignment": second.pk, "next": "/profil/"}
    )
    assert response["Location"] == "/profil/"


def test_nobody_acts_as_another_person(client: ActingClient) -> None:
    mine, other = factories.acting_as(Role.OPERATOR), factories.acting_as(Role.CASEWORKER)
    client.act_as(mine)
    response = client.post(reverse("accounts:choose_assignment"), {"assignment": other.pk})
    assert response.status_code == 404


@pytest.mark.parametrize("address", ["https://ond.invalid/", "//ond.invalid/", "javascript:1"])
def test_sign_in_never_leads_to_another_site(client: ActingClient, address: str) -> None:
    assignment = factories.acting_as(Role.OPERATOR)
    response = client.post(
        reverse("accounts:demo_sign_in"), {"subject": assignment.user.subject, "next": address}
    )
    assert response["Location"] == reverse("home")


def test_without_demo_nobody_signs_in_by_name(client: ActingClient, settings: Any) -> None:
    settings.DEMO = False
    assignment = factories.acting_as(Role.OPERATOR)
    response = client.post(reverse("accounts:demo_sign_in"), {"subject": assignment.user.subject})
    assert response.status_code == 404
    assert assignment.user.name not in client.get(reverse("accounts:sign_in")).content.decode()


def test_an_assignment_that_has_ended_acts_no_more(client: ActingClient) -> None:
    assignment = factories.acting_as(Role.OPERATOR)
    client.act_as(assignment)
    assert client.get(reverse("klas:access_log")).status_code == 200
    assignment.valid_to = "2020-01-01"
    assignment.save()
    assert client.get(reverse("klas:access_log")).status_code == 403


def test_signing_out_ends_the_session_and_is_logged(client: ActingClient) -> None:
    assignment = factories.acting_as(Role.OPERATOR)
    client.act_as(assignment)
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("klas:access_log")).status_code == 302
    assert AccessLogEntry.objects.filter(action=AccessAction.SIGN_OUT).count() == 1


def test_the_header_always_says_who_acts_where(client: ActingClient) -> None:
    assignment = factories.acting_as(Role.PHARMACIST)
    page = client.act_as(assignment).get(reverse("accounts:profile")).content.decode()
    assert assignment.user.name in page
    assert assignment.unit_name in page


def test_the_person_changes_their_own_phone(client: ActingClient) -> None:
    assignment = factories.acting_as(Role.PRESCRIBER)
    client.act_as(assignment)
    client.post(reverse("accounts:profile"), {"phone": "070-123", "email": "a@prov.invalid"})
    assignment.user.refresh_from_db()
    assert assignment.user.phone == "070-123"
    response = client.post(reverse("accounts:profile"), {"phone": "070-9", "email": "fel"})
    assert response.status_code == 422
    assert "070-9" in response.content.decode()
