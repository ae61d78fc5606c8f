"""The fee: from a dated table, charged as it was shown and accepted."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from applications.services import applying
from klas import clock
from klas import policy as policy_module
from klas.policy import Fee, Policy, policy
from klas.sections import Incomplete
from tests import factories
from tests.applications.conftest import text_of, url

TABLE = (
    Fee(date(2020, 1, 1), human=100, veterinary=10),
    Fee(date(2022, 1, 1), human=200, veterinary=20),
)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)), st.booleans())
def test_the_latest_row_that_is_in_force(day: date, for_animals: bool) -> None:
    expected = 100 if day < date(2022, 1, 1) else 200
    found = Policy(fees=TABLE[::-1]).fee_on(day, for_animals=for_animals)
    assert found == (expected // 10 if for_animals else expected)


def test_no_fee_is_known_before_the_first_row() -> None:
    with pytest.raises(LookupError):
        Policy(fees=TABLE).fee_on(date(2019, 12, 31))


@pytest.mark.django_db
def test_a_fee_that_changed_is_told_and_accepted_anew(
    pharmacist: Assignment, acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = factories.application_draft(by=pharmacist)
    client, section = acting(pharmacist), url("section", draft.pk, "kontroll")
    page = client.get(section).content.decode()
    assert 'name="fee" value="400"' in page
    saved = applying.read_section(draft, "kontroll")
    applying.save_section(
        draft,
        "kontroll",
        answers={**saved.answers, "fee": "400"},
        opened_revision=saved.revision,
        by=pharmacist,
    )
    dearer = (*policy.fees, Fee(clock.today(), human=750, veterinary=500))
    for module in ("applications.sections", "applications.services.applying"):
        monkeypatch.setattr(f"{module}.policy", replace(policy, fees=dearer))
    with pytest.raises(Incomplete):
        applying.send(draft, by=pharmacist)
    assert "Avsnittet ”Kontroll och avgift” är inte klart" in text_of(
        client.get(url("check", draft.pk))
    )
    told = client.get(f"{section}?fel=1")
    assert "Avgiften har ändrats och är nu 750 kr" in text_of(told)
    assert 'name="fee" value="750"' in told.content.decode()
    saved = applying.read_section(draft, "kontroll")
    applying.save_section(
        draft,
        "kontroll",
        answers={**saved.answers, "fee": "750"},
        opened_revision=saved.revision,
        by=pharmacist,
    )
    sent = applying.send(draft, by=pharmacist)
    assert sent.fee == 750
    monkeypatch.undo()
    # What was charged stays what is shown, whatever the fee is now.
    assert "Vi betalar ansökningsavgiften, 750 kr" in text_of(client.get(sent.get_absolute_url()))
    assert policy_module.policy.fee_on(clock.today()) == 400
