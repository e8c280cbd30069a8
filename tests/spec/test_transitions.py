"""Persons who stayed, entered, returned, became unpaid or left between November and December 2024, through the SQL."""

from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from summaries import given_persons, warehouse
from tables import drawn, written

from assets.registers.assets import movements
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.months import previous
from schemas.registers import ENTRANTS, TRANSITIONS

USUAL = {
    "identity": "nik", "status": "protected", "segment": "BPU", "home_region": "3201", "home_basis": "declared",
    "payer": "self", "start_date": date(2020, 1, 1),
}  # fmt: skip
NOBODY = "person_id | membership_key"


def held(root: Path, before: str, now: str) -> Warehouse:
    """A warehouse with the persons of November and December: as drawn, otherwise protected BPU of 3201 since 2020."""
    store = warehouse(root)
    given_persons(store, before, "2024-11", **USUAL)
    given_persons(store, now, "2024-12", **USUAL)
    return store


def compared(root: Path, before: str, now: str) -> pl.DataFrame:
    store = held(root, before, now)
    build_transitions(store, "2024-12")
    return pl.read_parquet(store.files("transitions", "2024-12"))


def figures(frame: pl.DataFrame, *columns: str) -> list[str]:
    return written(frame.select(columns).sort(pl.all(), nulls_last=True))


def kinds(root: Path, before: str, now: str) -> list[str]:
    return figures(compared(root, before, now), "kind", "persons")


STATUSES = """
    before    | now       | kind
    protected | protected | stayed
    protected | grace     | became_unpaid
    protected | lapsed    | became_unpaid
    protected | ended     | left_ended
    protected |           | left_absent
    grace     | protected | re_entered
    lapsed    | protected | re_entered
    ended     | protected | re_entered
              | protected | re_entered
    grace     | lapsed    |
    ended     |           |
              | grace     |
"""


@pytest.mark.parametrize("row", drawn(STATUSES))
def test_persons_protected_at_one_end_have_a_transition(tmp_path, row):
    """A membership of 2020: protected now and unknown the month before is somebody who comes back."""
    before, now, kind = [*(cell.strip() for cell in row.split("|")), ""][:3]
    side = "person_id | membership_key | status"
    found = kinds(
        tmp_path,
        f"{side}\n1 | 11 | {before}" if before else side,
        f"{side}\n1 | 11 | {now}" if now else side,
    )
    assert found == ([f"{kind} | 1"] if kind else [])


BEGINNINGS = """
    known_as  | start_date | kind
              | 2024-12-01 | entered
              | 2024-12-31 | entered
              | 2025-01-01 | entered
              | 2024-11-30 | re_entered
              |            | re_entered
    grace     | 2024-12-01 | re_entered
    ended     | 2024-12-01 | re_entered
"""


@pytest.mark.parametrize("row", drawn(BEGINNINGS))
def test_entered_is_unknown_the_month_before_and_began_this_month(tmp_path, row):
    known, began, kind = (cell.strip() for cell in row.split("|"))
    before = f"person_id | membership_key | status\n1 | 11 | {known}" if known else NOBODY
    assert kinds(tmp_path, before, f"person_id | membership_key | start_date\n1 | 11 | {began}") == [f"{kind} | 1"]


# --- the same person -----------------------------------------------------------------------------------------------


def test_a_person_with_another_membership_is_the_same_person(tmp_path):
    found = kinds(tmp_path, "person_id | membership_key\n1 | 11", "person_id | membership_key\n1 | 12")
    assert found == ["stayed | 1"]


def test_a_corrected_nik_is_no_departure_and_no_entry(tmp_path):
    """Person 11 represented the membership 11 until its NIK could be read."""
    before = "person_id | membership_key | identity\n11 | 11 | membership\n2 | 22 | nik"
    now = "person_id | membership_key | start_date\n1 | 11 | 2024-12-05\n2 | 22 | 2020-01-01"
    assert kinds(tmp_path, before, now) == ["stayed | 2"]


def test_persons_found_by_membership_have_both_states(tmp_path):
    before = "person_id | membership_key | segment | home_region | status\n11 | 11 | BPU | 3201 | protected"
    now = "person_id | membership_key | segment | home_region | status\n1 | 11 | PU | 3171 | protected"
    columns = ("kind", "region_before", "region_now", "segment_before", "segment_now")
    assert figures(compared(tmp_path, before, now), *columns) == ["stayed | 3201 | 3171 | BPU | PU"]


def test_the_membership_is_asked_only_of_persons_found_in_one_month(tmp_path):
    """Person 1 is found in both months, so the membership 11 that another person shows now is an entry."""
    before = "person_id | membership_key\n1 | 11"
    now = "person_id | membership_key | start_date\n1 | 12 | 2020-01-01\n3 | 11 | 2024-12-02"
    assert kinds(tmp_path, before, now) == ["entered | 1", "stayed | 1"]


def test_without_the_same_membership_a_changed_person_left_and_another_came(tmp_path):
    before, now = "person_id | membership_key\n1 | 11", "person_id | membership_key\n2 | 22"
    assert kinds(tmp_path, before, now) == ["left_absent | 1", "re_entered | 1"]


# --- what they were and are ----------------------------------------------------------------------------------------


def test_what_a_person_was_counts_only_where_protected_then_and_what_it_is_where_protected_now(tmp_path):
    head = "person_id | membership_key | status | segment | home_region | payer | vulnerable_basis\n"
    before = (
        f"{head}1 | 11 | protected | BPU | 3201 | village_fund | fisher\n2 | 22 | grace | BPU | 3201 | self | farmer"
    )
    now = f"{head}1 | 11 | lapsed | BPU | 3202 | self | farmer\n2 | 22 | protected | PU | 3171 | employer |"
    frame = compared(tmp_path, before, now)
    assert figures(frame, "kind", "region_before", "segment_before", "payer_before", "basis_before") == [
        "became_unpaid | 3201 | BPU | village_fund | fisher",
        "re_entered |  |  |  |",
    ]
    assert figures(frame, "kind", "region_now", "segment_now", "payer_now", "basis_now") == [
        "became_unpaid |  |  |  |",
        "re_entered | 3171 | PU | employer |",
    ]


def test_every_code_of_the_lists_comes_back_as_it_was(tmp_path):
    """Persons are compared as numbers: none may be read back as another."""
    lists = {"segment": "segments", "payer": "payers", "vulnerable_basis": "vulnerable_bases"}
    frame = pl.DataFrame({"one": [1]})
    for column, name in lists.items():
        codes = [*code_lists.values(name), *([None] if column != "segment" else [])]
        frame = frame.join(pl.DataFrame({column: codes}), how="cross")
    number = pl.int_range(1, frame.height + 1, dtype=pl.Int64)
    frame = frame.with_columns(number.alias("person_id"), number.alias("membership_key"))
    head = ["person_id", "membership_key", *lists]
    text = "\n".join(
        [" | ".join(head), *(" | ".join(str(v) if v is not None else "" for v in r) for r in frame.select(head).rows())]
    )
    found = compared(tmp_path, NOBODY, text)
    expected = frame.select(segment_now="segment", payer_now="payer", basis_now="vulnerable_basis")
    assert found.select(expected.columns).sort(pl.all()).equals(expected.sort(pl.all()))


def test_a_region_that_is_not_stated_is_0000(tmp_path):
    side = "person_id | membership_key | home_region | home_basis\n1 | 11 | "
    found = compared(tmp_path, f"{side} | none", f"{side}1101 | declared")
    assert figures(found, "region_before", "region_now") == ["0000 | 1101"]


BASES = """
    before   | now      | is_restated
    declared | declared | False
    declared | nik      | True
    nik      | declared | True
    nik      | nik      | True
    none     | declared | True
    declared | none     | True
"""


@pytest.mark.parametrize("row", drawn(BASES))
def test_residence_is_restated_where_one_month_does_not_declare_it(tmp_path, row):
    before, now, restated = (cell.strip() for cell in row.split("|"))
    side = "person_id | membership_key | home_basis\n1 | 11 | "
    assert figures(compared(tmp_path, side + before, side + now), "is_restated") == [restated]


def test_only_who_stayed_can_be_restated(tmp_path):
    side = "person_id | membership_key | home_basis | status\n1 | 11 | nik | "
    assert figures(compared(tmp_path, f"{side}protected", f"{side}lapsed"), "is_restated") == ["False"]


def test_persons_alike_are_one_row(tmp_path):
    side = "person_id | membership_key\n1 | 11\n2 | 22\n3 | 33"
    assert kinds(tmp_path, side, side) == ["stayed | 3"]


def test_everybody_protected_is_counted_once_at_each_end(tmp_path):
    """900 persons, one in nine with a changed identity; 0 to 3 is each status."""
    statuses = ("protected", "grace", "lapsed", "ended")

    def side(first: int, step: int) -> str:
        rows = [
            f"{n + (1000 if first and n % 9 == 0 else 0)} | {n + 5000} | {statuses[n * step % 7 % 4]}"
            for n in range(first, first + 900)
        ]
        return "\n".join(["person_id | membership_key | status", *rows])

    found = compared(tmp_path, side(0, 3), side(50, 5))
    was = found.filter(pl.col("segment_before").is_not_null())["persons"].sum()
    now = found.filter(pl.col("segment_now").is_not_null())["persons"].sum()
    assert (was, now) == (side(0, 3).count("protected"), side(50, 5).count("protected"))


# --- entrants ------------------------------------------------------------------------------------------------------


def test_entrants_are_the_persons_who_entered_with_segment_and_payer_of_now(tmp_path):
    before = "person_id | membership_key | status\n4 | 44 | grace"
    now = """
        person_id | membership_key | segment | payer        | start_date | status
        1         | 11             | BPU     | village_fund | 2024-12-02 | protected
        2         | 22             | PU      |              | 2024-12-03 | protected
        3         | 33             | BPU     | self         | 2020-01-01 | protected
        4         | 44             | BPU     | self         | 2024-12-02 | protected
        5         | 55             | BPU     | self         | 2024-12-02 | grace
    """
    store = held(tmp_path, before, now)
    build_transitions(store, "2024-12")
    entrants = pl.read_parquet(store.files("entrants", "2024-12"))
    assert entrants.schema == ENTRANTS.storage
    assert figures(entrants, "month", "person_id", "membership_key", "segment", "payer") == [
        "2024-12-01 | 1 | 11 | BPU | village_fund",
        "2024-12-01 | 2 | 22 | PU |",
    ]


# --- when it is built ----------------------------------------------------------------------------------------------


def test_the_month_before_january_is_december():
    assert [previous(month) for month in ("2025-01", "2024-12")] == ["2024-12", "2024-11"]


@pytest.mark.parametrize("there", ["2024-12", "2024-11", "2024-10"])
def test_without_both_months_nothing_is_promoted(tmp_path, there):
    store = warehouse(tmp_path)
    given_persons(store, "person_id | membership_key\n1 | 11", there, **USUAL)
    assert build_transitions(store, "2024-12") == {}
    assert (store.months("transitions"), store.months("entrants")) == ([], [])


def test_what_was_promoted_stays_when_its_input_is_gone(tmp_path):
    side = "person_id | membership_key\n1 | 11"
    store = held(tmp_path, side, side)
    build_transitions(store, "2024-12")
    store.storage.month("persons", "2024-11").unlink()
    assert build_transitions(store, "2024-12") == {}
    assert store.months("transitions") == ["2024-12"]


def test_it_is_built_again_only_if_persons_of_either_month_changed(tmp_path):
    side = "person_id | membership_key\n1 | 11"
    store = held(tmp_path, side, side)
    runs = [build_transitions(store, "2024-12")["reused"], build_transitions(store, "2024-12")["reused"]]
    for month in ("2024-11", "2024-12"):
        with store.candidate("persons", month) as folder:
            pl.read_parquet(store.files("persons", month)).write_parquet(folder / "part-00000.parquet")
            store.promote("persons", month, folder, {"fingerprint": f"{month} again"})
        runs.append(build_transitions(store, "2024-12")["reused"])
    assert runs == [0, 1, 0, 0]
    assert build_transitions(store, "2024-12", force=True)["reused"] == 0


def test_the_tables_are_written_as_declared_and_the_same_twice(tmp_path):
    side = "person_id | membership_key\n1 | 11\n2 | 22"
    store = held(tmp_path, side, side)
    written = []
    for _ in range(2):
        build_transitions(store, "2024-12", force=True)
        [file] = store.files("transitions", "2024-12")
        written.append(file.read_bytes())
        assert pl.read_parquet(file).schema == TRANSITIONS.storage
    assert written[0] == written[1]


# --- what an operator sees -----------------------------------------------------------------------------------------


def seen(there: Warehouse) -> tuple[bool, list[str]]:
    """Whether the check passes, and the names of the metadata of the two tables, through the asset."""
    locations = Locations(landing_folder="", warehouse_uri=str(there.root), releases_folder="")
    run = dg.materialize([movements], partition_key="2024-12", resources={"locations": locations})
    [check] = run.get_asset_check_evaluations()
    assert check.check_name == "month_before_is_there"
    assert check.passed or check.severity is dg.AssetCheckSeverity.WARN
    told = {name for event in run.get_asset_materialization_events() for name in event.materialization.metadata}
    return check.passed, sorted(told & {"nothing_built", "dagster/partition_row_count"})


def test_the_asset_warns_with_the_reason_if_there_is_nothing_to_compare(tmp_path):
    store = warehouse(tmp_path)
    given_persons(store, "person_id | membership_key\n1 | 11", **USUAL)
    assert seen(store) == (False, ["nothing_built"])
    given_persons(store, "person_id | membership_key\n1 | 11", "2024-11", **USUAL)
    assert seen(store) == (True, ["dagster/partition_row_count"])
