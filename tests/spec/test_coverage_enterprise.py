"""Employers by size, their workers, and whether they hold what their size obliges: drawn rows of December 2024."""

from datetime import date

import polars as pl
import pytest
from summaries import MONTH, build, figures, given, warehouse

from assets.coverage.enterprises import ENTERPRISES, parts_add_up
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.employers import EMPLOYERS
from schemas.registers import MEMBERSHIPS
from schemas.summaries.enterprises import COMPARED, COVERAGE_ENTERPRISE

NOBODY = "membership_key\n"
WHOLE = {"province_code": "ID", "size_class": "all", "size_basis": "all", "sector": "all"}


def registered(there: Warehouse, text: str, month: str = MONTH) -> None:
    """Employers: as drawn, else of Jakarta's trade, of the employer itself, registered in 2010."""
    usual = {
        "employer_division": "000",
        "kbli": "47111",
        "work_region": "3171",
        "registered_on": date(2010, 1, 1),
        "is_kur_debtor": False,
    }
    given(there, stored_table(EMPLOYERS), text, month, **usual)


def held(there: Warehouse, text: str, month: str = MONTH) -> None:
    """Memberships: as drawn, else of wage earners of employer A with JKK and JKM, paid through the month."""
    usual = {
        "segment": "PU", "jkk": True, "jkm": True, "jht": False, "jp": False, "employer_id": "A", "work_region": "3171",
        "employer_division": "000", "start_date": date(2020, 1, 1), "paid_through": date.fromisoformat(f"{month}-01"),
    }  # fmt: skip
    given(there, MEMBERSHIPS, text, month, **usual)


def result(root, employers: str, memberships: str = NOBODY, month: str = MONTH) -> pl.DataFrame:
    """The table of these employers and memberships."""
    there = warehouse(root)
    registered(there, employers, month)
    held(there, memberships, month)
    return build(there, ENTERPRISES, month)


def judged(root, columns: str, cells: str, month: str = MONTH) -> str:
    """Size and basis of one employer."""
    frame = result(root, f"employer_id | {columns}\nA | {cells}", month=month)
    both = frame.filter(pl.col("size_class") != "all", pl.col("size_basis") != "all")
    return " by ".join(both.select("size_class", "size_basis").row(0))


# --- the size ------------------------------------------------------------------------------------------------------

SALES = [
    ("0", "micro"), ("2000000000", "micro"), ("2000000001", "small"), ("15000000000", "small"),
    ("15000000001", "medium"), ("50000000000", "medium"), ("50000000001", "large"),
]  # fmt: skip


@pytest.mark.parametrize(("sales", "size"), SALES)
def test_older_firms_are_judged_by_sales(tmp_path, sales, size):
    """Capital and workers mean large, the firm declares micro."""
    columns = "annual_sales_idr | capital_idr | workers_declared | size_class"
    assert judged(tmp_path, columns, f"{sales} | 99000000000 | 5000 | micro") == f"{size} by sales"


CAPITAL = [("1000000000", "micro"), ("1000000001", "small"), ("5000000000", "small"), ("5000000001", "medium"),
           ("10000000000", "medium"), ("10000000001", "large")]  # fmt: skip


@pytest.mark.parametrize(("capital", "size"), CAPITAL)
def test_firms_registered_since_the_regulation_are_judged_by_capital(tmp_path, capital, size):
    assert judged(tmp_path, "registered_on | capital_idr | annual_sales_idr", f"2022-05-01 | {capital} | 1") == (
        f"{size} by capital"
    )


DAYS = [("2021-02-01", "micro by sales"), ("2021-02-02", "large by capital")]


@pytest.mark.parametrize(("day", "judgement"), DAYS)
def test_the_regulation_began_on_2_february_2021(tmp_path, day, judgement):
    assert judged(tmp_path, "registered_on | capital_idr | annual_sales_idr", f"{day} | 20000000000 | 1") == judgement


FALLBACKS = [
    ("2022-05-01 |  | 3000000000 | 500 | large", "small by sales"),
    (" | 20000000000 | 3000000000 | 500 | large", "small by sales"),
    ("2010-01-01 | 3000000000 |  | 500 | large", "small by capital"),
    (" |  |  | 4 | large", "micro by workers"),
    (" |  |  | 5 | large", "small by workers"),
    (" |  |  | 19 | large", "small by workers"),
    (" |  |  | 20 | large", "medium by workers"),
    (" |  |  | 99 | micro", "medium by workers"),
    (" |  |  | 100 | micro", "large by workers"),
    (" |  |  |  | medium", "medium by declared"),
    (" |  |  |  | ", "unknown by none"),
]


@pytest.mark.parametrize(("cells", "judgement"), FALLBACKS)
def test_what_is_not_known_gives_way_to_the_next(tmp_path, cells, judgement):
    columns = "registered_on | capital_idr | annual_sales_idr | workers_declared | size_class"
    assert judged(tmp_path, columns, cells) == judgement


def test_before_the_regulation_its_bands_do_not_hold(tmp_path):
    """January 2021: neither sales nor capital judge."""
    columns = "annual_sales_idr | capital_idr | workers_declared"
    assert judged(tmp_path, columns, "60000000000 | 60000000000 | 3", month="2021-01") == "micro by workers"


def test_employers_that_declare_another_size_than_the_bands_give_are_counted(tmp_path):
    employers = """
        employer_id | annual_sales_idr | size_class
        A           | 1                | micro
        B           | 1                | small
        C           | 1                |
        D           |                  | large
    """
    assert figures(result(tmp_path, employers), "employers", "size_differs_employers", **WHOLE) == ["4 | 1"]


# --- who is counted ------------------------------------------------------------------------------------------------

OPEN = """
    employer_id | closed_on
    A           |
    B           | 2024-12-31
    C           | 2025-01-01
    D           | 2020-01-01
"""


def test_an_employer_that_closed_by_the_end_of_the_month_is_not_counted(tmp_path):
    assert figures(result(tmp_path, OPEN), "employers", **WHOLE) == ["2"]


WORKERS = """
    membership_key | segment | employer_id | paid_through | end_date
    1              | PU      | A           | 2024-12      |
    2              | PU      | A           | 2024-09      |
    3              | PU      | A           | 2024-08      |
    4              | PU      | A           | 2024-12      | 2024-12-31
    5              | BPU     | A           | 2024-12      |
    6              | PU      | C           | 2024-12      | 2025-01-01
    7              | PU      | D           | 2024-12      |
    8              | PU      | Z           | 2024-12      |
"""


def test_workers_are_protected_wage_earners_of_employers_that_are_open(tmp_path):
    """Three months of arrears still protect; D closed long ago and Z is registered nowhere."""
    columns = ("protected_workers", "enrolled_employers", "enrolled_ratio")
    assert figures(result(tmp_path, OPEN, WORKERS), *columns, **WHOLE) == ["3 | 2 | 1.0"]


def test_divisions_are_separate_and_a_worker_without_one_belongs_to_the_employer(tmp_path):
    employers = "employer_id | employer_division | size_class\nA | 000 | small\nA | 001 | large\nB | 000 | micro"
    workers = "membership_key | employer_id | employer_division\n1 | A | 000\n2 | A |\n3 | A | 001\n4 | A | 007"
    found = figures(result(tmp_path, employers, workers), "size_class", "employers", "protected_workers",
                    province_code="ID", size_basis="all", sector="all")  # fmt: skip
    assert found == ["all | 3 | 3", "large | 1 | 1", "micro | 1 | 0", "small | 1 | 2"]


def test_declared_workers_debtors_and_the_share_of_workers_protected(tmp_path):
    employers = "employer_id | workers_declared | is_kur_debtor\nA | 2 | yes\nB | 6 | no\nC | | "
    workers = "membership_key | employer_id\n1 | A\n2 | B\n3 | B"
    columns = ("workers_declared", "protected_workers", "worker_ratio", "kur_employers")
    assert figures(result(tmp_path, employers, workers), *columns, **WHOLE) == ["8 | 3 | 0.375 | 1"]


def test_more_protected_than_declared_is_kept_and_nothing_declared_has_no_ratio(tmp_path):
    workers = "membership_key\n1\n2\n3"
    many = result(tmp_path, "employer_id | workers_declared\nA | 2", workers)
    assert figures(many, "worker_ratio", **WHOLE) == ["1.5"]
    none = result(tmp_path / "none", "employer_id | workers_declared\nA |", workers)
    assert figures(none, "workers_declared", "worker_ratio", **WHOLE) == ["|"]


DECLARING = [
    # workers declared of A, B, C (each with protected workers: 250, 50, 50), the ratio of the nation
    (("100", "", ""), 250 / 100),
    (("", "100", ""), 50 / 100),
    (("0", "100", ""), 50 / 100),  # an employer that declares none is compared with nothing
    (("0", "100", "100"), 100 / 200),
    (("500", "100", "100"), 350 / 700),
    (("", "0", ""), None),
]


@pytest.mark.parametrize(("declared", "ratio"), DECLARING)
def test_protected_and_declared_workers_are_those_of_the_same_employers(tmp_path, declared, ratio):
    employers = "\n".join(["employer_id | workers_declared", *map(" | ".join, zip("ABC", declared, strict=True))])
    frame = result(tmp_path, employers, crowd(a=250, b=50, c=50))
    assert figures(frame, "protected_workers", "worker_ratio", **WHOLE) == [
        f"350 | {'' if ratio is None else ratio}".strip()
    ]


def test_the_workers_that_a_ratio_reveals_are_protected_as_a_count():
    """Ratio times declared workers are the protected workers of the employers that declare: a reader must not learn that there are 3."""
    reported = {"worker_ratio": [0.5, 2.5, None], "workers_declared": [7, 100, None]}
    shown = pl.DataFrame(reported).select(COVERAGE_ENTERPRISE.constraints.derived[COMPARED]).to_series()
    assert shown.to_list() == [4.0, 250.0, None]  # 3.5 is rounded: a ratio is of whole workers


# --- what the size obliges -----------------------------------------------------------------------------------------

COMPLIANT = [
    ("micro", "yes | yes | no | no", 1),
    ("micro", "yes | no | yes | yes", 0),
    ("small", "yes | yes | no | no", 0),
    ("small", "yes | yes | yes | no", 1),
    ("medium", "yes | yes | yes | no", 0),
    ("medium", "yes | yes | yes | yes", 1),
    ("large", "yes | yes | no | yes", 0),
    ("large", "no | yes | yes | yes", 0),
    ("large", "yes | yes | yes | yes", 1),
    ("", "yes | yes | no | no", 1),
    ("", "yes | no | yes | yes", 0),
]


@pytest.mark.parametrize(("size", "programmes", "compliant"), COMPLIANT)
def test_every_size_is_held_to_its_programmes_and_an_unknown_one_to_those_of_all(tmp_path, size, programmes, compliant):
    frame = result(
        tmp_path, f"employer_id | size_class\nA | {size}", f"membership_key | jkk | jkm | jht | jp\n1 | {programmes}"
    )
    assert figures(frame, "compliant_employers", **WHOLE) == [str(compliant)]


def test_one_protected_worker_without_an_obliged_programme_is_enough_and_an_unprotected_one_is_not(tmp_path):
    employers = "employer_id | size_class\nA | small\nB | small\nC | small"
    workers = """
        membership_key | employer_id | jht | paid_through
        1              | A           | yes | 2024-12
        2              | A           | no  | 2024-12
        3              | B           | yes | 2024-12
        4              | B           | no  | 2024-01
    """
    columns = ("employers", "enrolled_employers", "compliant_employers", "compliant_ratio")
    assert figures(result(tmp_path, employers, workers), *columns, **WHOLE) == ["3 | 2 | 1 | 0.5"]


def test_nobody_enrolled_has_no_compliance_ratio(tmp_path):
    columns = ("enrolled_employers", "enrolled_ratio", "compliant_employers", "compliant_ratio")
    assert figures(result(tmp_path, "employer_id\nA"), *columns, **WHOLE) == ["0 | 0.0 | 0 |"]


def test_obligations_are_those_of_the_month(tmp_path):
    """The pension began in July 2015; the bands by workers are of no date."""
    employers = "employer_id | workers_declared\nA | 500"
    workers = "membership_key | jht\n1 | yes"
    found = [
        figures(result(tmp_path / month, employers, workers, month), "compliant_employers", **WHOLE)
        for month in ("2015-06", "2015-07")
    ]
    assert found == [["1"], ["0"]]


# --- breakdowns ----------------------------------------------------------------------------------------------------

SPREAD = """
    employer_id | work_region | kbli  | annual_sales_idr | size_class
    A           | 3171        | 47111 | 1                |
    B           | 3201        | 01111 | 1                |
    C           | 3201        | 47111 | 3000000000       |
    D           | 3201        |       |                  | small
"""


def test_the_nation_shows_sizes_by_basis_and_by_sector_and_provinces_show_sizes(tmp_path):
    frame = result(tmp_path, SPREAD)
    assert figures(frame, "province_code", "size_class", "size_basis", "sector", "employers") == [
        "31 | all | all | all | 1",
        "31 | micro | all | all | 1",
        "32 | all | all | all | 3",
        "32 | micro | all | all | 1",
        "32 | small | all | all | 2",
        "ID | all | all | 2020:A | 1",
        "ID | all | all | 2020:G | 2",
        "ID | all | all | all | 4",
        "ID | all | all | unknown | 1",
        "ID | all | declared | all | 1",
        "ID | all | sales | all | 3",
        "ID | micro | all | 2020:A | 1",
        "ID | micro | all | 2020:G | 1",
        "ID | micro | all | all | 2",
        "ID | micro | sales | all | 2",
        "ID | small | all | 2020:G | 1",
        "ID | small | all | all | 2",
        "ID | small | all | unknown | 1",
        "ID | small | declared | all | 1",
        "ID | small | sales | all | 1",
    ]


def test_the_sector_is_of_the_classification_in_force(tmp_path):
    """Peraturan BPS 7/2025 is in force from 18 December 2025."""
    sectors = [
        result(tmp_path / month, "employer_id\nA", month=month).filter(pl.col("sector") != "all")["sector"][0]
        for month in ("2025-11", "2025-12")
    ]
    assert sectors == ["2020:G", "2025:G"]


def test_a_table_whose_parts_do_not_add_up_is_noticed(tmp_path):
    frame = result(tmp_path, SPREAD)
    assert parts_add_up(frame) == []
    total = pl.all_horizontal(pl.col(name) == value for name, value in WHOLE.items())
    off = frame.with_columns(pl.when(total).then(99).otherwise("kur_employers").alias("kur_employers"))
    assert [reported.partition(": kur_employers (month ")[0] for reported in parts_add_up(off)] == [
        f"{what} do not add up to their total" for what in ("provinces", "sizes", "bases", "sectors")
    ]


# --- one employer that is nearly all -------------------------------------------------------------------------------


def crowd(**sizes: int) -> str:
    """So many workers at each employer; a_1 is division 001 of a."""
    rows = [f"{name[0].upper()} | {name[2:].zfill(3)}" for name, many in sizes.items() for _ in range(many)]
    numbered = [f"{number} | {row}" for number, row in enumerate(rows, start=1)]
    return "\n".join(["membership_key | employer_id | employer_division", *numbered])


THREE = "employer_id\nA\nB\nC"
DOMINATED = [({"a": 17, "b": 2, "c": 1}, "17 | 2 | False"), ({"a": 18, "b": 1, "c": 1}, "18 | 1 | True"),
             ({"a": 1}, "1 | 0 | True"), ({}, "0 | 0 | False")]  # fmt: skip


@pytest.mark.parametrize(("sizes", "found"), DOMINATED)
def test_an_employer_with_more_than_85_percent_of_the_workers_dominates(tmp_path, sizes, found):
    """17 of 20 are 85 %."""
    frame = result(tmp_path, THREE, crowd(**sizes))
    assert figures(frame, "largest_workers", "second_workers", "is_dominated", **WHOLE) == [found]


DIVIDED = """
    employer_id | employer_division | work_region | size_class
    A           | 000               | 3171        | small
    A           | 001               | 3201        | large
    B           | 000               | 3171        | small
    C           | 000               | 3171        | small
    D           | 000               | 3171        | small
    E           | 000               | 3201        | small
"""


def test_divisions_of_an_employer_count_together_wherever_they_are(tmp_path):
    """A has three workers in each of two provinces: not the largest in either, but the largest of the nation."""
    frame = result(tmp_path, DIVIDED, crowd(a=3, a_1=3, b=5, c=4, d=4, e=4))
    columns = ("province_code", "size_class", "largest_workers", "second_workers")
    assert figures(frame, *columns, size_basis="all", sector="all") == [
        "31 | all | 5 | 4",
        "31 | small | 5 | 4",
        "32 | all | 4 | 3",
        "32 | large | 3 | 0",
        "32 | small | 4 | 0",
        "ID | all | 6 | 5",
        "ID | large | 3 | 0",
        "ID | small | 5 | 4",
    ]


def test_what_one_could_learn_of_the_largest_is_never_released():
    assert not {"largest_workers", "second_workers"} & set(ENTERPRISES.table.released().names)


# --- what is not there ---------------------------------------------------------------------------------------------


def test_without_employers_the_table_is_not_available(tmp_path):
    there = warehouse(tmp_path)
    held(there, NOBODY)
    frame = build(there, ENTERPRISES)
    columns = ("province_code", "size_class", "size_basis", "sector", "employers", "availability")
    assert figures(frame, *columns) == ["ID | all | all | all |  | not_available"]
    assert "2024-12/employers/" in frame["reason"].item()


def test_an_available_row_is_marked(tmp_path):
    frame = result(tmp_path, "employer_id\nA").unique("availability")
    assert figures(frame, "availability", "reason", "conf_status") == ["available |  |"]
