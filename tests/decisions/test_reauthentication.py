"""Before a decision is signed, who signs has proven who they are lately; nothing typed is lost."""

import re
from html import unescape
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
from tests.provider import go_and_come_back

pytestmark = pytest.mark.django_db


def _prove(client: Any, by: Any, address: str) -> Any:
    page = client.get(address).content.decode()
    begin = unescape(re.findall(r'href="(/logga-in/med/siths/[^"]*)"', page)[0])
    return go_and_come_back(client, begin, person="annan", subject=by.user.subject)


def test_a_decision_is_signed_after_proving_who_one_is_with_all_that_was_typed(
    acting: Any, provider: str
) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    client, data = acting(officer), _granted(case, conditions="Följ leverprover.")
    url = reverse("decisions:decide", args=[case.pk])
    client.prove_long_ago()
    away = client.post(url, data)
    assert away.url.startswith(reverse("accounts:reauthenticate"))
    assert not Decision.objects.exists()
    back = _prove(client, officer, away.url)
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


def test_a_countersignature_waits_for_it_too(acting: Any, provider: str) -> None:
    officer = factories.AssignmentFactory()
    signer = factories.AssignmentFactory(decision_maker=True)
    case: Case = factories.case(taken_by=officer)
    moved = deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
    client, url = acting(signer), reverse("decisions:countersign", args=[case.pk])
    client.prove_long_ago()
    data = {"_key": str(uuid4()), "_version": moved.revision}
    away = client.post(url, data)
    assert away.url.startswith(reverse("accounts:reauthenticate"))
    case.refresh_from_db()
    assert case.status == "proposed"
    # Sending back signs nothing.
    back = {**data, "_key": str(uuid4()), "_back": "1", "reason": ""}
    assert client.post(url, back).status_code == 422
    assert _prove(client, signer, away.url).url == url
    assert client.post(url, data).url == case.get_absolute_url()


def test_nobody_proves_to_be_somebody_else(acting: Any, provider: str) -> None:
    officer, other = factories.AssignmentFactory(), factories.AssignmentFactory()
    client, url = acting(officer), reverse("accounts:reauthenticate")
    client.prove_long_ago()
    told = _prove(client, other, url + "?next=/profil/")
    assert told.url.startswith(reverse("accounts:trouble", args=["nagon-annan"]))
    page = client.get(told.url).content.decode()
    assert "Ingenting är underskrivet." in page
    assert 'href="/profil/"' in page
    assert client.session[reauthentication.SESSION_KEY] == 0
    assert officer.user.name in client.get("/profil/").content.decode()


def test_the_way_back_never_leaves_the_service(acting: Any, provider: str) -> None:
    officer = factories.AssignmentFactory()
    url = reverse("accounts:reauthenticate") + "?next=https://example.org/"
    assert _prove(acting(officer), officer, url).url == reverse("home")
