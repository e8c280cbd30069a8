"""Which figures are protected together, and which move along: the parts of the system, in order.

Belongs here: the part of each cell, whether it carries totals, and the cell that tells the same of the month before. Not: what
must not be told (`plan`), how a part is protected (`suppression`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from assets.release.disclosure.breakdowns import BY_PEOPLE, BY_REGENCY, MONTH_NUMBER
from assets.release.disclosure.linear_relations import ABSENT, Grid
from assets.release.disclosure.linear_system import Ints, Mask
from assets.release.disclosure.solver_input import Subproblem

_LINKED = ("flows", "retention", "vulnerable_workers", "regional_programmes")  # with coverage, and so protected with it


_SMALLEST = 9  # totals up to it move with all their regencies; no threshold, only how far the solver looks


def partition(grids: Mapping[str, Grid], size: int) -> tuple[list[Subproblem], Ints, Ints, Mask, Ints]:
    """Parts in order; of each cell its part, the month whose totals it carries, whether it is open, the month before."""
    frames = [_labelled(grid) for grid in grids.values()]
    every = pl.concat([frame.select("month_number", "rank", "name") for frame in frames])
    with_amounts = [grid for grid in grids.values() if grid.table.constraints.amounts]
    every = pl.concat([every, *(_amounts(_labelled(grid)) for grid in with_amounts)])
    names = every.unique().sort("month_number", "rank", "name")
    numbers = names.with_row_index("part")
    part, carries, before = np.zeros(size, dtype=np.int64), np.full(size, -1), np.full(size, -1)
    is_open = np.zeros(size, dtype=bool)
    for grid, frame in zip(grids.values(), frames, strict=True):
        width = len(grid.counts)
        cells = slice(grid.first, grid.first + grid.values.size)
        on = ["month_number", "rank", "name"]
        counted = frame.select(on).join(numbers, on=on, maintain_order="left")["part"].to_numpy()
        amounts = (
            _amounts(frame).join(numbers, on=on, how="left", maintain_order="left")["part"].fill_null(0).to_numpy()
        )
        is_amount = np.array([name in grid.table.constraints.amounts for name in grid.counts])
        part[cells] = np.where(is_amount[None, :], amounts[:, None], counted[:, None]).ravel()
        carries[cells] = np.repeat(frame["carries"].to_numpy(), width)
        is_open[cells] = np.outer(frame["is_open"].to_numpy(), np.array(grid.counts) == "protected_persons").ravel()
        key = [name for name in grid.rows.columns if name not in ("month", "_row")]
        earlier = grid.rows.with_columns(pl.col("month").dt.offset_by("1mo")).rename({"_row": "earlier"})
        rows = grid.rows.join(earlier, on=["month", *key], how="left", nulls_equal=True, maintain_order="left")
        found = rows["earlier"].fill_null(-1).to_numpy()
        place = np.where(found < 0, -1, grid.first + found * width)
        before[cells] = np.where(
            np.repeat(place, width) < 0, -1, np.repeat(place, width) + np.tile(np.arange(width), len(place))
        )
    return [Subproblem(month, name) for month, _, name in names.iter_rows()], part, carries, is_open, before


def _amounts(labelled: pl.DataFrame) -> pl.DataFrame:
    """Amounts are a part of their own: they add up among themselves, in units of their own."""
    return labelled.select("month_number", pl.lit(4).alias("rank"), pl.format("amounts of {}", "name").alias("name"))


def _labelled(grid: Grid) -> pl.DataFrame:
    nothing = [pl.lit(-1).alias("carries"), pl.lit(value=False).alias("is_open")]
    if grid.table.name == "coverage":
        return _of_coverage(grid)
    is_linked = grid.table.name in _LINKED
    name, rank = pl.lit("" if is_linked else grid.table.name), pl.lit(0 if is_linked else 1)
    return grid.rows.select(MONTH_NUMBER.alias("month_number"), rank.alias("rank"), name.alias("name"), *nothing)


_LINE = ["month", "geography_basis", "province", "programme", "is_abroad"]


def _with_small_totals(grid: Grid) -> pl.DataFrame:
    """Lines of which the province's own figure, or what it leaves of a whole, is small: every regency has to move with it."""
    figures = pl.DataFrame(
        {
            "any": grid.values[:, grid.counts.index("protected_persons")],
            **{name: grid.values[:, place] for place, name in enumerate(grid.counts)},
        }
    )
    province = pl.concat([grid.rows, figures], how="horizontal").with_columns(
        pl.col("region_code").str.slice(0, 2).alias("province"), (pl.col("segment") == "PMI").alias("is_abroad")
    )
    province = province.filter(
        pl.col("geography_level") == "province", pl.col("sex") == "all", pl.col("age_band") == "all"
    )  # fmt: skip
    whole = province.filter(pl.col("programme") == "any").select(
        "month", "geography_basis", "province", "segment", pl.col("any").alias("whole")
    )
    both = province.join(whole, on=["month", "geography_basis", "province", "segment"], how="left", nulls_equal=True)
    small = [pl.col(name).is_between(1, _SMALLEST) for name in grid.counts]
    small.append((pl.col("whole") - pl.col("protected_persons")).is_between(1, _SMALLEST))
    return both.filter(pl.any_horizontal(small)).select(_LINE).unique().with_columns(has_small_total=True)


def _of_coverage(grid: Grid) -> pl.DataFrame:
    """Regencies by province and people by sex and age are parts of their own; the largest of each carry what a total moves."""
    place = ["month", "geography_basis"]
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
    is_alone = is_total & (pl.col("registered_persons") == ABSENT)  # its breakdown is withheld as a whole
    largest = rows.filter(is_regency & is_total).sort("persons", "region_code").group_by(*place, "province").agg(
        pl.col("region_code").last().alias("largest"))  # fmt: skip
    most = rows.filter(
        (pl.col("geography_level") == "nation") & is_total & (pl.col("sex") != "all") & (pl.col("age_band") != "all")
    )
    usual = most.sort("persons", "sex", "age_band").group_by(place).agg(
        pl.col("sex").last().alias("usual_sex"), pl.col("age_band").last().alias("usual_age"))  # fmt: skip
    rows = rows.join(largest, on=[*place, "province"], how="left", maintain_order="left").join(
        usual, on=place, how="left", maintain_order="left"
    )
    as_usual = pl.col("sex").is_in(["all", "_"]) | (pl.col("sex") == pl.col("usual_sex"))
    as_usual &= (pl.col("age_band") == "all") | (pl.col("age_band") == pl.col("usual_age"))
    rows = rows.join(_with_small_totals(grid), on=_LINE, how="left", nulls_equal=True, maintain_order="left")
    is_carrier = (pl.col("region_code") == pl.col("largest")) | pl.col("has_small_total")
    carries = (is_regency & is_carrier) | (is_people & as_usual)
    is_nation = (pl.col("geography_level") == "nation") & (pl.col("programme") == "any") & ~is_people
    return rows.select(
        MONTH_NUMBER.alias("month_number"),
        pl.when(is_regency & ~is_alone).then(3).when(is_people).then(2).otherwise(0).alias("rank"),
        pl.when(is_regency & ~is_alone).then(BY_REGENCY).when(is_people).then(BY_PEOPLE).otherwise(pl.lit("")).alias("name"),
        pl.when(carries.fill_null(value=False)).then(MONTH_NUMBER).otherwise(-1).alias("carries"),
        is_nation.alias("is_open"),
    )  # fmt: skip
