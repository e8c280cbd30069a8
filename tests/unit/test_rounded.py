"""The open-data cube: multiples of the base, next to what is shown, additive, zero where there is none, from shown figures alone."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import ReleaseRefused
from assets.release.exports.rounded import build_cube

REGENCIES = {"32": ("3201", "3202", "3273"), "51": ("5101", "5102"), "91": ("9103",)}
PARTS = ("PU", "BPU", "JAKON")
ROWS = [(region, part) for regions in REGENCIES.values() for region in regions for part in PARTS]
KEY = ["geography_level", "region_code", "segment"]


def coverage_of(numbers: list[int], withheld: set[int] = frozenset(), month: date = date(2024, 12, 1)) -> pl.DataFrame:
    """A month of `coverage` with its sums; `withheld` numbers rows of it, in order, that show nothing."""
    count = dict(zip(ROWS, numbers, strict=True))
    areas = [("nation", "ID", [r for regions in REGENCIES.values() for r in regions])]
    areas += [("province", province, list(regions)) for province, regions in REGENCIES.items()]
    areas += [("regency", region, [region]) for regions in REGENCIES.values() for region in regions]
    rows = [
        (level, code, segment, sum(count[region, part] for region in inner for part in (PARTS if segment == "all" else [segment])))
        for level, code, inner in areas
        for segment in ("all", *PARTS)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=[*KEY, "protected_persons"], orient="row").with_row_index()
    shown = pl.when(~pl.col("index").is_in(list(withheld))).then("protected_persons")
    return frame.select(*KEY, shown.alias("protected_persons"), month=pl.lit(month), geography_basis=pl.lit("home"),
                        programme=pl.lit("any"), sex=pl.lit("all"), age_band=pl.lit("all"))  # fmt: skip


def adds_up(found: pl.DataFrame) -> bool:
    value = {(row["region_code"], row["segment"]): row["protected_persons"] for row in found.iter_rows(named=True)}
    segments = all(value[code, "all"] == sum(value[code, part] for part in PARTS) for code, _ in value)
    inner = {"ID": tuple(REGENCIES)} | REGENCIES
    regions = all(value[upper, s] == sum(value[lower, s] for lower in lowers)
                  for upper, lowers in inner.items() for s in ("all", *PARTS))  # fmt: skip
    return segments and regions


NUMBERS = st.lists(st.integers(0, 60), min_size=len(ROWS), max_size=len(ROWS))
WITHHELD = st.sets(st.integers(4, 39), max_size=25)  # never the nation, the first four


@settings(deadline=None)  # the first call imports the solver
@given(NUMBERS, WITHHELD, st.sampled_from([5, 10]))
def test_every_figure_is_a_multiple_that_adds_up_and_shown_ones_are_next_to_it(numbers, withheld, base):
    coverage = coverage_of(numbers, withheld)
    found = build_cube(coverage, base)
    assert (found["protected_persons"] % base).max() == 0
    assert found["protected_persons"].min() >= 0
    assert adds_up(found)
    both = found.join(coverage, on=KEY, suffix=" shown").filter(~pl.col("is_estimated"))
    assert both.filter((pl.col("protected_persons") - pl.col("protected_persons shown")).abs() >= base).is_empty()
    assert both.filter(pl.col("protected_persons shown") == 0, pl.col("protected_persons") > 0).is_empty()
    assert found["is_estimated"].sum() == len(withheld)


def test_withheld_figures_are_estimated_from_shown_ones_alone():
    """Two nations that show the same and hide something else have the same cube."""
    one, other = [12] * len(ROWS), [12] * len(ROWS)
    for index, change in ((0, 3), (1, -3), (3, -3), (4, 3)):  # 3201 and 3202, PU and BPU: no sum changes
        other[index] += change
    rows = coverage_of(one).with_row_index()
    hidden = rows.filter(pl.col("region_code").is_in(["3201", "3202"]), pl.col("segment").is_in(["PU", "BPU"]))["index"]
    frames = [coverage_of(numbers, set(hidden)) for numbers in (one, other)]
    assert frames[0].equals(frames[1])
    assert build_cube(frames[0], 5).equals(build_cube(frames[1], 5))


def test_an_estimate_has_the_share_of_its_neighbours():
    """Of 300 in 32 two thirds are PU; 3201 has 90 of the 300, so 60 of them are guessed to be PU."""
    numbers = [60, 15, 15, 80, 15, 15, 60, 20, 20, *[50] * 9]
    rows = coverage_of(numbers).with_row_index()
    hidden = rows.filter(
        pl.col("geography_level") == "regency", pl.col("region_code").str.starts_with("32"), pl.col("segment") != "all"
    )
    found = build_cube(coverage_of(numbers, set(hidden["index"])), 5).filter(pl.col("region_code") == "3201")
    assert dict(found.select("segment", "protected_persons").iter_rows()) == {
        "all": 90,
        "PU": 60,
        "BPU": 15,
        "JAKON": 15,
    }


def test_months_are_rounded_each_for_itself_and_no_month_is_no_row():
    november = coverage_of([7] * len(ROWS), month=date(2024, 11, 1))
    both = pl.concat([november, coverage_of([8] * len(ROWS))])
    assert build_cube(both, 5).filter(pl.col("month") == date(2024, 11, 1)).equals(build_cube(november, 5))
    assert build_cube(both.clear(), 5).is_empty()


def test_shown_figures_that_do_not_add_up_are_refused():
    spoiled = coverage_of([10] * len(ROWS)).with_columns(
        protected_persons=pl.when(pl.col("region_code") == "ID", pl.col("segment") == "all")
        .then(900)
        .otherwise("protected_persons")
    )
    with pytest.raises(ReleaseRefused, match="cannot be rounded"):
        build_cube(spoiled, 5)
