"""All figures of a release and the sums between them, as one linear system.

Belongs here: the structure of the system, and its simplification as every reader can do it: figures that must be equal are
one variable, and a published zero is none. Not here: the equations (`linear_relations`), the suppression
(`secondary_suppression`), the audit (`certificate`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assets.errors import ReleaseRefused

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ZERO = -1  # a published zero: no variable
NO_FIGURE = -2  # no figure


@dataclass(frozen=True, eq=False)
class LinearSystem:
    """Variables (the figures that are not published zeros) and the rows between them. True values: never log them.

    `variable` maps each cell of `grids` to its variable, ZERO or NO_FIGURE. Row r is the sum of
    `coefficient[k] * value[term[k]]` for k from `start[r]` to `start[r + 1]`. If `remainder[r]` is −1, the sum is zero.
    Otherwise it is the unpublished count that remains of a whole beside its parts: it equals `remainder[r]`, and readers
    know only that it is not negative. All values are at least zero, which is public.
    """

    variable: Ints
    value: Ints
    start: Ints
    term: Ints
    coefficient: Ints
    remainder: Ints
    remainder_cell: Ints  # the cell of `remainder`, −1 where there is none

    @property
    def size(self) -> int:
        """The number of variables."""
        return len(self.value)

    @cached_property
    def row_of(self) -> Ints:
        """The row of each term."""
        return np.repeat(np.arange(len(self.remainder)), np.diff(self.start))

    @cached_property
    def by_variable(self) -> tuple[Ints, Ints]:
        """The start of each variable's terms, and the terms in the order of variables."""
        counts = np.bincount(self.term, minlength=self.size)
        return np.concatenate([[0], np.cumsum(counts)]), np.argsort(self.term, kind="stable")

    def terms_of(self, variables: Ints) -> tuple[Ints, Ints]:
        """The terms of these variables, and for each term the position of its variable among them."""
        starts, terms = self.by_variable
        counts = starts[variables + 1] - starts[variables]
        before = np.cumsum(counts) - counts
        return terms[np.repeat(starts[variables] - before, counts) + np.arange(counts.sum())], np.repeat(
            np.arange(len(variables)), counts
        )

    def sums(self, variables: Ints, change: Floats) -> tuple[Ints, Floats, Floats]:
        """The rows with these variables, the change of each if the variables change, and the sum of its absolute terms."""
        terms, position = self.terms_of(variables)
        products = change[position] * self.coefficient[terms]
        rows, row = np.unique(self.row_of[terms], return_inverse=True)
        return (
            rows,
            np.bincount(row, products, len(rows)).astype(np.float64),
            np.bincount(row, np.abs(products), len(rows)).astype(np.float64),
        )

    def connected(self, variables: Ints, rows: Ints, allowed: Mask, known_rows: Mask) -> Mask:
        """The `allowed` variables that known rows connect with these variables and rows, over allowed variables only."""
        found, reached_rows = np.zeros(self.size, dtype=bool), np.zeros(len(self.remainder), dtype=bool)
        starts = np.concatenate([self.start, self.start[-1:]])
        while len(variables) or len(rows):
            found[variables] = True
            terms, _ = self.terms_of(variables)
            rows = np.unique(np.concatenate([rows, self.row_of[terms]]))
            rows = rows[known_rows[rows] & ~reached_rows[rows]]
            reached_rows[rows] = True
            counts = starts[rows + 1] - starts[rows]
            before = np.cumsum(counts) - counts
            reached = np.unique(self.term[np.repeat(starts[rows] - before, counts) + np.arange(counts.sum())])
            variables, rows = reached[allowed[reached] & ~found[reached]], rows[:0]
        return found & allowed


@dataclass(eq=False)
class _Terms:
    row: Ints
    cell: Ints
    coefficient: Ints


def build_system(values: Ints, shown: Mask, empty: Mask, row: Ints, cell: Ints, coefficient: Ints) -> LinearSystem:
    """The system of equations (row, cell, coefficient) whose sums are zero. Raises ReleaseRefused if one is not.

    `shown` cells have a column in a table; `empty` ones are zero and suppressed. A cell that is not shown and occurs in
    only one equation is the remainder of a whole.
    """
    count = int(row.max()) + 1 if len(row) else 0
    terms = _Terms(row, cell, coefficient)
    _require_balanced(values, terms, count)
    degree = np.bincount(cell, minlength=len(values))
    is_remainder = ~shown & (degree == 1)
    remainder, remainder_cell = np.full(count, -1), np.full(count, -1)
    of_remainder = is_remainder[cell]
    remainder[row[of_remainder]], remainder_cell[row[of_remainder]] = values[cell[of_remainder]], cell[of_remainder]
    kept = ~of_remainder
    terms = _Terms(row[kept], cell[kept], coefficient[kept])
    head_of, zero = _simplify(values, shown, empty, terms, remainder)
    used = (values >= 0) & ~zero[head_of] & ~is_remainder
    position = np.full(len(values), NO_FIGURE)
    heads = np.unique(head_of[used])
    position[heads] = np.arange(len(heads))
    variable = np.where(values < 0, NO_FIGURE, np.where(zero[head_of], ZERO, position[head_of]))
    return _deduplicate(variable, values[heads], terms, remainder, remainder_cell, count)


def unbalanced(values: Ints, row: Ints, cell: Ints, coefficient: Ints) -> Ints:
    """The equations whose sum is not zero."""
    sums = np.zeros(int(row.max()) + 1 if len(row) else 0, dtype=np.int64)
    np.add.at(sums, row, values[cell] * coefficient)
    return np.flatnonzero(sums)


def _require_balanced(values: Ints, terms: _Terms, count: int) -> None:
    broken = unbalanced(values, terms.row, terms.cell, terms.coefficient)
    if len(broken):
        raise ReleaseRefused(f"{len(broken)} of {count} sums between the tables do not hold: run their months again")


def _simplify(values: Ints, shown: Mask, empty: Mask, terms: _Terms, remainder: Ints) -> tuple[Ints, Mask]:
    """The first cell that each cell must equal, and which of those are published zeros. Repeats until nothing changes."""
    head_of = np.arange(len(values))
    while True:
        is_published = np.zeros(len(values), dtype=bool)
        np.logical_or.at(is_published, head_of, shown & ~empty)
        zero = (values == 0) & is_published
        head = head_of[terms.cell]
        exists = ~zero[head]
        rows, heads, signs = terms.row[exists], head[exists], terms.coefficient[exists]
        rows, heads, signs = _add_terms(rows, heads, signs)
        position = np.bincount(rows, minlength=len(remainder))
        is_pair = (position[rows] == 2) & (remainder[rows] < 0)
        pairs = heads[is_pair].reshape(-1, 2)
        pairs = pairs[signs[is_pair].reshape(-1, 2).sum(axis=1) == 0]
        if not len(pairs):
            return head_of, zero
        head_of = _merge_equal(head_of, pairs)


def _add_terms(rows: Ints, cells: Ints, signs: Ints) -> tuple[Ints, Ints, Ints]:
    """Add the terms of the same row and cell, in the order of rows; drop those that cancel."""
    order = np.lexsort((cells, rows))
    rows, cells, signs = rows[order], cells[order], signs[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (cells[1:] != cells[:-1])
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(signs, starts) if len(starts) else signs
    kept = sums != 0
    return rows[starts][kept], cells[starts][kept], sums[kept]


def _merge_equal(head_of: Ints, pairs: Ints) -> Ints:
    """Merge pairs of heads; the head of each group is its smallest cell."""
    head = head_of.copy()
    while True:
        smallest = np.minimum(head[pairs[:, 0]], head[pairs[:, 1]])
        before = head.copy()
        np.minimum.at(head, pairs[:, 0], smallest)
        np.minimum.at(head, pairs[:, 1], smallest)
        np.minimum.at(head, before[pairs[:, 0]], smallest)
        np.minimum.at(head, before[pairs[:, 1]], smallest)
        head = head[head]
        if (head == before).all():
            break
    while (head[head] != head).any():
        head = head[head]
    return np.asarray(head[head_of])


def _deduplicate(
    variable: Ints, value: Ints, terms: _Terms, remainder: Ints, remainder_cell: Ints, count: int
) -> LinearSystem:
    """The rows between variables, without duplicates."""
    exists = variable[terms.cell] >= 0
    row, term, coefficient = _add_terms(terms.row[exists], variable[terms.cell[exists]], terms.coefficient[exists])
    # Two rows are equal if their terms, hashed with random weights, have the same sum. The overflow is intended.
    weight = np.random.default_rng(0).integers(1, 2**62, size=max(len(value), 1))
    row_hash = np.zeros(count, dtype=np.int64)
    with np.errstate(over="ignore"):
        np.add.at(row_hash, row, weight[term] * coefficient)
    keys = np.stack([row_hash, remainder >= 0], axis=1)
    lengths = np.bincount(row, minlength=count)
    filled = np.flatnonzero(lengths)
    is_first = np.zeros(count, dtype=bool)
    if len(filled):
        _, first = np.unique(keys[filled], axis=0, return_index=True)
        is_first[filled[first]] = True
    kept = is_first[row]
    start = np.concatenate([[0], np.cumsum(lengths[is_first])]).astype(np.int64)
    return LinearSystem(
        variable, value, start, term[kept], coefficient[kept], remainder[is_first], remainder_cell[is_first]
    )
