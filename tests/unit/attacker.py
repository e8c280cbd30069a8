"""A reader who wants to know what was withheld: the least and the most that each withheld figure can be.

Belongs here: linear programming from the definition, with nothing of the product: what is shown, and the sums that hold.
Not: which sums a table has, or what may be derived.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence

import highspy
import numpy as np

Cell = Hashable
Equation = Mapping[Cell, int]  # the figures × these coefficients add up to zero
_EXACT = 1e-6


def total(whole: Cell, parts: Iterable[Cell]) -> Equation:
    """The whole is the sum of its parts."""
    return {whole: -1} | dict.fromkeys(parts, 1)


class Attacker:
    """Knows every figure of `shown` that is not None, that the equations hold, and that no count is negative."""

    def __init__(self, shown: Mapping[Cell, int | None], equations: Sequence[Equation]) -> None:
        """A figure that an equation speaks of must be in `shown`."""
        unknown = [cell for cell, value in shown.items() if value is None]
        self.column = {cell: number for number, cell in enumerate(unknown)}
        rows, sums = [], []
        for equation in equations:
            rows.append({self.column[cell]: sign for cell, sign in equation.items() if cell in self.column})
            sums.append(-sum(sign * (shown[cell] or 0) for cell, sign in equation.items() if cell not in self.column))
        assert all(row or not reported for row, reported in zip(rows, sums, strict=True)), (
            "what is shown does not add up"
        )
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(unknown), len(rows)
        model.col_cost_, model.col_lower_ = np.zeros(len(unknown)), np.zeros(len(unknown))
        model.col_upper_ = np.full(len(unknown), np.inf)
        model.row_lower_ = model.row_upper_ = np.array(sums, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        model.a_matrix_.index_ = np.array([column for row in rows for column in row], dtype=np.int32)
        model.a_matrix_.value_ = np.array([sign for row in rows for sign in row.values()], dtype=float)
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("simplex_strategy", 4)  # primal: what was found stays feasible for the next question
        self.solver.passModel(model)

    def interval(self, cell: Cell) -> tuple[float, float]:
        """The least and the most that a withheld figure can be; infinite where nothing bounds it."""
        return self._end(cell, 1.0), -self._end(cell, -1.0)

    def _end(self, cell: Cell, cost: float) -> float:
        self.solver.changeColCost(self.column[cell], cost)
        self.solver.run()
        status, reached = self.solver.getModelStatus(), self.solver.getInfo().objective_function_value
        self.solver.changeColCost(self.column[cell], 0.0)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return -math.inf
        assert status == highspy.HighsModelStatus.kOptimal, self.solver.modelStatusToString(status)
        return float(reached)


def is_known(interval: tuple[float, float]) -> bool:
    """Whether at most one whole number is in the interval: the figure is disclosed."""
    least, most = interval
    return math.isfinite(most) and math.floor(most + _EXACT) <= math.ceil(least - _EXACT)


def contains(interval: tuple[float, float], least: float, most: float) -> bool:
    """Whether all from `least` to `most` is in the interval."""
    return interval[0] <= least + _EXACT and interval[1] >= most - _EXACT
