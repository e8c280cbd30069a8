"""Breakdowns of `coverage` in which most figures are small: withheld as a whole, before anything is computed.

Belongs here: which, and why nothing can be derived of a figure in them. Not: single figures (`suppression`).

Of a breakdown that nobody sees a reader knows only its margins, and any spread of the people over it agrees with them.

- Regencies of a province. Of each programme, segment and count only the figure of the province stands, m; the regencies can
  have it in any shares, each from 0 to m. Where the regency's total of all segments, y, is still shown, the province's M
  people may be dealt to its regencies in any way that gives each its y: those who have some property, or have it not, m of M,
  are then from max(0, y − (M − m)) to min(y, m) in one. The lower end is asked to be 0, else the totals go too.
- Sex and age in provinces. The margins are the province, m, and the nation's sex and age, n of N; the people of the nation
  may be dealt to provinces in any way that gives each its m: from max(0, m + n − N) to min(m, n).

A margin below the threshold is withheld itself, and its own interval, proven like any other, carries over to its parts.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Mask
from schemas.months import month_numbers

_COUNTS = ("protected_persons", "registered_persons", "memberships", "dual_persons")
MONTH_NUMBER = month_numbers(pl.col("month"))
BY_REGENCY = pl.format("coverage by regency, {} {}", "geography_basis", "province")  # what a block is called, as a part
BY_PEOPLE = pl.format("coverage by sex and age, {}", "geography_basis")
_BLOCK = ["month", "geography_basis", "province", "is_abroad"]


def sparse_breakdowns(
    coverage: Grid, min_count: int, sparse_percent: int, given_up_breakdowns: Iterable[tuple[int, str]] = ()
) -> Mask:
    """Which cells of the grid (rows × counts) are withheld with their breakdown.

    `given_up`: month number and name of breakdowns that go in any case, for their figures cannot be protected one by one.
    """
    frame = _figures(coverage, given_up_breakdowns)
    in_breakdown = np.zeros(coverage.values.shape, dtype=bool)
    if frame.is_empty():
        return in_breakdown
    small = [pl.col(name).is_between(1, min_count - 1) for name in _COUNTS]
    filled = [pl.col(name) > 0 for name in _COUNTS]
    share = pl.sum_horizontal(small).sum() * 100 > pl.sum_horizontal(filled).sum() * sparse_percent
    shares = (share | pl.col("is_given_up").any()).alias("is_sparse")
    regencies, people = _regencies(frame, shares, min_count), _people(frame, shares, min_count)
    for rows in (regencies["all"], people):
        in_breakdown[rows] = True
    kept = coverage.counts.index("protected_persons")
    details = in_breakdown.copy()
    details[regencies["totals"]] = True
    details[regencies["totals"], kept] = False
    return details


def _figures(coverage: Grid, given_up_breakdowns: Iterable[tuple[int, str]]) -> pl.DataFrame:
    counts = {name: coverage.values[:, coverage.counts.index(name)] for name in _COUNTS}
    shown = pl.DataFrame({name: np.maximum(figures, 0) for name, figures in counts.items()})
    gone = [f"{number} {name}" for number, name in given_up_breakdowns]
    name = pl.when("is_people").then(BY_PEOPLE).when(pl.col("geography_level") == "regency").then(BY_REGENCY)
    rows = pl.concat([coverage.rows, shown], how="horizontal").with_columns(
        pl.col("region_code").str.slice(0, 2).alias("province"),
        (pl.col("segment") == "PMI").alias("is_abroad"),
        ((pl.col("sex") != "all") | (pl.col("age_band") != "all")).alias("is_people"),
    )
    return rows.with_columns(
        pl.format("{} {}", MONTH_NUMBER, name).is_in(gone).fill_null(value=False).alias("is_given_up")
    )


def _regencies(frame: pl.DataFrame, shares: pl.Expr, min_count: int) -> dict[str, np.ndarray]:
    """Rows that go altogether, and rows of which the total of protected persons stays."""
    regency = frame.filter(pl.col("geography_level") == "regency")
    blocks = regency.group_by(_BLOCK).agg(shares).filter("is_sparse").drop("is_sparse")
    rows = regency.join(blocks, on=_BLOCK, how="semi")
    is_total = (pl.col("segment") == "all") & (pl.col("programme") == "any")
    told = _forced(rows, frame, min_count)
    keeps = rows.filter(is_total).join(told, on=_BLOCK, how="anti")
    totals = keeps["_row"].to_numpy()
    return {"all": rows.filter(~pl.col("_row").is_in(totals))["_row"].to_numpy(), "totals": totals}


def _forced(rows: pl.DataFrame, frame: pl.DataFrame, min_count: int) -> pl.DataFrame:
    """Blocks in which the regencies' totals would tell that somebody with a rare property, or without it, is there."""
    province = frame.filter((pl.col("geography_level") == "province") & ~pl.col("is_people"))
    place = ["month", "geography_basis", "province"]
    is_total = (pl.col("segment") == "all") & (pl.col("programme") == "any")
    whole = province.filter(is_total).select(*place, pl.col("protected_persons").alias("people"))
    having = _groups(province).select(*place, "segment", "programme", "group", pl.col("persons").alias("having"))
    totals = rows.filter(is_total).select(*place, "region_code", pl.col("protected_persons").alias("total"))
    both = (
        _groups(rows)
        .filter(pl.col("persons").is_between(1, min_count - 1))
        .join(totals, on=[*place, "region_code"])
        .join(having, on=[*place, "segment", "programme", "group"])
        .join(whole, on=place)
    )
    forced = (pl.col("total") >= min_count) & (pl.col("total") > pl.col("people") - pl.col("having"))
    return both.filter(forced).select(_BLOCK).unique()


def _groups(rows: pl.DataFrame) -> pl.DataFrame:
    """Of a region and segment the persons with a programme and without it, in several segments and in one alone."""
    region = [*_BLOCK, "region_code", "segment"]
    members = rows.filter(pl.col("programme") == "any").select(*region, pl.col("protected_persons").alias("members"))
    persons, dual = pl.col("protected_persons"), pl.col("dual_persons")
    groups = {"with": persons, "without": pl.col("members") - persons, "dual": dual, "single": persons - dual}
    both = rows.join(members, on=region)
    return pl.concat(
        both.select(*region, "programme", pl.lit(group).alias("group"), count.alias("persons"))
        for group, count in groups.items()
    )


def _people(frame: pl.DataFrame, shares: pl.Expr, min_count: int) -> np.ndarray:
    """Rows by sex and age of provinces that go; those of the nation go with them where they would tell too much."""
    people = frame.filter(pl.col("is_people") & (pl.col("geography_level") != "nation"))
    where = ["month", "geography_basis"]
    people_of = [*where, "is_abroad"]
    rows = people.join(people.group_by(people_of).agg(shares).filter("is_sparse"), on=people_of, how="semi")
    nation = frame.filter(pl.col("geography_level") == "nation")
    kind = ["month", "segment", "programme"]
    cells = rows.filter(pl.any_horizontal(pl.col(name).is_between(1, min_count - 1) for name in _COUNTS))
    whole = frame.filter(~pl.col("is_people")).select(
        *where, "geography_level", "region_code", "segment", "programme", pl.col(_COUNTS).name.suffix(" m")
    )
    of_nation = nation.filter(pl.col("is_people"), pl.col("geography_basis") == "home").select(
        *kind, "sex", "age_band", pl.col(_COUNTS).name.suffix(" n")
    )
    of_all = nation.filter(~pl.col("is_people"), pl.col("geography_basis") == "home").select(
        *kind, pl.col(_COUNTS).name.suffix(" N")
    )
    place = [*where, "geography_level", *kind[1:], "sex", "age_band"]
    most = (
        rows.join(whole, on=[*where, "geography_level", "region_code", "segment", "programme"])
        .group_by(place)
        .agg(pl.col(f"{name} m").sum().alias(f"{name} most") for name in _COUNTS)
    )  # a province without a row of the sex and age has nobody of them
    told = (
        cells.join(most, on=place).join(whole, on=[*where, "geography_level", "region_code", "segment", "programme"])
        .join(of_nation, on=[*kind, "sex", "age_band"])
        .join(of_all, on=kind)
        .filter(
            pl.any_horizontal(
                pl.col(name).is_between(1, min_count - 1)
                & (((pl.col(f"{name} m") >= min_count) & (pl.col(f"{name} m") + pl.col(f"{name} n") > pl.col(f"{name} N")))
                   | ((pl.col(f"{name} n") >= min_count)
                      & (pl.col(f"{name} m") + pl.col(f"{name} n") > pl.col(f"{name} most"))))
                for name in _COUNTS
            )
        )
    )  # fmt: skip
    also = nation.filter(pl.col("is_people")).join(told.select("month").unique(), on="month", how="semi")
    return np.concatenate([rows["_row"].to_numpy(), also["_row"].to_numpy()])
