"""Nobody finds a withheld number again: tables are attacked by trying all there could be.

The attacker shares no code with what protects: it fills in the withheld cells in every way that
agrees with all that is published, and is even told which of them are small.
"""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.statistics.suppression import suppress, suppress_line

LEAST = 10
Grid = Sequence[Sequence[int]]


def worlds(grid: Grid, withheld: set[tuple[int, int]], least: int) -> Iterator[list[list[int]]]:
    """All tables that the published totals, cells and limits leave possible."""
    rows, columns = [sum(row) for row in grid], [sum(column) for column in zip(*grid, strict=True)]
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if (row, column) not in withheld:
                rows[row] -= value
                columns[column] -= value
    cells = sorted(withheld)
    made = [list(row) for row in grid]

    def fill(place: int) -> Iterator[list[list[int]]]:
        if place == len(cells):
            if not any(rows) and not any(columns):
                yield [list(row) for row in made]
            return
        row, column = cells[place]
        is_small = grid[row][column] < least
        low, high = (1, least - 1) if is_small else (least, 10**6)
        # The last withheld cell of a row is what is left of it.
        is_last = all(other[0] != row for other in cells[place + 1 :])
        low = max(low, rows[row]) if is_last else low
        for value in range(low, min(high, rows[row], columns[column]) + 1):
            made[row][column] = value
            rows[row] -= value
            columns[column] -= value
            yield from fill(place + 1)
            rows[row] += value
            columns[column] += value

    return fill(0)


def possible(grid: Grid, withheld: set[tuple[int, int]], cell: tuple[int, int], least: int) -> bool:
    """Whether the attacker finds a world in which the cell is something else than it is."""
    return any(
        world[cell[0]][cell[1]] != grid[cell[0]][cell[1]] for world in worlds(grid, withheld, least)
    )


def grids(most: int, shapes: Sequence[tuple[int, int]]) -> st.SearchStrategy[list[list[int]]]:
    return st.sampled_from(shapes).flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, most), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


@given(grid=grids(7, [(2, 2), (2, 3), (3, 3), (3, 4)]))
@settings(max_examples=400)
def test_no_small_cell_of_a_table_can_be_pinned(grid: list[list[int]]) -> None:
    """With the limit at 4 the attacker can try everything."""
    withheld = suppress(grid, least=4)
    small = {(r, c) for r, row in enumerate(grid) for c, v in enumerate(row) if 0 < v < 4}
    if withheld is None:
        return
    assert small <= withheld
    assert all(grid[row][column] for row, column in withheld), "a zero was withheld"
    for cell in small:
        assert possible(grid, withheld, cell, 4), (grid, withheld, cell)


@given(grid=grids(14, [(2, 2), (2, 3), (3, 3)]))
@settings(max_examples=150)
def test_nor_with_the_limit_that_is_ours(grid: list[list[int]]) -> None:
    withheld = suppress(grid, least=LEAST) or set()
    for row, column in withheld:
        if grid[row][column] < LEAST:
            assert possible(grid, withheld, (row, column), LEAST)


@given(grid=grids(7, [(2, 2), (2, 3), (3, 3)]))
@settings(max_examples=200)
def test_gives_up_only_when_no_choice_of_cells_would_do(grid: list[list[int]]) -> None:
    """Even all cells but the zeros withheld would leave some small cell known."""
    if suppress(grid, least=4) is None:
        every = {(r, c) for r, row in enumerate(grid) for c, v in enumerate(row) if v}
        small = [cell for cell in every if grid[cell[0]][cell[1]] < 4]
        assert not all(possible(grid, every, cell, 4) for cell in small)


@given(values=st.lists(st.integers(0, 25), min_size=1, max_size=6))
def test_no_small_part_of_a_whole_can_be_pinned(values: list[int]) -> None:
    withheld = suppress_line(values, least=LEAST)
    if withheld is None:
        return
    small = {place for place, value in enumerate(values) if 0 < value < LEAST}
    assert small <= withheld
    assert not withheld or sum(values[place] for place in withheld) >= LEAST
    # A line is a table of one row whose columns have no totals: a second row takes up the slack.
    for place in small:
        others = [values[other] for other in withheld - {place}]
        left = values[place] + sum(others)
        spans = [(1, LEAST - 1) if value < LEAST else (LEAST, 10**6) for value in others]
        least_of_rest, most_of_rest = (sum(span[end] for span in spans) for end in (0, 1))
        low, high = max(1, left - most_of_rest), min(LEAST - 1, left - least_of_rest)
        assert high - low >= 1, (values, withheld, place)


def test_nothing_is_withheld_when_nothing_is_small() -> None:
    assert suppress([[10, 0], [25, 310]], least=LEAST) == set()
    assert suppress_line([10, 0, 12], least=LEAST) == set()


def test_a_small_cell_takes_the_cheapest_ones_with_it() -> None:
    grid = [[3, 40, 500], [30, 60, 70], [900, 800, 700]]
    assert suppress(grid, least=LEAST) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    "grid", [[[3, 40], [0, 40]], [[1, 1], [20, 20]], [[9, 9], [50, 60]]], ids=["zero", "1+1", "9+9"]
)
def test_what_the_totals_give_away_is_not_published_at_all(grid: list[list[int]]) -> None:
    """Two withheld in each line are not enough: a zero beside them, or a sum made in one way."""
    assert suppress(grid, least=LEAST) is None


@pytest.mark.parametrize("values", [[1, 1, 0], [9, 9], [3, 4]])
def test_nor_is_a_whole_whose_parts_are_all_small(values: list[int]) -> None:
    assert suppress_line(values, least=LEAST) is None


def test_one_more_part_is_withheld_until_they_are_enough_together() -> None:
    assert suppress_line([3, 12, 40], least=LEAST) == {0, 1}
    assert suppress_line([1, 10, 40], least=LEAST) == {0, 1, 2}  # neither 1 nor 10 can be less
