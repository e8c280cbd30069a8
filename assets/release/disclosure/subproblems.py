"""The subproblems of the system, in order: which figures are protected together.

Belongs here: the subproblem of each cell, whether it may change with totals, and the same cell of the previous month. Not
here: protection levels (`suppression_problem`), and the protection of a subproblem (`secondary_suppression`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from assets.release.disclosure.breakdowns import BY_PEOPLE, BY_REGENCY, MONTH_NUMBER
from assets.release.disclosure.grids import ABSENT, Grid
from assets.release.disclosure.linear_system import Ints
from assets.release.disclosure.solver_input import Subproblem

# These tables have relations with the totals of `coverage` and are protected together with them.
_LINKED_TO_COVERAGE = ("activity", "flows", "retention", "vulnerable_workers", "regional_programmes")
# All regencies of a smaller total may change with it. No threshold of the policy: it only widens the search of the solver.
_MAX_SMALL_TOTAL = 9
_LINE_KEY = ["month", "geography_basis", "province", "programme", "is_abroad"]


def partition(grids: Mapping[str, Grid], size: int) -> tuple[list[Subproblem], Ints, Ints, Ints]:
    """The subproblems in order. For each cell: its subproblem, the month whose totals it carries, previous month.

    `size`: the number of cells. See `SolverInput` for the meaning of the arrays.
    """
    frames = [_label_rows(grid) for grid in grids.values()]
    every = pl.concat([frame.select("month_number", "rank", "name") for frame in frames])
    with_amounts = [grid for grid in grids.values() if grid.table.constraints.amounts]
    every = pl.concat([every, *(_amount_subproblems(_label_rows(grid)) for grid in with_amounts)])
    names = every.unique().sort("month_number", "rank", "name")
    numbers = names.with_row_index("part")
    part, carries, previous = np.zeros(size, dtype=np.int64), np.full(size, -1), np.full(size, -1)
    for grid, frame in zip(grids.values(), frames, strict=True):
        width, cells = len(grid.counts), grid.span
        on = ["month_number", "rank", "name"]
        counted = frame.select(on).join(numbers, on=on, maintain_order="left")["part"].to_numpy()
        of_amounts = _amount_subproblems(frame).join(numbers, on=on, how="left", maintain_order="left")
        amounts = of_amounts["part"].fill_null(0).to_numpy()
        is_amount = np.array([name in grid.table.constraints.amounts for name in grid.counts])
        part[cells] = np.where(is_amount[None, :], amounts[:, None], counted[:, None]).ravel()
        carries[cells] = np.repeat(frame["carries"].to_numpy(), width)
        key = [name for name in grid.rows.columns if name not in ("month", "_row")]
        earlier = grid.rows.with_columns(pl.col("month").dt.offset_by("1mo")).rename({"_row": "earlier"})
        rows = grid.rows.join(earlier, on=["month", *key], how="left", nulls_equal=True, maintain_order="left")
        row = np.repeat(rows["earlier"].fill_null(-1).to_numpy(), width)
        previous[cells] = np.where(row < 0, -1, grid.first + row * width + np.tile(np.arange(width), rows.height))
    return [Subproblem(month, name) for month, _, name in names.iter_rows()], part, carries, previous


def _amount_subproblems(labelled: pl.DataFrame) -> pl.DataFrame:
    """A separate subproblem for the amounts of each subproblem: they have relations only with each other."""
    return labelled.select("month_number", pl.lit(4).alias("rank"), pl.format("amounts of {}", "name").alias("name"))


def _label_rows(grid: Grid) -> pl.DataFrame:
    carries = pl.lit(-1).alias("carries")
    if grid.table.name == "coverage":
        return _label_coverage(grid)
    is_linked = grid.table.name in _LINKED_TO_COVERAGE
    name, rank = pl.lit("" if is_linked else grid.table.name), pl.lit(0 if is_linked else 1)
    return grid.rows.select(MONTH_NUMBER.alias("month_number"), rank.alias("rank"), name.alias("name"), carries)


def _lines_with_small_totals(grid: Grid) -> pl.DataFrame:
    """Lines with a small figure of the province, or a small remainder of it: all of its regencies may have to change."""
    figures = pl.DataFrame(
        {
            "any": grid.values[:, grid.counts.index("protected_persons")],
            **{name: grid.values[:, index] for index, name in enumerate(grid.counts)},
        }
    )
    province = pl.concat([grid.rows, figures], how="horizontal").with_columns(
        pl.col("region_code").str.slice(0, 2).alias("province"), (pl.col("segment") == "PMI").alias("is_abroad")
    )
    province = province.filter(
        pl.col("geography_level") == "province", pl.col("sex") == "all", pl.col("age_band") == "all"
    )
    whole = province.filter(pl.col("programme") == "any").select(
        "month", "geography_basis", "province", "segment", pl.col("any").alias("whole")
    )
    both = province.join(whole, on=["month", "geography_basis", "province", "segment"], how="left", nulls_equal=True)
    small = [pl.col(name).is_between(1, _MAX_SMALL_TOTAL) for name in grid.counts]
    small.append((pl.col("whole") - pl.col("protected_persons")).is_between(1, _MAX_SMALL_TOTAL))
    return both.filter(pl.any_horizontal(small)).select(_LINE_KEY).unique().with_columns(has_small_total=True)


def _label_coverage(grid: Grid) -> pl.DataFrame:
    """Separate subproblems for the regencies of each province, and for sex and age. The largest of each carry totals."""
    month_key = ["month", "geography_basis"]
    province = pl.col("region_code").str.slice(0, 2)
    persons = pl.DataFrame(
        {name: grid.values[:, grid.counts.index(name)] for name in ("protected_persons", "registered_persons")}
    )
    rows = pl.concat([grid.rows, persons], how="horizontal").with_columns(
        province.alias("province"), (pl.col("segment") == "PMI").alias("is_abroad"), persons="protected_persons"
    )
    is_people = (pl.col("sex") != "all") | (pl.col("age_band") != "all")
    is_regency = pl.col("geography_level") == "regency"
    is_total = (pl.col("segment") == "all") & (pl.col("programme") == "any")
    is_alone = is_total & (pl.col("registered_persons") == ABSENT)  # its breakdown is suppressed as a whole
    largest = (
        rows.filter(is_regency & is_total)
        .sort("persons", "region_code")
        .group_by(*month_key, "province")
        .agg(pl.col("region_code").last().alias("largest"))
    )
    detailed = rows.filter(
        (pl.col("geography_level") == "nation") & is_total & (pl.col("sex") != "all") & (pl.col("age_band") != "all")
    )
    largest_group = (
        detailed.sort("persons", "sex", "age_band")
        .group_by(month_key)
        .agg(pl.col("sex").last().alias("usual_sex"), pl.col("age_band").last().alias("usual_age"))
    )
    rows = rows.join(largest, on=[*month_key, "province"], how="left", maintain_order="left").join(
        largest_group, on=month_key, how="left", maintain_order="left"
    )
    in_largest_group = pl.col("sex").is_in(["all", "_"]) | (pl.col("sex") == pl.col("usual_sex"))
    in_largest_group &= (pl.col("age_band") == "all") | (pl.col("age_band") == pl.col("usual_age"))
    rows = rows.join(_lines_with_small_totals(grid), on=_LINE_KEY, how="left", nulls_equal=True, maintain_order="left")
    is_carrier = (pl.col("region_code") == pl.col("largest")) | pl.col("has_small_total")
    carries = (is_regency & is_carrier) | (is_people & in_largest_group)
    return rows.select(
        MONTH_NUMBER.alias("month_number"),
        pl.when(is_regency & ~is_alone).then(3).when(is_people).then(2).otherwise(0).alias("rank"),
        pl.when(is_regency & ~is_alone)
        .then(BY_REGENCY)
        .when(is_people)
        .then(BY_PEOPLE)
        .otherwise(pl.lit(""))
        .alias("name"),
        pl.when(carries.fill_null(value=False)).then(MONTH_NUMBER).otherwise(-1).alias("carries"),
    )
