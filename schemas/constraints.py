"""Relations between the figures of summary tables: sums of rows, parts of a whole, and equal figures.

Belongs here: the kinds of relation. Each table declares its own; the checks that parts add up to their total and the
linear system of disclosure control both use these declarations. Not here: any table, any arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, eq=False)
class Sum:
    """The row with `total` in `column` is the sum of the rows with one of `parts` (empty: with any other value).

    The rest of the key is equal; a part without a row is zero. `counts` names the counts that add up (empty: all of them),
    `where` selects the rows.
    """

    label: str
    column: str
    total: str
    parts: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    where: pl.Expr | None = None


@dataclass(frozen=True, eq=False)
class RegionHierarchy:
    """Regions add up to the regions that contain them: regencies to provinces, provinces to those of 2020 and the nation."""

    label: str
    level: str
    region: str
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PartsOf:
    """In every row the counts `parts` add up to at most `whole`, or exactly to it unless `has_remainder`."""

    whole: str
    parts: tuple[str, ...]
    has_remainder: bool = True


@dataclass(frozen=True, eq=False)
class SubsetOf:
    """A row with another value of `column` counts a subset of the row with `whole` in it; the rest of the key is equal."""

    column: str
    whole: str
    counts: tuple[str, ...] = ()
    where: pl.Expr | None = None


@dataclass(frozen=True, eq=False)
class Balance:
    """In every row the counts `plus` and the counts `minus` have the same sum."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Exchange:
    """Over all rows without `total` in `column`, `inflow` and `outflow` have the same sum: every arrival is a departure."""

    column: str
    total: str
    inflow: str
    outflow: str


@dataclass(frozen=True, eq=False)
class EqualTo:
    """`count` equals `other_count` of the row of the table `other` that `on` finds (its column → our expression).

    With `is_subset`, `count` is at most that. A row that does not exist counts zero. The relation does not hold where
    the month of `on` is not released.
    """

    count: str
    other: str
    other_count: str
    on: Mapping[str, pl.Expr]
    is_subset: bool = False
    where: pl.Expr | None = None


Relation = Sum | RegionHierarchy | PartsOf | SubsetOf | Balance | Exchange | EqualTo


@dataclass(frozen=True, eq=False)
class TableConstraints:
    """The relations between the figures of a table. `repeated_over`: key columns over which the same counts are repeated.

    `amounts`: amount → the count that it is withheld with. `derived`: further counts that a reader can derive from a column
    of the table, as expressions. `quotients`: ratio → the figure that is divided, and the divisor.
    """

    relations: tuple[Relation, ...] = ()
    repeated_over: tuple[str, ...] = ()
    amounts: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, pl.Expr] = field(default_factory=dict)
    quotients: Mapping[str, tuple[str, str]] = field(default_factory=dict)


NO_CONSTRAINTS = TableConstraints()


def remainder(whole: str, *parts: str) -> str:
    """The name of the count that remains of a whole beside its parts."""
    return " - ".join([whole, *parts])
