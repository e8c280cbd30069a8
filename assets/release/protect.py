"""Disclosure control by threshold: small counts are withheld, and every figure computed from them goes with them.

Belongs here: which columns of a summary are counts, and what is derived from which. A withheld figure is null with a
reason beside it, never zero. This hides small cells; that no sum gives them back is not proven here.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from schemas.model import Table

SMALL = "small_count"
_RATIOS = ("coverage_ratio", "ratio_low", "ratio_high", "gap_persons")
_COUNTS: dict[str, dict[str, tuple[str, ...]]] = {  # table → count → what is withheld with it
    "coverage": {
        "protected_persons": ("registered_persons", "memberships", "dual_persons", *_RATIOS),
        "registered_persons": (),
        "memberships": (),
        "dual_persons": (),
    },
    "data_quality": {"broken_rows": (), "applicable_rows": ("broken_rows",)},
}
_OPEN = {"data_quality": pl.col("rule").str.starts_with("files_")}  # counts of files say nothing of a person


@dataclass(frozen=True)
class Policy:
    """What a published cell must satisfy; written into every manifest."""

    min_count: int


@cache
def policy() -> Policy:
    """The policy of `policy.json`."""
    return Policy(json.loads(files("assets.release").joinpath("policy.json").read_text())["min_count"])


def protect(frame: pl.DataFrame, table: Table, rule: Policy) -> pl.DataFrame:
    """The frame with small counts and their dependants null, and `suppressed` saying so."""
    withheld: dict[str, list[pl.Expr]] = {}
    for count, dependants in _COUNTS[table.name].items():
        small = _small(count, table, rule)
        for column in (count, *dependants):
            withheld.setdefault(column, []).append(small)
    hidden = {column: pl.any_horizontal(reasons) for column, reasons in withheld.items()}
    reason = pl.when(pl.any_horizontal(list(hidden.values()))).then(pl.lit(SMALL)).alias("suppressed")
    emptied = [pl.when(~where).then(pl.col(column)).alias(column) for column, where in hidden.items()]
    return frame.with_columns(reason, *emptied)


def exposed(frame: pl.DataFrame, table: Table, rule: Policy) -> int:
    """How many published counts are small: zero in a release that was protected."""
    counts = list(_COUNTS[table.name])
    return int(frame.select(pl.sum_horizontal(_small(count, table, rule).sum() for count in counts)).item())


def _small(count: str, table: Table, rule: Policy) -> pl.Expr:
    small = pl.col(count).is_between(1, rule.min_count - 1).fill_null(value=False)
    return small & ~_OPEN[table.name] if table.name in _OPEN else small
