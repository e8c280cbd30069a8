"""Protected persons at the end of December 2024, by membership and by person, through the real SQL."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from summaries import explained
from tables import drawn, memberships, registered, written

from assets.engines.duckdb_engine import DuckDBEngine
from assets.errors import MonthRefused
from assets.registers import persons as registers
from assets.registers.persons import build_persons
from assets.warehouse import Warehouse, query

NUMBERS = dict.fromkeys(("status_code", "attribute_code"), pl.Int16)  # as they are stored


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def statuses(con: duckdb.DuckDBPyConnection, folder: Path, text: str) -> list[str]:
    registered(DuckDBEngine(con), memberships(text), folder)
    rows = con.sql("SELECT status FROM membership_status ORDER BY membership_key").fetchall()
    return [status for (status,) in rows]


def persons(con: duckdb.DuckDBPyConnection, folder: Path, text: str, *columns: str) -> list[str]:
    registered(DuckDBEngine(con), memberships(text), folder)
    frame = explained(con.sql(query.sql_text(registers.HERE, "persons")).pl().cast(NUMBERS)).sort("person_id")
    return written(frame.select(columns))


PAID_RULE = """
    segment | paid_through | status
    PU      | 2025-03      | protected
    PU      | 2024-12      | protected
    PU      | 2024-09      | protected
    PU      | 2024-08      | lapsed
    PU      | 2023-12      | lapsed
    BPU     | 2025-03      | protected
    BPU     | 2024-12      | protected
    BPU     | 2024-11      | grace
    BPU     | 2024-09      | grace
    BPU     | 2024-08      | lapsed
    BPU     | 2023-12      | lapsed
"""

INTERVAL_RULE = """
    segment | start_date | end_date   | status
    JAKON   | 2024-12-01 | 2025-06-01 | protected
    JAKON   | 2024-12-31 | 2025-06-01 | protected
    JAKON   | 2024-01-01 | 2025-01-01 | protected
    JAKON   | 2024-01-01 | 2024-12-31 | ended
    JAKON   | 2024-01-01 | 2024-12-30 | ended
    JAKON   | 2024-12-31 | 2024-12-31 | ended
    JAKON   | 2024-01-01 |            | protected
    PMI     | 2024-12-31 | 2025-06-01 | protected
    PMI     | 2024-01-01 | 2025-01-01 | protected
    PMI     | 2024-01-01 | 2024-12-31 | ended
    PMI     | 2024-01-01 |            | protected
"""


def shown(con: duckdb.DuckDBPyConnection, folder: Path, text: str) -> list[str]:
    """The drawn rows with the status that the SQL gives them, in place of the drawn one."""
    header, *rows = text.strip().splitlines()
    without = [header.rpartition("|")[0], *(row.rpartition("|")[0] for row in rows)]
    found = statuses(con, folder, "\n".join(without))
    return [f"{row} | {status}" for row, status in zip(drawn("\n".join(without)), found, strict=True)]


def test_wage_earners_are_protected_three_months_in_arrears_and_the_self_employed_none(con, tmp_path):
    assert shown(con, tmp_path, PAID_RULE) == drawn(PAID_RULE)


def test_projects_and_migrants_are_protected_within_a_half_open_interval(con, tmp_path):
    """end_date is the first day no longer covered: an end on the month's last day is ended at the month's end.

    That an interval has begun is not asked here: the rule started_by_month_end quarantines the row before.
    """
    found = [" | ".join(cell.strip() for cell in row.split("|")) for row in shown(con, tmp_path, INTERVAL_RULE)]
    assert found == drawn(INTERVAL_RULE)


def test_ended_beats_paid(con, tmp_path):
    text = """
        segment | paid_through | end_date
        PU      | 2024-12      | 2024-12-31
        PU      | 2024-12      | 2025-01-01
        BPU     | 2025-06      | 2024-12-31
        BPU     | 2024-11      | 2024-12-31
    """
    assert statuses(con, tmp_path, text) == ["ended", "protected", "ended", "ended"]


def test_paying_does_not_protect_a_project_that_ended(con, tmp_path):
    text = "segment | paid_through | end_date\nJAKON | 2025-06 | 2024-11-30"
    assert statuses(con, tmp_path, text) == ["ended"]


def test_a_membership_of_no_known_payment_is_lapsed(con, tmp_path):
    assert statuses(con, tmp_path, "segment | paid_through\nPU | \nBPU |") == ["lapsed", "lapsed"]


def test_of_two_touching_spells_only_the_later_is_held(con, tmp_path):
    """The half-open interval: the day on which one ends and the other starts belongs to the other alone."""
    text = """
        person_id | segment | start_date | end_date   | paid_through
        1         | PU      | 2020-01-01 | 2024-12-31 | 2024-12
        1         | PU      | 2024-12-31 |            | 2024-12
    """
    assert persons(con, tmp_path, text, "status", "memberships", "is_dual") == ["protected | 1 | False"]


def test_one_day_of_overlap_at_the_month_end_holds_both_spells(con, tmp_path):
    text = """
        person_id | segment | start_date | end_date   | paid_through
        1         | PU      | 2020-01-01 | 2025-01-01 | 2024-12
        1         | PU      | 2024-12-31 |            | 2024-12
    """
    assert persons(con, tmp_path, text, "status", "memberships", "is_dual") == ["protected | 2 | False"]


@pytest.mark.parametrize(
    ("held", "primary"),
    [
        (("PMI", "BPU", "JAKON", "PU"), "PU"),
        (("PMI", "BPU", "JAKON"), "JAKON"),
        (("PMI", "BPU"), "BPU"),
        (("PMI",), "PMI"),
    ],
)
def test_the_primary_segment_is_pu_then_jakon_then_bpu_then_pmi(con, tmp_path, held, primary):
    rows = "\n".join(f"1 | {segment} | 2024-12 | 2025-06-01" for segment in held)
    text = f"person_id | segment | paid_through | end_date\n{rows}"
    assert persons(con, tmp_path, text, "segment", "memberships") == [f"{primary} | {len(held)}"]


def test_the_best_status_comes_before_the_order_of_segments(con, tmp_path):
    text = """
        person_id | segment | paid_through | end_date
        1         | PU      | 2024-08      |
        1         | BPU     | 2024-12      |
        2         | PU      | 2024-08      |
        2         | BPU     | 2024-10      |
        3         | PU      | 2024-12      | 2024-06-01
        3         | BPU     | 2024-01      |
        4         | PU      | 2024-12      | 2024-06-01
        4         | PMI     |              | 2025-06-01
    """
    expected = ["1 | BPU | protected", "2 | BPU | grace", "3 | BPU | lapsed", "4 | PMI | protected"]
    assert persons(con, tmp_path, text, "person_id", "segment", "status") == expected


def test_among_equals_the_membership_that_started_first_is_primary(con, tmp_path):
    text = """
        membership_key | person_id | segment | paid_through | start_date | work_region
        1              | 1         | PU      | 2024-12      | 2022-01-01 | 3171
        2              | 1         | PU      | 2024-12      | 2021-01-01 | 3273
    """
    assert persons(con, tmp_path, text, "work_region") == ["3273"]


def test_dual_is_who_is_protected_in_two_segments(con, tmp_path):
    text = """
        person_id | segment | paid_through | end_date
        1         | PU      | 2024-12      |
        1         | BPU     | 2024-12      |
        2         | PU      | 2024-12      |
        2         | PU      | 2024-12      |
        3         | PU      | 2024-12      |
        3         | BPU     | 2024-11      |
        4         | PU      | 2024-12      |
    """
    assert persons(con, tmp_path, text, "person_id", "is_dual") == ["1 | True", "2 | False", "3 | False", "4 | False"]


def test_programmes_are_united_over_protected_memberships_only(con, tmp_path):
    text = """
        person_id | segment | paid_through | end_date   | jkk | jkm | jht | jp  | jkp
        1         | PU      | 2024-12      |            | yes | yes | no  | yes | no
        1         | BPU     | 2024-12      |            | yes | yes | yes | no  | no
        1         | PU      | 2024-12      | 2024-12-31 | yes | yes | no  | no  | yes
        2         | BPU     | 2024-11      |            | yes | yes | yes | no  | no
        2         | BPU     | 2024-08      |            | yes | yes | yes | no  | no
        3         | BPU     | 2024-11      |            | yes | yes | yes | no  | no
    """
    expected = [
        "1 | True | True | True | True | False",
        "2 | False | False | False | False | False",
        "3 | False | False | False | False | False",
    ]
    assert persons(con, tmp_path, text, "person_id", "jkk", "jkm", "jht", "jp", "jkp") == expected


def test_memberships_counts_the_protected_and_registered_memberships_those_in_grace_too(con, tmp_path):
    text = """
        person_id | segment | paid_through | end_date
        1         | PU      | 2024-12      |
        1         | BPU     | 2024-12      |
        1         | BPU     | 2024-11      |
        1         | PU      | 2024-01      |
        1         | PU      | 2024-12      | 2024-12-31
        2         | BPU     | 2024-11      |
        3         | BPU     | 2024-01      |
        4         | PU      | 2024-10      |
    """
    expected = ["1 | 2 | 3", "2 | 0 | 1", "3 | 0 | 0", "4 | 1 | 1"]
    assert persons(con, tmp_path, text, "person_id", "memberships", "registered_memberships") == expected


def test_every_person_is_one_row_also_the_one_with_nothing_but_ended_memberships(con, tmp_path):
    text = """
        person_id | segment | end_date
        1         | JAKON   | 2024-06-01
        1         | JAKON   | 2024-07-01
        2         | JAKON   | 2024-07-01
    """
    assert persons(con, tmp_path, text, "person_id", "status") == ["1 | ended", "2 | ended"]


def test_memberships_without_nik_are_persons(con, tmp_path):
    text = """
        person_id | identity   | segment | end_date
        11        | membership | JAKON   | 2025-06-01
        12        | membership | JAKON   | 2025-06-01
    """
    expected = ["11 | membership | 1", "12 | membership | 1"]
    assert persons(con, tmp_path, text, "person_id", "identity", "memberships") == expected


AGES = """
    birth_date | age_band
    2010-01-01 | under_15
    2009-12-31 | 15-24
    2009-12-01 | 15-24
    2000-01-01 | 15-24
    1999-12-31 | 25-34
    1990-01-01 | 25-34
    1989-12-01 | 35-44
    1979-12-01 | 45-54
    1969-12-01 | 55-64
    1960-01-01 | 55-64
    1959-12-31 | 65+
    1924-01-01 | 65+
"""


def test_a_person_is_of_an_age_from_the_month_of_the_birthday(con, tmp_path):
    births, bands = zip(*(row.split(" | ") for row in drawn(AGES)), strict=True)
    text = "\n".join(["segment | paid_through | birth_date", *(f"PU | 2024-12 | {birth}" for birth in births)])
    assert persons(con, tmp_path, text, "person_id", "age_band") == [f"{n} | {b}" for n, b in enumerate(bands, 1)]


def promoted(root: Path, held: pl.DataFrame) -> Warehouse:
    warehouse = Warehouse(root)
    with warehouse.candidate("memberships", "2024-12") as candidate:
        held.write_parquet(candidate / "part-00000.parquet")
        warehouse.promote("memberships", "2024-12", candidate, {"fingerprint": "memberships-1"})
    return warehouse


CLASH = """
    person_id | person_check | identity | segment | paid_through
    77        | 1            | nik      | PU      | 2024-12
    77        | 2            | nik      | BPU     | 2024-12
    78        | 2            | nik      | BPU     | 2024-12
"""


def test_two_persons_under_one_pseudonym_refuse_the_month(tmp_path):
    warehouse = promoted(tmp_path, memberships(CLASH))
    with pytest.raises(MonthRefused, match=r"^1 pseudonyms are shared by two persons each"):
        build_persons(warehouse, "2024-12")
    assert (warehouse.months("persons"), warehouse.months("person_cells")) == ([], [])


def test_one_person_with_two_memberships_is_no_clash(tmp_path):
    warehouse = promoted(tmp_path, memberships(CLASH.replace("| 2            | nik      | BPU", "| 1 | nik | BPU")))
    counts = build_persons(warehouse, "2024-12")
    assert (counts["persons"], counts["persons_contradicting"]) == (2, 0)


def test_a_person_with_two_birth_dates_is_noticed_and_kept(tmp_path):
    text = """
        person_id | birth_date | segment | paid_through
        77        | 1990-01-01 | PU      | 2024-12
        77        | 1991-01-01 | BPU     | 2024-12
    """
    counts = build_persons(promoted(tmp_path, memberships(text)), "2024-12")
    assert (counts["persons"], counts["persons_contradicting"]) == (1, 1)


def test_person_cells_count_everyone_once_at_home_and_once_at_work(tmp_path):
    text = """
        segment | paid_through | home_region | work_region
        PU      | 2024-12      | 3201        | 3171
        PU      | 2024-12      | 3201        | 3171
        BPU     | 2024-12      |             | 3171
    """
    warehouse = promoted(tmp_path, memberships(text))
    build_persons(warehouse, "2024-12")
    cells = pl.read_parquet(warehouse.files("person_cells", "2024-12"))
    assert written(cells.select("geography_basis", "region_code", "segment", "persons").sort(pl.all())) == [
        "home | 0000 | BPU | 1",
        "home | 3201 | PU | 2",
        "work | 3171 | BPU | 1",
        "work | 3171 | PU | 2",
    ]
