"""The information loss of a release: what is suppressed as a whole, and why.

Belongs here: descriptions for the certificate and the terminal, without a figure of a table. Not here: which figures are
suppressed (`pattern`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from assets.release.disclosure.figure_names import figure_name
from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Ints, Mask
from assets.release.disclosure.publication_rules import DETAILS
from schemas.months import month_of

_LOW_PERCENT = 50  # a release that shows a smaller percentage of its figures above zero gets an explanation
_NOT_SINGLY = "its figures could not be protected individually"
_WHOLE_TABLE = "every figure above zero is small, or would disclose a small one"
_LAST_TOTAL = "it would disclose a small count, even if all other figures were suppressed"


def whole_suppressions(
    grids: Mapping[str, Grid],
    true_values: Ints,
    suppressed: Mask,
    always_published: Mask,
    given_up_breakdowns: Iterable[tuple[int, str]],
) -> list[dict[str, str]]:
    """The breakdowns, tables and totals that are suppressed as a whole, with the reason.

    These are the breakdowns that were given up, the tables that show no figure above zero for a month, and those of the
    totals in `always_published` that are suppressed.
    """
    found = [(f"{name} of {month_of(number)}", _NOT_SINGLY) for number, name in sorted(given_up_breakdowns)]
    for grid in grids.values():
        found += [(name, _WHOLE_TABLE) for name in _empty_months(grid, true_values, suppressed)]
    totals = np.flatnonzero(always_published & suppressed & (true_values > 0))
    found += [(figure_name(grids, int(cell)), _LAST_TOTAL) for cell in totals]
    return [{"what": what, "why": why} for what, why in found]


def _empty_months(grid: Grid, true_values: Ints, suppressed: Mask) -> list[str]:
    """Table and month wherever all figures above zero are suppressed."""
    if "month" not in grid.rows.columns:
        return []
    positive, shape = true_values[grid.span] > 0, grid.values.shape
    is_shown = np.asarray((positive & ~suppressed[grid.span]).reshape(shape)).any(axis=1)
    is_lost = np.asarray((positive & suppressed[grid.span]).reshape(shape)).any(axis=1)
    found = []
    for month in grid.rows["month"].unique().sort():
        rows = (grid.rows["month"] == month).to_numpy()
        if (is_lost & rows).any() and not (is_shown & rows).any():
            found.append(f"{grid.table.name} of {month:%Y-%m}")
    return found


def loss_by_level(grid: Grid, shown: Mask, suppressed: Mask) -> dict[str, dict[str, int]]:
    """For each level of the table the number of its figures, and of suppressed ones. Anybody can count them in the release.

    Figures are those that are shown and above zero, and the suppressed ones. `shown` and `suppressed` are masks over the cells
    of the table.
    """
    shape = grid.values.shape
    counted = grid.rows.with_columns(
        _level(grid.rows).alias("level"),
        figures=np.asarray((shown | suppressed).reshape(shape)).sum(axis=1),
        withheld=np.asarray(suppressed.reshape(shape)).sum(axis=1),
    )
    by_level = (
        counted.group_by("level").agg(pl.col("figures", "withheld").sum()).sort("level").filter(pl.col("figures") > 0)
    )
    return {level: {"figures": figures, "withheld": withheld} for level, figures, withheld in by_level.iter_rows()}


def _level(rows: pl.DataFrame) -> pl.Expr:
    """The level of each row of a table: nation, province, regency or office; rows with details (sex, age, payer) are apart."""
    columns = rows.columns
    named = next((name for name in ("geography_level", "region_level") if name in columns), None)
    region = next((name for name in ("province_code", "region_code") if name in columns), None)
    if named:
        level = pl.col(named)
    elif region:
        code = pl.col(region)
        by_length = pl.when(code.str.len_chars() == 4).then(pl.lit("regency")).otherwise(pl.lit("province"))
        level = pl.when(code == "ID").then(pl.lit("nation")).otherwise(by_length)
    else:
        own = {"office_code": "office", "figure_id": "published figure"}
        level = pl.lit(next((level for name, level in own.items() if name in columns), "nation"))
    details = [pl.col(name) != "all" for name in DETAILS if name in columns]
    if not details:
        return level
    return pl.when(pl.any_horizontal(details)).then(pl.format("{}, detailed", level)).otherwise(level)


def explain_information_loss(certificate: Mapping[str, Any]) -> str:
    """An explanation if the release shows less than half of its figures, from its certificate; else an empty text."""
    losses = certificate.get("loss", {}).values()
    figures, withheld = (sum(loss[name] for loss in losses) for name in ("figures", "withheld"))
    if not figures or (figures - withheld) * 100 >= figures * _LOW_PERCENT:
        return ""
    min_count, wholes = certificate["policy"]["min_count"], len(certificate.get("went", []))
    also = f" Suppressed as a whole: {wholes} breakdowns, tables or totals, see certificate.json." if wholes else ""
    return (
        f"The release shows {figures - withheld:,} of {figures:,} figures above zero. The others are counts of 1 to "
        f"{min_count - 1}, or would disclose one; with deliveries of more offices it shows more.{also}"
    )
