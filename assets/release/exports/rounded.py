"""An open-data cube without gaps: protected persons by region and segment, every figure a multiple of a base.

Belongs here: controlled rounding. `exports/open/protected_persons_rounded.csv` has one row per month, region and segment. Not:
which figures are withheld (`disclosure`).

A figure that the release shows is rounded to the multiple of the base above or below it. Zero stays zero, and parts still add
up to their wholes. A withheld figure is estimated from its neighbours, as far as the sums allow, and marked as an estimate.
The cube is computed from the released tables alone. Anybody who has the release could compute it and it reveals nothing else,
so it needs no certificate.

Regions form a tree, segments one level. Sums over two such families form a network, so if whole numbers satisfy all sums, one
of the cheapest solutions has whole numbers (Hoffman and Kruskal 1956), and linear programming finds it.
"""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.errors import ReleaseRefused
from assets.release.exports.files import frame_of
from assets.release.linear_programme import LinearProgramme
from schemas.summaries import COVERAGE

PATH = "exports/open/protected_persons_rounded.csv"
_COUNT = "protected_persons"
_LEVELS = ("nation", "province", "regency")
_PARTS = ("PU", "BPU", "JAKON")  # of all segments; PMI are counted beside them
_SEGMENTS = ("all", *_PARTS, "PMI")
_KEY = ("month", "geography_level", "region_code", "segment")
_WHOLE = {"geography_basis": "home", "programme": "any", "sex": "all", "age_band": "all"}
SCHEMA = {
    "fields": [
        {"name": "month", "type": "date", "description": "reported month, its first day"},
        {"name": "geography_level", "type": "string", "description": "nation, province or regency of residence"},
        {"name": "region_code", "type": "string", "description": "code of Kemendagri; ID: the nation"},
        {
            "name": "segment",
            "type": "string",
            "description": "PU, BPU, JAKON, all: the three together; PMI beside them",
        },
        {
            "name": _COUNT,
            "type": "integer",
            "unit": "person",
            "description": "protected persons, a multiple of the base",
        },
        {
            "name": "is_estimated",
            "type": "boolean",
            "trueValues": ["true"],
            "falseValues": ["false"],
            "description": "the release withholds the figure; this one is estimated from the others of the release",
        },
    ],
    "missingValues": [""],
    "primaryKey": list(_KEY),
}
Real = NDArray[np.float64]


def write(folder: Path, base: int) -> None:
    """Write every month of the release."""
    (folder / PATH).parent.mkdir()
    build_cube(frame_of(folder, COVERAGE), base).write_csv(folder / PATH)


def build_cube(coverage: pl.DataFrame, base: int) -> pl.DataFrame:
    """Key, `protected_persons` and `is_estimated`. Raises ReleaseRefused if the shown figures do not add up."""
    rows = coverage.filter(
        *(pl.col(name) == value for name, value in _WHOLE.items()),
        pl.col("geography_level").is_in(_LEVELS),
        pl.col("segment").is_in(_SEGMENTS),
    )
    rows = (
        rows.select(*_KEY, _COUNT).unique(_KEY, keep="first").sort(_KEY)
    )  # the count is repeated for each denominator
    months = [round_month(month, base) for month in rows.partition_by("month", maintain_order=True)]
    return pl.concat(months) if months else round_month(rows, base)


def round_month(rows: pl.DataFrame, base: int) -> pl.DataFrame:
    """One month of the cube."""
    rows = rows.with_columns(_parent().alias("parent")).with_row_index("cell")
    shown = rows[_COUNT].to_numpy().astype(np.float64)  # NaN: withheld
    known = np.isfinite(shown)
    start = np.where(known, np.floor(shown / base), np.round(_estimates(rows) / base))
    cost = np.where(known, 2 * (base * start - shown) + base, base)  # the change of the distance by a step up
    most_up = np.where(known, (shown > base * start).astype(np.float64), np.inf)
    steps = _steps(rows, start, cost, most_up, np.where(known, 0.0, start))
    return rows.select(
        *_KEY, pl.Series(_COUNT, base * (start + steps), dtype=pl.Int64), pl.Series("is_estimated", ~known)
    )


def _parent() -> pl.Expr:
    """The region that a region is part of: codes of regencies begin with that of their province."""
    level, region = pl.col("geography_level"), pl.col("region_code")
    return pl.when(level == "province").then(pl.lit("ID")).when(level == "regency").then(region.str.head(2))


def _estimates(rows: pl.DataFrame) -> Real:
    """For each row an estimate: its region has the same share of the segment as of all segments. From the nation down."""
    estimate = rows.select("region_code", "segment", pl.col(_COUNT).cast(pl.Float64).alias("estimate"))
    whole = estimate.filter(pl.col("segment") == "all").select("region_code", pl.col("estimate").alias("whole"))
    for level in _LEVELS[1:]:
        upper = estimate.rename({"region_code": "parent", "estimate": "above"})
        regions = rows.filter(pl.col("geography_level") == level).select("region_code", "parent", "segment")
        share = pl.col("above") * pl.col("whole") / pl.col("whole_above")
        found = (
            regions.join(upper, on=["parent", "segment"])
            .join(whole, on="region_code")
            .join(whole.rename({"region_code": "parent", "whole": "whole_above"}), on="parent")
            .select("region_code", "segment", share.alias("found"))
        )
        estimate = estimate.join(found, on=["region_code", "segment"], how="left", maintain_order="left").select(
            "region_code", "segment", pl.coalesce("estimate", "found").alias("estimate")
        )
    return np.asarray(np.nan_to_num(estimate["estimate"].fill_null(0).to_numpy()))


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    """Terms of the sums, `row`, `cell`, `sign`: segments of a region, provinces of the nation, regencies of a province."""
    parts, terms = rows.filter(pl.col("segment").is_in(_PARTS)), []
    for members, on, upper in ((parts, ["region_code"], "all"), (rows, ["parent", "segment"], None)):
        named = {"parent": "region_code"} if upper is None else {}
        key = [named.get(name, name) for name in on]
        wholes = rows if upper is None else rows.filter(pl.col("segment") == upper)
        pairs = (
            members.select("cell", *on).rename(named).join(wholes.select(pl.col("cell").alias("whole"), *key), on=key)
        )
        terms += [
            pairs.select("whole", "cell", pl.lit(1.0).alias("sign"), pl.lit(len(on)).alias("kind")),
            pairs.select(
                "whole", pl.col("whole").alias("cell"), pl.lit(-1.0).alias("sign"), pl.lit(len(on)).alias("kind")
            ).unique(),
        ]
    every = pl.concat(terms)
    return every.select("cell", "sign", row=pl.struct("kind", "whole").rank("dense").cast(pl.Int64) - 1).sort(
        "row", "cell"
    )


def _steps(rows: pl.DataFrame, start: Real, cost: Real, most_up: Real, most_down: Real) -> Real:
    """The number of steps up (at most `most_up`) or down (at most `most_down`) of each figure, for the least total distance."""
    if rows.is_empty():
        return np.zeros(0)
    terms = _sums(rows)
    row, cell, sign = (terms[name].to_numpy() for name in ("row", "cell", "sign"))
    count = int(row.max(initial=-1)) + 1
    missing = -np.bincount(row, sign * start[cell], count).astype(np.float64)
    found = LinearProgramme(
        costs=np.concatenate([cost, np.full(len(start), np.max(np.abs(cost), initial=1.0))]),
        columns_low=np.zeros(2 * len(start)),
        columns_high=np.concatenate([most_up, most_down]),
        rows=np.concatenate([row, row]),
        columns=np.concatenate([cell, cell + len(start)]),
        entries=np.concatenate([sign, -sign]),
        rows_low=missing,
        rows_high=missing,
    ).solve()
    if found is None:
        raise ReleaseRefused("protected persons by region and segment cannot be rounded: run their months again")
    steps = np.round(found[: len(start)] - found[len(start) :])
    if (np.bincount(row, sign * steps[cell], count) != missing).any():
        raise ReleaseRefused("protected persons by region and segment were not rounded to whole steps")
    return np.asarray(steps)
