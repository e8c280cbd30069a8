"""The survey wave and the rows that count, and the findings on the others, for waves drawn by hand.

A nation of 38 provinces, one cell of 100 own-account workers and one of 100 employees each: a potential of 88 + 73.
"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import given_frame, warehouse
from tables import stored, written

from assets.coverage.survey import assemble
from assets.coverage.survey.findings import survey_findings
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE

SURVEY = stored_table(WORKFORCE)
PROVINCES = code_lists.values("provinces")
EAST_JAVA = code_lists.codes("regencies").filter(pl.col("province_code") == "35")["code"].to_list()
WHOLE = 38 * (88 + 73)


def wave(
    regions: list[str] | tuple[str, ...] = PROVINCES, persons: int = 100, of: str = "2024-08", **usual: object
) -> pl.DataFrame:
    """Two cells of `persons` men of 25-34 in each region: own-account workers and employees."""
    drawn = "\n".join(f"{region} | {status} | {persons}" for region in regions for status in ("1", "4"))
    return cells(f"region_code | employment_status | persons\n{drawn}", of=of, **usual)


def cells(text: str, of: str = "2024-08", **usual: object) -> pl.DataFrame:
    """Cells as drawn, of men of 25-34."""
    day = date.fromisoformat(f"{of}-01")
    return stored(SURVEY, text, **({"survey_wave": day, "sex": "M", "age_band": "25-34", "rse": 5.0} | usual))


def without(*provinces: str) -> list[str]:
    return [code for code in PROVINCES if code not in provinces]


def delivered(root: Path, *months: tuple[str, pl.DataFrame]) -> Warehouse:
    """A warehouse with these deliveries of the survey, by month."""
    there = warehouse(root)
    for month in dict.fromkeys(name for name, _ in months):
        day = pl.lit(date.fromisoformat(f"{month}-01")).alias("month")
        given_frame(there, SURVEY, pl.concat(rows for name, rows in months if name == month).with_columns(day), month)
    return there


def counted(there: Warehouse, month: str = "2024-12", *regions: str) -> list[str]:
    """Wave, persons and potential of the cells that count; of these provinces only, where they are named."""
    with there.sql() as engine:
        assemble(engine, there, month)
        rows = engine.query("SELECT survey_wave, region_code, segment, persons, eligible_persons FROM survey_cells")
    if regions:
        rows = rows.filter(pl.col("region_code").str.slice(0, 2).is_in(regions))
    potential = pl.when(pl.col("segment") != "outside").then("eligible_persons").sum()
    by_wave = rows.group_by("survey_wave").agg(pl.col("persons").sum(), potential)
    return written(by_wave.with_columns(pl.col("survey_wave").dt.strftime("%Y-%m")).sort("survey_wave"))


def found(there: Warehouse, month: str = "2024-12") -> list[str]:
    """The findings: name, wave, region, delivered of expected, missing."""
    return [
        f"{f.name} | {f.wave:%Y-%m} | {f.region_code} | {f.delivered} of {f.expected} | {' '.join(f.missing)}".rstrip(
            " |"
        )
        for f in survey_findings(there, month)
    ]


# --- which months are waves ----------------------------------------------------------------------------------------


def test_the_rule_of_the_contract_knows_the_months_of_the_list():
    months = pl.DataFrame(
        {"survey_wave": [date(year, month, 1) for year in range(2005, 2035) for month in range(1, 13)]}
    )
    rule = next(rule for rule in WORKFORCE.rules if rule.name == "survey_wave_known")
    known = months.filter(rule.holds)["survey_wave"].dt.strftime("%Y-%m-%d").to_list()
    listed = code_lists.codes("survey_waves").fill_null("").iter_rows(named=True)
    rows = [(row["code"], row["valid_from"], row["valid_to"] or "9999") for row in listed]
    days = months["survey_wave"].dt.strftime("%Y-%m-%d")
    assert known == [d for d in days if any(d[5:7] == code and since <= d < until for code, since, until in rows)]


# --- which wave ----------------------------------------------------------------------------------------------------


def test_a_complete_wave_counts_without_a_finding(tmp_path):
    there = delivered(tmp_path, ("2024-12", wave()))
    assert counted(there) == [f"2024-08 | 7600 | {WHOLE}"]
    assert found(there) == []


def test_one_row_is_no_wave(tmp_path):
    there = delivered(tmp_path, ("2024-12", wave()), ("2024-12", wave(["3201"], of="2024-09")))
    assert counted(there) == [f"2024-08 | 7600 | {WHOLE}"]
    absent = " ".join(PROVINCES)
    assert found(there) == [f"survey_wave_incomplete | 2024-09 | ID | 0 of 38 | {absent}"]


@pytest.mark.parametrize("absent", [("31",), ("31", "32"), ("93", "94", "95", "96")])
def test_a_wave_of_a_part_of_the_provinces_is_not_used_and_the_provinces_are_named(tmp_path, absent):
    there = delivered(tmp_path, ("2024-05", wave(of="2024-02")), ("2024-12", wave(without(*absent))))
    assert counted(there) == [f"2024-02 | 7600 | {WHOLE}"]
    assert found(there) == [f"survey_wave_incomplete | 2024-08 | ID | {38 - len(absent)} of 38 | {' '.join(absent)}"]


def test_a_part_of_the_only_wave_is_no_denominator(tmp_path):
    there = delivered(tmp_path, ("2024-12", wave(without("31"))))
    assert counted(there) == []
    assert found(there) == ["survey_wave_incomplete | 2024-08 | ID | 37 of 38 | 31"]


def test_a_wave_that_comes_in_parts_counts_from_the_month_it_is_whole(tmp_path):
    there = delivered(
        tmp_path,
        ("2024-05", wave(of="2024-02", persons=10)),
        ("2024-11", wave(without("31"))),
        ("2024-12", wave(["31"])),
    )
    assert counted(there, "2024-11") == [f"2024-02 | 760 | {38 * (9 + 7)}"]
    assert counted(there, "2024-12") == [f"2024-08 | 7600 | {WHOLE}"]
    assert found(there, "2024-11") == ["survey_wave_incomplete | 2024-08 | ID | 37 of 38 | 31"]
    assert found(there, "2024-12") == []


def test_a_wave_of_the_future_does_not_count_before_its_month(tmp_path):
    there = delivered(tmp_path, ("2024-11", wave()), ("2024-12", wave(of="2025-02", persons=10)))
    assert counted(there, "2024-12") == [f"2024-08 | 7600 | {WHOLE}"]
    assert counted(there, "2025-02") == [f"2025-02 | 760 | {38 * (9 + 7)}"]


def test_a_stray_wave_that_is_older_is_named_in_the_month_that_delivers_it(tmp_path):
    there = delivered(tmp_path, ("2024-11", wave(["31"], of="2023-08")), ("2024-11", wave()))
    absent = " ".join(without("31"))
    assert found(there, "2024-11") == [f"survey_wave_stray | 2023-08 | ID | 1 of 38 | {absent}"]
    assert found(there, "2024-12") == []


def test_two_whole_waves_in_one_file_are_as_good_as_in_two(tmp_path):
    files = [wave(of=of, source_file="workforce/all.csv") for of in ("2024-02", "2024-08")]
    there = delivered(tmp_path, *(("2024-12", file) for file in files))
    assert (counted(there), found(there)) == ([f"2024-08 | 7600 | {WHOLE}"], [])


def test_rows_of_another_wave_in_a_file_are_named_although_both_waves_are_whole(tmp_path):
    one = wave(source_file="workforce/a.csv")
    slipped = wave(["31"], of="2024-02", source_file="workforce/a.csv")
    there = delivered(tmp_path, ("2024-05", wave(of="2024-02")), ("2024-12", one), ("2024-12", slipped))
    assert found(there) == ["survey_waves_in_file | 2024-02 | ID | 2 of 78 | workforce/a.csv"]


# --- what corrects what --------------------------------------------------------------------------------------------


def test_a_later_delivery_corrects_the_cells_that_it_holds_and_leaves_the_others(tmp_path):
    correction = cells("region_code | employment_status | persons\n31 | 1 | 300")
    there = delivered(tmp_path, ("2024-11", wave()), ("2024-12", correction))
    assert counted(there, "2024-11") == [f"2024-08 | 7600 | {WHOLE}"]
    assert counted(there, "2024-12") == [f"2024-08 | 7800 | {WHOLE - 88 + 265}"]
    assert found(there) == []


def test_a_cell_corrected_to_nobody_is_empty_and_its_province_still_whole(tmp_path):
    correction = cells("region_code | employment_status | persons\n31 | 1 | 0")
    there = delivered(tmp_path, ("2024-11", wave()), ("2024-12", correction))
    assert counted(there, "2024-12", "31") == ["2024-08 | 100 | 73"]
    assert found(there) == []


def test_a_correction_that_comes_after_the_month_does_not_count_in_it(tmp_path):
    there = delivered(tmp_path, ("2024-12", wave()), ("2025-01", wave(["31"], persons=0)))
    assert counted(there, "2024-12") == [f"2024-08 | 7600 | {WHOLE}"]
    assert counted(there, "2025-01", "31") == ["2024-08 | 0 | 0"]


# --- provinces and regencies ---------------------------------------------------------------------------------------

OTHERS = wave(without("35"))
IN_PART = "survey_regencies_in_part | 2024-08 | 35 | {} of 38"


@pytest.mark.parametrize("count", [1, 2, 37])
def test_regencies_in_part_leave_the_row_of_the_province(tmp_path, count):
    there = delivered(tmp_path, ("2024-12", wave()), ("2024-12", wave(EAST_JAVA[:count], persons=7)))
    assert counted(there, "2024-12", "35") == ["2024-08 | 200 | 161"]
    assert found(there) == [IN_PART.format(count)]


def test_regencies_in_part_without_a_row_of_the_province_are_no_province(tmp_path):
    there = delivered(tmp_path, ("2024-12", OTHERS), ("2024-12", wave(EAST_JAVA[1:])))
    assert counted(there) == []
    assert found(there) == ["survey_wave_incomplete | 2024-08 | ID | 37 of 38 | 35"]


def test_all_regencies_are_their_province(tmp_path):
    there = delivered(tmp_path, ("2024-12", OTHERS), ("2024-12", wave(EAST_JAVA, persons=10)))
    assert counted(there, "2024-12", "35") == [f"2024-08 | 760 | {38 * (9 + 7)}"]
    assert found(there) == []


AGREEMENT = """
    own employees | each of the 38 regencies | counts
    38_000        | 1_000                    | 76000
    38_400        | 1_000                    | 76000
    38_500        | 1_000                    | 76500
    37_000        | 1_000                    | 75000
    1_000         | 1_000                    | 39000
"""


@pytest.mark.parametrize("row", AGREEMENT.strip().splitlines()[1:])
def test_regencies_count_where_they_agree_with_the_province_in_every_segment(tmp_path, row):
    """38,000 own-account workers each; within one percent of the province and a person a regency they agree."""
    own, each, persons = (cell.strip().replace("_", "") for cell in row.split("|"))
    province = cells(f"region_code | employment_status | persons\n35 | 1 | 38000\n35 | 4 | {own}")
    there = delivered(
        tmp_path, ("2024-12", OTHERS), ("2024-12", province), ("2024-12", wave(EAST_JAVA, persons=int(each)))
    )
    assert counted(there, "2024-12", "35")[0].split(" | ")[1] == persons
    disagree = f"survey_regencies_disagree | 2024-08 | 35 | 76000 of {persons}"
    assert found(there) == ([] if persons == "76000" else [disagree])


def test_regencies_that_agree_in_sum_but_not_in_a_segment_do_not_count(tmp_path):
    province = cells("region_code | employment_status | persons\n35 | 1 | 1000\n35 | 4 | 6600")
    there = delivered(tmp_path, ("2024-12", OTHERS), ("2024-12", province), ("2024-12", wave(EAST_JAVA)))
    assert counted(there, "2024-12", "35") == ["2024-08 | 7600 | 5667"]
    assert [line.split(" | ")[0] for line in found(there)] == ["survey_regencies_disagree"]


def test_a_province_without_a_segment_that_the_others_have_is_named(tmp_path):
    formal = cells("region_code | employment_status | persons\n35 | 4 | 100")
    there = delivered(tmp_path, ("2024-12", OTHERS), ("2024-12", formal))
    assert found(there) == ["survey_segment_missing | 2024-08 | 35 | 1 of 2 | informal"]


def test_a_wave_before_the_division_of_papua_is_whole_in_present_provinces(tmp_path):
    """By regency, as it can be delivered: a row of the undivided province has no present code and is refused."""
    divided = ("91", "92", "93", "94", "95", "96")
    regencies = code_lists.codes("regencies").filter(pl.col("province_code").is_in(divided))["code"].to_list()
    there = delivered(tmp_path, ("2021-12", wave([*without(*divided), *regencies], of="2021-08")))
    assert counted(there, "2021-12") == [f"2021-08 | {200 * (32 + 42)} | {161 * (32 + 42)}"]


# --- findings ------------------------------------------------------------------------------------------------------


def test_a_finding_names_the_wave_the_missing_rows_and_the_remedy(tmp_path):
    there = delivered(tmp_path, ("2024-12", wave()), ("2024-12", wave(EAST_JAVA[:1])))
    assert [finding.message for finding in survey_findings(there, "2024-12")] == [
        "workforce, wave 2024-08: 1 of 38 regencies of province 35 are there, so the row of the province counts; "
        "deliver every regency, or the province alone"
    ]


def test_without_a_survey_there_is_no_finding(tmp_path):
    assert survey_findings(warehouse(tmp_path), "2024-12") == []


# --- totals and their sectors in one table --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sectors", "persons"),
    [
        (" | 100", 100),
        ("2020:A | 40\n2020:C | 60", 100),  # sectors alone are added up
        (" | 100\n2020:A | 40\n2020:C | 60", 100),  # a total beside its sectors counts alone
        (" | 100\n2020:A | 40", 100),
    ],
)
def test_a_row_without_sector_is_the_total_of_its_cell(tmp_path, sectors, persons):
    drawn = "\n".join(f"31 | 1 | {line}" for line in sectors.split("\n"))
    jakarta = cells(f"region_code | employment_status | sector | persons\n{drawn}")
    others = pl.concat([wave(without("31")), jakarta.select(wave(["31"]).columns)])
    there = delivered(tmp_path, ("2024-12", others))
    assert counted(there, "2024-12", "31") == [f"2024-08 | {persons} | {round(persons * 0.882)}"]
