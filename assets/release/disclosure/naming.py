"""Where a figure of the system is to be found: table, month, key of its row and name, never its value.

Belongs here: words for messages and certificates. Keys are codes of places, segments and the like, so they tell of nobody.
Not: what is wrong with a figure.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from assets.release.disclosure.relations import Grid
from assets.release.disclosure.system import System, Whole

_NAMED = 3  # figures and sums that a message names; the others are counted


def figure(grids: Mapping[str, Grid], cell: int) -> str:
    """Table, month, key and name of a cell; of one that no table shows, that it is what a whole has beside its parts."""
    for ours in grids.values():
        if ours.first <= cell < ours.first + ours.values.size:
            row, count = divmod(int(cell) - ours.first, len(ours.counts))
            return ours.named(row, ours.counts[count])
    return "what a whole has beside its part"


def months(grids: Mapping[str, Grid], cells: Iterable[int]) -> list[str]:
    """The months of these cells, in order."""
    found = set()
    for cell in cells:
        for ours in grids.values():
            if ours.first <= cell < ours.first + ours.values.size and "month" in ours.rows.columns:
                found.add(f"{ours.rows['month'][(int(cell) - ours.first) // len(ours.counts)]:%Y-%m}")
    return sorted(found)


def sums(grids: Mapping[str, Grid], broken: Whole, rows: Whole, cells: Whole) -> str:
    """The first of these sums by the figures they are of, how many others there are, and the months to run again."""
    told = []
    for row in broken[:_NAMED]:
        of = cells[rows == row]
        named = list(dict.fromkeys(figure(grids, cell) for cell in of))
        more = f" and {len(named) - 2} more" if len(named) > 2 else ""
        told.append(f"{' with '.join(named[:2])}{more}")
    others = f"; and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
    again = ", ".join(months(grids, cells[np.isin(rows, broken)]))
    return f"{'; '.join(told)}{others}; run {again} again in this order, and report it if it stays"


def demand(grids: Mapping[str, Grid], system: System, place: int, *, is_left: bool) -> str:
    """The figure that a demand is about; of what a whole has beside its part, the two."""
    if not is_left:
        return figure(grids, int(np.flatnonzero(system.variable == place)[0]))
    terms = system.term[system.start[place] : system.start[place + 1]]
    named = [figure(grids, int(np.flatnonzero(system.variable == term)[0])) for term in terms[:2]]
    return f"the difference of {' and '.join(named)}"
