"""What is sent is signed: who sends has shown who they are lately."""

from typing import Any

import pytest
from django.urls import reverse

from klas.models import KeptForm
from motivations.services import drafts
from tests import factories
from tests.applications.conftest import press

pytestmark = pytest.mark.django_db


def test_a_motivation_is_sent_after_proving_who_one_is(acting: Any) -> None:
    draft = factories.draft(answers=factories.individual_answers(factories.ProductFactory()))
    client, check = acting(draft.author), reverse("motivations:check", args=[draft.pk])
    client.prove_long_ago()
    fields = {"_checked": drafts.state_of(draft)}
    away = press(client, check, **fields)
    assert (
        away["Location"] == f"{reverse('accounts:reauthenticate')}?next={check.replace('/', '%2F')}"
    )
    draft.refresh_from_db()
    assert draft.is_draft
    assert not KeptForm.objects.exists(), "nothing is typed on that page"
    client.act_as(draft.author)
    press(client, check, **fields)
    draft.refresh_from_db()
    assert not draft.is_draft
