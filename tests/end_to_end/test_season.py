"""Seven months of a nation of 1:10,000 with every extract: what the tables say is what the simulator did."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.engines.duckdb_engine import DuckDBEngine
from assets.release.build import CODE_LISTS
from assets.release.layout import DATABASE
from assets.release.report.sentences import five_lines
from assets.warehouse import query
from schemas.summaries import SUMMARIES
from simulator import simulate
from tests.end_to_end.planned_entrants import as_transitions, entries
from tests.nation import SCALE, SEASON, Nation, live, locations_at, run
from tests.thresholds import by_threshold_alone

MONTHS = SEASON
LAST = MONTHS[-1]
FIRST_DAYS = {month: pl.lit(f"{month}-01").str.to_date() for month in MONTHS}


def table(season: Nation, name: str, month: str) -> pl.DataFrame:
    """The month of a table as the warehouse has it, before anything is withheld."""
    return pl.read_parquet(season.locations.warehouse.files(name, month))


def test_the_last_month_runs_to_a_release_of_all(season: Nation) -> None:
    assert list(live(season.locations.releases).manifest.months) == list(MONTHS)


@pytest.mark.parametrize("month", MONTHS)
def test_every_month_has_every_summary_table(season: Nation, month: str) -> None:
    assert all(summary.may_be_empty or table(season, summary.name, month).height for summary in SUMMARIES)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("extract", ["contributions", "kur_debtors", "regional_programmes", "outreach", "targets"])
def test_every_planted_defect_is_found_exactly(season: Nation, month: str, extract: str) -> None:
    from assets.ingest.report import MonthReport
    from schemas.extracts.catalogue import BY_NAME, stored_table

    truth = season.ledger(month)["extracts"][extract]
    stage = season.locations.warehouse.month_metadata(stored_table(BY_NAME[extract]).name, month)
    report = MonthReport.from_json(stage["report"], reused=True)
    assert {rule: count for rule, count in report.broken().items() if count} == truth["rules"]
    for volume in ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed"):
        assert report.total(volume) == truth[volume], volume


@pytest.mark.parametrize("month", MONTHS[1:])
def test_flows_are_those_of_the_ledger(season: Nation, month: str) -> None:
    truth = season.ledger(month)["flows"]["groups"]
    rows = table(season, "flows", month).filter(pl.col("province_code") == "ID")
    ours = {
        row["segment"]: {name: row[f"{name}_persons"] for name in truth["all"]} for row in rows.iter_rows(named=True)
    }
    assert ours == truth


@pytest.mark.parametrize("month", MONTHS[1:])
def test_moves_between_provinces_are_those_of_the_ledger(season: Nation, month: str) -> None:
    moved = season.ledger(month)["flows"]["moved"]
    provinces = table(season, "flows", month).filter(pl.col("province_code") != "ID")
    for segment, persons in moved.items():
        rows = provinces.filter(pl.col("segment") == segment)
        assert rows["moved_in_persons"].sum() == rows["moved_out_persons"].sum() == persons, segment


def test_a_month_without_the_previous_month_reports_it_and_the_rest_is_complete(season: Nation) -> None:
    row = table(season, "flows", MONTHS[0]).row(0, named=True)
    assert (row["availability"], row["province_code"], row["opening_persons"]) == ("not_available", "ID", None)
    assert "2024-08" in row["reason"]
    assert table(season, "kur_linkage", MONTHS[0])["availability"].unique().to_list() == ["available"]


@pytest.mark.parametrize("month", MONTHS[1:])
def test_entrants_of_the_plan_are_those_that_outreach_counts(season: Nation, month: str) -> None:
    """By regency, of own-account members: who entered or came back, and who was there before."""
    asked = f"SELECT * FROM ({query.sql_text(OUTREACH_SUMMARY.folder, 'outreach_entries')}) WHERE segment = 'BPU' ORDER BY ALL"
    with duckdb.connect() as con:
        DuckDBEngine(con).register_frame("transitions", table(season, "transitions", month))
        found = con.execute(asked).fetchall()
        DuckDBEngine(con).register_frame("transitions", as_transitions(entries([month], SCALE, 2024)))
        assert found == con.execute(asked).fetchall()
    assert sum(entered for _, _, _, entered, _ in found) > 10


@pytest.mark.parametrize("month", MONTHS[1:])
def test_retention_is_that_of_the_ledger(season: Nation, month: str) -> None:
    known = set(MONTHS[1:])  # cohorts need the month before
    truth = {
        (entry["cohort_month"], entry["segment"], entry["payer"]): (entry["entrants"], entry["retained"])
        for entry in season.ledger(month)["retention"]
        if entry["cohort_month"] in known
    }
    rows = table(season, "retention", month).filter(
        (pl.col("availability") == "available") & (pl.col("payer") != "all") & (pl.col("segment") != "all")
    )
    ours = {
        (f"{row['cohort_month']:%Y-%m}", row["segment"], row["payer"]): (
            row["entrants_persons"],
            row["retained_persons"],
        )
        for row in rows.iter_rows(named=True)
        if row["entrants_persons"]
    }
    assert ours == truth


def test_months_not_yet_seen_are_null_in_the_release(season: Nation) -> None:
    frame = pl.read_parquet(live(season.locations.releases).folder / "parquet" / "retention.parquet")
    cohorts = frame.filter(
        (pl.col("availability") == "available") & (pl.col("segment") == "all") & (pl.col("payer") == "all")
    )
    per_cohort = cohorts.group_by("cohort_month").agg(pl.len(), pl.col("months_since_entry").max())
    assert per_cohort["len"].unique().to_list() == [25]
    future = cohorts.filter(pl.col("month") > pl.lit("2025-03-01").str.to_date())
    assert future.height > 100
    assert future["retained_persons"].null_count() == future.height


@pytest.mark.parametrize("month", MONTHS)
def test_dues_and_arrears_are_those_of_the_ledger(season: Nation, month: str) -> None:
    truth = season.ledger(month)["compliance"]["segments"]
    rows = table(season, "compliance", month).filter(
        (pl.col("province_code") == "ID") & (pl.col("size_class") == "all") & pl.col("segment").is_in(["PU", "BPU"])
    )
    names = {"due_memberships": "due_memberships", "due_idr": "due_amount_idr", "paid_memberships": "memberships_paid",
             "arrears_memberships": "memberships_in_arrears", "arrears_months": "arrears_months",
             "in_time_memberships": "memberships_in_time", "unwaged_memberships": "unwaged_memberships"}  # fmt: skip
    ours = {row["segment"]: {theirs: row[name] for name, theirs in names.items()} for row in rows.iter_rows(named=True)}
    in_time = {
        segment: (ours[segment].pop("memberships_in_time"), truth[segment]["memberships_in_time"]) for segment in ours
    }
    assert ours == {segment: {name: of[name] for name in ours[segment]} for segment, of in truth.items()}
    assert in_time["PU"][0] == in_time["PU"][1]
    assert in_time["BPU"][0] < in_time["BPU"][1]  # prepayments of more than seven months ago were never delivered


def test_payments_count_for_the_months_they_cover(season: Nation) -> None:
    """The amounts received from September to March for March, with prepayments spread."""
    expected = sum(season.ledger(month)["compliance"]["paid_for"].get(LAST, 0) for month in MONTHS)
    rows = table(season, "compliance", LAST).filter(
        (pl.col("province_code") == "ID") & (pl.col("size_class") == "all") & (pl.col("segment") == "all")
    )
    assert rows["history_months"].to_list() == [7]
    # payments of planted rows belong to no due membership
    assert 0 <= expected - rows["paid_idr"].item() < expected / 100


@pytest.mark.parametrize("month", [MONTHS[0], LAST])
def test_debtors_are_those_of_the_ledger(season: Nation, month: str) -> None:
    truth = season.ledger(month)["kur"]
    row = table(season, "kur_linkage", month).filter((pl.col("province_code") == "ID") & (pl.col("scheme") == "all"))
    ours = row.row(0, named=True)
    shared = [name for name in truth if name in ours]
    assert {"contracts", "debtors", "protected_debtors", "obliged_debtors", "obliged_bpu_debtors"} <= set(shared)
    assert {name: ours[name] for name in shared} == {name: truth[name] for name in shared}


def test_budgets_are_those_of_the_ledger(season: Nation) -> None:
    truth = season.ledger(LAST)["regional"]
    rows = table(season, "regional_programmes", LAST)
    nation = rows.filter(pl.col("region_level") == "nation").row(0, named=True)
    assert (nation["regions_with_regulation"], nation["budget_idr"]) == (
        truth["regions_with_regulation"],
        truth["budget_idr"],
    )
    assert rows.filter(pl.col("region_level") != "nation")["own_budget_idr"].sum() == truth["budget_idr"]


def test_outreach_of_december_is_counted_and_compared_in_march(season: Nation) -> None:
    truth = season.ledger("2024-12")["outreach"]["channels"]
    rows = table(season, "outreach", LAST).filter(
        (pl.col("held_month") == FIRST_DAYS["2024-12"]) & (pl.col("province_code") == "ID") & (pl.col("segment") == "BPU")
        & (pl.col("channel") != "all")
    )  # fmt: skip
    ours = {
        row["channel"]: (row["activities"], row["reach_persons"], row["cost_idr"]) for row in rows.iter_rows(named=True)
    }
    assert ours == {
        name: (of["activities"], of["reach_persons"], of["cost_idr"]) for name, of in truth.items() if of["activities"]
    }
    assert rows["months_observed"].unique().to_list() == [3]


def test_every_table_answers_in_sql_with_comments_in_under_a_second(season: Nation) -> None:
    import time

    with duckdb.connect(live(season.locations.releases).folder / DATABASE, read_only=True) as con:
        for summary in SUMMARIES:
            start = time.monotonic()
            rows = con.sql(f"SELECT count(*) FROM {summary.name} WHERE month = DATE '2025-03-01'").fetchall()
            assert rows[0][0], summary.name
            assert time.monotonic() - start < 1
        uncommented = con.execute(
            """
            SELECT table_name, column_name FROM duckdb_columns()
            WHERE comment IS NULL AND table_name NOT IN (SELECT unnest($code_lists))
                AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE comment IS NOT NULL)
            """,
            {"code_lists": list(CODE_LISTS)},
        ).fetchall()
        assert not uncommented
        described = con.sql("SELECT table_name FROM duckdb_tables() WHERE comment IS NOT NULL").fetchall()
        assert {summary.name for summary in SUMMARIES} <= {name for (name,) in described}


def test_no_internal_column_is_released(season: Nation) -> None:
    for summary in SUMMARIES:
        frame = pl.read_parquet(live(season.locations.releases).folder / "parquet" / f"{summary.name}.parquet")
        assert not set(frame.columns) & {field.name for field in summary.fields if field.internal}


def test_the_five_lines_of_a_director(season: Nation) -> None:
    lines = five_lines(live(season.locations.releases).folder, "en")
    assert [line.split(":")[0] for line in lines] == [
        "Coverage", "Largest gap", "KUR", "Vulnerable workers", "Since last month",
    ]  # fmt: skip
    assert "4,020 of 10,184 eligible workers are protected (39.5 %)" in lines[0]
    assert "target" in lines[0]
    assert not any("None" in line for line in lines)


def test_without_the_optional_extracts_their_tables_give_the_reason_and_the_rest_is_published(
    nation: Nation, tmp_path: Path
) -> None:
    locations = locations_at(tmp_path)
    simulate(locations.landing, "2024-12", SCALE, extracts=("enrolments", "employers", "workforce"))
    with by_threshold_alone():
        assert run(locations, "2024-12").success
    release = live(locations.releases).folder
    with duckdb.connect(release / DATABASE, read_only=True) as con:
        found = {
            name: con.sql(f"SELECT availability, reason FROM {name}").fetchall()
            for name in ("kur_linkage", "compliance", "outreach", "regional_programmes", "target_progress", "flows")
        }
    assert all(len(rows) == 1 and rows[0][0] == "not_available" for rows in found.values())
    assert "kur_debtors" in found["kur_linkage"][0][1]
    assert pl.read_parquet(release / "parquet" / "coverage.parquet").height > 1000
    assert pl.read_parquet(release / "parquet" / "coverage_enterprise.parquet")["availability"].unique().to_list() == [
        "available"
    ]
    lines = five_lines(release, "en")
    assert "no target" in lines[0]
    assert "kur_debtors" in lines[2]
