"""Coverage on cells small enough to work every figure out by hand, through the real SQL."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from surveys import shown, whole
from tables import stored, written

from assets.coverage.build import build_coverage
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE
from schemas.registers import PERSON_CELLS

MONTH = "2024-12"


def cells(text: str) -> pl.DataFrame:
    """Person cells as drawn; otherwise protected men of 25-34 with JKK and JKM, one membership each, living there."""
    usual = {
        "month": date(2024, 12, 1), "geography_basis": "home", "region_code": "3201", "segment": "PU", "sex": "M",
        "age_band": "25-34", "jkk": True, "jkm": True, "jht": False, "jp": False, "jkp": False, "status": "protected",
        "dual_persons": 0,
    }  # fmt: skip
    rows = stored(PERSON_CELLS, text, **usual)
    return rows.with_columns(pl.coalesce("memberships", "persons").alias("memberships"))


def survey(text: str) -> pl.DataFrame:
    """Survey cells as drawn; otherwise employed men of 25-34 of August 2024 without a known error."""
    usual = {
        "month": date(2024, 12, 1), "survey_wave": date(2024, 8, 1), "region_scheme": "kemendagri_2025",
        "region_code": "3201", "employment_status": "4", "sex": "M", "age_band": "25-34",
    }  # fmt: skip
    return stored(stored_table(WORKFORCE), text, **usual)


def coverage(root: Path, held: pl.DataFrame, *surveys: pl.DataFrame) -> pl.DataFrame:
    """The table `coverage` of December 2024 from these cells and survey deliveries (one per month, by their `month`).

    The drawn waves are completed with empty cells, which are not shown.
    """
    warehouse = Warehouse(root)
    months = [(str(rows["month"][0])[:7], rows) for rows in whole(*surveys)]
    for name, month, frame in [("person_cells", MONTH, held), *(("workforce", month, rows) for month, rows in months)]:
        with warehouse.candidate(name, month) as candidate:
            frame.write_parquet(candidate / "part-00000.parquet")
            warehouse.promote(name, month, candidate, {"fingerprint": f"{name}-{month}"})
    build_coverage(warehouse, MONTH)
    built = pl.read_parquet(warehouse.files("coverage", MONTH))
    return shown(built, held["region_code"], *(rows["region_code"] for rows in surveys))


def figures(frame: pl.DataFrame, *columns: str, **where: str) -> list[str]:
    """The columns, sorted, of the selected rows; by default at home, any programme, both sexes, every age."""
    usual = {"geography_basis": "home", "programme": "any", "sex": "all", "age_band": "all"}
    chosen = {name: value for name, value in (usual | where).items() if name not in columns or name in where}
    rows = frame.filter(pl.col(name) == value for name, value in chosen.items())
    return written(rows.select(columns).sort(pl.all()))


# --- who is counted where ------------------------------------------------------------------------------------------

TWO_PROVINCES = """
    region_code | persons
    3201        | 10
    3202        | 20
    3171        | 40
"""
EMPLOYED = """
    region_code | persons | eligible_persons
    3201        | 100     | 80
    3202        | 100     | 80
    3171        | 100     | 80
"""


def test_regencies_sum_to_provinces_and_provinces_to_the_nation(tmp_path):
    built = coverage(tmp_path, cells(TWO_PROVINCES), survey(EMPLOYED))
    columns = ("geography_level", "region_code", "protected_persons", "denominator_persons")
    assert figures(built, *columns, segment="formal", denominator_id="potential") == [
        "nation | ID | 70 | 240",
        "province | 31 | 40 | 80",
        "province | 32 | 30 | 160",
        "province_2020 | 31 | 40 | 80",
        "province_2020 | 32 | 30 | 160",
        "regency | 3171 | 40 | 80",
        "regency | 3201 | 10 | 80",
        "regency | 3202 | 20 | 80",
    ]


def test_the_six_papuan_provinces_sum_to_the_two_of_2020(tmp_path):
    held = cells("region_code | persons\n9103 | 1\n9301 | 2\n9401 | 4\n9501 | 8\n9202 | 16\n9601 | 32")
    built = coverage(tmp_path, held)
    assert figures(built, "region_code", "protected_persons", segment="all", geography_level="province_2020") == [
        "91 | 15",
        "92 | 48",
    ]
    assert len(figures(built, "region_code", segment="all", geography_level="province")) == 6


def test_all_is_formal_and_informal_and_formal_is_wage_earners_and_projects(tmp_path):
    held = cells("segment | persons\nPU | 1\nJAKON | 2\nBPU | 4\nPMI | 8")
    built = coverage(tmp_path, held)
    assert figures(built, "segment", "protected_persons", geography_level="nation") == [
        "BPU | 4",
        "JAKON | 2",
        "PMI | 8",
        "PU | 1",
        "all | 7",
        "formal | 3",
        "informal | 4",
    ]


def test_migrants_abroad_are_not_in_any_ratio(tmp_path):
    built = coverage(tmp_path, cells("segment | persons\nPMI | 8\nBPU | 4"), survey(EMPLOYED))
    found = figures(
        built, "denominator_id", "protected_persons", "coverage_ratio", segment="PMI", geography_level="nation"
    )
    assert found == ["none | 8 |"]
    assert figures(built, "protected_persons", segment="all", geography_level="nation", denominator_id="potential") == [
        "4"
    ]


def test_home_and_work_are_counted_apart(tmp_path):
    held = cells("geography_basis | region_code | persons\nhome | 3201 | 10\nwork | 3171 | 10")
    built = coverage(tmp_path, held)
    columns = ("region_code", "protected_persons")
    assert figures(built, *columns, segment="all", geography_level="regency") == ["3201 | 10"]
    assert figures(built, *columns, segment="all", geography_level="regency", geography_basis="work") == ["3171 | 10"]


def test_a_region_that_is_not_stated_is_00_and_0000_and_part_of_the_nation(tmp_path):
    built = coverage(tmp_path, cells("region_code | persons\n0000 | 3\n3201 | 10"))
    assert figures(built, "geography_level", "region_code", "protected_persons", segment="all") == [
        "nation | ID | 13",
        "province | 00 | 3",
        "province | 32 | 10",
        "province_2020 | 00 | 3",
        "province_2020 | 32 | 10",
        "regency | 0000 | 3",
        "regency | 3201 | 10",
    ]


PROGRAMMES = """
    persons | jkk | jkm | jht | jp  | jkp
    1       | yes | yes | yes | yes | yes
    2       | yes | yes | yes | no  | no
    4       | yes | yes | no  | no  | no
    8       | no  | no  | no  | no  | no
"""


def test_each_programme_counts_its_own_and_any_counts_everyone_who_is_protected(tmp_path):
    """Also the eight without a programme: only the status decides who is protected, as in flows and all other tables."""
    built = coverage(tmp_path, cells(PROGRAMMES))
    found = figures(built, "programme", "protected_persons", segment="PU", geography_level="nation")
    assert found == ["any | 15", "jht | 3", "jkk | 7", "jkm | 7", "jkp | 1", "jp | 1"]


def test_registered_is_protected_and_grace_and_given_for_any_programme_only(tmp_path):
    held = cells("segment | status | persons\nBPU | protected | 4\nBPU | grace | 2\nBPU | lapsed | 8\nBPU | ended | 16")
    built = coverage(tmp_path, held)
    columns = ("programme", "protected_persons", "registered_persons")
    assert figures(built, *columns, segment="BPU", geography_level="nation") == [
        "any | 4 | 6",
        "jkk | 4 |",
        "jkm | 4 |",
    ]


def test_memberships_and_dual_persons_are_those_of_the_protected(tmp_path):
    held = cells("status | persons | memberships | dual_persons\nprotected | 4 | 6 | 1\ngrace | 2 | 0 | 0")
    built = coverage(tmp_path, held)
    assert figures(built, "memberships", "dual_persons", segment="PU", geography_level="nation") == ["6 | 1"]


SEXES_AND_AGES = """
    sex | age_band | persons
    M   | 25-34    | 1
    M   | 35-44    | 2
    F   | 25-34    | 4
"""


def test_sexes_and_ages_are_shown_one_by_one_and_crossed_in_nation_and_provinces(tmp_path):
    built = coverage(tmp_path, cells(SEXES_AND_AGES))
    crossed = built.filter(geography_level="province", segment="all", programme="any")
    assert written(crossed.select("sex", "age_band", "protected_persons").sort(pl.all())) == [
        "F | 25-34 | 4",
        "F | all | 4",
        "M | 25-34 | 1",
        "M | 35-44 | 2",
        "M | all | 3",
        "all | 25-34 | 5",
        "all | 35-44 | 2",
        "all | all | 7",
    ]


def test_regencies_and_single_programmes_are_never_split_by_sex_or_age(tmp_path):
    built = coverage(tmp_path, cells(SEXES_AND_AGES), survey(EMPLOYED))
    split = built.filter((pl.col("sex") != "all") | (pl.col("age_band") != "all"))
    assert sorted(split["geography_level"].unique()) == ["nation", "province", "province_2020"]
    assert split["programme"].unique().to_list() == ["any"]


# --- out of how many -----------------------------------------------------------------------------------------------

STATUSES = """
    employment_status | persons | eligible_persons
    1                 | 100     | 90
    4                 | 200     | 150
    7                 | 50      | 0
"""


def test_potential_is_known_by_segment_and_employed_only_for_all(tmp_path):
    built = coverage(tmp_path, cells("segment | persons\nPU | 60\nBPU | 9"), survey(STATUSES))
    columns = ("denominator_id", "segment", "protected_persons", "denominator_persons")
    assert figures(built, *columns, geography_level="nation") == [
        "employed | all | 69 | 350",
        "none | BPU | 9 |",
        "none | PU | 60 |",
        "potential | all | 69 | 240",
        "potential | formal | 60 | 150",
        "potential | informal | 9 | 90",
    ]


def test_the_ratio_is_protected_by_denominator_and_the_gap_what_remains(tmp_path):
    built = coverage(tmp_path, cells("segment | persons\nPU | 60\nBPU | 9"), survey(STATUSES))
    columns = ("segment", "coverage_ratio", "gap_persons")
    found = figures(built, *columns, geography_level="nation", denominator_id="potential")
    assert found == ["all | 0.2875 | 171", "formal | 0.4 | 90", "informal | 0.1 | 81"]


def test_a_region_nobody_is_protected_in_has_coverage_zero(tmp_path):
    built = coverage(tmp_path, cells("persons\n5"), survey("region_code | persons | eligible_persons\n3171 | 100 | 80"))
    where = {"segment": "all", "geography_level": "regency", "denominator_id": "potential"}
    assert figures(built, "region_code", "protected_persons", "coverage_ratio", "gap_persons", **where) == [
        "3171 | 0 | 0.0 | 80"
    ]


def test_without_eligible_persons_the_share_of_the_employment_status_is_used(tmp_path):
    """882 of 1000 own-account workers, 725 of 1000 employees, no family worker."""
    workers = survey(
        "employment_status | persons | eligible_persons\n1 | 1000 |\n4 | 1000 |\n7 | 1000 |\n5 | 1000 | 10"
    )
    built = coverage(tmp_path, cells("persons\n5"), workers)
    found = figures(built, "segment", "denominator_persons", geography_level="nation", denominator_id="potential")
    assert found == ["all | 1617", "formal | 725", "informal | 892"]


def test_employers_of_permanent_workers_are_informal_here_although_formal_at_bps(tmp_path):
    built = coverage(
        tmp_path, cells("persons\n5"), survey("employment_status | persons | eligible_persons\n3 | 100 | 80")
    )
    found = figures(built, "segment", "denominator_persons", geography_level="nation", denominator_id="potential")
    assert found == ["all | 80", "informal | 80"]


def test_some_regencies_do_not_replace_their_province(tmp_path):
    workers = survey("""
        region_code | persons | eligible_persons
        32          | 900     | 900
        3201        | 100     | 80
        3202        | 100     | 70
        31          | 300     | 200
    """)
    built = coverage(tmp_path, cells("persons\n5"), workers)
    where = {"segment": "all", "denominator_id": "potential"}
    assert figures(built, "geography_level", "region_code", "denominator_persons", **where) == [
        "nation | ID | 1100",
        "province | 31 | 200",
        "province | 32 | 900",
        "province_2020 | 31 | 200",
        "province_2020 | 32 | 900",
    ]


def test_without_a_wave_the_protected_are_counted_and_no_ratio_is_given(tmp_path):
    built = coverage(tmp_path, cells("persons\n5"))
    assert built["denominator_id"].unique().to_list() == ["none"]
    assert built["coverage_flag"].unique().to_list() == ["no_denominator"]
    empty = built.select(
        "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high", "gap_persons", "survey_wave"
    )
    assert empty.null_count().row(0) == (built.height,) * 6
    assert figures(built, "protected_persons", segment="all", geography_level="nation") == ["5"]


WAVES = """
    survey_wave | persons | eligible_persons
    2024-02     | 100     | 10
    2024-08     | 100     | 20
    2025-02     | 100     | 40
"""


def test_the_newest_wave_up_to_the_month_is_used(tmp_path):
    built = coverage(tmp_path, cells("persons\n5"), survey(WAVES))
    where = {"segment": "all", "geography_level": "nation", "denominator_id": "potential"}
    assert figures(built, "survey_wave", "denominator_persons", **where) == ["2024-08-01 | 20"]


def test_a_wave_of_the_month_itself_counts_and_one_delivered_later_does_not(tmp_path):
    now = survey("survey_wave | persons | eligible_persons\n2024-12 | 100 | 30")
    later = survey("month | survey_wave | persons | eligible_persons\n2025-01 | 2024-12 | 100 | 99")
    built = coverage(tmp_path, cells("persons\n5"), now, later)
    where = {"segment": "all", "geography_level": "nation", "denominator_id": "potential"}
    assert figures(built, "survey_wave", "denominator_persons", **where) == ["2024-12-01 | 30"]


def test_a_wave_delivered_twice_counts_once_as_delivered_last(tmp_path):
    first = survey("month | persons | eligible_persons\n2024-11 | 100 | 10")
    again = survey("month | persons | eligible_persons\n2024-12 | 100 | 20")
    built = coverage(tmp_path, cells("persons\n5"), first, again)
    where = {"segment": "all", "geography_level": "nation", "denominator_id": "potential"}
    assert figures(built, "denominator_persons", **where) == ["20"]


# --- how sure ------------------------------------------------------------------------------------------------------


def one_cell(root: Path, protected: int, eligible: int, rse: str, basis: str = "home") -> pl.DataFrame:
    """One regency, potential 'all': the row of the nation."""
    held = cells(f"geography_basis | persons\n{basis} | {protected}")
    built = coverage(root, held, survey(f"persons | eligible_persons | rse\n{eligible} | {eligible} | {rse}"))
    return built.filter(
        geography_basis=basis, geography_level="nation", segment="all", programme="any", sex="all", age_band="all",
        denominator_id="potential",
    )  # fmt: skip


def test_bounds_invert_the_interval_of_the_denominator(tmp_path):
    """1000 ± 1.96 x 10 % is 804 to 1196: 603 protected are 603/1196 to 603/804."""
    row = one_cell(tmp_path, 603, 1000, "10").row(0, named=True)
    assert row["coverage_ratio"] == 0.603
    assert row["ratio_low"] == pytest.approx(603 / 1196, abs=1e-12)
    assert row["ratio_high"] == pytest.approx(0.75, abs=1e-12)


def test_errors_of_cells_are_added_as_independent(tmp_path):
    """300 at 10 % and 400 at 10 %: sqrt(30² + 40²) = 50 of 700, 7.142857 %."""
    workers = survey("employment_status | persons | eligible_persons | rse\n1 | 300 | 300 | 10\n4 | 400 | 400 | 10")
    built = coverage(tmp_path, cells("persons\n5"), workers)
    rse = built.filter(geography_basis="home", geography_level="nation", segment="all", programme="any", sex="all",
                      age_band="all", denominator_id="potential")["denominator_rse"].item()  # fmt: skip
    assert rse == pytest.approx(100 * 50 / 700, abs=1e-12)


def test_without_an_error_there_are_no_bounds(tmp_path):
    row = one_cell(tmp_path, 603, 1000, "").row(0, named=True)
    assert (row["coverage_ratio"], row["denominator_rse"], row["ratio_low"], row["ratio_high"]) == (
        0.603,
        None,
        None,
        None,
    )


def test_one_cell_without_an_error_leaves_the_sum_without_one(tmp_path):
    workers = survey("employment_status | persons | eligible_persons | rse\n1 | 300 | 300 | 10\n4 | 400 | 400 |")
    built = coverage(tmp_path, cells("persons\n5"), workers)
    found = figures(built, "segment", "denominator_rse", geography_level="nation", denominator_id="potential")
    assert found == ["all |", "formal |", "informal | 10.0"]


def test_an_interval_that_reaches_zero_has_no_upper_bound(tmp_path):
    """At 60 % the interval is 1000 ± 1176."""
    row = one_cell(tmp_path, 500, 1000, "60").row(0, named=True)
    assert row["ratio_low"] == pytest.approx(500 / 2176, abs=1e-12)
    assert row["ratio_high"] is None


def test_coverage_above_100_percent_is_kept_with_a_negative_gap(tmp_path):
    row = one_cell(tmp_path, 1500, 1000, "").row(0, named=True)
    assert (row["coverage_ratio"], row["gap_persons"]) == (1.5, -500)


FLAGS = [
    ("home", 500, "10", "ok"),
    ("home", 1000, "10", "ok"),
    ("home", 1100, "10", "above_100_within_bounds"),
    ("home", 1196, "10", "above_100_within_bounds"),
    ("home", 1197, "10", "above_100_check_denominator"),
    ("work", 1100, "10", "above_100_within_bounds"),
    ("work", 1197, "10", "above_100_registration"),
    ("home", 500, "", "denominator_uncertain"),
    ("home", 1001, "", "denominator_uncertain"),
    ("work", 1001, "", "denominator_uncertain"),
    ("home", 500, "25", "ok"),
    ("home", 500, "25.1", "denominator_uncertain"),
    ("home", 5000, "25.1", "denominator_uncertain"),
]


@pytest.mark.parametrize(("basis", "protected", "rse", "flag"), FLAGS)
def test_the_flag_names_the_likely_cause(tmp_path, basis, protected, rse, flag):
    """Of 1000 potential."""
    assert one_cell(tmp_path, protected, 1000, rse, basis)["coverage_flag"].to_list() == [flag]


def test_a_population_of_nobody_is_no_denominator(tmp_path):
    row = one_cell(tmp_path, 5, 0, "").row(0, named=True)
    assert (row["coverage_flag"], row["coverage_ratio"], row["denominator_id"]) == ("no_denominator", None, "potential")
