"""Whether the rows of a summary table that are parts add up to the row that is their total.

Belongs here: the comparison. Not: which parts a table has (its own module).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, eq=False)
class Parts:
    """Among some rows, those whose `column` holds `total` are the total of the others with the same `line`."""

    what: str
    column: str
    total: str
    line: tuple[str, ...]
    among: pl.Expr


def unequal(frame: pl.DataFrame, added: Iterable[str], *parts: Parts) -> list[str]:
    """One sentence for each kind of parts that does not add up, in any of the added columns."""
    return [f"{kind.what} do not add up to their total" for kind in parts if _differ(frame, list(added), kind)]


def _differ(frame: pl.DataFrame, added: list[str], parts: Parts) -> bool:
    sign = pl.when(pl.col(parts.column) == parts.total).then(-1).otherwise(1)
    sums = frame.filter(parts.among).group_by(parts.line).agg((pl.col(added) * sign).sum())
    return bool(sums.select(pl.any_horizontal((pl.col(added) != 0).any())).item())
