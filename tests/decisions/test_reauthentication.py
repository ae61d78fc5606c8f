"""Before a decision is signed, who signs has proven who they are lately; nothing typed is lost."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from decisions.models import Case, Decision
from decisions.services import deciding
from klas import reauthentication
from klas.models import AccessLogEntry
from motivations.enums import Outcome
from tests import factories
from tests.decisions.test_deciding import _granted

pytestmark = pytest.mark.django_db


def _long_ago(client: Any) -> None:
    """The session's identity was proven long ago."""
    session = client.session
    session[reauthentication.SESSION_KEY] = 0
    session.save()


def _prove(client: Any, settings: Any, by: Any, address: str) -> Any:
    settings.DEMO = True
    page = client.get(address).content.decode()
    assert f"Bekräfta som {by.user.name}" in page
    path, _, query = address.partition("?next=")
    from urllib.parse import unquote

    data = {"subject": by.user.subject, "next": unquote(query)}
    return client.post(path, data)


def test_a_decision_is_signed_after_proving_who_one_is_with_all_that_was_typed(
    acting: Any, settings: Any
) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    client, data = acting(officer), _granted(case, conditions="Följ leverprover.")
    url = reverse("decisions:decide", args=[case.pk])
    _long_ago(client)
    away = client.post(url, data)
    assert away.url.startswith(reverse("accounts:reauthenticate"))
    assert not Decision.objects.exists()
    back = _prove(client, settings, officer, away.url)
    assert back.url == url
    preview = client.get(url)
    assert "Följ leverprover." in preview.content.decode()
    assert "Du har bekräftat vem du är." in preview.content.decode()
    carried = {
        **dict(preview.context["carried"]),
        "_key": str(uuid4()),
        "_version": preview.context["revision"],
    }
    assert client.post(url, carried).url == case.get_absolute_url()
    assert Decision.objects.get().conditions == "Följ leverprover."
    assert AccessLogEntry.objects.filter(what="reauthentication", assignment=officer).exists()
    # What was kept is gone.
    assert client.get(url).url == case.get_absolute_url()


def test_a_countersignature_waits_for_it_too(acting: Any, settings: Any) -> None:
    officer = factories.AssignmentFactory()
    signer = factories.AssignmentFactory(decision_maker=True)
    case: Case = factories.case(taken_by=officer)
    moved = deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
    client, url = acting(signer), reverse("decisions:countersign", args=[case.pk])
    _long_ago(client)
    data = {"_key": str(uuid4()), "_version": moved.revision}
    away = client.post(url, data)
    assert away.url.startswith(reverse("accounts:reauthenticate"))
    case.refresh_from_db()
    assert case.status == "proposed"
    # Sending back signs nothing.
    back = {**data, "_key": str(uuid4()), "_back": "1", "reason": ""}
    assert client.post(url, back).status_code == 422
    assert _prove(client, settings, signer, away.url).url == url
    assert client.post(url, data).url == case.get_absolute_url()


def test_nobody_proves_to_be_somebody_else(acting: Any, settings: Any) -> None:
    settings.DEMO = True
    officer, other = factories.AssignmentFactory(), factories.AssignmentFactory()
    client, url = acting(officer), reverse("accounts:reauthenticate")
    _long_ago(client)
    assert client.post(url, {"subject": other.user.subject}).status_code == 403
    assert client.session[reauthentication.SESSION_KEY] == 0
    settings.DEMO = False
    assert client.post(url, {"subject": officer.user.subject}).status_code == 404


def test_the_way_back_never_leaves_the_service(acting: Any, settings: Any) -> None:
    settings.DEMO = True
    officer = factories.AssignmentFactory()
    url = reverse("accounts:reauthenticate")
    data = {"subject": officer.user.subject, "next": "https://example.org/"}
    assert acting(officer).post(url, data).url == reverse("home")
