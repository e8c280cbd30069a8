"""Figures that are derived from several months or tables: suppressed if one of their sources is.

Belongs here: projections of a series, comparisons with published figures, ranks. Not here: figures that are computed within
one row (`primary_suppression`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from assets.coverage.targets import MONTHS_SEEN
from assets.release.disclosure.linear_system import Mask
from assets.release.disclosure.pattern import SuppressionPattern
from schemas import code_lists
from schemas.summaries.common import ALL, residents

_REGION_KEY = ["geography_level", "region_code", "segment"]
_IN_NO_BREAKDOWN = (pl.col("payer") == ALL, pl.col("channel") == ALL)  # of `activity`
_RANKS = ("priority_rank", "coverage_rank", "change_rank")
_SUBSIDISED = ("regional_government", "village_fund")


def suppress_derived_figures(
    name: str, frames: Mapping[str, pl.DataFrame], pattern: SuppressionPattern, suppressed: dict[str, Mask]
) -> dict[str, Mask]:
    """The masks of a table, extended by the figures whose sources are suppressed."""
    if name == "target_progress":
        series = _targets_with_suppressed_months(frames["target_progress"], frames["coverage"], pattern)
        small = (
            frames[name]["least_persons"].is_between(1, pattern.policy.min_count - 1).fill_null(value=False).to_numpy()
        )
        return suppressed | {"least_persons": series | small}
    if name == "reconciliation":
        return suppressed | {"our_persons": suppressed["our_persons"] | _reconciliation_rows(frames, pattern)}
    return suppressed


def rank_shown_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Rank only the rows that are shown: a missing rank would disclose between which figures a suppressed one is."""
    by = [name for name in ("month", "region_level", "segment") if name in frame.columns]
    ranks = [pl.col(name) for name in _RANKS if name in frame.columns]
    shown = [pl.when(rank.is_not_null()).then(rank.rank("ordinal").over(by).cast(pl.Int64)) for rank in ranks]
    return frame.with_columns(shown)


def _suppressed_totals(coverage: pl.DataFrame, pattern: SuppressionPattern, basis: str) -> pl.DataFrame:
    """Month, region and segment of every suppressed total of protected persons."""
    suppressed = pl.Series("is_suppressed", pattern.masks("coverage", pattern.suppressed)["protected_persons"])
    is_total = (pl.col("programme") == "any") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
    rows = coverage.with_columns(suppressed).filter("is_suppressed", is_total, pl.col("geography_basis") == basis)
    return rows.select("month", *_REGION_KEY).unique()


def _targets_with_suppressed_months(targets: pl.DataFrame, coverage: pl.DataFrame, pattern: SuppressionPattern) -> Mask:
    """Targets with a suppressed month among those of the projection: the others would disclose that month."""
    on = residents("region_code", pl.col("segment"))
    wanted = targets.select(
        pl.col("month").alias("until"), *(on[name].alias(name) for name in _REGION_KEY)
    ).with_row_index("row")
    affected = wanted.join(_suppressed_totals(coverage, pattern, "home"), on=_REGION_KEY, nulls_equal=True)
    first = pl.col("until").dt.offset_by(f"-{MONTHS_SEEN - 1}mo")
    rows = affected.filter(pl.col("month").is_between(first, pl.col("until")))["row"].unique()
    found = np.zeros(targets.height, dtype=bool)
    found[rows.to_numpy()] = True
    return found


def _reconciliation_rows(frames: Mapping[str, pl.DataFrame], pattern: SuppressionPattern) -> Mask:
    """Rows of `reconciliation` in which our value depends on a suppressed count."""
    columns = ("month", "figure_id", "indicator", "region_code", "segment")
    rows = frames["reconciliation"].select(columns).with_row_index("row")
    schemes = code_lists.codes("published_figures").select("figure_id", "region_scheme").unique("figure_id")
    level = (
        pl.when(pl.col("region_code") == "ID")
        .then(pl.lit("nation"))
        .when(pl.col("region_code").str.len_chars() == 4)
        .then(pl.lit("regency"))
        .when(pl.col("region_scheme") == "kemendagri_2020")
        .then(pl.lit("province_2020"))
    )
    named = rows.join(schemes, on="figure_id", how="left", maintain_order="left").with_columns(
        level.otherwise(pl.lit("province")).alias("geography_level")
    )
    at_work = _suppressed_totals(frames["coverage"], pattern, "work").filter(pl.col("geography_level") != "nation")
    at_home = _suppressed_totals(frames["coverage"], pattern, "home").filter(pl.col("geography_level") == "nation")
    persons = named.filter(pl.col("indicator") == "protected_persons")
    affected = [persons.join(pl.concat([at_work, at_home]), on=["month", *_REGION_KEY])["row"]]
    suppressed = pl.Series(
        "is_suppressed", pattern.masks("vulnerable_workers", pattern.suppressed)["protected_persons"]
    )
    vulnerable = (
        frames["vulnerable_workers"]
        .with_columns(suppressed)
        .filter("is_suppressed", pl.col("payer").is_in(_SUBSIDISED), pl.col("vulnerable_basis") == "all")
    )
    paid = vulnerable.select("month", pl.col("province_code").alias("region_code")).unique()
    affected.append(
        named.filter(pl.col("indicator") == "subsidised_persons").join(paid, on=["month", "region_code"])["row"]
    )
    suppressed = pl.Series("is_suppressed", pattern.masks("activity", pattern.suppressed)["dormant_persons"])
    dormant = frames["activity"].with_columns(suppressed).filter("is_suppressed", *_IN_NO_BREAKDOWN)
    own = dormant.select("month", pl.col("province_code").alias("region_code"), "segment")
    affected.append(
        named.filter(pl.col("indicator") == "dormant_persons").join(own, on=["month", "region_code", "segment"])["row"]
    )
    found = np.zeros(frames["reconciliation"].height, dtype=bool)
    found[pl.concat(affected).unique().to_numpy()] = True
    return found
