"""What sealing costs: a page with all of a case's sealed words, against the same page without."""

import json
import time
from typing import Any

import pytest
from django.urls import reverse

from decisions.services import cases
from klas import sealed, sealing
from klas.models import KeptForm
from tests import factories

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
MOST = 1.25  # times a page without seals
FIELD: Any = KeptForm._meta.get_field("fields")


def test_a_page_costs_little_more_than_one_in_the_clear(
    acting: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, officer = factories.AssignmentFactory(prescriber=True), factories.AssignmentFactory()
    motivations = [factories.motivation(by=author) for _ in range(25)]
    case = factories.case(of=factories.application(on=motivations[0]), taken_by=officer)
    for n in range(20):
        cases.add_note(case, text=f"Anteckning {n}. " * 20, by=officer)
    spent, opened = 0.0, 0

    def timed(stored: bytes, *, place: str, row: str) -> bytes:
        nonlocal spent, opened
        start = time.perf_counter()
        content = sealing.unseal(stored, place=place, row=row)
        spent += time.perf_counter() - start
        opened += 1
        return content

    monkeypatch.setattr(sealed, "unseal", timed)
    pages = {
        "the author's list of 25": (acting(author), reverse("motivations:list")),
        "a case with 20 notes": (acting(officer), case.get_absolute_url()),
    }
    ratios = {}
    for name, (client, address) in pages.items():
        client.get(address)
        best = None
        for _ in range(7):
            spent, opened = 0.0, 0
            start = time.perf_counter()
            assert client.get(address).status_code == 200
            whole = time.perf_counter() - start
            if best is None or whole < best[0]:
                best = whole, spent, opened
        assert best is not None
        whole, inside, count = best
        ratios[name] = whole / (whole - inside)
        with capsys.disabled():
            print(
                f"\n{name}: {whole * 1000:.1f} ms, {count} values opened in "
                f"{inside * 1000:.2f} ms: {ratios[name]:.3f} times a page in the clear"
            )
    assert max(ratios.values()) < MOST


def test_what_one_value_costs(capsys: Any) -> None:
    value = {"indication": "Svårbehandlad epilepsi. " * 80}
    content = FIELD.dumped(value)
    stored = FIELD.sealed(content, 1)

    def microseconds(what: Any) -> float:
        start = time.perf_counter()
        for _ in range(2_000):
            what()
        return (time.perf_counter() - start) / 2_000 * 1e6

    plain = microseconds(lambda: json.loads(json.dumps(value)))
    seal = microseconds(lambda: FIELD.sealed(content, 1))
    unseal = microseconds(lambda: FIELD.unsealed(stored, 1))
    with capsys.disabled():
        print(
            f"\n{len(content)} bytes: to seal {seal:.0f} µs, to open {unseal:.0f} µs; "
            f"{(seal + unseal) / plain:.1f} times to JSON and back ({plain:.0f} µs)"
        )
    assert seal + unseal < 1_000
