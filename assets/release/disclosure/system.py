"""Everything a release publishes as one linear system: figures, the sums between them, and what must not be told.

Belongs here: the shape of that system, and what every reader can simplify in it: figures that must be equal are one, and
a published zero is nothing. Not: which equations there are (`relations`), what is withheld (`suppression`), what can be
derived (`certificate`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assets.errors import ReleaseRefused

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Mask = NDArray[np.bool_]
ZERO = -1  # a published zero: no variable
NOWHERE = -2  # no figure


@dataclass(frozen=True, eq=False)
class System:
    """Variables, one a figure that is not a published zero, and rows between them. True values: never log them.

    `variable` maps each cell of `relations` to its variable, ZERO or NOWHERE. Row r is the sum of
    `coefficient[k] * value[term[k]]` for k from `start[r]` to `start[r + 1]`. Where `left[r]` is ABSENT (−1) that is zero;
    otherwise it is what a whole has beside its part, a count nobody publishes: it equals `left[r]`, and readers know only
    that it is not negative. All values are at least zero, and every reader knows it.
    """

    variable: Whole
    value: Whole
    start: Whole
    term: Whole
    coefficient: Whole
    left: Whole
    left_cell: Whole  # the cell of `relations` that `left` is, ABSENT where none

    @property
    def size(self) -> int:
        """The number of variables."""
        return len(self.value)

    @cached_property
    def row_of(self) -> Whole:
        """The row of each term."""
        return np.repeat(np.arange(len(self.left)), np.diff(self.start))

    @cached_property
    def by_variable(self) -> tuple[Whole, Whole]:
        """Where the terms of each variable start, and the terms in that order."""
        counts = np.bincount(self.term, minlength=self.size)
        return np.concatenate([[0], np.cumsum(counts)]), np.argsort(self.term, kind="stable")

    def terms_of(self, places: Whole) -> tuple[Whole, Whole]:
        """The terms of these variables, and which of them (counted from 0) each is of."""
        starts, terms = self.by_variable
        counts = starts[places + 1] - starts[places]
        before = np.cumsum(counts) - counts
        return terms[np.repeat(starts[places] - before, counts) + np.arange(counts.sum())], np.repeat(
            np.arange(len(places)), counts
        )

    def sums(self, places: Whole, change: Real) -> tuple[Real, Real]:
        """What the rows become, added up, when these variables change by so much; and the same without signs."""
        terms, number = self.terms_of(places)
        moved, rows = change[number] * self.coefficient[terms], self.row_of[terms]
        return (
            np.bincount(rows, moved, len(self.left)).astype(np.float64),
            np.bincount(rows, np.abs(moved), len(self.left)).astype(np.float64),
        )


@dataclass(eq=False)
class _Terms:
    row: Whole
    cell: Whole
    coefficient: Whole


def assemble(values: Whole, shown: Mask, withheld: Mask, row: Whole, cell: Whole, coefficient: Whole) -> System:
    """The system of equations (row, cell, coefficient) that are zero in the true values. Raises ReleaseRefused if one is not.

    `shown` cells have a column in a table; `withheld` ones are left empty though they are zero. A cell that is not shown and
    stands in one equation alone is what is left of a whole.
    """
    count = int(row.max()) + 1 if len(row) else 0
    terms = _Terms(row, cell, coefficient)
    _verify(values, terms, count)
    degree = np.bincount(cell, minlength=len(values))
    alone = ~shown & (degree == 1)
    left, left_cell = np.full(count, -1), np.full(count, -1)
    of_left = alone[cell]
    left[row[of_left]], left_cell[row[of_left]] = values[cell[of_left]], cell[of_left]
    kept = ~of_left
    terms = _Terms(row[kept], cell[kept], coefficient[kept])
    one, zero = _simplified(values, shown, withheld, terms, left)
    used = (values >= 0) & ~zero[one] & ~alone
    number = np.full(len(values), NOWHERE)
    heads = np.unique(one[used])
    number[heads] = np.arange(len(heads))
    variable = np.where(values < 0, NOWHERE, np.where(zero[one], ZERO, number[one]))
    return _compact(variable, values[heads], terms, left, left_cell, count)


def unequal(values: Whole, row: Whole, cell: Whole, coefficient: Whole) -> Whole:
    """The equations that are not zero."""
    sums = np.zeros(int(row.max()) + 1 if len(row) else 0, dtype=np.int64)
    np.add.at(sums, row, values[cell] * coefficient)
    return np.flatnonzero(sums)


def _verify(values: Whole, terms: _Terms, count: int) -> None:
    broken = unequal(values, terms.row, terms.cell, terms.coefficient)
    if len(broken):
        raise ReleaseRefused(f"{len(broken)} of {count} sums between the tables do not hold: run their months again")


def _simplified(values: Whole, shown: Mask, withheld: Mask, terms: _Terms, left: Whole) -> tuple[Whole, Mask]:
    """Cell → the first of those it must equal; and which of these are published zeros. Repeated until nothing changes."""
    one = np.arange(len(values))
    while True:
        seen = np.zeros(len(values), dtype=bool)
        np.logical_or.at(seen, one, shown & ~withheld)
        zero = (values == 0) & seen
        head = one[terms.cell]
        there = ~zero[head]
        rows, heads, signs = terms.row[there], head[there], terms.coefficient[there]
        rows, heads, signs = _added(rows, heads, signs)
        number = np.bincount(rows, minlength=len(left))
        pair = (number[rows] == 2) & (left[rows] < 0)
        pairs = heads[pair].reshape(-1, 2)
        pairs = pairs[signs[pair].reshape(-1, 2).sum(axis=1) == 0]
        if not len(pairs):
            return one, zero
        one = _joined(one, pairs)


def _added(rows: Whole, cells: Whole, signs: Whole) -> tuple[Whole, Whole, Whole]:
    """Terms of one row and cell added up, in the order of rows; those that cancel are gone."""
    order = np.lexsort((cells, rows))
    rows, cells, signs = rows[order], cells[order], signs[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (cells[1:] != cells[:-1])
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(signs, starts) if len(starts) else signs
    kept = sums != 0
    return rows[starts][kept], cells[starts][kept], sums[kept]


def _joined(one: Whole, pairs: Whole) -> Whole:
    """The heads after joining pairs of heads: the smallest of each group."""
    head = one.copy()
    while True:
        least = np.minimum(head[pairs[:, 0]], head[pairs[:, 1]])
        before = head.copy()
        np.minimum.at(head, pairs[:, 0], least)
        np.minimum.at(head, pairs[:, 1], least)
        np.minimum.at(head, before[pairs[:, 0]], least)
        np.minimum.at(head, before[pairs[:, 1]], least)
        head = head[head]
        if (head == before).all():
            break
    while (head[head] != head).any():
        head = head[head]
    return np.asarray(head[one])


def _compact(variable: Whole, value: Whole, terms: _Terms, left: Whole, left_cell: Whole, count: int) -> System:
    """Rows between variables, each once."""
    there = variable[terms.cell] >= 0
    row, term, coefficient = _added(terms.row[there], variable[terms.cell[there]], terms.coefficient[there])
    weight = np.random.default_rng(0).integers(1, 2**62, size=max(len(value), 1))
    mark = np.zeros(count, dtype=np.int64)
    with np.errstate(over="ignore"):
        np.add.at(mark, row, weight[term] * coefficient)
    marks = np.stack([mark, left >= 0], axis=1)
    lengths = np.bincount(row, minlength=count)
    filled = np.flatnonzero(lengths)
    chosen = np.zeros(count, dtype=bool)
    if len(filled):
        _, first = np.unique(marks[filled], axis=0, return_index=True)
        chosen[filled[first]] = True
    kept = chosen[row]
    start = np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.int64)
    return System(variable, value, start, term[kept], coefficient[kept], left[chosen], left_cell[chosen])
