"""Names of figures and sums for messages and certificates: table, month, key of the row and count, never a value.

Belongs here: these names. Keys are codes of regions, segments and the like, so they disclose nothing about a person. Not
here: the problem with a figure.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Ints, LinearSystem

_MAX_NAMED = 3  # figures and sums that a message names; the others are counted


def figure_name(grids: Mapping[str, Grid], cell: int) -> str:
    """Table, month, key and count of a cell, or a general name for a remainder, which is in no table."""
    for grid in grids.values():
        if grid.first <= cell < grid.first + grid.values.size:
            row, count = divmod(int(cell) - grid.first, len(grid.counts))
            return grid.cell_name(row, grid.counts[count])
    return "the remainder of a whole beside its part"


def months_of(grids: Mapping[str, Grid], cells: Iterable[int]) -> list[str]:
    """The months of these cells, in order."""
    found = set()
    for cell in cells:
        for grid in grids.values():
            if grid.first <= cell < grid.first + grid.values.size and "month" in grid.rows.columns:
                found.add(f"{grid.rows['month'][(int(cell) - grid.first) // len(grid.counts)]:%Y-%m}")
    return sorted(found)


def describe_sums(grids: Mapping[str, Grid], broken: Ints, rows: Ints, cells: Ints) -> str:
    """Describe the first broken sums by their figures, the number of others, and the months to run again."""
    described = []
    for row in broken[:_MAX_NAMED]:
        named = list(dict.fromkeys(figure_name(grids, cell) for cell in cells[rows == row]))
        more = f" and {len(named) - 2} more" if len(named) > 2 else ""
        described.append(f"{' with '.join(named[:2])}{more}")
    others = f"; and {len(broken) - _MAX_NAMED} more" if len(broken) > _MAX_NAMED else ""
    months = ", ".join(months_of(grids, cells[np.isin(rows, broken)]))
    return f"{'; '.join(described)}{others}; run {months} again in this order, and report it if the message remains"


def describe_level(grids: Mapping[str, Grid], system: LinearSystem, index: int, *, is_remainder: bool) -> str:
    """The figure of a protection level; for a remainder, the whole and its part."""
    if not is_remainder:
        return figure_name(grids, int(np.flatnonzero(system.variable == index)[0]))
    terms = system.term[system.start[index] : system.start[index + 1]]
    named = [figure_name(grids, int(np.flatnonzero(system.variable == term)[0])) for term in terms[:2]]
    return f"the difference of {' and '.join(named)}"
