"""Where a figure of the system is to be found: table, month, key of its row and name, never its value.

Belongs here: words for messages and certificates. Keys are codes of places, segments and the like, so they tell of nobody.
Not: what is wrong with a figure.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Ints, LinearSystem

_NAMED = 3  # figures and sums that a message names; the others are counted


def figure_name(grids: Mapping[str, Grid], cell: int) -> str:
    """Table, month, key and name of a cell; of one that no table shows, that it is what a whole has beside its parts."""
    for grid in grids.values():
        if grid.first <= cell < grid.first + grid.values.size:
            row, count = divmod(int(cell) - grid.first, len(grid.counts))
            return grid.cell_name(row, grid.counts[count])
    return "what a whole has beside its part"


def months_of(grids: Mapping[str, Grid], cells: Iterable[int]) -> list[str]:
    """The months of these cells, in order."""
    found = set()
    for cell in cells:
        for grid in grids.values():
            if grid.first <= cell < grid.first + grid.values.size and "month" in grid.rows.columns:
                found.add(f"{grid.rows['month'][(int(cell) - grid.first) // len(grid.counts)]:%Y-%m}")
    return sorted(found)


def describe_sums(grids: Mapping[str, Grid], broken: Ints, rows: Ints, cells: Ints) -> str:
    """The first of these sums by the figures they are of, how many others there are, and the months to run again."""
    told = []
    for row in broken[:_NAMED]:
        of = cells[rows == row]
        named = list(dict.fromkeys(figure_name(grids, cell) for cell in of))
        more = f" and {len(named) - 2} more" if len(named) > 2 else ""
        told.append(f"{' with '.join(named[:2])}{more}")
    others = f"; and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
    again = ", ".join(months_of(grids, cells[np.isin(rows, broken)]))
    return f"{'; '.join(told)}{others}; run {again} again in this order, and report it if it stays"


def describe_level(grids: Mapping[str, Grid], system: LinearSystem, place: int, *, is_remainder: bool) -> str:
    """The figure that a demand is about; of what a whole has beside its part, the two."""
    if not is_remainder:
        return figure_name(grids, int(np.flatnonzero(system.variable == place)[0]))
    terms = system.term[system.start[place] : system.start[place + 1]]
    named = [figure_name(grids, int(np.flatnonzero(system.variable == term)[0])) for term in terms[:2]]
    return f"the difference of {' and '.join(named)}"
