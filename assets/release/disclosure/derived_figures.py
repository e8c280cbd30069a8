"""Figures that are computed from several months or tables: withheld where one of their sources is.

Belongs here: projections over a series, comparisons with published figures, ranks. Not: figures of one row (`thresholds`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from assets.coverage.targets import MONTHS_SEEN
from assets.release.disclosure.linear_system import Mask
from assets.release.disclosure.pattern import SuppressionPattern
from schemas import code_lists
from schemas.summaries.common import residents

_PLACE = ["geography_level", "region_code", "segment"]
_SUBSIDISED = ("regional_government", "village_fund")


def suppress_derived_figures(
    name: str, frames: Mapping[str, pl.DataFrame], plan: SuppressionPattern, suppressed: dict[str, Mask]
) -> dict[str, Mask]:
    """The masks of a table, with what its sources withhold."""
    if name == "target_progress":
        series = _series(frames["target_progress"], frames["coverage"], plan)
        small = (frames[name]["least_persons"].fill_null(0).to_numpy() < plan.policy.min_count) & (
            frames[name]["least_persons"].fill_null(0).to_numpy() > 0
        )
        return suppressed | {"least_persons": series | small}
    if name == "reconciliation":
        return suppressed | {"our_persons": suppressed["our_persons"] | _compared(frames, plan)}
    return suppressed


def rank_shown_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Ranks among the rows that are shown: a place left empty would tell between which figures a withheld one lies."""
    if "priority_rank" not in frame.columns:
        return frame
    rank = pl.col("priority_rank").rank("ordinal").over("month", "region_level", "segment").cast(pl.Int64)
    return frame.with_columns(pl.when(pl.col("priority_rank").is_not_null()).then(rank).alias("priority_rank"))


def _withheld_totals(coverage: pl.DataFrame, plan: SuppressionPattern, basis: str) -> pl.DataFrame:
    """Month, place and segment of every total of protected persons that is withheld."""
    suppressed = pl.Series("hidden", plan.cells("coverage", plan.suppressed)["protected_persons"])
    is_total = (pl.col("programme") == "any") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
    rows = coverage.with_columns(suppressed).filter("hidden", is_total, pl.col("geography_basis") == basis)
    return rows.select("month", *_PLACE).unique()


def _series(targets: pl.DataFrame, coverage: pl.DataFrame, plan: SuppressionPattern) -> Mask:
    """Targets of which some month that the projection rests on is withheld: with the others it could be computed."""
    on = residents("region_code", pl.col("segment"))
    asked = targets.select(pl.col("month").alias("until"), *(on[name].alias(name) for name in _PLACE)).with_row_index(
        "row"
    )
    lost = asked.join(_withheld_totals(coverage, plan, "home"), on=_PLACE, nulls_equal=True)
    first = pl.col("until").dt.offset_by(f"-{MONTHS_SEEN - 1}mo")
    rows = lost.filter(pl.col("month").is_between(first, pl.col("until")))["row"].unique()
    found = np.zeros(targets.height, dtype=bool)
    found[rows.to_numpy()] = True
    return found


def _compared(frames: Mapping[str, pl.DataFrame], plan: SuppressionPattern) -> Mask:
    """Rows of `reconciliation` whose value of ours rests on a withheld count."""
    grid = (
        frames["reconciliation"]
        .select("month", "figure_id", "indicator", "region_code", "segment")
        .with_row_index("row")
    )
    schemes = code_lists.codes("published_figures").select("figure_id", "region_scheme").unique("figure_id")
    level = pl.when(pl.col("region_code") == "ID").then(pl.lit("nation")).when(pl.col("region_code").str.len_chars() == 4).then(
        pl.lit("regency")).when(pl.col("region_scheme") == "kemendagri_2020").then(pl.lit("province_2020"))  # fmt: skip
    named = grid.join(schemes, on="figure_id", how="left", maintain_order="left").with_columns(
        level.otherwise(pl.lit("province")).alias("geography_level")
    )
    at_work = _withheld_totals(frames["coverage"], plan, "work").filter(pl.col("geography_level") != "nation")
    at_home = _withheld_totals(frames["coverage"], plan, "home").filter(pl.col("geography_level") == "nation")
    persons = named.filter(pl.col("indicator") == "protected_persons")
    lost = [persons.join(pl.concat([at_work, at_home]), on=["month", *_PLACE])["row"]]
    suppressed = pl.Series("hidden", plan.cells("vulnerable_workers", plan.suppressed)["protected_persons"])
    vulnerable = frames["vulnerable_workers"].with_columns(suppressed).filter(
        "hidden", pl.col("payer").is_in(_SUBSIDISED), pl.col("vulnerable_basis") == "all"
    )  # fmt: skip
    paid = vulnerable.select("month", pl.col("province_code").alias("region_code")).unique()
    lost.append(
        named.filter(pl.col("indicator") == "subsidised_persons").join(paid, on=["month", "region_code"])["row"]
    )
    found = np.zeros(frames["reconciliation"].height, dtype=bool)
    found[pl.concat(lost).unique().to_numpy()] = True
    return found
