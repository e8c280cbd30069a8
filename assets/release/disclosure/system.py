"""Everything a release publishes as one linear system: cells, the sums between them, and what must not be told.

Belongs here: the shape of that system. Not: which tables and columns it is made from (`relations`), what is withheld
(`suppression`), what an attacker can derive (`attack`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class System:
    """n cells and what a reader knows of them beside the published values. All values are true ones: never log them.

    A cell is one quantity of one population: figures of several tables that must be equal are one cell.
    `names[i]` says which, without its value. Equation e is the sum of `coefficient[k] * value[cell[k]]` for k from
    `start[e]` to `start[e + 1]`, and is zero; coefficients are +1 and -1. Each of `inclusions` (m × 2: part, whole) says
    that the part is at most the whole. All values are at least zero, and every reader knows it.
    """

    names: list[str]
    values: Cells
    start: Cells
    cell: Cells
    coefficient: Cells
    inclusions: Cells
    primary: Mask  # hidden, and the interval that can be derived must contain [low, high]
    low: Cells  # for a small count 0; n entries, read where primary
    high: Cells  # for a small count the threshold
    kept: Mask  # hidden in an earlier vintage or month: stays hidden, at no cost; protects others, needs no interval
    cost: NDArray[np.float64]  # what hiding the cell loses: 1 + log(1 + value), more for headline figures
    open: Mask  # may never be hidden: totals of the nation that the mission publishes, counts known from elsewhere

    def checked(self) -> "System":
        """Itself; ValueError where an equation or inclusion does not hold in the true values, or a primary is open."""
        terms = self.values[self.cell] * self.coefficient
        sums = np.add.reduceat(terms, self.start[:-1]) if len(self.cell) else np.zeros(0, dtype=np.int64)
        if (sums != 0).any():
            raise ValueError(f"{int((sums != 0).sum())} of {len(sums)} equations do not hold")
        if (self.values[self.inclusions[:, 0]] > self.values[self.inclusions[:, 1]]).any():
            raise ValueError("a part is larger than the whole it belongs to")
        if (self.primary & self.open).any():
            raise ValueError("a cell that may never be hidden is one that must be")
        return self
