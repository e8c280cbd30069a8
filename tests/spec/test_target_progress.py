"""Targets against actual values, on series short enough to project by hand, through the real SQL."""

from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from summaries import NATION_TOTAL, build, given, warehouse
from tables import written

from assets.coverage.targets import TARGETS
from assets.release.protect import Policy, protect
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.months import previous
from schemas.summaries.coverage import COVERAGE

LIST = stored_table(BY_NAME["targets"])
TARGET = {
    "indicator": "protected_persons",
    "region_code": "ID",
    "segment": "all",
    "denominator_id": "none",
    "target_month": date(2025, 12, 1),
    "value": 1000.0,
    "source": "a plan",
}


def progress(
    root: Path, targets: str, *series: str, month: str = "2024-12", listed: str = "2024-12", **target: object
) -> pl.DataFrame:
    """The table of a month from this list of targets and the coverage of the months that end with it, oldest first."""
    store = warehouse(root)
    given(store, LIST, targets, listed, **(TARGET | target))
    for back, rows in enumerate(reversed(series)):
        if rows:
            given(store, COVERAGE, rows, previous(month, back) if back else month, **NATION_TOTAL)
    return build(store, TARGETS, month)


def persons(*counts: int | None) -> list[str]:
    """Coverage of the nation, month by month; none: the month was not made."""
    return ["" if count is None else f"protected_persons | denominator_persons\n{count} | 2000" for count in counts]


def shown(found: pl.DataFrame, *columns: str) -> list[str]:
    """These columns of every row, sorted, as drawn rows."""
    return written(found.select(columns).sort(pl.all(), nulls_last=True))


def of_nation(found: pl.DataFrame) -> dict[str, object]:
    return found.row(0, named=True)


# --- actual against target -----------------------------------------------------------------------------------------


def test_the_gap_is_what_is_missing_and_the_pace_spreads_it_over_the_months_left(tmp_path):
    found = progress(tmp_path, "value\n1000", *persons(640))
    assert shown(found, "actual_value", "gap_value", "months_left", "needed_per_month", "protected_persons") == [
        "640.0 | 360.0 | 12 | 30.0 | 640"
    ]


def test_in_the_target_month_there_is_no_pace_and_an_unreached_target_is_missed(tmp_path):
    found = progress(tmp_path, "target_month | value\n2024-12 | 1000", *persons(640))
    assert shown(found, "months_left", "gap_value", "needed_per_month", "outlook") == ["0 | 360.0 |  | missed"]


def test_a_target_whose_month_has_passed_is_left_out(tmp_path):
    found = progress(tmp_path, "target_month | value\n2024-11 | 1\n2024-12 | 2\n2025-01 | 3", *persons(640))
    assert shown(found, "target_month", "target_value") == ["2024-12-01 | 2.0", "2025-01-01 | 3.0"]


def test_where_every_target_has_passed_the_table_is_empty(tmp_path):
    assert progress(tmp_path, "target_month | value\n2024-11 | 1", *persons(640)).is_empty()


def test_a_ratio_in_percent_divides_by_the_population_of_its_target_and_by_no_other(tmp_path):
    """45.2 million are 44.4 % of the potential and 31.25 % of the employed: a plan means one of them."""
    cells = """
        denominator_id | protected_persons | denominator_persons
        potential      | 444               | 1000
        employed       | 444               | 1420
        none           | 444               |
    """
    targets = """
        indicator      | denominator_id | value
        coverage_ratio | potential      | 52.15
        coverage_ratio | employed       | 32.15
    """
    found = progress(tmp_path, targets, cells)
    assert shown(found, "denominator_id", "actual_value", "protected_persons", "target_value") == [
        f"employed | {100 * 444 / 1420} | 444 | 32.15",
        "potential | 44.4 | 444 | 52.15",
    ]


def test_persons_are_counted_once_for_any_denominator(tmp_path):
    cells = """
        segment | denominator_id | protected_persons | denominator_persons
        all     | potential      | 10                | 100
        all     | employed       | 10                | 200
        PMI     | none           | 3                 |
    """
    found = progress(tmp_path, "segment | value\nall | 20\nPMI | 5", cells)
    assert shown(found, "segment", "actual_value") == ["PMI | 3.0", "all | 10.0"]


def test_only_residents_of_any_programme_sex_and_age_count(tmp_path):
    cells = """
        geography_basis | programme | sex | age_band | protected_persons
        home            | any       | all | all      | 1
        work            | any       | all | all      | 2
        home            | jkk       | all | all      | 4
        home            | any       | F   | all      | 8
        home            | any       | all | 25-34    | 16
    """
    assert shown(progress(tmp_path, "value\n20", cells), "actual_value") == ["1.0"]


def test_provinces_and_regencies_are_found_and_provinces_of_2020_are_not_mistaken_for_them(tmp_path):
    cells = """
        geography_level | region_code | protected_persons
        province        | 91          | 1
        province_2020   | 91          | 2
        regency         | 9103        | 4
    """
    found = progress(tmp_path, "region_code | value\n91 | 20\n9103 | 20", cells)
    assert shown(found, "region_code", "actual_value") == ["91 | 1.0", "9103 | 4.0"]


def test_a_region_or_month_without_a_value_is_unknown(tmp_path):
    found = progress(tmp_path, "region_code | value\n91 | 20", *persons(10, 20))
    assert shown(found, "actual_value", "gap_value", "changes_seen", "outlook") == [" |  | 0 | unknown".strip()]


def test_a_population_of_nobody_gives_no_ratio(tmp_path):
    cells = "protected_persons | denominator_persons\n5 | 0"
    target = "indicator | denominator_id | value\ncoverage_ratio | potential | 50"
    assert shown(progress(tmp_path, target, cells), "protected_persons", "outlook") == ["5 | unknown"]


# --- where the pace leads ------------------------------------------------------------------------------------------

SERIES = (100, 110, 130, 140, 160, 170, 190)  # changes 10, 20, 10, 20, 10, 20: mean 15, sd sqrt(150 / 5)
T_OF_5 = 1.475884  # Student's t of five degrees of freedom, 80 % on both sides (printed tables)


def test_the_mean_change_is_carried_on(tmp_path):
    found = progress(tmp_path, "value\n1000", *persons(*SERIES))
    assert shown(found, "changes_seen", "mean_change", "projected_value") == [f"6 | 15.0 | {190 + 12 * 15.0}"]


def test_the_range_holds_the_steps_of_the_walk_and_the_error_of_the_drift(tmp_path):
    row = of_nation(progress(tmp_path, "value\n1000", *persons(*SERIES)))
    half = T_OF_5 * sqrt(150 / 5) * sqrt(12 + 12**2 / 6)
    assert row["projected_low"] == pytest.approx(370 - half, abs=0.01)
    assert row["projected_high"] == pytest.approx(370 + half, abs=0.01)


def test_below_six_changes_there_is_no_projection_no_range_and_no_outlook(tmp_path):
    found = progress(tmp_path, "value\n1000", *persons(*SERIES[1:]))
    assert shown(found, "changes_seen", "projected_value", "projected_low", "projected_high", "outlook") == [
        "5 |  |  |  | unknown"
    ]


def test_the_first_month_has_no_change_and_no_projection(tmp_path):
    found = progress(tmp_path, "value\n1000", *persons(190))
    assert shown(found, "changes_seen", "mean_change", "projected_value", "outlook") == ["0 |  |  | unknown"]


def test_a_month_that_is_not_there_is_not_bridged(tmp_path):
    """100 → 110, nothing, 140 → 160 → 170: three changes, of 10, 20 and 10."""
    row = of_nation(progress(tmp_path, "value\n1000", *persons(100, 110, None, 140, 160, 170)))
    assert (row["changes_seen"], row["mean_change"]) == (3, pytest.approx(40 / 3))


def test_at_most_24_changes_are_looked_at(tmp_path):
    """26 months: the first change, of 1000, is too far back."""
    row = of_nation(progress(tmp_path, "value\n9000", *persons(0, *(1000 + 10 * step for step in range(25)))))
    assert (row["changes_seen"], row["mean_change"]) == (24, 10.0)


def test_equal_changes_leave_a_range_without_width(tmp_path):
    row = of_nation(progress(tmp_path, "value\n1000", *persons(*range(100, 170, 10))))
    assert (row["projected_low"], row["projected_value"], row["projected_high"]) == (280.0, 280.0, 280.0)


def test_changes_of_a_ratio_are_in_percent_points(tmp_path):
    """5, 5.5, 6.5 ... percent of 2000: the changes of above by 20."""
    target = "indicator | denominator_id | value\ncoverage_ratio | potential | 50"
    row = of_nation(progress(tmp_path, target, *persons(*SERIES)))
    half = T_OF_5 * sqrt(150 / 5) / 20 * sqrt(12 + 12**2 / 6)
    assert (row["actual_value"], row["mean_change"]) == (pytest.approx(9.5), pytest.approx(0.75))
    assert row["projected_high"] == pytest.approx(9.5 + 12 * 0.75 + half, abs=0.001)


def test_the_square_of_an_absurd_ratio_is_still_a_number(tmp_path):
    """10,000 times as many protected as residents who could be: six changes of a million percent points."""
    target = "indicator | denominator_id | value\ncoverage_ratio | potential | 50"
    cells = [f"protected_persons | denominator_persons\n{10000 * step} | 1" for step in range(7)]
    row = of_nation(progress(tmp_path, target, *cells))
    assert (row["mean_change"], row["outlook"]) == (1e6, "reached")


OUTLOOKS = [
    (190, "reached"),
    (189, "reached"),
    (191, "likely"),
    (370, "open"),
    (321, "likely"),
    (322, "open"),
    (418, "open"),
    (419, "unlikely"),
]


@pytest.mark.parametrize(("target", "outlook"), OUTLOOKS)
def test_the_outlook_compares_the_range_with_the_target(tmp_path, target, outlook):
    """190 now; the range in twelve months is 370 ± 48.5."""
    found = progress(tmp_path, f"value\n{target}", *persons(*SERIES))
    assert shown(found, "outlook") == [outlook]


def test_every_target_month_of_a_series_has_a_row(tmp_path):
    found = progress(tmp_path, "target_month | value\n2025-01 | 1000\n2025-06 | 1000", *persons(*SERIES))
    assert shown(found, "target_month", "projected_value") == ["2025-01-01 | 205.0", "2025-06-01 | 280.0"]


WAVES = [
    # population of each month, the target's indicator, the pace and the projection of December 2025
    ((2000, 2000, 2000, 2000, 2000, 2000, 2000), "coverage_ratio", 0.75, 18.5),
    ((2000, 2000, 2000, 2000, 1000, 1000, 1000), "coverage_ratio", 1.5, 37.0),
    ((1000, 1000, 4000, 4000, 4000, 4000, 2000), "coverage_ratio", 0.75, 18.5),
    ((1000, 1000, 4000, 4000, 4000, 4000, 2000), "protected_persons", 15.0, 370.0),
]


@pytest.mark.parametrize(("populations", "indicator", "pace", "projected"), WAVES)
def test_a_new_survey_wave_is_no_trend(tmp_path, populations, indicator, pace, projected):
    """All months divide by the population of the present month: what changes is who is protected."""
    cells = [
        f"protected_persons | denominator_persons\n{protected} | {population}"
        for protected, population in zip(SERIES, populations, strict=True)
    ]
    denominator = "none" if indicator == "protected_persons" else "potential"
    found = progress(tmp_path, "value\n9000", *cells, indicator=indicator, denominator_id=denominator)
    row = of_nation(found)
    assert (row["changes_seen"], row["mean_change"]) == (6, pytest.approx(pace))
    assert row["projected_value"] == pytest.approx(projected)


def bounded(root: Path, series: tuple[int, ...], potential: int | None, **target: object) -> dict[str, object]:
    """The projection of a series with so many eligible workers (none: the survey does not say)."""
    segment = str(target.get("segment", "all"))
    group = {"PU": "formal", "BPU": "informal"}.get(segment, "abroad" if segment == "PMI" else segment)
    own = f"{segment} | {'potential' if segment == group else 'none'}"
    cells = []
    for count in series:
        rows = ["segment | denominator_id | protected_persons | denominator_persons"]
        rows.append(f"{own} | {count} | {potential if segment == group and potential else ''}")
        if segment != group and group != "abroad":
            rows.append(f"{group} | potential | {count} | {potential}")
        cells.append("\n".join(rows))
    return of_nation(progress(root, "value\n9000", *cells, **target))


BOUNDS = [
    # series                                    potential  segment  value  low   high
    ((100, 110, 130, 140, 160, 170, 190), 400, "all", 370, None, 400),
    ((100, 110, 130, 140, 160, 170, 190), 300, "all", 300, 300, 300),
    ((100, 110, 130, 140, 160, 170, 190), 300, "BPU", 300, 300, 300),
    ((100, 110, 130, 140, 160, 170, 190), 300, "PU", 300, 300, 300),
    ((100, 110, 130, 140, 160, 170, 190), None, "PMI", 370, None, None),
    ((100, 110, 130, 140, 160, 170, 190), None, "all", 370, None, None),
    ((100, 110, 130, 140, 160, 170, 190), 150, "all", 190, 190, 190),  # above its potential already
    ((190, 170, 160, 140, 130, 110, 100), 400, "all", 0, 0, 0),
    ((190, 185, 180, 175, 172, 165, 160), 400, "all", 100, None, None),
]


@pytest.mark.parametrize(("series", "potential", "segment", "value", "low", "high"), BOUNDS)
def test_a_projection_stays_within_nobody_and_the_potential(tmp_path, series, potential, segment, value, low, high):
    row = bounded(tmp_path, series, potential, segment=segment)
    assert row["projected_value"] == pytest.approx(value)
    for name, bound in (("projected_low", low), ("projected_high", high)):
        assert bound is None or row[name] == pytest.approx(bound)


def test_a_ratio_of_the_employed_stays_within_those_who_could_join(tmp_path):
    """300 of 400 employed are eligible: never more than 75 %."""
    cells = [
        f"denominator_id | protected_persons | denominator_persons\nemployed | {count} | 400\npotential | {count} | 300"
        for count in SERIES
    ]
    target = "indicator | denominator_id | value\ncoverage_ratio | employed | 80\ncoverage_ratio | potential | 100"
    found = progress(tmp_path, target, *cells)
    assert shown(found, "denominator_id", "projected_value", "projected_high", "outlook") == [
        "employed | 75.0 | 75.0 | unlikely",
        "potential | 100.0 | 100.0 | likely",
    ]


@pytest.mark.parametrize("changes", [6, 8, 12, 24])
def test_the_range_holds_eight_of_ten_walks(tmp_path, changes):
    """3,000 random walks, each a region, and where they really were after one to twelve months; the seed is fixed."""
    walks, ahead = 3000, 12
    drawn = np.random.default_rng(changes).normal(40, 300, (changes + ahead, walks)).round().astype(np.int64)
    path = 1_000_000 + np.vstack([np.zeros((1, walks), dtype=np.int64), drawn.cumsum(axis=0)])
    regions = [f"{area:04d}" for area in range(walks)]
    months_left = 1 + np.arange(walks) % ahead
    header = "geography_level | region_code | protected_persons"
    cells = [
        "\n".join([header, *(f"regency | {region} | {count}" for region, count in zip(regions, row, strict=True))])
        for row in path[: changes + 1]
    ]
    lines = (f"{region} | {previous('2024-12', -int(left))}" for region, left in zip(regions, months_left, strict=True))
    found = progress(tmp_path, "\n".join(["region_code | target_month", *lines]), *cells, value=2e9).sort("region_code")
    arrived = path[changes + months_left, np.arange(walks)]
    held = np.mean((found["projected_low"].to_numpy() <= arrived) & (arrived <= found["projected_high"].to_numpy()))
    assert abs(held - 0.8) < 3 * sqrt(0.8 * 0.2 / walks)


# --- which targets -------------------------------------------------------------------------------------------------


def test_the_newest_list_up_to_the_month_is_valid_until_the_next(tmp_path):
    store = warehouse(tmp_path)
    for month, value in (("2024-01", 1), ("2024-06", 2), ("2025-01", 3)):
        given(store, LIST, f"value\n{value}", month, **TARGET)
    given(store, COVERAGE, persons(640)[0], **NATION_TOTAL)
    assert shown(build(store, TARGETS), "target_value", "target_source") == ["2.0 | a plan"]


def test_without_any_list_of_targets_the_table_names_the_extract(tmp_path):
    store = warehouse(tmp_path)
    given(store, COVERAGE, persons(640)[0], **NATION_TOTAL)
    assert shown(build(store, TARGETS), "region_code", "availability", "reason", "target_value") == [
        "ID | not_available | no targets was delivered for 2024-12: put it in 2024-12/targets/ and run the month again |"
    ]


def test_a_change_from_a_small_count_is_withheld_with_what_rests_on_it(tmp_path):
    """Present and mean change would reveal the count that was withheld months ago; a count of zero reveals nothing."""
    small = protect(progress(tmp_path / "a", "value\n1000", *persons(0, 2, 700)), TARGETS.table, Policy(5))
    large = protect(progress(tmp_path / "b", "value\n1000", *persons(0, 20, 700)), TARGETS.table, Policy(5))
    columns = ("actual_value", "mean_change", "projected_value", "conf_status")
    assert shown(small, *columns) == ["700.0 |  |  | A"]
    assert shown(large, *columns) == ["700.0 | 350.0 |  | F"]
