"""An open-data cube without gaps: protected persons by place and segment, every figure a multiple of a base.

Belongs here: controlled rounding. `exports/open/protected_persons_rounded.csv`, one row per month x region x segment. Not: what is
withheld (`disclosure`).

A figure that the release shows goes to the next multiple of the base below or above it; zero stays zero, and parts still add
up to their wholes. A figure that the release withholds is estimated, and marked so: like its neighbours, as far as the sums
allow. Everything is made from the released tables alone. So whoever has the release could make the cube himself, and it
tells nothing that the release does not: it needs no certificate of its own.

Places are a tree, segments are one line; sums over two such families are a network, so among its cheapest solutions one is of
whole numbers wherever there is any (Hoffman and Kruskal 1956), and a linear programme finds it.
"""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.errors import ReleaseRefused
from assets.release.exports.files import frame_of
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
        {"name": "segment", "type": "string", "description": "PU, BPU, JAKON, all: the three together; PMI beside them"},
        {"name": _COUNT, "type": "integer", "unit": "person", "description": "protected persons, a multiple of the base"},
        {"name": "is_estimated", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"],
         "description": "the release withholds the figure; this one is estimated from the others of the release"},
    ],
    "missingValues": [""],
    "primaryKey": list(_KEY),
}  # fmt: skip
Real = NDArray[np.float64]


def write(folder: Path, base: int) -> None:
    """Every month of the release."""
    (folder / PATH).parent.mkdir()
    cube(frame_of(folder, COVERAGE), base).write_csv(folder / PATH)


def cube(coverage: pl.DataFrame, base: int) -> pl.DataFrame:
    """Key, `protected_persons` and `is_estimated`. Raises ReleaseRefused where the shown figures do not add up."""
    rows = coverage.filter(
        *(pl.col(name) == value for name, value in _WHOLE.items()),
        pl.col("geography_level").is_in(_LEVELS),
        pl.col("segment").is_in(_SEGMENTS),
    )
    rows = rows.select(*_KEY, _COUNT).unique(_KEY, keep="first").sort(_KEY)  # a count stands with each denominator
    months = [rounded(month, base) for month in rows.partition_by("month", maintain_order=True)]
    return pl.concat(months) if months else rounded(rows, base)


def rounded(rows: pl.DataFrame, base: int) -> pl.DataFrame:
    """One month of the cube."""
    rows = rows.with_columns(_parent().alias("parent")).with_row_index("cell")
    shown = rows[_COUNT].to_numpy().astype(np.float64)  # NaN: withheld
    known = np.isfinite(shown)
    start = np.where(known, np.floor(shown / base), np.round(_guessed(rows) / base))
    up = np.where(known, 2 * (base * start - shown) + base, base)  # what a step up adds to the distance
    most = np.where(known, (shown > base * start).astype(np.float64), np.inf)
    steps = _steps(rows, start, up, most, np.where(known, 0.0, start))
    return rows.select(
        *_KEY, pl.Series(_COUNT, base * (start + steps), dtype=pl.Int64), pl.Series("is_estimated", ~known)
    )


def _parent() -> pl.Expr:
    """The region that a region is part of: codes of regencies begin with that of their province."""
    level, region = pl.col("geography_level"), pl.col("region_code")
    return pl.when(level == "province").then(pl.lit("ID")).when(level == "regency").then(region.str.head(2))


def _guessed(rows: pl.DataFrame) -> Real:
    """For each row the share of its segment that its place has of all segments, from the nation down."""
    guess = rows.select("region_code", "segment", pl.col(_COUNT).cast(pl.Float64).alias("guess"))
    whole = guess.filter(pl.col("segment") == "all").select("region_code", pl.col("guess").alias("whole"))
    for level in _LEVELS[1:]:
        upper = guess.rename({"region_code": "parent", "guess": "above"})
        places = rows.filter(pl.col("geography_level") == level).select("region_code", "parent", "segment")
        share = pl.col("above") * pl.col("whole") / pl.col("whole_above")
        found = (
            places.join(upper, on=["parent", "segment"])
            .join(whole, on="region_code")
            .join(whole.rename({"region_code": "parent", "whole": "whole_above"}), on="parent")
            .select("region_code", "segment", share.alias("found"))
        )
        guess = guess.join(found, on=["region_code", "segment"], how="left", maintain_order="left").select(
            "region_code", "segment", pl.coalesce("guess", "found").alias("guess")
        )
    return np.asarray(np.nan_to_num(guess["guess"].fill_null(0).to_numpy()))


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    """Terms of the sums, `row`, `cell`, `sign`: segments of a region, provinces of the nation, regencies of a province."""
    parts, terms = rows.filter(pl.col("segment").is_in(_PARTS)), []
    for among, on, upper in ((parts, ["region_code"], "all"), (rows, ["parent", "segment"], None)):
        named = {"parent": "region_code"} if upper is None else {}
        place = [named.get(name, name) for name in on]
        wholes = rows if upper is None else rows.filter(pl.col("segment") == upper)
        pairs = among.select("cell", *on).rename(named).join(
            wholes.select(pl.col("cell").alias("whole"), *place), on=place)  # fmt: skip
        terms += [
            pairs.select("whole", "cell", pl.lit(1.0).alias("sign"), pl.lit(len(on)).alias("kind")),
            pairs.select("whole", pl.col("whole").alias("cell"), pl.lit(-1.0).alias("sign"), pl.lit(len(on)).alias("kind"))
            .unique(),
        ]  # fmt: skip
    every = pl.concat(terms)
    return every.select("cell", "sign", row=pl.struct("kind", "whole").rank("dense").cast(pl.Int64) - 1).sort(
        "row", "cell"
    )


def _steps(rows: pl.DataFrame, start: Real, up: Real, most: Real, least: Real) -> Real:
    """By how many steps each figure goes up (at most `most`) or down (at most `least`), at the least distance in all."""
    import highspy  # the solver is loaded where it is used

    if rows.is_empty():
        return np.zeros(0)
    terms = _sums(rows)
    row, cell, sign = (terms[name].to_numpy() for name in ("row", "cell", "sign"))
    count = int(row.max(initial=-1)) + 1
    missing = -np.bincount(row, sign * start[cell], count).astype(np.float64)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 2 * len(start), count
    model.col_cost_ = np.concatenate([up, np.full(len(start), np.max(np.abs(up), initial=1.0))])
    model.col_lower_, model.col_upper_ = np.zeros(2 * len(start)), np.concatenate([most, least])
    model.row_lower_ = model.row_upper_ = missing
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    both = np.concatenate([row, row])
    order = np.argsort(both, kind="stable")
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(both, minlength=count))])
    model.a_matrix_.index_ = np.concatenate([cell, cell + len(start)])[order]
    model.a_matrix_.value_ = np.concatenate([sign, -sign])[order]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ReleaseRefused("protected persons by place and segment cannot be rounded: run their months again")
    found = np.asarray(solver.getSolution().col_value)
    steps = np.round(found[: len(start)] - found[len(start) :])
    if (np.bincount(row, sign * steps[cell], count) != missing).any():
        raise ReleaseRefused("protected persons by place and segment were not rounded to whole steps")
    return np.asarray(steps)
