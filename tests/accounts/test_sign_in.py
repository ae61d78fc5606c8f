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


def test_several_assignments_ask_which(client: ActingClient) -> None:
    first = factories.acting_as(Role.PRESCRIBER)
    second = factories.acting_as(Role.PRESCRIBER, user=first.user)
    client.act_as(first)
    address = reverse("accounts:choose_assignment") + "?next=/profil/"
    assert second.unit_name in client.get(address).content.decode()
    response = client.post(
        reverse("accounts:choose_assignment"), {"assignment": second.pk, "next": "/profil/"}
    )
    assert response["Location"] == "/profil/"


def test_nobody_acts_as_another_person(client: ActingClient) -> None:
    mine, other = factories.acting_as(Role.OPERATOR), factories.acting_as(Role.CASEWORKER)
    client.act_as(mine)
    response = client.post(reverse("accounts:choose_assignment"), {"assignment": other.pk})
    assert response.status_code == 404


def test_without_providers_the_page_says_so_and_whom_to_ask(client: ActingClient) -> None:
    page = client.get(reverse("accounts:sign_in")).content.decode()
    assert "inte inkopplad" in page
    assert "servicedesk@ehalsomyndigheten.se" in page
    assert reverse("accounts:begin", args=["siths"]) not in page


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


@pytest.mark.django_db
def test_a_session_made_with_other_credentials_is_nobodys(acting: Any) -> None:
    """The person is read with the assignment; Django's own look at the session still counts."""
    officer = factories.AssignmentFactory()
    client = acting(officer)
    assert client.get(reverse("accounts:profile")).status_code == 200
    officer.user.password = "!another"
    officer.user.save(update_fields=["password"])
    assert client.get(reverse("accounts:profile")).status_code == 302


@pytest.mark.django_db
def test_an_earlier_secret_key_still_lets_its_sessions_in(acting: Any, settings: Any) -> None:
    client = acting(factories.AssignmentFactory())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-one-" + "x" * 60
    page = client.get(reverse("accounts:profile"))
    assert page.status_code == 200
