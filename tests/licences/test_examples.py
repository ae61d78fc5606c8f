"""The demo's withdrawals: something to look at, and loading twice changes nothing."""

from typing import Any

import pytest

from decisions.examples import load as load_cases
from decisions.models import Appeal, Case, Correction, Licence
from licences import queries
from licences.examples import load
from licences.models import Dispensing, Recall
from licences.services.packs import Match, compare

pytestmark = pytest.mark.django_db


def test_withdrawals_reversals_and_a_licence_that_is_used_up(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_cases(say=lambda step: None)
    assert load() is True
    assert load() is False
    entries = Dispensing.objects.select_related("licence__product", "reversal")
    assert {entry.is_withdrawal for entry in entries} == {True, False}
    assert entries.values("pharmacy").distinct().count() == 2
    scanned = [entry for entry in entries if entry.gtin]
    assert scanned
    assert all(compare(e.licence.product, e.gtin).match == Match.SAME for e in scanned)
    licences = list(Licence.objects.select_related("balance").order_by("pk"))
    left = {licence.pk: queries.balance_of(licence).remaining for licence in licences}
    assert left == {licence.pk: queries.recounted(licence) for licence in licences}
    assert 0 in left.values()
    assert Licence.objects.filter(status="suspended").count() == 1
    assert (Correction.objects.count(), Recall.objects.count()) == (1, 1)
    assert set(Appeal.objects.values_list("status", flat=True)) == {
        "received",
        "forwarded",
        "changed",
    }
    assert Case.objects.filter(round=2, status="in_review").count() == 1
