"""A month from landing to release, through Dagster itself, at 1:10,000: figures, findings, repeats, nothing leaked."""

import json
import re
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets.ingest.checks import rules as rules_of
from assets.ingest.report import MonthReport
from assets.release.editions import PUBLIC
from assets.release.publish import PublicationResult
from assets.release.published_release import PublishedRelease
from assets.release.ui_metadata import release_metadata, table_previews
from schemas.code_lists import codes
from schemas.extracts.enrolments import ENROLMENTS
from schemas.summaries import SUMMARIES
from schemas.tables import Severity
from simulator import simulate
from tests.nation import MONTHS, SCALE, Nation, live, locations_at, run
from tests.thresholds import by_threshold_alone

FIGURES = {"all": (4520, 10180, 44.4), "formal": (3530, 4070, 86.7), "informal": (990, 6110, 16.2)}
STORED = {"enrolments": "memberships", "employers": "employers", "workforce": "workforce"}


@pytest.mark.parametrize("month", MONTHS)
def test_the_month_runs_to_a_release(nation: Nation, month: str) -> None:
    assert nation.results[month].success


def test_the_headline_of_december_is_the_published_one(nation: Nation) -> None:
    with duckdb.connect(live(nation.locations.releases).folder / "coverage.duckdb", read_only=True) as con:
        rows = con.execute("""
            SELECT segment, protected_persons, denominator_persons, round(100 * coverage_ratio, 1) FROM coverage
            WHERE month = DATE '2024-12-01' AND geography_basis = 'home' AND geography_level = 'nation'
                AND programme = 'any' AND sex = 'all' AND age_band = 'all' AND denominator_id = 'potential'
        """).fetchall()
    assert {segment: figures for segment, *figures in rows} == {
        name: list(figures) for name, figures in FIGURES.items()
    }
    assert SCALE == 1e-4


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("extract", STORED)
def test_every_planted_defect_is_found_exactly(nation: Nation, month: str, extract: str) -> None:
    truth = nation.ledger(month)["extracts"][extract]
    report = MonthReport.from_json(
        nation.locations.warehouse.month_metadata(STORED[extract], month)["report"], reused=True
    )
    assert {rule: count for rule, count in report.broken().items() if count} == {
        rule: count for rule, count in truth["rules"].items() if count
    }
    for volume in ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed"):
        assert report.total(volume) == truth[volume], volume
    assert sum(bool(file.repeats) for file in report.files) == truth["files_repeated"]
    assert all(file.is_conserved() for file in report.files)


def test_checks_carry_the_results_of_the_rules(nation: Nation) -> None:
    month = "2024-12"
    broken = nation.ledger(month)["extracts"]["enrolments"]["rules"]
    evaluations = {
        event.check_name: event
        for event in nation.results[month].get_asset_check_evaluations()
        if event.asset_key == dg.AssetKey("memberships")
    }
    assert evaluations["rows_conserved"].passed
    assert evaluations["delivery_complete"].passed
    for check, rules in (
        ("rules_fatal", ("age_plausible", "row_structure", "membership_id_conflict")),
        ("rules_convention", ("nik_serial",)),
    ):
        found = {row.data["rule"]: row.data for row in evaluations[check].metadata["broken_rules"].records}
        assert not evaluations[check].passed
        assert all(found[rule]["broken"] == broken[rule] and found[rule]["remedy"] for rule in rules)


def test_metadata_describe_the_tables_and_their_folders(nation: Nation) -> None:
    built = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in nation.results["2024-12"].get_asset_materialization_events()
    }
    truth = nation.ledger("2024-12")["extracts"]["enrolments"]
    memberships = built["memberships"]
    assert memberships["dagster/partition_row_count"].value == truth["rows_accepted"]
    assert memberships["path"].value == "memberships/month=2024-12"
    assert memberships["seconds"].value > 0
    fatal = {rule.name for rule in rules_of(ENROLMENTS, Severity.FATAL)}
    broken = {rule: rows for rule, rows in truth["rules"].items() if rule in fatal and rows}
    assert len(broken) > 20
    rows = [record.data for record in memberships["quarantine_by_rule"].records]
    assert {row["rule"]: row["rows"] for row in rows} == broken
    assert [row["rows"] for row in rows] == sorted(broken.values(), reverse=True)
    assert f"2024-12: {truth['rows_accepted']:,} + {truth['rows_quarantined']:,} rows" in memberships["chart"].value
    assert not any(str(nation.root) in str(value) for entry in built.values() for value in entry.values())


def test_the_release_is_shown_as_it_was_released_and_not_while_it_waits(nation: Nation) -> None:
    [event] = [
        event
        for event in nation.results["2024-12"].get_asset_materialization_events()
        if event.asset_key.path == ["public_release"]
    ]
    built = event.step_materialization_data.materialization.metadata
    folder = live(nation.locations.releases).folder
    shown = Path(built["release"].value)  # where the nation was released, before this process copied it
    assert (shown.is_absolute(), shown.name) == (True, folder.name)
    assert Path(built["report"].value) == shown / "report" / "index.html"
    kept = ["geography_basis", "denominator_id", "protected_persons", "denominator_persons"]
    released = pl.read_parquet(folder / "parquet" / "coverage.parquet").with_columns(pl.col(pl.Date).cast(pl.String))
    rows = [record.data for record in built["preview/coverage"].records]
    assert len(rows) == 3
    assert all(released.filter(month="2024-12-01", region_code="ID", segment="all", **row).height for row in rows)
    assert set(kept) <= rows[0].keys()
    [ratio] = released.filter(
        month="2024-12-01", geography_basis="home", geography_level="nation", segment="all", programme="any", sex="all",
        age_band="all", denominator_id="potential",
    )["coverage_ratio"]  # fmt: skip
    assert f"2024-12: {100 * ratio:.1f} %" in built["chart"].value
    assert {f"preview/{table.name}" for table in SUMMARIES} <= built.keys()
    waiting = PublicationResult(PublishedRelease(folder), reused=False, waits_until="2030-01-01")
    assert not {"findings", "chart"} & release_metadata(waiting, PUBLIC).keys()
    assert table_previews(waiting, PUBLIC) == {}


def test_a_second_run_reads_nothing_again_and_a_forced_one_gives_the_same_bytes(nation: Nation) -> None:
    month = "2024-12"
    tables = ("memberships", "persons", "person_cells", "coverage", "data_quality")
    folders = {table: nation.locations.warehouse.storage.month(table, month).resolve() for table in tables}
    content = {table: _content(folder) for table, folder in folders.items()}
    release = live(nation.locations.releases).folder
    released = {path.name: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    assert run(nation.locations, month).success
    assert {table: nation.locations.warehouse.storage.month(table, month).resolve() for table in tables} == folders
    shutil.move(release, nation.root / "put-aside")
    assert run(nation.locations, month, force=True).success
    assert nation.locations.warehouse.storage.month("memberships", month).resolve() != folders["memberships"]
    again = {table: _content(nation.locations.warehouse.storage.month(table, month)) for table in tables}
    assert all(again[table].equals(content[table]) for table in tables)
    assert live(nation.locations.releases).folder == release
    assert {path.name: path.read_bytes() for path in release.rglob("*") if path.is_file()} == released


def _content(folder: Path) -> pl.DataFrame:
    frame = pl.read_parquet(sorted(folder.glob("*.parquet")))
    keys = [name for name in ("membership_key", "person_id") if name in frame.columns] or frame.columns
    return frame.sort(keys[-1:] + keys[:-1])


def test_no_nik_and_no_membership_number_is_in_any_artefact_log_or_event(nation: Nation) -> None:
    landed = b"".join(_plain(path) for path in nation.locations.landing.rglob("enrolments/*"))
    niks = set(re.findall(rb"\b\d{4}99\d{10}\b", landed))
    assert len(niks) > 3500
    stored = nation.locations.warehouse.root / ".store"
    kept = [path for path in stored.rglob("*.parquet") if "quarantine" not in path.parts]
    assert {"memberships", "persons", "coverage"} <= {path.relative_to(stored).parts[0] for path in kept}
    for folder in (nation.locations.releases, nation.root / "dagster"):
        kept += [path for path in folder.rglob("*") if path.is_file()]
    for path in kept:
        found = set(re.findall(rb"(?<!\d)\d{4}99\d{10}(?!\d)", _told(path))) & niks
        assert not found, path.name


def _told(path: Path) -> bytes:
    """The content of a file, uncompressed."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path, hive_partitioning=False).write_csv().encode()
    return _plain(path) if path.suffix in (".gz", ".zst") else path.read_bytes()


def _plain(path: Path) -> bytes:
    """The text of a delivered file, whatever it is packed in."""
    import gzip

    import pyarrow as pa

    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        with pa.input_stream(str(path), compression="zstd") as stream:
            return bytes(stream.read())
    return path.read_bytes() if path.suffix == ".csv" else b""


def test_quarantine_keeps_original_rows_with_every_rule_for_the_office_alone(nation: Nation) -> None:
    folder = nation.locations.warehouse.storage.month("quarantine/enrolments", "2024-12").resolve()
    held = pl.read_parquet(sorted(folder.glob("*.parquet")))
    assert held.height == nation.ledger("2024-12")["extracts"]["enrolments"]["rows_quarantined"]
    assert held["rules"].null_count() == 0
    offices = [pl.read_csv(path, infer_schema=False) for path in (folder / "offices").glob("*.csv")]
    assert sum(frame.height for frame in offices) == held.height
    assert (folder.stat().st_mode & 0o077, folder.parents[1].stat().st_mode & 0o077) == (0, 0)


def test_december_2023_reproduces_the_published_province_table(nation: Nation, tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    simulate(locations.landing, "2023-12", 0.001, dormant=True)
    with by_threshold_alone():
        assert run(locations, "2023-12").success
    frame = pl.read_parquet(locations.warehouse.files("coverage", "2023-12"))
    ours = frame.filter(
        (pl.col("geography_basis") == "work") & (pl.col("geography_level") == "province_2020") & (pl.col("programme") == "any")
        & (pl.col("sex") == "all") & (pl.col("age_band") == "all") & (pl.col("denominator_id") == "none")
    ).select("region_code", "segment", "protected_persons")  # fmt: skip
    published = codes("published_figures").filter(
        (pl.col("as_of") == "2023-12") & (pl.col("region_scheme") == "kemendagri_2020") & (pl.col("segment") != "all")
    ).select("region_code", "segment", pl.col("value").cast(pl.Int64))  # fmt: skip
    both = published.join(ours, on=["region_code", "segment"])
    assert both.height == 34 * 3
    assert (both["value"] / 1000 - both["protected_persons"]).abs().max() < 1
    assert ours.filter(pl.col("segment") != "PMI")["protected_persons"].sum() == round(41_560_938 / 1000)
    reconciled = pl.read_parquet(locations.warehouse.files("reconciliation", "2023-12")).drop_nulls("our_persons")
    assert reconciled.height > 34 * 4
    assert reconciled["verdict"].unique().to_list() == ["agrees"], "each of our persons represents 1,000"


def test_manifest_lists_every_file_with_its_digest(nation: Nation) -> None:
    import hashlib

    release = live(nation.locations.releases).folder
    manifest = json.loads((release / "manifest.json").read_text())
    for entry in manifest["files"]:
        assert hashlib.sha256((release / entry["name"]).read_bytes()).hexdigest() == entry["sha256"]
    assert manifest["policy"]["min_count"] == 10
    assert sorted(manifest["months"]) == list(MONTHS)
    inputs = manifest["months"]["2024-12"]["inputs"]
    named = {key for extract in inputs.values() for file in extract["files"] for key in file}
    assert named == {"name", "sha256", "bytes", "rejected", "repeats"}, "counts of rows by file are not protected"


def test_small_counts_are_withheld_with_their_ratios(nation: Nation) -> None:
    frame = pl.read_parquet(live(nation.locations.releases).folder / "parquet" / "coverage.parquet")
    assert frame.filter(pl.col("protected_persons").is_between(1, 9)).is_empty()
    hidden = frame.filter(pl.col("protected_persons").is_null())
    assert hidden.height > 100
    assert set(hidden["conf_status"]) == {"A", "D"}
    assert hidden["coverage_ratio"].null_count() == hidden.height
