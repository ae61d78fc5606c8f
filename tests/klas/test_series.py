"""Number series and reference numbers."""

import threading

import pytest
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from klas.series import (
    format_dnr,
    format_licence,
    format_reference,
    next_number,
    normalise_dnr,
    normalise_licence,
    normalise_reference,
)

REFERENCES = st.builds(format_reference, st.integers(2020, 2099), st.integers(1, 999_999))


@given(REFERENCES)
def test_case_spaces_and_hyphens_are_forgiven(reference: str) -> None:
    for typed in (reference.lower(), reference.replace("-", ""), reference.replace("-", " ")):
        assert normalise_reference(f"  {typed} ") == reference
    assert normalise_reference(reference.removeprefix("KL-")) == reference


@given(REFERENCES, st.data())
def test_one_wrong_digit_is_always_noticed(reference: str, data: st.DataObject) -> None:
    places = [place for place, character in enumerate(reference[:-1]) if character.isdigit()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))
    with pytest.raises(ValueError, match="check"):
        normalise_reference(reference[:place] + other + reference[place + 1 :])


def test_nearly_all_swaps_of_neighbours_are_noticed() -> None:
    """ISO 7064 mod 37,36 is a hybrid system: it misses about one swap in a hundred, no more."""
    noticed = missed = 0
    for number in range(1, 4000, 7):
        reference = format_reference(2026, number)
        compact, check = reference[3:7] + reference[8:14], reference[-1]
        for n in range(9):
            if compact[n] == compact[n + 1]:
                continue
            swapped = compact[:n] + compact[n + 1] + compact[n] + compact[n + 2 :]
            try:
                normalise_reference(f"KL{swapped}{check}")
                missed += 1
            except ValueError:
                noticed += 1
    assert missed / (noticed + missed) < 0.03


@pytest.mark.parametrize("typed", ["", "KL", "KL-2026-4217-B", "5.8.1-2026-000123", "195704289999"])
def test_what_is_no_reference_is_told_apart(typed: str) -> None:
    with pytest.raises(ValueError, match=r"form|check"):
        normalise_reference(typed)


@pytest.mark.django_db
def test_a_roll_back_gives_the_number_back() -> None:
    assert next_number("prov", 2026) == 1
    try:
        with transaction.atomic():
            assert next_number("prov", 2026) == 2
            raise RuntimeError
    except RuntimeError:
        pass
    assert next_number("prov", 2026) == 2
    assert next_number("prov", 2027) == 1


@pytest.mark.django_db(transaction=True)
def test_a_series_has_no_gaps_and_no_doubles_under_load() -> None:
    taken: list[int] = []

    def work() -> None:
        try:
            for turn in range(10):
                try:
                    with transaction.atomic():
                        number = next_number("last", 2026)
                        if turn % 3 == 2:
                            raise RuntimeError
                        taken.append(number)
                except RuntimeError:
                    continue
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize(
    "typed", ["L-2026-000123", "l 2026 000123", " L2026000123", "L–2026–000123", "L-2O26-OO0123"]
)
def test_a_licence_number_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_licence(typed) == format_licence(2026, 123)


@pytest.mark.parametrize("typed", ["5.8.1-2026-000123", "5 8 1 2026 000123", "5812026000123"])
def test_a_case_number_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_dnr(typed) == format_dnr(2026, 123)


@pytest.mark.parametrize("typed", ["", "L", "L-2026-12", "2026-000123", "٢٠٢٦", "L-2026-0001234"])
def test_what_is_neither_is_refused(typed: str) -> None:
    for normalise in (normalise_licence, normalise_dnr):
        with pytest.raises(ValueError, match="form"):
            normalise(typed)
