"""A linear programme with sparse rows, and its solution by HiGHS.

Belongs here: the only use of the solver. Not here: what is minimised (`disclosure/alternative_tables`, `exports/rounded`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.errors import ReleaseRefused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DEFAULT_TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class LinearProgramme:
    """Minimise `costs` × columns, between bounds of columns and rows. A row is the sum of entries × columns."""

    costs: Floats
    columns_low: Floats
    columns_high: Floats
    rows: Ints  # the row and the column of each entry
    columns: Ints
    entries: Floats
    rows_low: Floats
    rows_high: Floats

    def solve(self, tolerance: float = DEFAULT_TOLERANCE, presolve: str = "choose") -> Floats | None:
        """The values of the columns; None if no values satisfy the bounds. Raises ReleaseRefused if the solver stops early.

        A programme that cannot be solved with the tolerance is solved with the default one.
        """
        import highspy  # imported here: it is slow to load, and only publishing needs it

        model, order = highspy.HighsLp(), np.argsort(self.rows, kind="stable")
        model.num_col_, model.num_row_ = len(self.costs), len(self.rows_low)
        model.col_cost_, model.col_lower_, model.col_upper_ = self.costs, self.columns_low, self.columns_high
        model.row_lower_, model.row_upper_ = self.rows_low, self.rows_high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(self.rows, minlength=len(self.rows_low)))])
        model.a_matrix_.index_, model.a_matrix_.value_ = self.columns[order], self.entries[order]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "presolve": presolve,
            "primal_feasibility_tolerance": tolerance,
        }
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
            solver.setOptionValue("primal_feasibility_tolerance", DEFAULT_TOLERANCE)
            solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnknown):
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            reason = solver.modelStatusToString(status)
            raise ReleaseRefused(f"the solver stopped early ({reason}): nothing is proven, so nothing is released")
        return np.asarray(solver.getSolution().col_value)
