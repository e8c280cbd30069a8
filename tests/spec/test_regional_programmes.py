"""Regional programmes: regulations, what their budgets can pay for, what they do pay for, and the need, worked by hand."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, given_persons, given_waves, warehouse
from tables import written

from assets.coverage.regional import REGIONAL
from assets.coverage.summary import build_summary
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table

REGULATIONS = stored_table(BY_NAME["regional_programmes"])
USUAL = {
    "year": 2024, "regulation_kind": "perda", "regulation_no": "1/2024", "budget_idr": 1_008_000_000.0, "months": 12,
    "fund": "regency",
}  # fmt: skip
NONE = "region_code"
CELL = {"survey_wave": date(2024, 8, 1), "persons": 1000, "employment_status": "1", "sex": "M", "age_band": "25-34"}


def held(
    root: Path, regulations: str, persons: str = "person_id", survey: str = "", month: str = "2024-12", **usual: object
) -> Warehouse:
    """A warehouse of one month; unless drawn, regulations are laws of 2024 that pay 1,008 million for twelve months."""
    store = warehouse(root)
    given(store, REGULATIONS, regulations, month, **(USUAL | usual))
    given_persons(store, persons, month, status="protected", segment="BPU", home_region="3201")
    if survey:
        given_waves(store, (month, survey), **CELL)
    return store


def regional(root: Path, regulations: str, *drawn: str, month: str = "2024-12", **usual: object) -> pl.DataFrame:
    return build(held(root, regulations, *drawn, month=month, **usual), REGIONAL, month)


def seen(frame: pl.DataFrame, *columns: str) -> list[str]:
    """The rows of the nation, of West Java (32) and of its regencies."""
    return figures(
        frame.filter(pl.col("region_code").str.contains("^(ID|32)")), "region_code", *columns, availability="available"
    )


# --- what a budget can pay for -------------------------------------------------------------------------------------


def test_the_published_budget_pays_for_the_published_workers(tmp_path):
    """5,000 x 16,800 x 12 = 1,008,000,000."""
    found = regional(tmp_path, "region_code\n3201")
    assert seen(found, "premium_idr", "budget_idr", "affordable_workers") == [
        "32 | 16800 | 1008000000 | 5000",
        "3201 | 16800 | 1008000000 | 5000",
        "ID | 16800 | 1008000000 | 5000",
    ]


@pytest.mark.parametrize(
    ("month", "premium", "workers"),
    [
        ("2020-07", 16_800, 8_510),  # 7 x 16,800 + 5 x 168
        ("2020-08", 168, 8_510),
        ("2021-01", 168, 5_449),  # 168 + 11 x 16,800
        ("2021-02", 16_800, 5_449),
        ("2026-03", 16_800, 5_000),  # no relief of 2026 is for what a public budget pays
        ("2026-04", 16_800, 5_000),
        ("2026-12", 16_800, 5_000),
        ("2027-01", 16_800, 5_000),
    ],
)
def test_the_premium_shown_is_that_of_the_date_and_a_budget_pays_each_month_at_its_own(
    tmp_path, month, premium, workers
):
    found = regional(tmp_path, "region_code\n3201", month=month, year=int(month[:4]))
    assert figures(found, "premium_idr", "affordable_workers", region_code="ID") == [f"{premium} | {workers}"]


@pytest.mark.parametrize(
    ("begins", "months", "workers"),
    [
        ("2020-01-01", 3, 20_000),  # January to March: 3 x 16,800
        ("2020-10-01", 3, 2_000_000),  # from October: 3 x 168
        ("2020-07-15", 2, 59_405),  # July and August: 16,800 + 168
        ("2020-03-01", 12, 8_510),  # twelve months are the year, whenever the regulation came
        ("2019-07-01", 2, 30_000),  # in force since the year before: January and February
    ],
)
def test_a_budget_pays_from_the_month_it_begins_in(tmp_path, begins, months, workers):
    text = f"region_code | in_force_from | in_force_until | months\n3201 | {begins} | 2021-01-01 | {months}"
    found = regional(tmp_path, text, month="2020-12", year=2020)
    assert figures(found, "affordable_workers", region_code="ID") == [str(workers)]


def test_each_fund_has_its_part_of_the_budget(tmp_path):
    drawn = """
        region_code | regulation_no | fund     | budget_idr
        32          | 1/2024        | province | 500
        3201        | 1/2024        | regency  | 100
        3201        | 1/2024        | village  | 20
        3201        | 1/2024        | palm_oil | 3
        3201        | 2/2024        | palm_oil | 4
        3202        | 1/2024        | tobacco  | 50
        3202        | 1/2024        | csr      | 60
        3202        | 1/2024        | donor    | 70
    """
    names = [f"budget_{fund}_idr" for fund in ("apbd", "apbdes", "palm_oil", "tobacco", "csr", "donor")]
    assert seen(regional(tmp_path, drawn), "budget_idr", *names) == [
        "32 | 807 | 600 | 20 | 7 | 50 | 60 | 70",
        "3201 | 127 | 100 | 20 | 7 | 0 | 0 | 0",
        "3202 | 180 | 0 | 0 | 0 | 50 | 60 | 70",
        "ID | 807 | 600 | 20 | 7 | 50 | 60 | 70",
    ]


def test_each_budget_pays_for_whole_workers_by_itself(tmp_path):
    """100,799 over 3 months is one rupiah short of two workers; 201,599 over 12 of one. Together they would pay for one more."""
    drawn = """
        region_code | regulation_no | budget_idr | months
        3201        | 1/2024        | 100799     | 3
        3201        | 2/2024        | 201600     | 12
        3202        | 1/2024        | 201599     | 12
    """
    found = regional(tmp_path, drawn)
    assert seen(found, "own_budget_idr", "budget_idr", "affordable_workers") == [
        "32 | 0 | 503998 | 2",
        "3201 | 302399 | 302399 | 2",
        "3202 | 201599 | 201599 | 0",
        "ID | 0 | 503998 | 2",
    ]


def test_a_province_holds_its_own_budget_and_its_regencies(tmp_path):
    drawn = """
        region_code | budget_idr | fund     | regulation_kind
        32          | 1000       | province | perkada
        3201        | 200        | regency  | perda
        3171        | 30         | regency  | other
    """
    found = regional(tmp_path, drawn)
    columns = ("regulations", "has_perda", "has_perkada", "regions_with_regulation", "own_budget_idr", "budget_idr")
    assert seen(found, *columns) == [
        "32 | 1 | False | True | 2 | 1000 | 1200",
        "3201 | 1 | True | False | 1 | 200 | 200",
        "ID | 0 | False | False | 3 | 0 | 1230",
    ]


# --- in force ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "begins", "ends", "in_force"),
    [
        (2024, "", "", 1),
        (2024, "2024-12-31", "", 1),
        (2024, "2025-01-01", "2025-06-01", 0),
        (2024, "", "2025-01-01", 1),
        (2024, "", "2024-12-31", 0),  # the first day no longer in force
        (2023, "2023-01-01", "2026-01-01", 0),  # a budget ends with its year
        (2025, "2024-01-01", "", 0),
    ],
)
def test_a_regulation_counts_while_it_is_in_force_in_its_budget_year(tmp_path, year, begins, ends, in_force):
    drawn = f"region_code | year | in_force_from | in_force_until\n3201 | {year} | {begins} | {ends}"
    found = regional(tmp_path, drawn)
    assert figures(found, "regions_with_regulation", region_code="ID") == [str(in_force)]


def test_several_regulations_of_a_region_do_not_count_their_workers_twice(tmp_path):
    """Two that name the regency's quota count the larger; the village budget names others."""
    drawn = """
        region_code | regulation_kind | regulation_no | fund    | workers_budgeted | budget_idr
        3201        | perda           | 1/2024        | regency | 100              | 1000
        3201        | perkada         | 2/2024        | regency | 80               | 1000
        3201        | perda           | 1/2024        | village | 7                | 1000
        3202        | perda           | 1/2024        | regency | 10               | 1000
    """
    found = regional(tmp_path, drawn)
    assert seen(found, "regulations", "workers_budgeted", "own_budget_idr") == [
        "32 | 0 | 117 | 0",
        "3201 | 2 | 107 | 3000",
        "3202 | 1 | 10 | 1000",
        "ID | 0 | 117 | 0",
    ]


def test_workers_nobody_names_are_not_zero_workers(tmp_path):
    assert seen(regional(tmp_path, "region_code\n3201"), "workers_budgeted") == ["32 |", "3201 |", "ID |"]


def test_every_province_and_the_nation_have_a_row_even_without_a_regulation(tmp_path):
    found = regional(tmp_path, NONE)
    assert found["region_level"].value_counts().sort("region_level").rows() == [("nation", 1), ("province", 38)]
    columns = ("regulations", "own_budget_idr", "budget_idr", "workers_budgeted", "affordable_workers", "paid_workers")
    assert figures(found, *columns, region_code="32") == ["0 | 0 | 0 | 0 | 0 | 0"]
    assert figures(found, "adequacy_ratio", "execution_ratio", "premium_idr", region_code="32") == ["|  | 16800"]


# --- who is paid for, and who would need it ------------------------------------------------------------------------

PERSONS_DRAWN = """
    person_id | status    | segment | payer               | vulnerable_basis | home_region
    1         | protected | BPU     | regional_government | farmer           | 3201
    2         | protected | BPU     | village_fund        |                  | 3201
    3         | protected | PU      | regional_government |                  | 3201
    4         | protected | BPU     | donor               |                  | 3201
    5         | protected | BPU     | self                | fisher           | 3201
    6         | protected | BPU     | self                |                  | 3201
    7         | protected | PU      | employer            | farmer           | 3201
    8         | lapsed    | BPU     | regional_government | farmer           | 3201
    9         | protected | BPU     | regional_government |                  | 3202
    10        | protected | BPU     | regional_government |                  |
"""


def test_paid_workers_are_protected_residents_a_public_budget_pays_for(tmp_path):
    """1, 2 and 3 in 3201, 9 in 3202, 10 in an unknown region."""
    found = regional(tmp_path, NONE, PERSONS_DRAWN)
    assert seen(found, "paid_workers") == ["32 | 4", "3201 | 3", "3202 | 1", "ID | 5"]
    assert figures(found, "region_level", "paid_workers", region_code="00") == ["province | 1"]
    assert figures(found, "region_level", "paid_workers", region_code="0000") == ["regency | 1"]


SURVEY = """
    region_code | employment_status | vulnerable_persons
    3201        | 1                 | 9
    3201        | 5                 | 2
    3201        | 4                 |
    3202        | 1                 | 1
    31          | 1                 | 50
"""


def test_need_is_vulnerable_workers_less_protected_ones_and_never_below_zero(tmp_path):
    """Protected and vulnerable in 3201: 1, 2, 4, 5 of 11. Of the two of 32, 9 too: 12 - 5. 3202 has as many as protected."""
    found = regional(tmp_path, "region_code\n3201", PERSONS_DRAWN, SURVEY)
    assert seen(found, "vulnerable_persons", "need_persons") == [
        "32 | 12 | 7",
        "3201 | 11 | 7",
        "3202 | 1 | 0",
        "ID | 62 | 56",
    ]
    assert figures(found, "vulnerable_persons", "need_persons", region_code="31") == ["50 | 50"]


def test_more_protected_than_vulnerable_is_no_need(tmp_path):
    found = regional(tmp_path, NONE, PERSONS_DRAWN, "region_code | vulnerable_persons\n3201 | 3\n3202 | 0")
    assert seen(found, "need_persons") == ["32 | 0", "3201 | 0", "3202 | 0", "ID | 0"]


def test_adequacy_and_execution_are_ratios_of_workers(tmp_path):
    """3201: 5 affordable, 3 paid, 7 needed: 5 / 10 and 3 / 5."""
    found = regional(tmp_path, "region_code | budget_idr\n3201 | 1008000", PERSONS_DRAWN, SURVEY)
    assert figures(found, "affordable_workers", "adequacy_ratio", "execution_ratio", region_code="3201") == [
        "5 | 0.5 | 0.6"
    ]
    assert figures(found, "affordable_workers", "adequacy_ratio", "execution_ratio", region_code="3202") == [
        "0 | 0.0 |"
    ]


UNTOLD = """
    region_code | vulnerable_persons
    3201        | 11
    3202        |
    3203        | 40
    31          | 50
"""


def test_if_a_region_is_unknown_its_province_and_nation_are_too(tmp_path):
    """A part is not the whole: 51 of 3201 and 3203 are not the vulnerable workers of West Java."""
    found = regional(tmp_path, "region_code\n3201\n3202", PERSONS_DRAWN, UNTOLD)
    columns = ("vulnerable_persons", "need_persons", "adequacy_ratio")
    assert seen(found, *columns) == ["32 |  |  |", f"3201 | 11 | 7 | {5000 / 10}", "3202 |  |  |", "ID |  |  |"]
    assert figures(found, "vulnerable_persons", "need_persons", region_code="31") == ["50 | 50"]


QUOTAS = [
    # quota of a law of 3201 from the regency, of another from the villages, of a law of 3202; of 3201, of the province
    (("100", "50", "30"), "150", "180"),
    (("100", "", "30"), "", ""),
    (("100", "50", ""), "150", ""),
    (("", "", ""), "", ""),
]


@pytest.mark.parametrize(("quotas", "own", "province"), QUOTAS)
def test_where_a_budget_names_no_quota_the_sum_of_quotas_is_not_known(tmp_path, quotas, own, province):
    rows = (
        ("3201 | 1/2024 | regency", quotas[0]),
        ("3201 | 2/2024 | village", quotas[1]),
        ("3202 | 1/2024 | regency", quotas[2]),
    )
    text = "\n".join(["region_code | regulation_no | fund | workers_budgeted", *map(" | ".join, rows)])
    found = regional(tmp_path, text)
    assert figures(found, "workers_budgeted", region_code="3201") == [own]
    assert figures(found, "workers_budgeted", region_code="32") == [province]
    assert figures(found, "workers_budgeted", region_code="33") == ["0"]  # no regulation in force: none budgeted


def test_months_without_a_premium_are_not_paid_for_with_nothing(tmp_path):
    """The scheme began in July 2015: the cost of twelve months of that year is unknown."""
    found = regional(tmp_path, "region_code\n3201", month="2015-12", year=2015)
    assert figures(found, "affordable_workers", region_code="ID") == [""]


def test_without_a_wave_there_is_no_need_and_no_adequacy(tmp_path):
    found = regional(tmp_path, "region_code\n3201", PERSONS_DRAWN)
    columns = ("paid_workers", "vulnerable_persons", "need_persons", "adequacy_ratio", "execution_ratio")
    assert figures(found, *columns, region_code="3201") == ["3 |  |  |  | 0.0006"]


def test_the_newest_wave_up_to_the_month_counts_once_as_delivered_last(tmp_path):
    store = held(tmp_path, NONE)
    header = "region_code | survey_wave | vulnerable_persons"
    given_waves(
        store,
        ("2024-11", f"{header}\n3201 | 2024-08 | 5\n3201 | 2024-02 | 3"),
        ("2024-12", f"{header}\n3201 | 2024-08 | 7"),
        ("2025-01", f"{header}\n3201 | 2024-08 | 9"),
        **CELL,
    )
    assert figures(build(store, REGIONAL), "vulnerable_persons", region_code="ID") == ["7"]


# --- what was delivered --------------------------------------------------------------------------------------------


def test_the_newest_list_up_to_the_month_replaces_the_older(tmp_path):
    store = held(tmp_path, "region_code\n3201\n3202", month="2024-10")
    given(store, REGULATIONS, "region_code\n3203", "2024-08", **USUAL)
    given_persons(store, "person_id")
    found = figures(build(store, REGIONAL), "delivered_month", "regions_with_regulation", region_code="ID")
    assert found == ["2024-10-01 | 2"]


def test_without_a_list_the_table_gives_the_reason(tmp_path):
    store = warehouse(tmp_path)
    given_persons(store, "person_id")
    reason = build_summary(store, "2024-12", REGIONAL).reason
    assert reason.startswith("no regional_programmes was delivered for 2024-12")
    row = pl.read_parquet(store.files("regional_programmes", "2024-12"))
    assert written(row.select("region_level", "region_code", "regulations", "availability")) == [
        "all | ID |  | not_available"
    ]
