"""How the figures of a summary table depend on each other: sums of rows, parts of a whole, and figures told twice.

Belongs here: the vocabulary. Each table declares its own; the audits that parts add up to their total, and the linear
system of disclosure control, are both made from these declarations. Not: any table, any arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, eq=False)
class Sum:
    """The row whose `column` holds `total` is the sum of the rows that hold one of `parts` (none named: any other value).

    All else of the key is equal; a part without a row is zero. `only` names the counts that add up (none: all of them),
    `among` the rows.
    """

    what: str
    column: str
    total: str
    parts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    among: pl.Expr | None = None


@dataclass(frozen=True, eq=False)
class Tree:
    """Regions add up to the regions they are part of: regencies to provinces, provinces to those of 2020 and the nation."""

    what: str
    level: str
    region: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Within:
    """In every row the counts `parts` together are at most `whole`; exactly the whole where `rest` is false."""

    whole: str
    parts: tuple[str, ...]
    rest: bool = True


@dataclass(frozen=True, eq=False)
class Inside:
    """Each row with another value of `column` counts some of those whom the row with `whole` counts, all else equal."""

    column: str
    whole: str
    only: tuple[str, ...] = ()
    among: pl.Expr | None = None


@dataclass(frozen=True, eq=False)
class Balance:
    """In every row `plus` and `minus` add up to the same."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Exchange:
    """Over all rows but the one with `total` in `column`, `one` and `other` add up to the same: whoever comes went."""

    column: str
    total: str
    one: str
    other: str


@dataclass(frozen=True, eq=False)
class Same:
    """`count` is `other_count` of the row of `other` that `on` finds (our column or expression → theirs).

    With `part`, it counts some of those. A row that is not there counts nobody. Where the month of `on` is not released,
    nothing is said.
    """

    count: str
    other: str
    other_count: str
    on: Mapping[str, pl.Expr]
    part: bool = False
    among: pl.Expr | None = None


Relation = Sum | Tree | Within | Inside | Balance | Exchange | Same


@dataclass(frozen=True, eq=False)
class Additive:
    """What a table declares: `over`, the key columns that repeat the same counts; amounts that are withheld with a count.

    `amounts`: amount → the count it goes with. `told`: further counts that a column of the table tells, as an expression.
    """

    relations: tuple[Relation, ...] = ()
    over: tuple[str, ...] = ()
    amounts: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, pl.Expr] = field(default_factory=dict)


NOTHING = Additive()


def rest(whole: str, *parts: str) -> str:
    """The name of what a whole has beside its parts."""
    return " - ".join([whole, *parts])
