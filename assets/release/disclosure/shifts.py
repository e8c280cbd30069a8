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
_LARGE = 20_000  # columns from which simplifying a programme first takes less than it saves: half, measured
EXACT = 1e-6  # how far a row may be off after a shift, in persons


Shift = tuple[Whole, Real]  # variables, and by how much each moves


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

    def reached(self, system: System, shift: Shift) -> Mask:
        """Which of them the shift shows."""
        sums, _ = system.sums(*shift)
        moved = np.where(self.is_left, np.append(sums, 0.0)[np.where(self.is_left, self.place, -1)],
                         whole(system, shift)[np.where(self.is_left, 0, self.place)])  # fmt: skip
        return _enough(moved, self.change)


def _enough(moved: Real, change: Real) -> Mask:
    return np.asarray(moved * np.sign(change) >= np.abs(change) * (1 - EXACT) - EXACT)


def whole(system: System, shift: Shift) -> Real:
    """By how much every variable moves."""
    change = np.zeros(system.size)
    change[shift[0]] = shift[1]
    return change


def valid(system: System, hidden: Mask, shift: Shift, rows: Mask) -> bool:
    """Whether a reader could have the shifted values before him: only hidden figures differ, and the rows hold."""
    places, change = shift
    sums, sizes = system.sums(places, change)
    moved = np.flatnonzero((sizes > 0) & rows)
    value = system.value[places]
    return bool(
        hidden[places].all()
        and (value + change >= -EXACT - _ROUNDING * value).all()
        and _hold(system.left[moved], sums[moved], sizes[moved]).all()
    )


def _hold(left: Whole, sums: Real, sizes: Real) -> Mask:
    """Which rows hold when they move by `sums`, added up from numbers of these `sizes`."""
    exact = EXACT + _ROUNDING * sizes
    return np.where(left < 0, np.abs(sums) <= exact, sums >= -left - exact)


class Neighbourhood:
    """The rows and variables around some variables, as one linear programme that is asked many times.

    Shifts are of the variables `inside`, in their order; everything else stays. Figures are counted in `unit`s, so that
    amounts of money and numbers of persons are of one size for the solver.
    """

    def __init__(self, system: System, inside: Whole, rows_there: Mask, unit: float = 1.0) -> None:
        """`rows_there`: rows that readers know already."""
        self.system, self.inside, self.unit = system, inside, unit
        terms, column = system.terms_of(inside)
        here = rows_there[system.row_of[terms]]
        terms, self.column = terms[here], column[here]
        self.rows, self.row = np.unique(system.row_of[terms], return_inverse=True)
        self.coefficient = system.coefficient[terms].astype(np.float64)
        self.place = np.full(system.size, -1)
        self.place[inside] = np.arange(len(inside))

    def holds(self, shift: Real, beside: Real | None = None) -> bool:
        """Whether every row and value around still can be after the shift; `beside`: what moves the rows besides."""
        terms = self.coefficient * shift[self.column]
        sums, sizes = (
            np.bincount(self.row, each, len(self.rows)).astype(np.float64) for each in (terms, np.abs(terms))
        )
        sums += 0.0 if beside is None else beside[self.rows]
        value = self.system.value[self.inside]
        return bool(
            _hold(self.system.left[self.rows], sums, sizes).all()
            and (value + shift >= -EXACT - _ROUNDING * value).all()
        )

    def shift(
        self, demands: Demands, cost: Real, hidden: Mask, *, forced: bool, beside: Real | None = None
    ) -> Real | None:
        """The cheapest shift that reaches the demands (as many as pay, unless `forced`); None where there is none.

        `beside`: by how much every row is moved already, by figures elsewhere; the shift makes up for it.
        Hidden figures move freely; others cost, and must be hidden then. Raises ReleaseRefused where the solver stops early.
        """
        price = np.where(hidden[self.inside], 0.0, cost[self.inside]) * self.unit
        dear = np.flatnonzero(price > 0)
        value = self.system.value[self.inside] / self.unit
        total, paying = len(self.inside), len(dear)
        down_of = np.full(total, -1)
        down_of[dear] = total + np.arange(paying)
        twice = down_of[self.column] >= 0
        left = self.system.left[self.rows].astype(np.float64) / self.unit
        moved = np.zeros(len(self.rows)) if beside is None else beside[self.rows] / self.unit
        columns, entries = self._asked(demands, down_of)
        programme = _Programme(
            prices=np.concatenate([price, price[dear]]),
            columns_low=np.concatenate([np.where(price > 0, 0.0, -value), np.zeros(paying)]),
            columns_high=np.concatenate([np.full(total, np.inf), value[dear]]),
            rows=np.concatenate([self.row, self.row[twice]]),
            columns=np.concatenate([self.column, down_of[self.column[twice]]]),
            entries=np.concatenate([self.coefficient, -self.coefficient[twice]]),
            rows_low=np.where(left < 0, 0.0, -left) - moved,
            rows_high=np.where(left < 0, 0.0, np.inf) - moved,
            asked=columns,
            asked_entries=entries,
            asked_low=self._moved(demands, beside),
            far=np.abs(demands.change) / self.unit,
            least=0.0 if beside is None else -np.inf,  # what moves beside may move a figure the other way
            off=_OFF if self.unit == 1 else _OFF_OF_AMOUNTS,
        )
        solved = programme.solved(forced=forced)
        if solved is None:
            return None
        moved = solved[:total].copy()
        moved[dear] -= solved[total : total + paying]
        moved[np.abs(moved) < _LOST] = 0
        return moved if self.unit == 1 else self._exact(moved * self.unit, beside)

    def _exact(self, shift: Real, beside: Real | None) -> Real:
        """Amounts to the hundredth, if the rows hold so: the rest is what the solver's large units rounded."""
        rounded = np.round(shift, 2)
        return rounded if self.holds(rounded, beside) else shift

    def _moved(self, demands: Demands, beside: Real | None) -> Real:
        """What is missing in the rows that are asked for, in their own direction, for what moves them beside."""
        if beside is None:
            return np.zeros(len(demands))
        of_row = np.append(beside, 0.0)[np.where(demands.is_left, demands.place, -1)]
        return -np.sign(demands.change) * np.where(demands.is_left, of_row, 0.0) / self.unit

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
    asked_low: Real
    far: Real
    least: float
    off: float

    def solved(self, *, forced: bool) -> Real | None:
        """The values of the columns; None where the demands cannot be met. Raises ReleaseRefused if the solver stops."""
        import highspy  # the solver is loaded where it is used

        count, wanted, size = len(self.prices), len(self.asked), len(self.rows_low)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count + wanted, size + wanted
        reward = 0.0 if forced else _REWARD
        model.col_cost_ = np.concatenate([self.prices, -reward / np.maximum(self.far, 1e-9)])
        model.col_lower_ = np.concatenate([self.columns_low, self.far if forced else np.full(wanted, self.least)])
        model.col_upper_ = np.concatenate([self.columns_high, self.far])
        model.row_lower_ = np.concatenate([self.rows_low, self.asked_low])
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
    solver.setOptionValue("presolve", "on" if model.num_col_ > _LARGE else "off")
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
