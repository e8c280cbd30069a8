"""Other tables that a reader cannot tell from the true one: how they are looked for, and how they are checked.

Belongs here: one linear programme over a part of the system, everything else held at its true value. A shift that it finds
is checked against the whole system without the solver. Not: which cells must be hidden, or in which order they are asked.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.errors import ReleaseRefused
from assets.release.disclosure.system import Mask, Real, System, Whole

if TYPE_CHECKING:
    import highspy

_REWARD = 1e4  # what reaching a demand is worth: far above any cost of hiding
_LOST = 1e-9  # shifts below it are none
_ROUNDING = 1e-12  # of the numbers in a row, beside it
_OFF, _OFF_OF_AMOUNTS = 1e-7, 1e-9  # how far the solver may be off in a row: amounts are counted in large units
EXACT = 1e-6  # how far a row may be off after a shift, in persons


@dataclass(frozen=True)
class Demands:
    """What must be shown possible: figure i (a variable, or a row's `left`) can be `change` more than it is (or less)."""

    is_left: Mask
    place: Whole
    change: Real

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, chosen: Mask | Whole) -> "Demands":
        return Demands(self.is_left[chosen], self.place[chosen], self.change[chosen])

    def reached(self, system: System, shift: Real) -> Mask:
        """Which of them the shift shows."""
        sums = system.sums(shift)
        moved = np.where(self.is_left, sums[np.where(self.is_left, self.place, 0)] if len(sums) else 0.0,
                         shift[np.where(self.is_left, 0, self.place)])  # fmt: skip
        return _enough(moved, self.change)


def _enough(moved: Real, change: Real) -> Mask:
    return np.asarray(moved * np.sign(change) >= np.abs(change) * (1 - EXACT) - EXACT)


def valid(system: System, hidden: Mask, shift: Real, rows: Mask) -> bool:
    """Whether a reader could have the shifted values before him: only hidden figures differ, and the rows hold."""
    sums = system.sums(shift)
    exact = EXACT + _ROUNDING * system.sums_of_sizes(shift)
    holds = np.where(system.left < 0, np.abs(sums) <= exact, sums >= -system.left - exact)
    return bool(
        (shift[~hidden] == 0).all()
        and (system.value + shift >= -EXACT - _ROUNDING * system.value).all()
        and (holds | ~rows).all()
    )


class Neighbourhood:
    """The rows and variables around some variables, as one linear programme that is asked many times.

    Shifts are of the variables `inside`, in their order; everything else stays. Figures are counted in `unit`s, so that
    amounts of money and numbers of persons are of one size for the solver.
    """

    def __init__(
        self, system: System, rows_of: tuple[Whole, Whole], inside: Whole, rows_there: Mask, unit: float = 1.0
    ) -> None:
        """`rows_of`: row numbers of each variable, as starts and rows; `rows_there`: rows that readers know already."""
        self.system, self.inside, self.unit = system, inside, unit
        starts, rows = rows_of
        touched = [rows[starts[i] : starts[i + 1]] for i in inside]
        around = np.unique(np.concatenate(touched)) if touched else np.zeros(0, dtype=np.int64)
        self.rows = around[rows_there[around]]
        self.place = np.full(system.size, -1)
        self.place[inside] = np.arange(len(inside))
        counts = system.start[self.rows + 1] - system.start[self.rows]
        first = np.concatenate([[0], np.cumsum(counts)])[:-1]
        flat = np.repeat(system.start[self.rows] - first, counts) + np.arange(counts.sum())
        columns = self.place[system.term[flat]]
        here = columns >= 0
        self.row, self.column = np.repeat(np.arange(len(self.rows)), counts)[here], columns[here]
        self.coefficient = system.coefficient[flat][here].astype(np.float64)
        self.row_place = np.full(len(system.left), -1)
        self.row_place[self.rows] = np.arange(len(self.rows))

    def holds(self, shift: Real) -> bool:
        """Whether every row and value around still can be after the shift."""
        terms = self.coefficient * shift[self.column]
        sums = np.bincount(self.row, terms, len(self.rows))
        exact = EXACT + _ROUNDING * np.bincount(self.row, np.abs(terms), len(self.rows))
        left, value = self.system.left[self.rows], self.system.value[self.inside]
        rows = np.where(left < 0, np.abs(sums) <= exact, sums >= -left - exact)
        return bool(rows.all() and (value + shift >= -EXACT - _ROUNDING * value).all())

    def reached(self, demands: Demands, shift: Real) -> Mask:
        """Which of the demands the shift shows."""
        sums = np.bincount(self.row, self.coefficient * shift[self.column], len(self.rows))
        of_row = (
            self.row_place[np.where(demands.is_left, demands.place, 0)]
            if len(self.row_place)
            else demands.place * 0 - 1
        )
        of_one = self.place[np.where(demands.is_left, 0, demands.place)]
        moved = np.where(
            demands.is_left,
            np.where(of_row < 0, 0.0, np.append(sums, 0.0)[of_row]),
            np.where(of_one < 0, 0.0, np.append(shift, 0.0)[of_one]),
        )
        return _enough(moved, demands.change)

    def shift(
        self, demands: Demands, cost: Real, hidden: Mask, *, forced: bool, held: tuple[Mask, Real] | None = None
    ) -> Real | None:
        """The cheapest shift that reaches the demands (as many as pay, unless `forced`); None where they cannot be.

        `held`: of the figures inside, those that move by a given value; they are hidden.
        Hidden figures move freely; others cost, and must be hidden then. Raises ReleaseRefused where the solver stops early.
        """
        price = np.where(hidden[self.inside], 0.0, cost[self.inside]) * self.unit
        dear = np.flatnonzero(price > 0)
        value = self.system.value[self.inside] / self.unit
        total, paying = len(self.inside), len(dear)
        down_of = np.full(total, -1)
        down_of[dear] = total + np.arange(paying)
        twice = down_of[self.column] >= 0
        left = self.system.left[self.rows].astype(np.float64)
        columns, entries = self._asked(demands, down_of)
        low, high = np.where(price > 0, 0.0, -value), np.full(total, np.inf)
        if held:
            low[held[0]] = high[held[0]] = held[1][held[0]] / self.unit
        programme = _Programme(
            prices=np.concatenate([price, price[dear]]),
            columns_low=np.concatenate([low, np.zeros(paying)]),
            columns_high=np.concatenate([high, value[dear]]),
            rows=np.concatenate([self.row, self.row[twice]]),
            columns=np.concatenate([self.column, down_of[self.column[twice]]]),
            entries=np.concatenate([self.coefficient, -self.coefficient[twice]]),
            rows_low=np.where(left < 0, 0.0, -left / self.unit),
            rows_high=np.where(left < 0, 0.0, np.inf),
            asked=columns,
            asked_entries=entries,
            far=np.abs(demands.change) / self.unit,
            off=_OFF if self.unit == 1 else _OFF_OF_AMOUNTS,
        )
        solved = programme.solved(forced=forced)
        if solved is None:
            return None
        moved = solved[:total].copy()
        moved[dear] -= solved[total : total + paying]
        moved[np.abs(moved) < _LOST] = 0
        return moved if self.unit == 1 else self._exact(moved * self.unit)

    def _exact(self, shift: Real) -> Real:
        """Amounts to the hundredth, if the rows hold so: the rest is what the solver's large units rounded."""
        rounded = np.round(shift, 2)
        return rounded if self.holds(rounded) else shift

    def _asked(self, demands: Demands, down_of: Whole) -> tuple[list[Whole], list[Real]]:
        """For each demand the columns and coefficients of what it is about, in its own direction."""
        columns, entries = [], []
        for is_left, where, change in zip(demands.is_left, demands.place, demands.change, strict=True):
            if is_left:
                span = slice(self.system.start[where], self.system.start[where + 1])
                found, sign = self.place[self.system.term[span]], self.system.coefficient[span].astype(np.float64)
            else:
                found, sign = self.place[[where]], np.ones(1)
            sign, found = sign[found >= 0] * np.sign(change), found[found >= 0]
            also = down_of[found] >= 0
            columns.append(np.concatenate([found, down_of[found[also]]]))
            entries.append(np.concatenate([sign, -sign[also]]))
        return columns, entries


@dataclass(frozen=True, eq=False)
class _Programme:
    """Columns with prices and bounds, entries by row and column, rows with bounds; and sums of columns that are asked for."""

    prices: Real
    columns_low: Real
    columns_high: Real
    rows: Whole
    columns: Whole
    entries: Real
    rows_low: Real
    rows_high: Real
    asked: list[Whole]
    asked_entries: list[Real]
    far: Real
    off: float

    def solved(self, *, forced: bool) -> Real | None:
        """The values of the columns; None where the demands cannot be met. Raises ReleaseRefused if the solver stops."""
        import highspy  # the solver is loaded where it is used

        count, wanted, size = len(self.prices), len(self.asked), len(self.rows_low)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count + wanted, size + wanted
        reward = 0.0 if forced else _REWARD
        model.col_cost_ = np.concatenate([self.prices, -reward / np.maximum(self.far, 1e-9)])
        model.col_lower_ = np.concatenate([self.columns_low, self.far if forced else np.zeros(wanted)])
        model.col_upper_ = np.concatenate([self.columns_high, self.far])
        model.row_lower_ = np.concatenate([self.rows_low, np.zeros(wanted)])
        model.row_upper_ = np.concatenate([self.rows_high, np.full(wanted, np.inf)])
        lengths = np.array([len(one) for one in self.asked], dtype=np.int64)
        asking = np.arange(size, size + wanted)
        rows = np.concatenate([self.rows, np.repeat(asking, lengths), asking])
        columns = np.concatenate([self.columns, *self.asked, np.arange(count, count + wanted)])
        entries = np.concatenate([self.entries, *self.asked_entries, np.full(wanted, -1.0)])
        order = np.argsort(rows, kind="stable")
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size + wanted))])
        model.a_matrix_.index_ = columns[order]
        model.a_matrix_.value_ = entries[order]
        return _values(model, self.off)


def _values(model: "highspy.HighsLp", off: float) -> Real | None:
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("primal_feasibility_tolerance", off)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:  # so exact it could not be
        solver.setOptionValue("primal_feasibility_tolerance", _OFF)
        solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnknown):
        return None  # nothing is found, so nothing is proven by it
    if status != highspy.HighsModelStatus.kOptimal:
        told = solver.modelStatusToString(status)
        raise ReleaseRefused(f"the solver stopped early ({told}): nothing is proven, so nothing is released")
    return np.asarray(solver.getSolution().col_value)
