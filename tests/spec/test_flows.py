"""Flows of December 2024: who came to a row, who went, and why; worked out by hand, through the real SQL."""

from pathlib import Path
from random import Random

import dagster as dg
import polars as pl
import pytest
from summaries import build, explained, figures, given, given_persons, warehouse
from tables import drawn, written

from assets.coverage.assets import summaries
from assets.coverage.flows import DRIFT, FLOWS_SUMMARY, balance, drift
from assets.errors import MonthRefused
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.months import previous
from schemas.registers import TRANSITIONS
from schemas.summaries.flows import FLOWS

IN = ("entered_persons", "re_entered_persons", "changed_segment_in_persons", "moved_in_persons", "restated_in_persons")
OUT = ("became_unpaid_persons", "left_ended_persons", "left_absent_persons", "changed_segment_out_persons", "moved_out_persons",
       "restated_out_persons")  # fmt: skip
ENDS = ("opening_persons", "closing_persons")


def changed(root: Path, text: str, month: str = "2024-12") -> Warehouse:
    """A warehouse with the transitions as drawn."""
    there = warehouse(root)
    given_persons(there, "person_id", previous(month))
    given(there, TRANSITIONS, text, month, is_restated=False)
    return there


def flows(root: Path, text: str, month: str = "2024-12") -> pl.DataFrame:
    return build(changed(root, text, month), FLOWS_SUMMARY, month)


def shown(frame: pl.DataFrame, **where: str) -> list[str]:
    """Province, segment, opening, what is not zero of the flows, closing."""
    rows = []
    for row in frame.filter(*(pl.col(name) == value for name, value in where.items())).iter_rows(named=True):
        moves = [f"{name.removesuffix('_persons')} {row[name]}" for name in (*IN, *OUT) if row[name]]
        rows.append(f"{row['province_code']} {row['segment']}: {row['opening_persons']} > {' '.join(moves)} > ".replace(
            "  ", " ") + str(row["closing_persons"]))  # fmt: skip
    return sorted(rows)


EVERYTHING = """
    kind        | region_before | segment_before | region_now | segment_now | persons
    stayed      | 3201          | BPU            | 3201       | BPU         | 100
    entered     |               |                | 3201       | BPU         | 1
    re_entered  |               |                | 3202       | BPU         | 2
    became_unpaid | 3201        | BPU            |            |             | 4
    left_ended  | 3201          | BPU            |            |             | 8
    left_absent | 3202          | BPU            |            |             | 16
"""


def test_opening_and_who_came_and_went_is_closing(tmp_path):
    built = flows(tmp_path, EVERYTHING)
    line = "128 > entered 1 re_entered 2 became_unpaid 4 left_ended 8 left_absent 16 > 103"
    assert shown(built) == [
        f"{region} {group}: {line}" for region in ("32", "ID") for group in ("BPU", "all", "informal")
    ]
    assert figures(built, "change_ratio", province_code="ID", segment="all") == [str(103 / 128 - 1)]


def test_a_move_within_the_province_is_no_flow(tmp_path):
    text = (
        "kind | region_before | segment_before | region_now | segment_now | persons\nstayed | 3201 | PU | 3273 | PU | 5"
    )
    assert shown(flows(tmp_path, text), segment="PU") == ["32 PU: 5 > > 5", "ID PU: 5 > > 5"]


MOVES = """
    kind   | region_before | segment_before | region_now | segment_now | is_restated | persons
    stayed | 3201          | PU             | 3171       | PU          | no          | 5
    stayed | 3201          | PU             | 3171       | PU          | yes         | 7
    stayed | 0000          | PU             | 3171       | PU          | yes         | 9
"""


def test_between_provinces_a_person_moved_where_both_months_declare_it_and_else_was_restated(tmp_path):
    assert shown(flows(tmp_path, MOVES), segment="PU") == [
        "00 PU: 9 > restated_out 9 > 0",
        "31 PU: 0 > moved_in 5 restated_in 16 > 21",
        "32 PU: 12 > moved_out 5 restated_out 7 > 0",
        "ID PU: 21 > > 21",
    ]


CHANGES = """
    kind   | region_before | segment_before | region_now | segment_now | persons
    stayed | 3201          | JAKON          | 3201       | PU          | 1
    stayed | 3201          | PU             | 3201       | BPU         | 2
    stayed | 3201          | BPU            | 3201       | PMI         | 4
"""


def test_a_change_of_segment_is_a_flow_only_of_groups_that_it_crosses(tmp_path):
    assert shown(flows(tmp_path, CHANGES), province_code="32") == [
        "32 BPU: 4 > changed_segment_in 2 changed_segment_out 4 > 2",
        "32 JAKON: 1 > changed_segment_out 1 > 0",
        "32 PMI: 0 > changed_segment_in 4 > 4",
        "32 PU: 2 > changed_segment_in 1 changed_segment_out 2 > 1",
        "32 all: 7 > changed_segment_out 4 > 3",
        "32 formal: 3 > changed_segment_out 2 > 1",
        "32 informal: 4 > changed_segment_in 2 changed_segment_out 4 > 2",
    ]


BOTH = """
    kind   | region_before | segment_before | region_now | segment_now | persons
    stayed | 3201          | JAKON          | 3171       | PU          | 1
"""


def test_who_changed_segment_and_province_changed_segment_and_moved_where_the_group_is_the_same(tmp_path):
    assert shown(flows(tmp_path, BOTH)) == [
        "31 PU: 0 > changed_segment_in 1 > 1",
        "31 all: 0 > moved_in 1 > 1",
        "31 formal: 0 > moved_in 1 > 1",
        "32 JAKON: 1 > changed_segment_out 1 > 0",
        "32 all: 1 > moved_out 1 > 0",
        "32 formal: 1 > moved_out 1 > 0",
        "ID JAKON: 1 > changed_segment_out 1 > 0",
        "ID PU: 0 > changed_segment_in 1 > 1",
        "ID all: 1 > > 1",
        "ID formal: 1 > > 1",
    ]


def test_migrants_abroad_are_in_no_group_but_their_own(tmp_path):
    text = "kind | region_now | segment_now | persons\nentered | 3201 | PMI | 3"
    assert shown(flows(tmp_path, text)) == ["32 PMI: 0 > entered 3 > 3", "ID PMI: 0 > entered 3 > 3"]


def test_without_an_opening_there_is_no_change_ratio(tmp_path):
    text = "kind | region_now | segment_now | persons\nentered | 3201 | PMI | 3"
    assert flows(tmp_path, text)["change_ratio"].to_list() == [None, None]


def test_each_end_has_every_protected_person_of_the_registers(tmp_path):
    """From the registers on: two thousand persons of three provinces, every segment, every status, drawn at random."""
    there, chance, segments = warehouse(tmp_path), Random(1), code_lists.values("segments")
    head = "person_id | membership_key | status | segment | home_region | home_basis"
    for month, first in (("2024-11", 0), ("2024-12", 100)):
        rows = [
            f"{n} | {n} | {chance.choice(['protected', 'protected', 'grace', 'ended'])} | {chance.choice(segments)} | "
            f"{chance.choice(['3201 | declared', '3171 | declared', '3171 | nik', ' | none'])}"
            for n in range(first, first + 2000)
        ]
        given_persons(there, "\n".join([head, *rows]), month)
    build_transitions(there, "2024-12")
    found = build(there, FLOWS_SUMMARY)
    province = pl.col("home_region").str.head(2).fill_null("00").alias("province_code")
    for month, column in (("2024-11", "opening_persons"), ("2024-12", "closing_persons")):
        persons = explained(pl.read_parquet(there.files("persons", month))).filter(status="protected")
        counted = written(persons.group_by(province, "segment").agg(pl.len()).sort(pl.all()))
        single = found.filter(pl.col("province_code") != "ID", pl.col("segment").is_in(segments))
        assert written(single.select("province_code", "segment", column).sort(pl.all())) == counted
        in_all = persons.filter(pl.col("segment") != "PMI")
        assert figures(found, column, province_code="ID", segment="all") == [str(in_all.height)]
    row = found.filter(province_code="31", segment="formal").row(0, named=True)
    assert [name for name in (*IN, *OUT) if not row[name]] == ["entered_persons"]  # no start is known


# --- it must balance -----------------------------------------------------------------------------------------------


def rows_of(**figures_: int | None) -> pl.DataFrame:
    row = dict.fromkeys([*IN, *OUT], 0) | {"opening_persons": 10, "closing_persons": 10} | figures_
    return pl.DataFrame([row | {"drift": "ok"}, dict.fromkeys([*IN, *OUT, *ENDS], 0) | {"drift": "ok"}])


@pytest.mark.parametrize("name", IN)
def test_a_row_whose_entries_do_not_reach_the_closing_is_refused(name):
    assert balance(rows_of(**{name: 3})) == ["opening + in − out is not closing in 1 rows"]
    assert balance(rows_of(**{name: 3, "closing_persons": 13})) == []


@pytest.mark.parametrize("name", OUT)
def test_a_row_whose_departures_do_not_reach_the_closing_is_refused(name):
    assert balance(rows_of(**{name: 3})) == ["opening + in − out is not closing in 1 rows"]
    assert balance(rows_of(**{name: 3, "closing_persons": 7})) == []


def test_a_figure_that_is_missing_does_not_balance():
    assert balance(rows_of(opening_persons=None)) == ["opening + in − out is not closing in 1 rows"]


def test_a_month_that_does_not_balance_is_not_promoted(tmp_path):
    """An unknown kind is not a declared flow."""
    there = changed(tmp_path, "kind | region_before | segment_before | persons\nvanished | 3201 | PU | 5")
    with pytest.raises(MonthRefused, match="closing in 6 rows; nothing was promoted"):
        build(there, FLOWS_SUMMARY)
    assert there.months("flows") == []


# --- is the change usual -------------------------------------------------------------------------------------------


def drifts(root: Path, opening: int, closing: int, segment: str = "BPU", month: str = "2024-12") -> str:
    """The row of Jawa Barat; persons who left became unpaid, persons who came entered."""
    text = f"""
        kind    | region_before | segment_before | region_now | segment_now | persons
        stayed  | 3201          | {segment}      | 3201       | {segment}   | {min(opening, closing)}
        became_unpaid | 3201          | {segment}      |            |             | {max(opening - closing, 0)}
        entered |               |                | 3201       | {segment}   | {max(closing - opening, 0)}
    """
    [found] = figures(flows(root, text, month), "drift", province_code="32", segment=segment)
    return found


BOUNDS = """
    segment | opening | closing | drift
    PU      | 10000   | 10300   | ok
    PU      | 10000   | 10301   | unusual
    PU      | 10000   | 9700    | ok
    PU      | 10000   | 9699    | unusual
    BPU     | 10000   | 10800   | ok
    BPU     | 10000   | 9199    | unusual
    JAKON   | 10000   | 8800    | ok
    JAKON   | 10000   | 8799    | unusual
    PMI     | 10000   | 10801   | unusual
    BPU     | 999     | 500     | small
    BPU     | 1000    | 500     | unusual
    BPU     | 500     | 999     | small
    BPU     | 500     | 1000    | unusual
    BPU     | 0       | 1000    | unusual
    BPU     | 0       | 999     | small
"""


@pytest.mark.parametrize("row", drawn(BOUNDS))
def test_a_change_above_the_limit_of_its_segment_is_unusual_unless_there_are_too_few(tmp_path, row):
    segment, opening, closing, expected = row.split(" | ")
    assert drifts(tmp_path, int(opening), int(closing), segment) == expected


EXCUSES = """
    month   | segment | drift
    2024-12 | BPU     | unusual
    2025-01 | BPU     | declared
    2025-03 | BPU     | declared
    2025-04 | BPU     | unusual
    2025-02 | JAKON   | declared
    2025-02 | PU      | unusual
    2025-02 | PMI     | unusual
"""


@pytest.mark.parametrize("row", drawn(EXCUSES))
def test_an_exception_declares_a_change_of_its_months_and_segments(tmp_path, row):
    month, segment, expected = row.split(" | ")
    assert drifts(tmp_path, 10_000, 5_000, segment, month) == expected


def test_a_usual_change_needs_no_exception(tmp_path):
    assert drifts(tmp_path, 10_000, 9_999, "BPU", "2025-02") == "ok"


def test_an_exception_of_one_province_is_one_of_that_province_only(tmp_path, monkeypatch):
    one = pl.DataFrame([{"segment": "BPU", "province_code": "32", "month_from": "2024-12", "month_to": "2024-12",
                         "reason": "r", "source": "s"}])  # fmt: skip
    listed = code_lists.codes
    monkeypatch.setattr(code_lists, "codes", lambda name: one if name == "drift_exceptions" else listed(name))
    text = """
        kind    | region_now | segment_now | persons
        entered | 3201       | BPU         | 5000
        entered | 3171       | BPU         | 5000
    """
    found = figures(flows(tmp_path, text), "province_code", "drift", segment="BPU")
    assert found == ["31 | unusual", "32 | declared", "ID | unusual"]


def test_every_segment_of_the_table_has_its_limit():
    limits = set(code_lists.codes("drift_limits")["segment"])
    assert limits == {"all", "formal", "informal", *code_lists.values("segments")}


def test_the_notice_counts_the_unusual_rows(tmp_path):
    text = "kind | region_now | segment_now | persons\nentered | 3201 | PU | 5000\nentered | 3171 | PU | 5"
    there = changed(tmp_path, text)
    assert drift(build(there, FLOWS_SUMMARY)) == {
        DRIFT: 6
    }  # Jawa Barat and the nation: PU, formal, all; Jakarta is too small
    assert FLOWS_SUMMARY.notice_names == (DRIFT,)


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ("kind | region_now | segment_now | persons\nentered | 3201 | PU | 5000", dg.AssetCheckSeverity.ERROR),
        (
            "kind | region_before | segment_before | region_now | segment_now | persons\nstayed | 3171 | PU | 3201 | PU | 5000",
            dg.AssetCheckSeverity.WARN,  # the nation is as it was
        ),
    ],
)
def test_the_asset_warns_of_unusual_rows_and_one_of_the_nation_is_an_error(tmp_path, changes, severity):
    there = changed(tmp_path, changes)
    [asset] = [found for found in summaries if found.key == dg.AssetKey("flows")]
    locations = Locations(landing_folder="", warehouse_uri=str(there.root), releases_folder="")
    run = dg.materialize([asset], partition_key="2024-12", resources={"locations": locations})
    checks = {check.check_name: check for check in run.get_asset_check_evaluations()}
    assert {name: check.passed for name, check in checks.items()} == {"available": True, "drift": False}
    assert checks["drift"].severity is severity
    assert checks["drift"].metadata["rows"].value == 6


# --- when there is nothing to compare ------------------------------------------------------------------------------


def test_without_the_previous_month_the_table_gives_the_reason(tmp_path):
    found = build(warehouse(tmp_path), FLOWS_SUMMARY)
    assert figures(found, "province_code", "segment", "availability", "reason", month=found["month"][0]) == [
        "ID | all | not_available | the table persons of 2024-11 is not there: run that month first"
    ]
    assert found.select(*ENDS, *IN, *OUT, "change_ratio", "drift").null_count().row(0) == (1,) * 15
    assert drift(found) == {DRIFT: 0}


def test_the_columns_are_the_declared_ones(tmp_path):
    found = flows(tmp_path, EVERYTHING)
    assert found.schema == FLOWS.storage
    assert found.select("availability", "reason", "conf_status").unique().rows() == [("available", None, None)]
