"""Taking small cells out of tables whose totals are published, so that they cannot be found again.

A cell is *small* when it counts fewer cases than may be published, but some. Small cells are
withheld, and with them as many others (complementary ones, never zeros) as are needed for every
small cell to have another value that is possible too. Possible means possible to somebody who knows
all totals, all other cells, that small cells are at least 1 and less than the limit, and even which
of the withheld cells are small. Why that suffices: docs/decisions/008-statistics.md.
"""

import heapq
from collections.abc import Iterator, Sequence

Cell = tuple[int, int]


def suppress(grid: Sequence[Sequence[int]], *, least: int) -> set[Cell] | None:
    """The cells to withhold of a table whose row and column totals are all published.

    Two values are possible for a cell exactly if it lies on a closed walk over withheld cells,
    row and column by turns, on which one more, one less, one more … breaks no limit. For each small
    cell the walk that withholds the fewest cases more is found, and its cells are withheld.

    Args:
        grid: rows of counts.
        least: the least count, above 0, that may be published.

    Returns:
        Places (row, column); None when no choice of cells protects them all and the whole inside
        of the table must be withheld, zeros too.
    """
    withheld = set(_small(grid, least))
    for cell in sorted(withheld):
        walks = [walk for up in (True, False) if (walk := _walk(grid, withheld, cell, up, least))]
        if not walks:
            return None
        withheld.update(min(walks)[1])
    return withheld


def suppress_line(values: Sequence[int], *, least: int) -> set[int] | None:
    """The places to withhold of counts whose sum is published, or of parts of a published whole.

    What is withheld is at least `least` together, so that it may be told as one number.

    Returns:
        Places; None when all of them must be withheld, zeros too.
    """
    withheld = {place for place, value in enumerate(values) if 0 < value < least}
    if not withheld:
        return withheld
    others = sorted((value, place) for place, value in enumerate(values) if value >= least)
    for _value, place in [(0, -1), *others]:
        if place >= 0:
            withheld.add(place)
        together = sum(values[place] for place in withheld)
        if together >= least and all(
            _can_differ(values, withheld, place, least)
            for place in withheld
            if values[place] < least
        ):
            return withheld
    return None


def _small(grid: Sequence[Sequence[int]], least: int) -> Iterator[Cell]:
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if 0 < value < least:
                yield row, column


def _can_differ(values: Sequence[int], withheld: set[int], place: int, least: int) -> bool:
    """Whether one withheld value can be one more or less, and another make up for it."""
    return any(
        _can_move(values[place], up, least)
        and any(_can_move(values[other], not up, least) for other in withheld - {place})
        for up in (True, False)
    )


def _can_move(value: int, up: bool, least: int) -> bool:
    """Whether a withheld cell can be one more, or one less, and still be of its sort."""
    if value < least:
        return value + 1 < least if up else value > 1
    return up or value > least


def _walk(
    grid: Sequence[Sequence[int]], withheld: set[Cell], cell: Cell, up: bool, least: int
) -> tuple[int, list[Cell]] | None:
    """The cheapest closed walk that lets `cell` be one more (`up`) or one less.

    From the cell's column back to its row: a step from a column to a row moves the cell there
    against `cell`, a step from a row to a column with it. A zero is published and cannot move.

    Returns:
        How many cases more are withheld, and the cells walked over; None when there is no way.
    """
    start, goal = ("column", cell[1]), ("row", cell[0])
    if not _can_move(grid[cell[0]][cell[1]], up, least):
        return None
    best = {start: 0}
    came: dict[tuple[str, int], tuple[tuple[str, int], Cell]] = {}
    heap = [(0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node == goal:
            return cost, list(_back(came, goal, start))
        if cost > best[node]:
            continue
        line, place = node
        is_column = line == "column"
        for other in range(len(grid) if is_column else len(grid[0])):
            step = (other, place) if is_column else (place, other)
            value = grid[step[0]][step[1]]
            moves_up = up is not is_column
            if step == cell or not value or not _can_move(value, moves_up, least):
                continue
            following = ("row" if is_column else "column", other)
            total = cost + (0 if step in withheld else value)
            if total < best.get(following, total + 1):
                best[following] = total
                came[following] = (node, step)
                heapq.heappush(heap, (total, following))
    return None


def _back(
    came: dict[tuple[str, int], tuple[tuple[str, int], Cell]],
    node: tuple[str, int],
    start: tuple[str, int],
) -> Iterator[Cell]:
    while node != start:
        node, step = came[node]
        yield step
