"""Clinical text never reaches a pharmacy through a licence, nor anybody through a recall."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from accounts.models import Assignment
from klas.access import Role
from licences.models import RecallNotice
from licences.services import safety, safety_work
from licences.urls import urlpatterns
from motivations.enums import LicenceKind
from tests import factories
from tests.applications.test_secrecy import PLANTED, _assert_clean, _responses
from tests.licences.conftest import (
    dispense,
    found,
    granted,
    pharmacist_at,
    recalled,
    stopped,
    typed,
    url,
)

pytestmark = pytest.mark.django_db
OF_A_LICENCE = {"renew",
    "card", "print", "dispense", "oversee", "suspend", "lift", "revoke", "sign_revocation",
}  # fmt: skip
OF_AN_ENTRY = {"receipt", "reverse"}


@pytest.mark.parametrize("kind", LicenceKind)
def test_no_answer_of_any_address_holds_clinical_text(
    acting: Any, kind: LicenceKind, pharmacist: Assignment, elsewhere: Assignment
) -> None:
    # A field that a kind lacks is left out when the motivation is sent.
    licence = granted(kind, by=pharmacist, sections=PLANTED)
    entry = dispense(licence, by=pharmacist)
    found(licence, by=elsewhere)
    operator = factories.acting_as(Role.OPERATOR)
    assert recalled(licence, entry.batch, by=operator).pharmacies == 1
    notice = RecallNotice.objects.get()
    informing = safety.SafetyFacts(act="tell", products=[licence.product], reason="Läs mer.")
    action = safety.order(informing, expected=1, by=factories.AssignmentFactory())
    safety_work.work(limit=1)
    stopped(licence)

    def addresses() -> Iterator[str]:
        for pattern in urlpatterns:
            assert isinstance(pattern, URLPattern)
            name = str(pattern.name)
            if name in OF_A_LICENCE:
                yield url(name, licence.pk)
            elif name in OF_AN_ENTRY:
                yield url(name, entry.pk)
            elif name == "recalled":
                yield url(name, notice.pk)
            elif name in {"permission_end", "correct"}:
                yield url(name, 1)
            elif name == "recall_end":
                yield url(name, notice.recall_id)
            elif name in {"safety_told", "safety_action"}:
                yield url(name, action.pk)
            elif name in {"recall", "recall_csv"}:
                yield f"{url(name)}?product=ospolot&batch={entry.batch}"
            else:
                yield url(name)

    seen = 0
    for person in (pharmacist, elsewhere, pharmacist_at(), operator):
        client = acting(person)
        client.raise_request_exception = False
        for address in addresses():
            for response in _responses(client, address):
                assert response.status_code < 500, address
                _assert_clean(response, address)
                seen += response.status_code == 200
        response = client.post(url("dispense", licence.pk), typed(licence))
        _assert_clean(response, "check page")
    assert seen > 20
