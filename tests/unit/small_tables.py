"""A small table with totals, its suppression, and an attacker who tries every table."""

import itertools

import numpy as np

from assets.release.disclosure.alternative_tables import ProtectionLevels
from assets.release.disclosure.linear_system import build_system
from assets.release.disclosure.secondary_suppression import SecondarySuppression
from assets.release.disclosure.solver_input import SolverInput, Subproblem, SuppressionResult


def with_totals(inner: np.ndarray) -> np.ndarray:
    """The table with a column and a row of totals."""
    wide = np.concatenate([inner, inner.sum(axis=1, keepdims=True)], axis=1)
    return np.concatenate([wide, wide.sum(axis=0, keepdims=True)])


def solver_input_of(table: np.ndarray, threshold: int, *, keep_shown: tuple[int, ...] = ()) -> SolverInput:
    """SecondarySuppression counts below `least` in a table with totals; `keep_open` are cells that may not be hidden."""
    height, width = table.shape
    place = np.arange(table.size).reshape(height, width)
    lines = [*place, *place.T]
    row = np.concatenate([np.full(len(line), number) for number, line in enumerate(lines)])
    sign = np.concatenate([np.append(np.ones(len(line) - 1, dtype=np.int64), -1) for line in lines])
    values = table.ravel().astype(np.int64)
    all_cells, nothing = np.ones(table.size, dtype=bool), np.zeros(table.size, dtype=bool)
    system = build_system(values, all_cells, nothing, row, np.concatenate(lines), sign)
    small = np.flatnonzero((system.value > 0) & (system.value < threshold))
    change = np.concatenate([-system.value[small], np.maximum(threshold - system.value[small], 1)]).astype(float)
    levels = ProtectionLevels(np.zeros(2 * len(small), dtype=bool), np.concatenate([small, small]), change)
    fixed_rank = np.zeros(system.size, dtype=np.int64)
    fixed_rank[[system.variable[cell] for cell in keep_shown if system.variable[cell] >= 0]] = 1
    none = np.full(system.size, -1)
    return SolverInput(system, levels, np.zeros(2 * len(small), dtype=np.int64), [Subproblem(1, "")], np.zeros(system.size, dtype=np.int64),
                1 + np.log1p(system.value), fixed_rank, none, none)  # fmt: skip


def suppress(solver_input: SolverInput) -> SuppressionResult:
    small = np.zeros(solver_input.system.size, dtype=bool)
    small[solver_input.levels.index] = True
    return SecondarySuppression(solver_input, small).run()


def possible_values(table: np.ndarray, suppressed: np.ndarray, most: int) -> list[set[int]]:
    """What an attacker finds each inner cell can be, who tries every whole number up to `most` for each hidden one."""
    height, width = table.shape
    inner = [(i, j) for i in range(height - 1) for j in range(width - 1)]
    unknown = [cell for cell in inner if suppressed[cell]]
    found: dict[tuple[int, int], set[int]] = {cell: set() for cell in unknown}
    for tried in itertools.product(range(most + 1), repeat=len(unknown)):
        guess = table[:-1, :-1].copy()
        for cell, value in zip(unknown, tried, strict=True):
            guess[cell] = value
        agrees = with_totals(guess) == table
        if (agrees | suppressed).all():
            for cell, value in zip(unknown, tried, strict=True):
                found[cell].add(value)
    return [found[cell] for cell in unknown]


SMALL = with_totals(np.array([[4, 40, 60], [50, 70, 30], [80, 20, 90]]))
